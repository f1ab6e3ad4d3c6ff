/** Whom a resource tells of: what the visibility of a resource hangs on, and is written down beside each version. */
import { atOnce } from '../at-once.ts'
import { eachReference } from '../reference.ts'
import { compartments, compartmentsIn, isLong } from './extract.ts'

/**
 * Rolls name many clients at once: a caseload, the members of a group. Belonging to one of their compartments shows all the others, so
 * whoever may not see everybody on a roll does not see the roll.
 */
export const rolls: readonly string[] = ['Group', 'List']

export const isRoll = (resource: object): boolean => rolls.includes(String((resource as { resourceType?: unknown }).resourceType))

/** Ids of the patients that it is about. A Task is in no compartment of R4's, and is about whom it is for. */
export const concerns = (resource: object): readonly string[] => (isTask(resource) ? whomOf(resource) : compartments(resource))

interface Task {
  readonly resourceType: 'Task'
  readonly for?: { readonly reference?: unknown }
}
const isTask = (resource: object): resource is Task => (resource as Partial<Task>).resourceType === 'Task'

function whomOf({ for: whom }: Task): readonly string[] {
  const [, id] = /^Patient\/([A-Za-z0-9\-.]{1,64})$/.exec(String(whom?.reference)) ?? []
  return id === undefined ? [] : [id]
}

/** Of a long resource so many references are looked at between two stops. */
const slice = 2000

/** Ids of the patients whom it tells of: those that it is about; of a roll all whom it names, wherever. Stops now and then. */
export function* lookingForPatients(resource: object): Generator<void, readonly string[]> {
  const own = isTask(resource) ? whomOf(resource) : yield* compartmentsIn(resource)
  if (!isRoll(resource)) return own
  const found = new Set(own)
  let looked = 0
  for (const reference of eachReference(resource)) {
    if (++looked % slice === 0) yield
    const id = reference.startsWith('Patient/') && /^Patient\/([A-Za-z0-9\-.]{1,64})(?:\/|$)/.exec(reference)?.[1]
    if (id) found.add(id)
  }
  return [...found]
}

/** Whether it would stop at all. */
export const takesLong = (resource: object): boolean => isRoll(resource) || isLong(resource)

/** The same without a stop. */
export const patientsOf = (resource: object): readonly string[] =>
  isRoll(resource) ? atOnce(lookingForPatients(resource)) : concerns(resource)
