/**
 * What hospitals have told of one stay so far: each part with the moment at which its sender took it down. The latest word on a part
 * counts, so that messages may come in any order, and twice.
 */
import { dayMs, epoch } from './calendar.ts'
import type { DiagnosisFacts, DischargeFacts, VisitEvent, VisitFacts } from './discharge.ts'
import type { Coding } from './kernel.ts'

interface Word {
  /** Sorts as text: when it was taken down, sent, and received; then which message it was. */
  readonly said: string
  readonly value: unknown
}

/** Part → the latest word on it. */
export type VisitRecord = Readonly<Record<string, Word>>

/** As JSON that is kept beside the Encounter: when something was said, and what. Records from before are kept as they are. */
export type KeptVisit = readonly (readonly [said: string, values: Readonly<Record<string, unknown>>])[] | VisitRecord

/** What was said at once stands together. */
export function packed(record: VisitRecord): KeptVisit {
  const groups: [said: string, values: Record<string, unknown>][] = []
  for (const part in record) {
    const { said, value } = record[part]!
    const group = groups.find(([one]) => one === said)
    if (group) group[1][part] = value
    else groups.push([said, { [part]: value }])
  }
  return groups
}

export function unpacked(kept: KeptVisit): VisitRecord {
  if (!Array.isArray(kept)) return kept as VisitRecord
  const record: Record<string, Word> = {}
  for (const [said, values] of kept) for (const [part, value] of Object.entries(values)) record[part] = { said, value }
  return record
}

/** What a record comes to. A part that is not known is absent. */
export type Told = { readonly [K in Exclude<keyof VisitFacts, 'number'>]?: NonNullable<VisitFacts[K]> } & {
  readonly number?: NonNullable<VisitFacts['number']>
  readonly progress?: Progress
  readonly patientIdentifier?: { readonly system?: string; readonly value: string }
  readonly diagnoses?: readonly DiagnosisFacts[]
  readonly labels?: readonly Coding[]
}

/** `cancelled`: the admission never was. `resumed`: the discharge was taken back. */
type Progress = 'planned' | 'present' | 'discharged' | 'resumed' | 'cancelled'

const progress: Readonly<Record<Exclude<VisitEvent, 'update'>, Progress>> = {
  'pre-admit': 'planned',
  admit: 'present',
  register: 'present',
  discharge: 'discharged',
  'cancel-discharge': 'resumed',
  'cancel-admit': 'cancelled',
}

/** Parts that are about the end of a stay. */
const ofTheEnd = ['dischargedAt', 'disposition', 'destination'] as const

/** Clocks of senders may be ahead by a day (a zone misread); what is dated further ahead counts as said when it came. */
const toleranceMs = dayMs

/** When a message was said, as text that sorts. `receivedAt` stands in where the sender tells no usable time. */
export function saidAt(facts: Pick<DischargeFacts, 'recordedAt' | 'sentAt' | 'messageId'>, receivedAt: string): string {
  const received = epoch(receivedAt)!
  const usable = (moment: string | undefined): string | undefined => {
    const time = moment === undefined || moment.length <= 10 ? undefined : epoch(moment)
    return time === undefined || time > received + toleranceMs || time < 0 ? undefined : new Date(time).toISOString()
  }
  const sent = usable(facts.sentAt)
  const recorded = usable(facts.recordedAt) ?? sent ?? new Date(received).toISOString()
  return `${recorded} ${sent ?? recorded} ${new Date(received).toISOString()} ${facts.messageId}`
}

/** The record without what this message said. */
export function without(record: VisitRecord, facts: DischargeFacts, receivedAt: string): VisitRecord {
  return others(record, saidAt(facts, receivedAt))
}

const others = (record: VisitRecord, said: string): Record<string, Word> =>
  Object.fromEntries(Object.entries(record).filter(([, word]) => word.said !== said && word.said !== `${behind}${said}`))

/** Before every moment: what is said so gives way to whatever messages say. */
const behind = '0 '

/** The record after one more message. What the same message said before (with other tables, perhaps) is forgotten first. */
export function hear(record: VisitRecord, facts: DischargeFacts, receivedAt: string): VisitRecord {
  const said = saidAt(facts, receivedAt)
  const next = others(record, said)
  for (const [part, value] of Object.entries(partsOf(facts))) {
    const before = next[part]
    // A document is written afterwards, and says days where messages said minutes: it adds what they left open, and that the stay is over.
    const own = facts.source === 'ccda' && part !== 'progress' ? `${behind}${said}` : said
    const isOpen = before === undefined || before.said < own || (own !== said && before.value === null && before.said < said)
    if (value !== undefined && isOpen) next[part] = { said: own, value }
  }
  return next
}

function partsOf({ event, source, visit, patient, diagnoses, labels }: DischargeFacts): Readonly<Record<string, unknown>> {
  // A cancelled discharge repeats the very data that it takes back.
  const ended = event === 'cancel-discharge' || event === 'cancel-admit'
  const end = ended ? Object.fromEntries(ofTheEnd.map((part) => [part, null])) : {}
  const matchable = patient.identifiers.find((one) => one.system !== undefined && one.value !== undefined)
  const ofAdmission = diagnoses.filter((one) => one.role === 'admitting')
  const ofStay = diagnoses.filter((one) => one.role !== 'admitting')
  return {
    ...visit,
    ...end,
    ...(event !== 'update' && { progress: progress[event] }),
    ...(matchable && { patientIdentifier: { system: matchable.system, value: matchable.value } }),
    ...(ofAdmission.length > 0 && { 'diagnoses.admission': ofAdmission }),
    ...(ofStay.length > 0 && { [source === 'ccda' ? 'diagnoses.document' : 'diagnoses.stay']: ofStay }),
    ...(labels && labels.length > 0 && { labels }),
  }
}

/** The latest word on everything. Before a discharge there is no end, and what never began has no beginning. */
export function told(record: VisitRecord): Told {
  const value: Record<string, unknown> = {}
  for (const [part, word] of Object.entries(record)) if (word.value !== null) value[part] = word.value
  const {
    'diagnoses.stay': ofStay = [],
    'diagnoses.admission': ofAdmission = [],
    'diagnoses.document': ofDocument = [],
    ...rest
  } = value as Record<string, readonly DiagnosisFacts[]>
  // Which one is the principal the hospital's messages know better.
  const isKnown = ofStay.some(({ role }) => role === 'principal')
  const added = isKnown ? ofDocument.map(({ role: _, ...one }) => one) : ofDocument
  const parts: Record<string, unknown> = { ...rest, diagnoses: [...ofStay, ...ofAdmission, ...added] }
  if (parts.progress !== 'discharged') for (const part of ofTheEnd) delete parts[part]
  if (parts.progress === 'cancelled' || parts.progress === 'planned') delete parts.admittedAt
  return parts as Told
}
