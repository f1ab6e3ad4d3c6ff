/** What is owed compared with what stands: the changes, each with its event; and what they mean for the discharges. */
import { addDays, localDate } from './calendar.ts'
import type { DischargeState } from './discharge.ts'
import { type FollowUpObligation, type FollowUpState, ownExclusions } from './follow-up.ts'
import { type Owed, owedKey } from './follow-ups-owed.ts'
import { isDischarged, nextAdmission, type Stay } from './stay.ts'

/**
 * `undone`: its discharge was taken back, or is of another kind now. `reinstated`: it was excluded or undone and is owed again. `reset`: its
 * window moved, or what had satisfied it is gone. `changed`: only details.
 */
type FollowUpEvent =
  | 'opened'
  | 'attempted'
  | 'satisfied'
  | 'satisfied-late'
  | 'missed'
  | 'excluded'
  | 'undone'
  | 'reinstated'
  | 'reset'
  | 'changed'

export interface FollowUpChange {
  readonly event: FollowUpEvent
  readonly value: FollowUpObligation
  readonly before?: FollowUpObligation
}

/** Those of a crisis or of a payer's own are not computed from discharges, and one entered in error stays so. */
const isComputed = (one: FollowUpObligation): boolean => one.dischargeId !== undefined && one.state !== 'entered-in-error'

/** The changes that lead from the follow-ups of a client as they stand to those that are owed; none for those that agree. */
export function followUpChanges(
  clientId: string,
  standing: readonly FollowUpObligation[],
  owed: readonly Owed[],
  stays: readonly Stay[],
): readonly FollowUpChange[] {
  const before = new Map(standing.filter((one) => one.dischargeId !== undefined).map((one) => [owedKey(one), one]))
  const kept = new Set(owed.map(owedKey))
  const changes = owed.flatMap((one): FollowUpChange[] => {
    const was = before.get(owedKey(one))
    if (was && !isComputed(was)) return []
    const value: FollowUpObligation = { identifiers: [], ...was, ...one, clientId }
    if (!was) return [{ event: 'opened', value }]
    return same(was, value) ? [] : [{ event: eventBetween(was, value), value, before: was }]
  })
  const undone = standing.filter((one) => isComputed(one) && !kept.has(owedKey(one))).flatMap((one) => undo(one, stays))
  return [...changes, ...undone]
}

function undo(before: FollowUpObligation, stays: readonly Stay[]): FollowUpChange[] {
  const stay = stays.find((one) => one.id === before.dischargeId)
  const code = stay && isDischarged(stay) ? 'no-longer-owed' : 'discharge-cancelled'
  if (before.state === 'excluded' && before.exclusions.some((one) => one.code === code)) return []
  const value: FollowUpObligation = { ...before, exclusions: [{ code }, ...ownExclusions(before)], state: 'excluded' }
  return [{ event: 'undone', value, before }]
}

function eventBetween(before: FollowUpObligation, now: FollowUpObligation): FollowUpEvent {
  const moved = before.dueFrom !== now.dueFrom || before.dueTo !== now.dueTo
  if (before.state === 'excluded' && now.state !== 'excluded') return 'reinstated'
  if (before.state === now.state) return moved ? 'reset' : now.attempts.length > before.attempts.length ? 'attempted' : 'changed'
  if (now.state === 'open' || (now.state === 'attempted' && before.state !== 'open')) return 'reset'
  return now.state as Exclude<FollowUpState, 'open' | 'entered-in-error'>
}

const compared = [
  'ruleVersion',
  'indexDate',
  'dueFrom',
  'dueTo',
  'timeZone',
  'indexDayCounts',
  'calendar',
  'state',
  'clientId',
] as const

function same(a: FollowUpObligation, b: FollowUpObligation): boolean {
  const lists = ({ evidence, exclusions, attempts }: FollowUpObligation): string =>
    JSON.stringify([evidence, exclusions, attempts].map((list) => list.map(sorted)))
  return compared.every((field) => a[field] === b[field]) && lists(a) === lists(b)
}

/** Members in one order, absent ones left out. */
const sorted = (item: object): object =>
  Object.fromEntries(
    Object.entries(item)
      .filter(([, value]) => value !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )

const done: ReadonlySet<FollowUpState> = new Set(['satisfied', 'satisfied-late', 'missed', 'excluded', 'entered-in-error'])

/** Readmission within so many days ties the later stay to the earlier. */
const readmissionDays = 30

export interface StayProgress {
  readonly id: string
  readonly state: DischargeState
  /** The stay that this one followed within 30 days. */
  readonly readmissionOf?: string
}

/** How far the follow-up of each standing discharge is, and which stays are readmissions. */
export function progressOf(stays: readonly Stay[], owed: readonly Owed[]): readonly StayProgress[] {
  const followed = new Map<string, string>()
  for (const stay of stays.filter((one) => isDischarged(one) && one.value.encounterClass?.startsWith('inpatient'))) {
    const day = localDate(stay.value.dischargedAt!, stay.value.timeZone)
    const next = day === undefined ? undefined : nextAdmission(stay, day, addDays(day, readmissionDays), stays)
    if (next) followed.set(next.id, stay.id)
  }
  const readmitted = new Set(followed.values())
  return stays.flatMap((stay): StayProgress[] => {
    const earlier = followed.get(stay.id)
    const tie = earlier === undefined ? {} : { readmissionOf: earlier }
    const states = owed.filter((one) => one.dischargeId === stay.id).map((one) => one.state)
    // History that came with a record is left as it came.
    if (stay.value.source === undefined && states.length === 0) return []
    if (!isDischarged(stay))
      return earlier === undefined || stay.value.state === undefined ? [] : [{ id: stay.id, state: stay.value.state, ...tie }]
    if (readmitted.has(stay.id)) return [{ id: stay.id, state: 'readmitted', ...tie }]
    return [{ id: stay.id, state: stateOf(states), ...tie }]
  })
}

function stateOf(states: readonly FollowUpState[]): DischargeState {
  if (states.length === 0) return 'matched'
  if (states.every((state) => done.has(state))) return 'measure-closed'
  return states.every((state) => state === 'open' || state === 'excluded') ? 'obligations-created' : 'in-follow-up'
}
