/** Whom a resource tells of: what the visibility of a resource hangs on, and is written down beside each version. */
import { referencesIn } from '../reference.ts'
import { compartments } from './extract.ts'

/**
 * Rolls name many clients at once: a caseload, the members of a group. Belonging to one of their compartments shows all the others, so
 * whoever may not see everybody on a roll does not see the roll.
 */
export const rolls: readonly string[] = ['Group', 'List']

export const isRoll = (resource: object): boolean => rolls.includes(String((resource as { resourceType?: unknown }).resourceType))

/** Ids of the patients that it is about. A Task is in no compartment of R4's, and is about whom it is for. */
export function concerns(resource: object): readonly string[] {
  const { resourceType, for: whom } = resource as { resourceType?: unknown; for?: { reference?: unknown } }
  if (resourceType !== 'Task') return compartments(resource)
  const [, id] = /^Patient\/([A-Za-z0-9\-.]{1,64})$/.exec(String(whom?.reference)) ?? []
  return id === undefined ? [] : [id]
}

/** Ids of the patients whom it tells of: those that it is about; of a roll all whom it names, wherever. */
export function patientsOf(resource: object): readonly string[] {
  const own = concerns(resource)
  if (!isRoll(resource)) return own
  const named = referencesIn(resource).flatMap(
    ({ reference }) => /^Patient\/([A-Za-z0-9\-.]{1,64})(?:\/|$)/.exec(reference)?.[1] ?? [],
  )
  return [...new Set([...own, ...named])]
}
