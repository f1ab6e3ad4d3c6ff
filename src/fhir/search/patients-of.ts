/** Whom a resource tells of: what the visibility of a resource hangs on, and is written down beside each version. */
import { referencesIn } from '../reference.ts'
import { compartments } from './extract.ts'

/**
 * Rolls name many clients at once: a caseload, the members of a group. Belonging to one of their compartments shows all the others, so
 * whoever may not see everybody on a roll does not see the roll.
 */
export const rolls: readonly string[] = ['Group', 'List']

export const isRoll = (resource: object): boolean => rolls.includes(String((resource as { resourceType?: unknown }).resourceType))

/** Ids of the patients whose compartments it belongs to; of a roll all whom it names, wherever. */
export function patientsOf(resource: object): readonly string[] {
  const own = compartments(resource)
  if (!isRoll(resource)) return own
  const named = referencesIn(resource).flatMap(
    ({ reference }) => /^Patient\/([A-Za-z0-9\-.]{1,64})(?:\/|$)/.exec(reference)?.[1] ?? [],
  )
  return [...new Set([...own, ...named])]
}
