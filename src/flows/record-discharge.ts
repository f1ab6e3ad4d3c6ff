/**
 * Records what a message tells of a stay: its Encounter and Conditions, and the follow-ups that come of it, in the commit that keeps the
 * message. One visit number is one stay, whichever way and however often it is told, in whatever order.
 */
import type { Condition, Encounter } from '@medplum/fhirtypes'
import dischargeMapping from '../../mappings/discharge.encounter.ts'
import { localDate } from '../domain/calendar.ts'
import { Discharge, type DischargeFacts, type DischargeState, type VisitNumber } from '../domain/discharge.ts'
import { fail, type Issue, ok, type Result } from '../domain/problem.ts'
import { hear, type Told, told, type VisitRecord, without } from '../domain/visit.ts'
import type { Change, Put } from '../store/change.ts'
import { ask, askAll, type Steps } from '../store/store.ts'
import type { Context } from './context.ts'
import { derivedId } from './derived-id.ts'
import { nextOf } from './keep.ts'
import { matchClient, tokensOf } from './match-discharge.ts'
import { withSubject } from './stay-parts.ts'
import { every, type HeldStay, readStays, type StayParts } from './stays.ts'
import { settle, withProgress } from './update-follow-ups.ts'

/** The message that tells it. */
export interface Teller {
  readonly messageId: string
  readonly receivedAt: string
  /** Connection, or what the sender calls itself: names the visits of hospitals that number them without a system. */
  readonly source: string
  /** For a replay: what the message was about before, `Encounter/dis-…` among it. */
  readonly about?: readonly string[]
}

export interface Recorded {
  readonly changes: readonly Change[]
  /** What the message is about, changed by it or not: `Encounter/dis-…`. */
  readonly about: readonly string[]
  readonly issues: readonly Issue[]
}

/** What is to be written; nothing is written yet. */
export function* recordVisit(ctx: Context, facts: DischargeFacts, teller: Teller, at: string): Steps<Result<Recorded>> {
  const number = visitNumberOf(facts, teller)
  if (!number)
    return fail('unreadable', 'The message does not tell which stay it is about.', {
      issues: [{ path: 'PV1-19', message: 'no visit number, and no day to tell the stay by' }],
    })
  const before = yield* wroteBefore(teller)
  const found = yield* ask(every('Encounter', { kind: 'token', param: 'identifier', values: tokensOf([number]) }))
  const [named, ...more] = yield* readStays(found.items)
  const held = named ?? before
  const issues: Issue[] =
    more.length > 0 ? [{ path: 'visit', message: 'several stays have this number; the first is meant', severity: 'warning' }] : []
  const id = held?.id ?? ctx.newId('dis')
  const known = yield* recordOf(id)
  const record = hear(known, facts, teller.receivedAt)
  const now = told(record)

  let clientId = held?.value.clientId
  if (clientId === undefined) {
    const match = yield* matchClient(facts.patient.identifiers)
    clientId = match.clientId
    issues.push(...match.issues)
  }
  const base = baseOf(held, now, id)
  const value = dischargeAfter(id, { number, now, before: told(known), held, clientId, facts, teller, base })
  const ours = value.encounterClass !== undefined || held?.value.encounterClass !== undefined
  const settled = clientId === undefined || !ours ? undefined : yield* settle(ctx, clientId, at, { stay: { id, value } })
  const parts = dischargeMapping.write(withProgress(value, settled?.progress), base)
  const labelled = withSubject(id, { ...parts, Encounter: finish(parts.Encounter, value, now, base.Encounter) }, now.labels ?? [])
  const mistaken = before && before.id !== id ? yield* unsay(before, facts, teller, at) : []
  const puts = [...(yield* partPuts(labelled, held, id, at)), ...(settled?.puts ?? [])]
  const about = [`Encounter/${id}`, ...puts.map((put) => `${put.type}/${put.id}`)]
  const kept: Change[] =
    JSON.stringify(record) === JSON.stringify(known)
      ? []
      : [{ change: 'remember', kind: 'visit', key: id, text: JSON.stringify(record) }]
  return ok({ changes: [...mistaken, ...puts, ...kept], about: [...new Set(about)], issues })
}

/** The stay that an earlier reading of the same message was about. */
function* wroteBefore({ about = [] }: Teller): Steps<HeldStay | undefined> {
  const id = about.find((one) => one.startsWith('Encounter/'))?.slice('Encounter/'.length)
  const stored = id === undefined ? undefined : yield* ask({ ask: 'resource', type: 'Encounter', id })
  return stored ? (yield* readStays([stored]))[0] : undefined
}

/** The message turned out to be about another stay. A stay that nothing else tells of, and nobody has matched, is a duplicate. */
function* unsay(stay: HeldStay, facts: DischargeFacts, teller: Teller, at: string): Steps<readonly Change[]> {
  const record = without(yield* recordOf(stay.id), facts, teller.receivedAt)
  const kept: Change = { change: 'remember', kind: 'visit', key: stay.id, text: JSON.stringify(record) }
  if (Object.keys(record).length > 0 || stay.value.clientId !== undefined) return [kept]
  const { Encounter } = dischargeMapping.write({ ...stay.value, state: 'duplicate' }, stay.parts)
  return [kept, nextOf(Encounter, stay.id, stay.anchor, at)]
}

function* recordOf(id: string): Steps<VisitRecord> {
  const text = yield* ask({ ask: 'record', kind: 'visit', key: id })
  return text === undefined ? {} : (JSON.parse(text) as VisitRecord)
}

/** The hospital's own number; where it numbers without a system, under a name of ours for the hospital; without a number, by its first day. */
function visitNumberOf(
  { visit, patient, sender, recordedAt, sentAt }: DischargeFacts,
  { source }: Teller,
): Required<VisitNumber> | undefined {
  const scope = encodeURIComponent(sender.facility ?? sender.endpoint ?? source)
  const { number } = visit
  if (number?.system !== undefined) return { system: number.system, value: number.value }
  if (number) return { system: `urn:handoff:visits:${scope}`, value: number.value }
  const [person] = tokensOf(patient.identifiers)
  const day = [visit.admittedAt, visit.dischargedAt, recordedAt, sentAt]
    .map((moment) => (moment ? localDate(moment, visit.timeZone) : undefined))
    .find((one) => one !== undefined)
  return person && day !== undefined
    ? { system: `urn:handoff:stays:${scope}`, value: derivedId('stay', person.system!, person.code!, day) }
    : undefined
}

/** What the mapping writes onto: the class as the hospital sent it, and a stay that never was. */
function baseOf(held: HeldStay | undefined, { class: sent, progress }: Told, id: string): StayParts {
  const { Encounter, Condition } = held?.parts ?? {
    ...dischargeMapping.blank,
    Encounter: { ...dischargeMapping.blank.Encounter, id },
  }
  const fits =
    sent === undefined || (Encounter.class?.code === sent.code && (Encounter.class?.system ?? sent.system) === sent.system)
  const classed = fits ? Encounter : { ...Encounter, class: sent as Encounter['class'] }
  return {
    Encounter: progress === 'cancelled' && classed.status !== 'cancelled' ? { ...classed, status: 'cancelled' } : classed,
    Condition,
  }
}

interface Making {
  readonly number: Required<VisitNumber>
  readonly now: Told
  readonly before: Told
  readonly held: HeldStay | undefined
  readonly clientId: string | undefined
  readonly facts: DischargeFacts
  readonly teller: Teller
  readonly base: StayParts
}

/** The discharge after this message: what hospitals say anew replaces what they said before; all else stays as it stands. */
function dischargeAfter(id: string, { number, now, before, held, clientId, facts, teller, base }: Making): Discharge {
  const value: Record<string, unknown> = { ...(held?.value ?? Discharge.parse({})) }
  const tell = (field: keyof Discharge, next: unknown, previous: unknown): void => {
    if (held && JSON.stringify(next) === JSON.stringify(previous)) return
    if (next === undefined) delete value[field]
    else value[field] = next
  }
  tell('admittedAt', now.admittedAt, before.admittedAt)
  tell('dischargedAt', now.dischargedAt, before.dischargedAt)
  tell('timeZone', now.timeZone, before.timeZone)
  tell('disposition', now.disposition, before.disposition)
  tell('destination', now.destination, before.destination)
  tell('attending', now.attending, before.attending)
  tell('ward', now.location, before.location)
  tell('facility', now.facility, before.facility)
  tell('patientIdentifier', now.patientIdentifier, before.patientIdentifier)
  tell('reasons', now.admitReason ? [now.admitReason] : [], before.admitReason ? [before.admitReason] : [])
  tell('diagnoses', diagnosesOf(id, now), diagnosesOf(id, before))
  const reading = dischargeMapping.read(base)
  const kind = reading.ok ? reading.value.encounterClass : undefined
  if (kind === undefined) delete value.encounterClass
  else value.encounterClass = kind === 'inpatient-medical' && now.psychiatric ? 'inpatient-acute-psych' : kind
  if (!held || !carries(held.value, number)) value.visitNumber = number
  value.identifiers = [...(held?.value.identifiers ?? []), ...further(now, held?.value)]
  if (clientId !== undefined) value.clientId = clientId
  value.source ??= facts.source
  if (facts.event === 'discharge' || value.sourceMessageId === undefined) value.sourceMessageId = teller.messageId
  value.receivedAt ??= teller.receivedAt
  const state = kind === undefined ? undefined : stateOf(now, held?.value.state, clientId !== undefined)
  if (state === undefined) delete value.state
  else value.state = state
  return value as Discharge
}

const carries = ({ visitNumber, identifiers }: Discharge, { system, value }: VisitNumber): boolean =>
  [visitNumber, ...identifiers].some((one) => one?.system === system && one?.value === value)

const further = ({ identifiers }: Told, held: Discharge | undefined) =>
  (identifiers ?? []).filter(
    (one) => !held?.identifiers.some((other) => other.system === one.system && other.value === one.value),
  )

const byPerson: ReadonlySet<DischargeState | undefined> = new Set(['duplicate', 'entered-in-error'])

function stateOf({ progress }: Told, before: DischargeState | undefined, matched: boolean): DischargeState | undefined {
  if (byPerson.has(before) || progress === undefined) return before
  if (progress === 'present') return undefined
  if (progress !== 'discharged') return 'cancelled'
  const stands = before !== undefined && before !== 'cancelled' && before !== 'notified'
  return stands ? before : matched ? 'matched' : 'notified'
}

/** A diagnosis is the same Condition as long as the stay and its code are the same. */
function diagnosesOf(stay: string, { diagnoses = [] }: Told): Discharge['diagnoses'] {
  const seen = new Map<string, Discharge['diagnoses'][number]>()
  for (const { code, role, onAdmission } of diagnoses) {
    const [first] = code.codings
    const id = derivedId('con', stay, first?.system ?? '', first?.code ?? code.text ?? '')
    if (!seen.has(id)) seen.set(id, { id, code, ...(role && { role }), ...(onAdmission !== undefined && { onAdmission }) })
  }
  return [...seen.values()]
}

/** Visits of other classes (ambulatory ones among them) have no state of ours: their status tells all. */
function finish(encounter: Encounter, value: Discharge, { progress }: Told, base: Encounter): Encounter {
  if (value.encounterClass !== undefined || progress === undefined) return encounter
  const status =
    progress === 'discharged'
      ? 'finished'
      : progress === 'cancelled'
        ? 'cancelled'
        : base.status === 'finished' || base.status === 'cancelled'
          ? 'in-progress'
          : base.status
  return encounter.status === status ? encounter : { ...encounter, status }
}

/** New versions of the parts that changed. */
function* partPuts(parts: StayParts, held: HeldStay | undefined, id: string, at: string): Steps<readonly Put[]> {
  const puts: Put[] = parts.Encounter === held?.parts.Encounter ? [] : [nextOf(parts.Encounter, id, held?.anchor, at)]
  const changed = parts.Condition.filter((one) => !held?.parts.Condition.includes(one))
  const fresh = changed.filter((one) => !held?.conditions.has(one.id!))
  const before = yield* askAll(fresh.map((one) => ({ ask: 'resource' as const, type: 'Condition', id: one.id! })))
  const current = new Map(fresh.map((one, i) => [one.id!, before[i]]))
  for (const one of changed) puts.push(nextOf<Condition>(one, one.id!, held?.conditions.get(one.id!) ?? current.get(one.id!), at))
  return puts
}
