/** An event of a member, inside a commit: what its machine allows, what its rule says, what follows from it. */
import { partiesOf } from '../../access/principal.ts'
import type { Result } from '../../domain/problem.ts'
import type { Steps } from '../../store/store.ts'
import type { AnyCollection, EventInput } from '../collections/collection.ts'
import type { Gathered } from '../collections/parts.ts'
import type { Context } from '../context.ts'
import { moved } from './moved.ts'
import { save } from './save.ts'

/** The member as it is afterwards. */
export function* move(
  ctx: Context,
  collection: AnyCollection,
  before: Gathered,
  event: EventInput,
  at: string,
): Steps<Result<Gathered>> {
  const next = yield* moved(ctx, collection, before, event, at, partiesOf[ctx.principal.kind])
  return next.ok ? yield* save(ctx, { collection, id: before.id, value: next.value, before, at, event }) : next
}
