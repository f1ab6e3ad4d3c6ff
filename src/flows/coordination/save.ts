/** Creating and changing a domain object inside a commit: prepare, write the parts, and what follows from it. */
import { ok, type Result } from '../../domain/problem.ts'
import { type Steps, write } from '../../store/store.ts'
import type { AnyCollection, EventInput } from '../collections/collection.ts'
import { consequences } from '../collections/consequences.ts'
import { type Gathered, hold, putsFor } from '../collections/parts.ts'
import type { Context } from '../context.ts'
import { unsound } from './sound.ts'
import { withLastChange } from './versions.ts'

export function* save(
  ctx: Context,
  collection: AnyCollection,
  id: string,
  value: object,
  before: Gathered | undefined,
  at: string,
  event?: EventInput,
): Steps<Result<Gathered>> {
  const prepared: Result<object> = collection.prepare ? yield* collection.prepare(ctx, value, before, at) : ok(value)
  if (!prepared.ok) return prepared
  const next = withLastChange(ctx, collection, prepared.value, before, at, event)
  const puts = putsFor(ctx, collection, id, next, before, at)
  const broken = unsound(ctx, collection, puts, before)
  if (broken) return broken
  yield* write(...puts)
  const then = yield* consequences(ctx, puts, at, new Map(before && [[`${collection.name}/${id}`, before]]))
  return then.ok ? yield* hold(collection, id) : then
}
