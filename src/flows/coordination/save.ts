/** Creating and changing a domain object inside a commit: prepare, write the parts, and what follows from it. */
import type { Result } from '../../domain/problem.ts'
import { type Steps, write } from '../../store/store.ts'
import type { AnyCollection, EventInput } from '../collections/collection.ts'
import { consequences } from '../collections/consequences.ts'
import { type Gathered, hold } from '../collections/parts.ts'
import type { Context } from '../context.ts'
import { prepared } from './moved.ts'
import { unsound } from './sound.ts'

export function* save(
  ctx: Context,
  collection: AnyCollection,
  id: string,
  value: object,
  before: Gathered | undefined,
  at: string,
  event?: EventInput,
): Steps<Result<Gathered>> {
  const puts = yield* prepared(ctx, collection, id, value, before, at, event)
  if (!puts.ok) return puts
  const broken = unsound(ctx, collection, puts.value, before)
  if (broken) return broken
  yield* write(...puts.value)
  const then = yield* consequences(ctx, puts.value, at, new Map(before && [[`${collection.name}/${id}`, before]]))
  return then.ok ? yield* hold(collection, id) : then
}
