/** Can the stores be written to? A record of each is written over and over, at most once a second, however often one asks. */
import { ok, type Result } from '../domain/problem.ts'
import { ask, type Steps, type Store, write } from '../store/store.ts'
import type { Clock } from './context.ts'

const holdsMs = 1000

function* proof(): Steps<Result<undefined>> {
  const { at } = yield* ask({ ask: 'now' })
  yield* write({ change: 'remember', kind: 'readiness', key: 'proof', text: JSON.stringify({ at }) })
  return ok(undefined)
}

/** Of all stores that are in use by then. Answers with a problem, or rejects, where one cannot. */
export function createReadiness(inUse: () => readonly Store[], clock: Clock): () => Promise<Result<undefined>> {
  let last: { readonly asked: number; readonly answer: Promise<Result<undefined>> } | undefined
  return () => {
    const now = clock()
    if (!last || now - last.asked >= holdsMs || now < last.asked) last = { asked: now, answer: proven(inUse()) }
    return last.answer
  }
}

async function proven(stores: readonly Store[]): Promise<Result<undefined>> {
  const answers = await Promise.all(stores.map((store) => store.commit(proof)))
  return answers.find(({ ok }) => !ok) ?? ok(undefined)
}
