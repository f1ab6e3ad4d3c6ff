/**
 * Two records of one person become one: the survivor has all identifiers, the former points at it, and whatever was about the former is
 * about the survivor. https://hl7.org/fhir/R4/patient.html#merge
 */
import type { Patient } from '@medplum/fhirtypes'
import { fromText } from '../../fhir/exact.ts'
import { compartmentTable } from '../../fhir/generated/search-parameters.ts'
import type { Put } from '../../store/change.ts'
import { ask, type Steps, write } from '../../store/store.ts'
import { nextOf, nextVersion, storedValue } from '../next-version.ts'
import { allOf, pointsAt } from '../questions.ts'

interface Merge {
  readonly survivor: string
  readonly former: string
}

/** What tells of the past as it was: sealed, or signed by somebody else. */
const history = new Set(['AuditEvent', 'Provenance', 'Patient'])
/** A Task is in no compartment of R4's, and is about whom it is for. */
const places = Object.entries({ ...compartmentTable.Patient, Task: ['patient'] }).flatMap(([type, params]) =>
  history.has(type) ? [] : params.map((param) => ({ type, param })),
)

/** All that was written. */
export function* mergeClients({ survivor, former }: Merge, at: string): Steps<readonly Put[]> {
  const [kept, gone] = [
    yield* ask({ ask: 'resource', type: 'Patient', id: survivor }),
    yield* ask({ ask: 'resource', type: 'Patient', id: former }),
  ]
  const [one, other] = [storedValue<Patient>(kept), storedValue<Patient>(gone)]
  if (!kept || !gone || !one || !other) return []
  const known = (one.identifier ?? []).map(({ system, value }) => `${system}|${value}`)
  const fresh = (other.identifier ?? []).filter(({ system, value }) => !known.includes(`${system}|${value}`))
  const identifier = [...(one.identifier ?? []), ...fresh.map((each) => ({ ...each, use: 'old' as const }))]
  const linked = (patient: Patient, id: string, type: 'replaces' | 'replaced-by') => [
    ...(patient.link ?? []),
    { other: { reference: `Patient/${id}` }, type },
  ]
  const puts: Put[] = [
    nextOf<Patient>({ ...one, identifier, link: linked(one, former, 'replaces') }, survivor, kept, at),
    nextOf<Patient>({ ...other, active: false, link: linked(other, survivor, 'replaced-by') }, former, gone, at),
  ]
  yield* write(...puts)
  const moves = new Map([[`Patient/${former}`, `Patient/${survivor}`]])
  const moved = new Set<string>()
  for (const { type, param } of places) {
    const about = yield* allOf(type, pointsAt(param, `Patient/${former}`))
    const next = about
      .filter(({ id }) => !moved.has(`${type}/${id}`))
      .map((stored) => nextVersion(type, stored.id, fromText(stored.text!), stored, at, moves))
    for (const { id } of next) moved.add(`${type}/${id}`)
    yield* write(...next)
    puts.push(...next)
  }
  return puts
}
