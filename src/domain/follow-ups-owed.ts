/**
 * Which follow-ups are owed: a pure function of all stays, contacts and the calendar of one client. Of what was computed before it knows
 * only what people added, so that any order of messages leads to the same follow-ups.
 */
import { addBusinessDays, addDays, type BusinessCalendar, daysBetween, localDate, oldestAgeOn } from './calendar.ts'
import { type CodeSetName, dispositionGroup, inCodeSet } from './code-sets.ts'
import type { Diagnosis, Discharge } from './discharge.ts'
import {
  type ComputedExclusion,
  type Exclusion,
  type FollowUpObligation,
  type FollowUpState,
  ownExclusions,
} from './follow-up.ts'
import { type Contact, evidenceOf } from './follow-up-evidence.ts'
import { type Policy, policyIdOf } from './follow-up-policies.ts'
import { byDischarge, endedInDeath, isDischarged, nextAdmission, principalOf, type Stay } from './stay.ts'

export interface Covered {
  readonly payer: string
  readonly from?: string | undefined
  readonly until?: string | undefined
}

export interface OwedInput {
  readonly stays: readonly Stay[]
  readonly contacts: readonly Contact[]
  readonly client: { readonly birthDate?: string | undefined; readonly deceased?: boolean | string | undefined }
  /** Follow-ups as they stand: for the attempts, the outside evidence (rule `added`) and the exclusions that people put there. */
  readonly standing: readonly FollowUpObligation[]
  readonly calendar: BusinessCalendar
  readonly policies: readonly Policy[]
  /** Who paid for the client, and from which day to which. */
  readonly covered?: readonly Covered[]
  /** The instant that decides what is missed. */
  readonly now: string
}

/** A follow-up as it ought to be. */
export type Owed = Omit<FollowUpObligation, 'identifiers' | 'clientId' | 'crisisEventId' | 'dischargeId'> & {
  readonly dischargeId: string
}

/** The name of a follow-up: one for each (discharge, policy). */
export const owedKey = (one: { readonly dischargeId?: string | undefined; readonly policyId: string }): string =>
  `${one.dischargeId ?? ''} ${one.policyId}`

/** Stays that nobody told us of (they came with somebody's history) are owed something only if they ended within so many days. */
export const historyDays = 400

interface Candidate {
  readonly policy: Policy
  readonly stay: Stay
  readonly indexDate: string
  readonly dueFrom: string
  readonly dueTo: string
}

/** All follow-ups, the excluded ones among them, by policy and discharge. */
export function followUpsOwed(input: OwedInput): readonly Owed[] {
  const standing = new Map(input.standing.map((one) => [owedKey(one), one]))
  const discharged = input.stays.filter(isDischarged).toSorted(byDischarge)
  return input.policies.flatMap((policy) => {
    let counted: string | undefined
    return discharged.flatMap((stay): Owed[] => {
      const candidate = candidateOf(policy, stay, input)
      if (!candidate) return []
      const { indexDate } = candidate
      const policyId = policyIdOf(policy, indexDate)
      const now = standing.get(owedKey({ dischargeId: stay.id, policyId }))
      const history = stay.value.source === undefined && indexDate < addDays(input.now.slice(0, 10), -historyDays)
      if (history && !now) return []
      const excluded = exclusionOf(candidate, input)
      const repeated =
        policy.onePer !== undefined && counted !== undefined && daysBetween(counted, indexDate) < policy.onePer.days
      if (!excluded && !repeated) counted = indexDate
      const computed = excluded ?? (repeated ? exclusion('counted-with-earlier-visit', stay.value.dischargedAt) : undefined)
      return [owedOf(candidate, policyId, computed, now, input)]
    })
  })
}

/** Does the policy look at this stay at all, and if so, which days count? */
function candidateOf(policy: Policy, stay: Stay, { client, calendar, covered = [] }: OwedInput): Candidate | undefined {
  const { value } = stay
  const indexDate = localDate(value.dischargedAt!, value.timeZone)
  if (indexDate === undefined || value.encounterClass === undefined || !policy.classes.includes(value.encounterClass))
    return undefined
  if (indexDate < (policy.from ?? indexDate) || indexDate > (policy.until ?? indexDate)) return undefined
  const known = policy.minimumAge !== undefined && client.birthDate !== undefined
  if (known && oldestAgeOn(client.birthDate!, indexDate) < policy.minimumAge!) return undefined
  if (!diagnosisFits(policy, value) || !isMeant(policy, value, indexDate, covered)) return undefined
  const { days, calendar: counted, indexDayCounts } = policy.window
  const dueTo = counted === 'business-days' ? addBusinessDays(indexDate, days, calendar) : addDays(indexDate, days)
  return { policy, stay, indexDate, dueFrom: indexDayCounts ? indexDate : addDays(indexDate, 1), dueTo }
}

/** Is the discharge one of the facilities' and payers' that the policy is for? */
function isMeant({ payers, facilities }: Policy, { facility }: Discharge, day: string, covered: readonly Covered[]): boolean {
  const from = facility && ('id' in facility ? facility.id : facility.external.value)
  if (facilities && (from === undefined || !facilities.includes(from))) return false
  const payer = ({ payer, from = day, until = day }: Covered) =>
    payers!.includes(payer) && from.slice(0, 10) <= day && until.slice(0, 10) >= day.slice(0, until.length)
  return !payers || covered.some(payer)
}

function diagnosisFits({ diagnosis, presumed }: Policy, value: Discharge): boolean {
  if (!diagnosis) return true
  const principal = principalOf(value.diagnoses)
  if (!principal) return presumed?.includes(value.encounterClass!) === true
  return hasCode([principal], diagnosis.principal) || hasCode(value.diagnoses, diagnosis.any)
}

const hasCode = (diagnoses: readonly Diagnosis[], sets: readonly CodeSetName[]): boolean =>
  diagnoses.some((one) => one.code?.codings.some((coding) => inCodeSet(coding, sets)))

const exclusion = (code: ComputedExclusion, at: string | undefined): Exclusion => (at === undefined ? { code } : { code, at })

/** Why the discharge does not count by the policy's own rules, whatever was done since. */
function exclusionOf({ policy, stay, dueTo, indexDate }: Candidate, { stays }: OwedInput): Exclusion | undefined {
  const group = dispositionGroup(stay.value.disposition?.code)
  if (group && group !== 'still' && policy.excluding.includes(group)) {
    return exclusion(group === 'acute' || group === 'nonacute' ? 'transferred' : group, stay.value.dischargedAt)
  }
  if (policy.readmission === undefined) return undefined
  const until = policy.readmission === 'until-due' ? dueTo : addDays(indexDate, policy.readmission.days)
  const next = nextAdmission(stay, indexDate, until, stays)
  return next && exclusion(stay.value.encounterClass === 'ed' ? 'admitted' : 'readmitted', next.value.admittedAt)
}

function owedOf(
  candidate: Candidate,
  policyId: string,
  computed: Exclusion | undefined,
  now: FollowUpObligation | undefined,
  input: OwedInput,
): Owed {
  const { policy, stay, indexDate, dueFrom, dueTo } = candidate
  const { timeZone } = stay.value
  const added = now?.evidence.filter((one) => one.rule === 'added') ?? []
  const evidence = [...evidenceOf(policy, { dueFrom, dueTo, timeZone }, input.contacts), ...added]
  const days = evidence.flatMap((one) => (one.accepted && one.at !== undefined ? [localDate(one.at, timeZone)] : []))
  const reached = days.filter((day) => day !== undefined && day >= dueFrom).toSorted()[0]
  const death = computed || reached !== undefined ? undefined : deathBefore(candidate, input)
  const own = now ? ownExclusions(now) : []
  const exclusions = [computed ?? death, ...own].filter((one) => one !== undefined)
  const attempts = now?.attempts ?? []
  const state = (): FollowUpState => {
    if (computed || (reached === undefined && exclusions.length > 0)) return 'excluded'
    if (reached !== undefined) return reached <= dueTo ? 'satisfied' : 'satisfied-late'
    if ((localDate(input.now, timeZone) ?? input.now) > dueTo) return 'missed'
    return attempts.length > 0 ? 'attempted' : 'open'
  }
  return {
    dischargeId: stay.id,
    policyId,
    ruleVersion: policy.ruleVersion,
    indexDate,
    dueFrom,
    dueTo,
    ...(timeZone !== undefined && { timeZone }),
    indexDayCounts: policy.window.indexDayCounts,
    calendar: policy.window.calendar,
    evidence,
    exclusions,
    attempts,
    state: state(),
  }
}

/** Somebody who died before a follow-up was due is owed none; nor is anybody who died at a time unknown. */
function deathBefore({ stay, dueTo }: Candidate, { client, stays }: OwedInput): Exclusion | undefined {
  const times = stays.filter(endedInDeath).map((one) => one.value.dischargedAt!)
  if (typeof client.deceased === 'string') times.push(client.deceased)
  const dayOf = (time: string): string => localDate(time, stay.value.timeZone) ?? `${time}-01-01`.slice(0, 10)
  const first = times.filter((time) => dayOf(time) <= dueTo).toSorted()[0]
  if (first !== undefined) return exclusion('died', first)
  return client.deceased === true ? exclusion('died', undefined) : undefined
}
