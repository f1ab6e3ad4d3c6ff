/** The key of what travels sealed: links to next pages, and to messages. */
import type { Sealing } from '../access/seal.ts'
import { newSecret, secretBytes } from '../access/secret.ts'
import { ok } from '../domain/problem.ts'
import { ask, type Store, write } from '../store/store.ts'
import type { Context } from './context.ts'

const keys = new WeakMap<Store, Promise<Sealing>>()

/** One key for all processes and for whatever is sealed: made when it is first needed, kept in the control store. */
export function sealing({ control, random }: Context): Promise<Sealing> {
  const known = keys.get(control)
  if (known) return known
  const made = newSecret(random)
  const kept = control
    .commit(function* () {
      const before = yield* ask({ ask: 'record', kind: 'secret', key: 'page' })
      if (before === undefined) yield* write({ change: 'remember', kind: 'secret', key: 'page', text: made })
      return ok(before ?? made)
    })
    .then((done) => {
      if (!done.ok) throw new Error(done.problem.code)
      return { key: secretBytes(done.value), random }
    })
  keys.set(control, kept)
  kept.catch(() => keys.delete(control))
  return kept
}
