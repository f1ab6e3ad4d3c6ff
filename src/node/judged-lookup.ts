/**
 * Names resolved here, every address that they lead to judged, and connections made to those very addresses: a name that leads somewhere
 * else at the next look cannot slip in between.
 */
import { type LookupAddress, lookup as systemLookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { Unsent } from '../net/safe-fetch.ts'

/** Answers all addresses of a name. */
export type Resolve = (name: string, answer: (error: Error | null, addresses: readonly LookupAddress[]) => void) => void

export const resolveBySystem: Resolve = (name, answer) => systemLookup(name, { all: true }, answer)

/** Hands out the addresses of a name only if all of them may be connected to: a mixed answer is an attempt. */
export function judged(resolve: Resolve, mayConnectTo: (address: string) => boolean): LookupFunction {
  return (name, options, answer) => {
    resolve(name, (error, addresses) => {
      const [first] = addresses ?? []
      if (error || !first) return answer(error ?? new Unsent('name-not-found'), '', 0)
      if (!addresses.every(({ address }) => mayConnectTo(address))) return answer(new Unsent('address'), '', 0)
      if (options.all) return answer(null, [...addresses])
      return answer(null, first.address, first.family)
    })
  }
}
