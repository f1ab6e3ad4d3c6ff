/** Creating and changing a domain object inside a commit: prepare, write the parts, and what follows from it. */
import { fail, type Problem, type Result } from '../../domain/problem.ts'
import type { Put } from '../../store/change.ts'
import { askAll, type Steps, write } from '../../store/store.ts'
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
  const taken = yield* namesTaken(writing, puts.value)
  if (taken) return taken
  yield* write(...puts.value)
  const then = yield* consequences(ctx, puts.value, at, new Map(before && [[`${collection.name}/${id}`, before]]))
  return then.ok ? yield* hold(collection, id) : then
}

/** Whoever tells of a new part may give it an id; not one that another record has, or had. */
function* namesTaken({ collection, id }: Writing, puts: readonly Put[]): Steps<{ ok: false; problem: Problem } | undefined> {
  const fresh = puts.filter((put) => put.version === 1 && !(put.type === collection.anchor && put.id === id))
  const names = new Set(fresh.map((put) => `${put.type}/${put.id}`))
  const found = yield* askAll(fresh.map((put) => ({ ask: 'resource' as const, type: put.type, id: put.id })))
  const there = names.size < fresh.length || found.some((one) => one !== undefined)
  return there ? fail('conflict', 'A new part is told under an id that another record has.') : undefined
}
