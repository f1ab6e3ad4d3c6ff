/**
 * Conflicts that end without a person's word, because there is nothing left to choose: the record is deleted here or was
 * merged away, or there is no connection to its partner any more. They stand among the settled ones, with the reason.
 */
import { ask, type Steps, write } from '../../store/store.ts'
import { tell } from '../audit/line.ts'
import type { Context } from '../context.ts'
import { type Conflict, openConflicts, type Settled, settledBy, without } from './conflict.ts'

type Note = NonNullable<Settled['note']>

/** In these fields. */
export function* end(
  ctx: Context,
  conflict: Conflict,
  names: readonly string[],
  [whose, note]: readonly ['ours' | 'same', Note],
  at: string,
): Steps<void> {
  const { change } = settledBy(ctx.principal.id, conflict, Object.fromEntries(names.map((name) => [name, whose])), at, note)
  yield* write(without(conflict, names), change)
  yield* tell(ctx, { action: 'end-conflict', entities: [conflict.resource] })
}

const most = 500

/** All that are over, whole. */
export function* endAll(ctx: Context, isOver: (conflict: Conflict) => boolean, note: Note): Steps<void> {
  const { at } = yield* ask({ ask: 'now' })
  const over: Conflict[] = []
  let after: string | undefined
  do {
    const page = yield* openConflicts.page({ count: most, ...(after !== undefined && { after }) })
    over.push(...page.items.map(({ value }) => value).filter(isOver))
    after = page.next
  } while (after !== undefined)
  for (const one of over) yield* end(ctx, one, Object.keys(one.fields), ['ours', note], at)
}
