/** Who supervises whom (a role names the role that it answers to), and who may sign alone. References are `Practitioner/…`, `PractitionerRole/…`. */
import type { Period, PractitionerRole } from '@medplum/fhirtypes'
import practitionerMapping from '../../../mappings/practitioner.practitioner.ts'
import { local } from '../../../mappings/shared/extension.ts'
import { hasLapsed, isUnlicensed, type Practitioner as Person, practisesElsewhere } from '../../domain/practitioner.ts'
import type { Issue } from '../../domain/problem.ts'
import { ask, type Steps } from '../../store/store.ts'
import { storedValue } from '../next-version.ts'
import { allOf, pointsAt } from '../questions.ts'
import { readStored } from '../read-as.ts'
import { idIn } from '../references.ts'

const supervisorIn = (role: PractitionerRole | undefined): string | undefined => {
  const id = idIn(role?.extension?.find(({ url }) => url === local('supervisor'))?.valueReference, 'PractitionerRole')
  return id === undefined ? undefined : `PractitionerRole/${id}`
}

export function* roleAt(reference: string | undefined): Steps<PractitionerRole | undefined> {
  const id = idIn(reference, 'PractitionerRole')
  return id === undefined
    ? undefined
    : storedValue<PractitionerRole>(yield* ask({ ask: 'resource', type: 'PractitionerRole', id }))
}

/** Roles of a person that are in use. */
export function* rolesOf(practitionerId: string): Steps<readonly PractitionerRole[]> {
  const held = pointsAt('practitioner', `Practitioner/${practitionerId}`)
  const items = yield* allOf('PractitionerRole', held)
  return items.map((one) => storedValue<PractitionerRole>(one)!).filter(({ active }) => active !== false)
}

/** The same by what is said of their time, too. */
export function* rolesOn(practitionerId: string, day: string): Steps<readonly PractitionerRole[]> {
  return (yield* rolesOf(practitionerId)).filter(({ period }) => isNow(period, day))
}

export const isNow = (period: Period | undefined, day: string): boolean =>
  !isPast(period?.end, day) && !isAhead(period?.start, day)

/** As far as it was said: a month has passed with its last day. */
const isPast = (end: string | undefined, day: string): boolean => end !== undefined && end.slice(0, 10) < day.slice(0, end.length)
const isAhead = (start: string | undefined, day: string): boolean => start !== undefined && start.slice(0, 10) > day

/** References to the roles of a person; a role stands for itself. */
export function* rolesBehind(reference: string): Steps<readonly string[]> {
  const person = idIn(reference, 'Practitioner')
  if (person === undefined) return [reference]
  return (yield* rolesOf(person)).flatMap(({ id }) => (id === undefined ? [] : [`PractitionerRole/${id}`]))
}

/** All references to the one person behind a reference: by themselves, and by each of their roles. */
export function* namesOf(reference: string): Steps<readonly string[]> {
  const person = (yield* roleAt(reference))?.practitioner?.reference ?? reference
  return [...new Set([reference, person, ...(yield* rolesBehind(person))])]
}

/** The supervising role of a role, or of a person whose roles answer to one alone. */
export function* supervisorOf(reference: string | undefined): Steps<string | undefined> {
  const person = idIn(reference, 'Practitioner')
  if (person === undefined) return supervisorIn(yield* roleAt(reference))
  const supervisors = new Set((yield* rolesOf(person)).flatMap((role) => supervisorIn(role) ?? []))
  return supervisors.size === 1 ? [...supervisors][0] : undefined
}

/** Who this is, by themselves or in this role; undefined where nothing is on record. */
export function* personAt(reference: string | undefined): Steps<Person | undefined> {
  const role = yield* roleAt(reference)
  const id = role ? idIn(role.practitioner, 'Practitioner') : idIn(reference, 'Practitioner')
  return id === undefined ? undefined : readStored(practitionerMapping, yield* ask({ ask: 'resource', type: 'Practitioner', id }))
}

/** May this person sign alone on this day? Nobody knows of whom nothing is on record: they may not. */
export function* isLicensed(reference: string | undefined, day: string): Steps<boolean> {
  const person = yield* personAt(reference)
  return person !== undefined && !isUnlicensed(person, day)
}

/** What is on record against this person's seeing clients on this day: in this state, where it is known where the client was. */
export function* unfitOn(reference: string | undefined, day: string, state: string | undefined): Steps<readonly Issue[]> {
  const person = yield* personAt(reference)
  if (person === undefined) return []
  if (hasLapsed(person, day)) return [{ path: 'renderer', message: 'had no credential that was valid on that day' }]
  return state !== undefined && practisesElsewhere(person, day, state)
    ? [{ path: 'telehealth.clientState', message: 'is no state in which the renderer was licensed on that day' }]
    : []
}
