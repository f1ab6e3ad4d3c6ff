/** An event of a member, inside a commit: what its machine allows, what its rule says, what follows from it. */
import { partiesOf } from '../../access/principal.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { step } from '../../domain/state-machine.ts'
import type { Steps } from '../../store/store.ts'
import type { AnyCollection, EventInput } from '../collections/collection.ts'
import type { Gathered } from '../collections/parts.ts'
import { withoutRule } from '../collections/with-reason.ts'
import type { Context } from '../context.ts'
import { undetailed } from './command.ts'
import { save } from './save.ts'

/** The member as it is afterwards. */
export function* move(
  ctx: Context,
  collection: AnyCollection,
  before: Gathered,
  event: EventInput,
  at: string,
): Steps<Result<Gathered>> {
  const { machine, on, name } = collection
  if (!machine) return fail('not-supported', `Members of ${name} have no events.`)
  const state = before.value[machine.field] as string
  const moved = step(machine.states, state, event.type, event.reason, partiesOf[ctx.principal.kind])
  if (!moved.ok) return moved
  const lacking = undetailed(collection, event)
  if (lacking) return lacking
  const next = { ...before.value, [machine.field]: moved.value }
  const rule = on?.[event.type]
  const ruled: Result<object> = rule ? yield* rule(ctx, next, event, at, before) : ok(withoutRule(collection, next, event))
  return ruled.ok ? yield* save(ctx, collection, before.id, ruled.value, before, at, event) : ruled
}
