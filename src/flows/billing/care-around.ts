/** What else was done for a client around a session, as far as its lines are to be questioned, or wait, because of it. */
import type { Encounter } from '@medplum/fhirtypes'
import carePlanMapping from '../../../mappings/care-plan.care-plan.ts'
import { isSafetyPlan } from '../../../mappings/codes/safety-plan.ts'
import consentMapping from '../../../mappings/consent.consent.ts'
import needMapping from '../../../mappings/need.condition.ts'
import sessionMapping from '../../../mappings/session.encounter.ts'
import { local } from '../../../mappings/shared/extension.ts'
import { hospitalClasses } from '../../../mappings/shared/stay.ts'
import type { BillingFacts, Span } from '../../billing/facts.ts'
import { isInitiated, mayInitiate } from '../../billing/prerequisites.ts'
import { addDays, localDate } from '../../domain/calendar.ts'
import type { Session } from '../../domain/session.ts'
import type { Steps, Stored } from '../../store/store.ts'
import { readStays, staysOf } from '../follow-ups/stays.ts'
import { storedValue } from '../next-version.ts'
import { allOf, hasToken, patientIs } from '../questions.ts'
import { readAs, readStored, standingAs } from '../read-as.ts'
import { between } from './lines.ts'

type Around = Pick<BillingFacts, 'inHospital' | 'inCustody' | 'plans' | 'careConsents' | 'visits'>

/** What is on record of how care management of a client began, until this day. */
export function* beginningsOf(clientId: string, day: string): Steps<Pick<BillingFacts, 'careConsents' | 'visits'>> {
  return { careConsents: yield* careConsentsOf(clientId), visits: yield* visitsOf(clientId, day) }
}

/** `day`: of the session; empty where it has none, and then nothing is around it. */
export function* careAround({ clientId, procedureCode }: Session, day: string): Steps<Around> {
  if (clientId === undefined || day === '') return { inHospital: [], inCustody: [], plans: [], careConsents: [], visits: [] }
  const wantsMore = procedureCode !== undefined && isInitiated(procedureCode)
  return {
    inHospital: yield* daysInHospital(clientId),
    inCustody: yield* daysInCustody(clientId),
    plans: yield* plansOf(clientId),
    ...(wantsMore ? yield* beginningsOf(clientId, day) : { careConsents: [], visits: [] }),
  }
}

const billedAs = local('procedure-code')

const held = new Set<Session['state']>(['completed', 'signed', 'amended'])

/** A session that took place; undefined where it did not, or is none. */
export function readSession(stored: Stored): Session | undefined {
  const encounter = storedValue<Encounter>(stored)!
  if (hospitalClasses.has(encounter.class?.code ?? '')) return undefined
  const session = readAs(sessionMapping, encounter)
  return session && held.has(session.state) ? session : undefined
}

function* daysInHospital(clientId: string): Steps<readonly Span[]> {
  const stays = yield* readStays(yield* allOf('Encounter', ...staysOf(clientId)))
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

/** Imprisonment, with its dot or without it. */
const imprisoned = ['Z65.1', 'Z651']
export const isCustody = (codings: readonly { readonly code?: string }[]): boolean =>
  codings.some(({ code }) => code !== undefined && imprisoned.includes(code))

function* daysInCustody(clientId: string): Steps<readonly Span[]> {
  const coded = hasToken('code', ...imprisoned.map((code) => ({ code })))
  return (yield* allOf('Condition', patientIs(clientId), coded)).flatMap((stored): Span[] => {
    const need = readStored(needMapping, stored)
    if (!need) return []
    const { state, onset, resolvedOn } = need
    const isOrWas = state === 'confirmed' || state === 'recurred' || (state === 'resolved' && resolvedOn !== undefined)
    return isOrWas ? [{ start: onset, end: resolvedOn }] : []
  })
}

/** One that was superseded was in force until the next one; one that was revoked otherwise, until its end, if it says so. */
function* plansOf(clientId: string): Steps<readonly Span[]> {
  const plans = (yield* allOf('CarePlan', patientIs(clientId))).flatMap((stored) => {
    const plan = standingAs(carePlanMapping, stored)
    return plan && !isSafetyPlan(plan.resource) ? [{ id: stored.id, ...plan.value }] : []
  })
  return plans.flatMap(({ id, state, period }): Span[] => {
    if (state === 'draft' || state === 'entered-in-error') return []
    const next = plans.find((one) => one.replaces === id && one.state !== 'entered-in-error')
    const end = period?.end ?? (state === 'revoked' ? next?.period?.start : undefined)
    return state === 'revoked' && end === undefined ? [] : [{ start: period?.start, end }]
  })
}

/** One that was taken back held until then. */
function* careConsentsOf(clientId: string): Steps<BillingFacts['careConsents']> {
  return (yield* allOf('Consent', patientIs(clientId))).flatMap((stored): BillingFacts['careConsents'] => {
    const consent = readStored(consentMapping, stored)
    if (consent?.kind !== 'care-management' || consent.ruling !== 'permit') return []
    const { state, givenAt, validFrom, revokedAt, expires } = consent
    const isOrWas = state === 'active' || state === 'expired' || (state === 'revoked' && revokedAt !== undefined)
    const end = revokedAt ?? (expires && 'on' in expires ? expires.on : undefined)
    return isOrWas ? [{ id: stored.id, start: validFrom ?? givenAt, end }] : []
  })
}

function* visitsOf(clientId: string, day: string): Steps<BillingFacts['visits']> {
  const found = yield* allOf('Encounter', patientIs(clientId), ...between('date', addDays(day, -2 * 366), day))
  return found.flatMap((stored) => {
    const session = readSession(stored)
    const on = session?.actual?.start === undefined ? undefined : localDate(session.actual.start)
    return on === undefined
      ? []
      : initiatingCodes(storedValue<Encounter>(stored)!).map((code) => ({ id: stored.id, code, day: on }))
  })
}

/** Codes of visits that may initiate care management, among those by which the Encounter is called or billed. */
export function initiatingCodes({ type, extension }: Encounter): readonly string[] {
  const named = (type ?? []).flatMap(({ coding }) => (coding ?? []).flatMap(({ code }) => code ?? []))
  const billed = (extension ?? []).flatMap((one) => (one?.url === billedAs ? (one.valueCode ?? []) : []))
  return [...named, ...billed].filter(mayInitiate)
}
