/** Creating and changing a domain object inside a commit: prepare, write the parts, and what follows from it. */
import type { Result } from '../../domain/problem.ts'
import { type Steps, write } from '../../store/store.ts'
import { consequences } from '../collections/consequences.ts'
import { type Gathered, hold, type Writing } from '../collections/parts.ts'
import type { Context } from '../context.ts'
import { prepared } from './moved.ts'
import { soundOf } from './sound.ts'

/** The member as it is afterwards. */
export function* save(ctx: Context, writing: Writing): Steps<Result<Gathered>> {
  const { collection, id, before, at } = writing
  const made = yield* prepared(ctx, writing)
  if (!made.ok) return made
  const puts = yield* soundOf(ctx, collection, made.value, before)
  if (!puts.ok) return puts
  yield* write(...puts.value)
  const then = yield* consequences(ctx, puts.value, at, new Map(before && [[`${collection.name}/${id}`, before]]))
  return then.ok ? yield* hold(collection, id) : then
}
