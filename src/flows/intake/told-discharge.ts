/** From what hospitals tell of a stay to the discharge it is: pure, but for the names that diagnoses get. */
import type { Encounter } from '@medplum/fhirtypes'
import dischargeMapping from '../../../mappings/discharge.encounter.ts'
import { localDate } from '../../domain/calendar.ts'
import { Discharge, type DischargeFacts, type DischargeState, type VisitNumber } from '../../domain/discharge.ts'
import type { Told } from '../../domain/visit.ts'
import { silently, unread } from '../../lens/codec.ts'
import { derivedId, partId } from '../derived-id.ts'
import type { HeldStay, StayParts } from '../follow-ups/stays.ts'
import { tokensOf } from './match-discharge.ts'

/** The message that tells it. */
export interface Teller {
  readonly messageId: string
  readonly receivedAt: string
  /** Connection, or what the sender calls itself. */
  readonly source: string
  /** For a replay: what the message was about before, `Encounter/dis-…` among it. */
  readonly about?: readonly string[]
}

/** The hospital's own number; where it numbers without a system, under a name of ours for the hospital; without a number, by its first day. */
export function visitNumberOf(
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
export function baseOf(held: HeldStay | undefined, { class: sent, progress }: Told, id: string): StayParts {
  const { Encounter, Condition } = held?.parts ?? {
    ...dischargeMapping.blank,
    Encounter: { ...dischargeMapping.blank.Encounter, id },
  }
  const fits =
    sent === undefined || (Encounter.class?.code === sent.code && (Encounter.class?.system ?? sent.system) === sent.system)
  const classed = fits ? Encounter : { ...Encounter, class: sent as Encounter['class'] }
  const status = statusAt(progress, classed.status)
  return {
    Encounter: classed.status === status ? classed : { ...classed, status },
    Condition,
  }
}

/** A stay is planned until it begins. */
function statusAt(progress: Told['progress'], before: Encounter['status']): Encounter['status'] {
  if (progress === 'cancelled' || progress === 'planned') return progress
  return progress === 'present' && before === 'planned' ? 'in-progress' : before
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

/** A discharge of which nothing is known. */
const unknown = Discharge.parse({})

/** The discharge after this message: what hospitals say anew replaces what they said before; all else stays as it stands. */
export function dischargeAfter(id: string, { number, now, before, held, clientId, facts, teller, base }: Making): Discharge {
  const value: Record<string, unknown> = { ...(held?.value ?? unknown) }
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
  tell('diagnoses', withOthers(diagnosesOf(id, now, held), diagnosesOf(id, before, held), held), held?.value.diagnoses)
  const read = dischargeMapping.fields.encounterClass.get(base, silently)
  const kind = read === unread ? undefined : read
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
  if (progress === 'present' || progress === 'planned') return undefined
  if (progress !== 'discharged') return 'cancelled'
  const stands = before !== undefined && before !== 'cancelled' && before !== 'notified'
  return stands ? before : matched ? 'matched' : 'notified'
}

type Diagnoses = Discharge['diagnoses']

/** A diagnosis is the same Condition as long as the stay and its code are the same; one that the stay has already, whoever brought it, is that one. */
function diagnosesOf(stay: string, { diagnoses = [] }: Told, held: HeldStay | undefined): Diagnoses {
  const seen = new Map<string, Diagnoses[number]>()
  for (const { code, role, onAdmission } of diagnoses) {
    const [first] = code.codings
    const known = held?.value.diagnoses.find(
      (one) => first && one.code?.codings.some((other) => other.system === first.system && other.code === first.code),
    )
    const id = known?.id ?? partId('con', stay, first?.system ?? '', first?.code ?? code.text ?? '')
    if (!seen.has(id)) seen.set(id, { id, code, ...(role && { role }), ...(onAdmission !== undefined && { onAdmission }) })
  }
  return [...seen.values()]
}

/** The diagnoses told now; those that others brought stay, those that were told before and are no more go. */
function withOthers(now: Diagnoses, before: Diagnoses, held: HeldStay | undefined): Diagnoses {
  if (held && JSON.stringify(now) === JSON.stringify(before)) return held.value.diagnoses
  const told = new Set([...now, ...before].map((one) => one.id))
  return [...now, ...(held?.value.diagnoses.filter((one) => !told.has(one.id)) ?? [])]
}

/** Visits of other classes (ambulatory ones among them) have no state of ours: their status tells all. */
export function finish(encounter: Encounter, value: Discharge, { progress }: Told, base: Encounter): Encounter {
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
