/** Work on many things in one request: some of them together, and everything else that waits has its turn in between. */
import type { Pause } from './context.ts'

/** So many are worked on together. */
const group = 50

/** The results in the order of the things. */
export async function inGroups<T, R>(
  { pause }: { readonly pause: Pause },
  things: readonly T[],
  work: (thing: T) => R | Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = []
  for (let from = 0; from < things.length; from += group) {
    if (from > 0) await pause()
    results.push(...(await Promise.all(things.slice(from, from + group).map(work))))
  }
  return results
}
