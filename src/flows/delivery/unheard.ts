/**
 * What a partner changed, and a delivery meets there before a pull does: it stays as it is there, and nobody here has heard of it yet. A
 * link that took it for agreed would hide it from the pull for good.
 */
import type { Remote } from '../../connectors/connector.ts'
import { type JsonObject, valueIn } from '../../fhir/exact.ts'
import { equal } from '../../lens/equal.ts'
import { theirsAlone } from './overlay.ts'

export interface Sides {
  readonly ours: JsonObject
  readonly theirs: JsonObject
  /** Ours as last agreed. */
  readonly before: JsonObject | undefined
  /** Theirs as last agreed. */
  readonly base: JsonObject
}

/** Elements that the partner changed since both agreed, and that ours does not tell. */
export const unheard = ({ ours, theirs, base }: Sides): readonly string[] =>
  Object.keys({ ...theirs, ...base }).filter(
    (name) => !theirsAlone.has(name) && !equal(theirs[name], base[name]) && !equal(theirs[name], ours[name]),
  )

/** What stands there as far as both agree: without its version, so that the pull finds in it what it has to hear. */
export function asHeard({ type, id, text }: Remote, names: readonly string[], { ours, before, base }: Sides): Remote {
  const agreed = names.map((name) => [name, before && !equal(ours[name], before[name]) ? ours[name] : base[name]] as const)
  return { type, id, text: JSON.stringify({ ...valueIn(text), ...Object.fromEntries(agreed) }) }
}
