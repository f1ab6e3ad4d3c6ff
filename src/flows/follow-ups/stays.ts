/** What follow-up rules look at, from the store: a client's hospital stays, and the contacts since. */
import type { Condition, Encounter, Practitioner, PractitionerRole } from '@medplum/fhirtypes'
import coverage from '../../../mappings/coverage.coverage.ts'
import discharge from '../../../mappings/discharge.encounter.ts'
/** What follow-up rules look at, from the store: a client's hospital stays, and the contacts since. */
import session, { sessionClasses } from '../../../mappings/session.encounter.ts'
import { hospitalClasses } from '../../../mappings/shared/stay.ts'
import { dayMs } from '../../domain/calendar.ts'
import type { Contact } from '../../domain/follow-up-evidence.ts'
import type { Covered } from '../../domain/follow-ups-owed.ts'
import { isMentalHealthProvider } from '../../domain/mental-health-provider.ts'
import type { Session } from '../../domain/session.ts'
import type { Stay } from '../../domain/stay.ts'
import type { Filter } from '../../fhir/search/query.ts'
import type { Steps, Stored } from '../../store/store.ts'
import { storedValue } from '../next-version.ts'
import { allOf, askEach, hasToken, patientIs } from '../questions.ts'
import { readStored } from '../read-as.ts'
import { idIn, referenceTo } from '../references.ts'

export interface StayParts {
  Encounter: Encounter
  Condition: Condition[]
}

/** A stay with the versions that it was read from: of the Encounter, and of each Condition by id. */
export interface HeldStay extends Stay {
  readonly parts: StayParts
  readonly anchor: Stored
  readonly conditions: ReadonlyMap<string, Stored>
}

export const ofClasses = (codes: Iterable<string>): Filter => hasToken('class', ...Array.from(codes, (code) => ({ code })))

/** Encounters that are hospital stays of a client. */
export const staysOf = (clientId: string): readonly Filter[] => [patientIs(clientId), ofClasses(hospitalClasses)]

/** Stays from their Encounters; what cannot be read is left out. */
export function* readStays(anchors: readonly Stored[]): Steps<readonly HeldStay[]> {
  const encounters = anchors
    .map((anchor) => ({ anchor, value: storedValue<Encounter>(anchor) }))
    .filter(({ value }) => value !== undefined)
  const named = encounters.map(({ value }) => conditionIds(value!))
  const found = yield* askEach('Condition', named.flat())
  const byId = new Map(found.flatMap((one) => (one?.text === undefined ? [] : [[one.id, one] as const])))
  return encounters.flatMap(({ anchor, value }, i): HeldStay[] => {
    const conditions = new Map(named[i]!.flatMap((id) => (byId.has(id) ? [[id, byId.get(id)!] as const] : [])))
    const parts: StayParts = { Encounter: value!, Condition: [...conditions.values()].map((one) => storedValue<Condition>(one)!) }
    const reading = discharge.read(parts)
    return reading.ok ? [{ id: anchor.id, value: reading.value, parts, anchor, conditions }] : []
  })
}

/** Ids of the Conditions that an Encounter names as its diagnoses. */
export const conditionIds = ({ diagnosis }: Encounter): readonly string[] =>
  (diagnosis ?? []).flatMap((one) => idIn(one?.condition, 'Condition') ?? [])

/** The organizations here that pay, or paid, for a client. */
export function* coveredBy(clientId: string): Steps<readonly Covered[]> {
  const items = yield* allOf('Coverage', patientIs(clientId))
  return items.flatMap((stored): Covered[] => {
    const held = readStored(coverage, stored)
    if (!held) return []
    const { payerOrg, period, state } = held
    const stands = state === 'active' || (state === 'cancelled' && period?.end !== undefined)
    return stands && 'id' in payerOrg ? [{ payer: payerOrg.id, from: period?.start, until: period?.end }] : []
  })
}

/** Contacts with a client that ended on this day or later. */
export function* contactsOf(clientId: string, since: string): Steps<readonly Contact[]> {
  const day = Date.parse(since)
  // A day earlier in the farthest zone.
  const from: Filter = { kind: 'date', param: 'date', values: [{ prefix: 'ge', lo: day - dayMs, hi: day - dayMs }] }
  const items = yield* allOf('Encounter', patientIs(clientId), ofClasses(sessionClasses), from)
  const held = items.flatMap((stored) => {
    const value = readStored(session, stored)
    return value?.actual?.start !== undefined && value.kind !== undefined ? [{ id: stored.id, value }] : []
  })
  const clinicians = yield* mentalHealthProviders(held.flatMap(({ value }) => referenceTo(value.renderer, 'Practitioner') ?? []))
  return held.map(({ id, value }) => ({
    ref: `Encounter/${id}`,
    at: value.actual!.start!,
    kind: value.kind!,
    modality: value.modality,
    providerIsMentalHealth: clinicians.has(referenceTo(value.renderer, 'Practitioner') ?? ''),
    diagnoses: value.diagnoses,
    signed: isSigned(value),
  }))
}

const isSigned = ({ state, outcome = 'completed' }: Session): boolean =>
  (state === 'signed' || state === 'amended') && (outcome === 'completed' || outcome === 'partial')

/** Which of these clinicians are mental-health providers, by their qualifications or the specialty of their role. */
function* mentalHealthProviders(references: readonly string[]): Steps<ReadonlySet<string>> {
  const roles = yield* clinicians<PractitionerRole>(references, 'PractitionerRole')
  const behind = roles.map(({ value }) => value.practitioner?.reference ?? '')
  const people = new Map(
    (yield* clinicians<Practitioner>([...references, ...behind], 'Practitioner')).map((one) => [one.ref, one.value]),
  )
  const counts = (role: PractitionerRole | undefined, person: Practitioner | undefined): boolean =>
    isMentalHealthProvider({
      taxonomy: [...(role?.specialty ?? []), ...(role?.code ?? []), ...qualifications(person)].flatMap(codes),
      credentials: qualifications(person).flatMap((code) => [...codes(code), code.text ?? '']),
    })
  return new Set([
    ...[...people].filter(([, person]) => counts(undefined, person)).map(([ref]) => ref),
    ...roles.filter(({ value }) => counts(value, people.get(value.practitioner?.reference ?? ''))).map(({ ref }) => ref),
  ])
}

type Concept = { readonly coding?: readonly { readonly code?: string }[]; readonly text?: string }
const qualifications = (person: Practitioner | undefined): readonly Concept[] =>
  (person?.qualification ?? []).flatMap(({ code }) => (code ? [code] : []))
const codes = ({ coding }: Concept): readonly string[] => (coding ?? []).flatMap(({ code }) => (code === undefined ? [] : [code]))

function* clinicians<T>(
  references: readonly string[],
  type: string,
): Steps<readonly { readonly ref: string; readonly value: T }[]> {
  const ids = [...new Set(references)].flatMap((ref) => idIn(ref, type) ?? [])
  const found = yield* askEach(type, ids)
  return found.flatMap((one) => {
    const value = storedValue<T>(one)
    return one && value ? [{ ref: `${type}/${one.id}`, value }] : []
  })
}
