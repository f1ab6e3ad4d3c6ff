/** Resources by their names, a portion at a time: whatever is named may be long. */
import { askAll, type Steps, type Stored } from '../../store/store.ts'
import { targetOf } from '../references.ts'

/** So many are read together. */
export const together = 50

/** `names`: `type/id`; what is not there is left out. Ends where `take` answers false: there is no use for more. Whether it took all. */
export function* eachNamed(names: readonly string[], take: (found: readonly Stored[]) => boolean): Steps<boolean> {
  for (let from = 0; from < names.length; from += together) {
    if (from > 0) yield { rest: true }
    const found = yield* askAll(
      names.slice(from, from + together).map((name) => ({ ask: 'resource' as const, ...targetOf(name) })),
    )
    if (!take(found.filter((one) => one !== undefined))) return false
  }
  return true
}
