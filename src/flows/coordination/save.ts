/** Creating and changing a domain object inside a commit: prepare, write the parts, and what follows from it. */
import type { Result } from '../../domain/problem.ts'
import { type Steps, write } from '../../store/store.ts'
import type { AnyCollection, EventInput } from '../collections/collection.ts'
import { consequences } from '../collections/consequences.ts'
import { type Gathered, hold } from '../collections/parts.ts'
import type { Context } from '../context.ts'
import { prepared } from './moved.ts'
import { soundOf } from './sound.ts'

export function* save(
  ctx: Context,
  collection: AnyCollection,
  id: string,
  value: object,
  before: Gathered | undefined,
  at: string,
  event?: EventInput,
): Steps<Result<Gathered>> {
  const made = yield* prepared(ctx, collection, id, value, before, at, event)
  if (!made.ok) return made
  const puts = yield* soundOf(ctx, collection, made.value, before)
  if (!puts.ok) return puts
  yield* write(...puts.value)
  const then = yield* consequences(ctx, puts.value, at, new Map(before && [[`${collection.name}/${id}`, before]]))
  return then.ok ? yield* hold(collection, id) : then
}
