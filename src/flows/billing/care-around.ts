/** What else was done for a client around a session, as far as its lines are to be questioned, or wait, because of it. */
import type { CarePlan, Consent, Encounter } from '@medplum/fhirtypes'
import carePlanMapping from '../../../mappings/care-plan.care-plan.ts'
import { isSafetyPlan } from '../../../mappings/codes/safety-plan.ts'
import consentMapping from '../../../mappings/consent.consent.ts'
import sessionMapping from '../../../mappings/session.encounter.ts'
import { local } from '../../../mappings/shared/extension.ts'
import type { BillingFacts, HeldBeside, Span } from '../../billing/facts.ts'
import { isInitiated, mayInitiate } from '../../billing/prerequisites.ts'
import { addDays, localDate } from '../../domain/calendar.ts'
import type { Session } from '../../domain/session.ts'
import type { Filter } from '../../fhir/search/query.ts'
import { ask, type Steps, type Stored } from '../../store/store.ts'
import { storedValue } from '../keep.ts'
import { readStays, staysOf } from '../stays.ts'
import { allOf, ofPatient } from './lines.ts'
import { referenceTo } from './references.ts'

type Around = Pick<BillingFacts, 'heldBeside' | 'inHospital' | 'plans' | 'careConsents' | 'visits'>

/** `day`: of the session; empty where it has none, and then nothing is around it. */
export function* careAround(sessionId: string, session: Session, day: string): Steps<Around> {
  const { clientId } = session
  if (clientId === undefined || day === '') return { heldBeside: [], inHospital: [], plans: [], careConsents: [], visits: [] }
  const wantsMore = session.procedureCode !== undefined && isInitiated(session.procedureCode)
  return {
    heldBeside: yield* heldBeside(sessionId, session, day),
    inHospital: yield* daysInHospital(clientId),
    plans: yield* plansOf(clientId),
    careConsents: wantsMore ? yield* careConsentsOf(clientId) : [],
    visits: wantsMore ? yield* visitsOf(clientId, day) : [],
  }
}

const billedAs = local('procedure-code')
const dayMs = 86_400_000
/** The index has days in UTC: a day more on either side. */
const between = (from: string, to: string): readonly Filter[] => {
  const [lo, hi] = [Date.parse(from) - dayMs, Date.parse(to) + 2 * dayMs]
  return [
    { kind: 'date', param: 'date', values: [{ prefix: 'ge', lo, hi: lo }] },
    { kind: 'date', param: 'date', values: [{ prefix: 'le', lo: hi, hi }] },
  ]
}

const held = new Set<Session['state']>(['completed', 'signed', 'amended'])

function readSession(stored: Stored): Session | undefined {
  const reading = sessionMapping.read({ Encounter: storedValue<Encounter>(stored)!, Procedure: [] })
  return reading.ok && held.has(reading.value.state) ? reading.value : undefined
}

/** Whoever joined it besides is not asked after: who holds it is in one place, and so is the client. */
function* heldBeside(sessionId: string, { clientId = '', renderer }: Session, day: string): Steps<readonly HeldBeside[]> {
  const by = referenceTo(renderer, 'Practitioner')
  const ofRenderer: Filter = { kind: 'reference', param: 'participant', values: by === undefined ? [] : [by] }
  const near = between(day, day)
  const found = [
    ...(yield* allOf('Encounter', ofPatient(clientId), ...near)),
    ...(by === undefined ? [] : yield* allOf('Encounter', ofRenderer, ...near)),
  ]
  return found.flatMap((stored): HeldBeside[] => {
    const other = stored.id === sessionId ? undefined : readSession(stored)
    const { start, end } = other?.actual ?? {}
    return start === undefined || end === undefined ? [] : [{ start, end, group: other?.group?.groupSessionId }]
  })
}

function* daysInHospital(clientId: string): Steps<readonly Span[]> {
  const stays = yield* readStays((yield* ask(staysOf(clientId))).items)
  return stays.flatMap(({ value }): Span[] => {
    const { admittedAt, dischargedAt, timeZone, state, encounterClass } = value
    const admitted = admittedAt === undefined ? undefined : localDate(admittedAt, timeZone)
    const left = dischargedAt === undefined ? undefined : localDate(dischargedAt, timeZone)
    const isBed = encounterClass !== undefined && encounterClass !== 'ed' && encounterClass !== 'other'
    if (!isBed || admitted === undefined || state === 'duplicate' || state === 'cancelled' || state === 'entered-in-error')
      return []
    return [{ start: addDays(admitted, 1), end: left === undefined ? undefined : addDays(left, -1) }]
  })
}

function* plansOf(clientId: string): Steps<readonly Span[]> {
  return (yield* allOf('CarePlan', ofPatient(clientId))).flatMap((stored): Span[] => {
    const plan = storedValue<CarePlan>(stored)!
    const reading = isSafetyPlan(plan) ? undefined : carePlanMapping.read({ CarePlan: plan })
    if (!reading?.ok || reading.value.state === 'draft' || reading.value.state === 'entered-in-error') return []
    return [{ start: reading.value.period?.start, end: reading.value.period?.end }]
  })
}

/** One that was taken back held until then. */
function* careConsentsOf(clientId: string): Steps<readonly Span[]> {
  return (yield* allOf('Consent', ofPatient(clientId))).flatMap((stored): Span[] => {
    const reading = consentMapping.read({ Consent: storedValue<Consent>(stored)! })
    if (!reading.ok || reading.value.kind !== 'care-management' || reading.value.ruling !== 'permit') return []
    const { state, givenAt, validFrom, revokedAt, expires } = reading.value
    const isOrWas = state === 'active' || state === 'expired' || (state === 'revoked' && revokedAt !== undefined)
    const end = revokedAt ?? (expires && 'on' in expires ? expires.on : undefined)
    return isOrWas ? [{ start: validFrom ?? givenAt, end }] : []
  })
}

function* visitsOf(clientId: string, day: string): Steps<BillingFacts['visits']> {
  const found = yield* allOf('Encounter', ofPatient(clientId), ...between(addDays(day, -2 * 366), day))
  return found.flatMap((stored) => {
    const session = readSession(stored)
    const on = session?.actual?.start === undefined ? undefined : localDate(session.actual.start)
    return on === undefined ? [] : initiatingCodes(storedValue<Encounter>(stored)!).map((code) => ({ code, day: on }))
  })
}

/** Codes of visits that may initiate care management, among those by which the Encounter is called or billed. */
export function initiatingCodes({ type, extension }: Encounter): readonly string[] {
  const named = (type ?? []).flatMap(({ coding }) => (coding ?? []).flatMap(({ code }) => code ?? []))
  const billed = (extension ?? []).flatMap((one) => (one?.url === billedAs ? (one.valueCode ?? []) : []))
  return [...named, ...billed].filter(mayInitiate)
}
