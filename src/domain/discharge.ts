/**
 * A stay in a hospital and its end. The two ways in which hospitals tell of it, an ADT message and a FHIR notification, both yield
 * `DischargeFacts`; a stay is one stay, whoever tells of it, by its visit number.
 */
import { z } from 'zod'
import type { HumanName } from './client.ts'
import { Coding, Concept, Id, Identifier, Instant, list, Moment, type Ref, RefTo, Text, TimeZone, Uri } from './kernel.ts'
import { labelFields } from './labels.ts'
import { miscounted, ReadmissionRisk } from './readmission-risk.ts'
import { stateMachine } from './state-machine.ts'

export const encounterClasses = [
  'inpatient-acute-psych',
  'inpatient-medical',
  'ed',
  'observation',
  'residential',
  'other',
] as const
export type EncounterClass = (typeof encounterClasses)[number]

/** `principal`: the reason established for the stay; a `working` diagnosis has no role. */
const diagnosisRoles = ['principal', 'secondary', 'admitting'] as const

/** A diagnosis of the stay; `id` is the Condition's. */
export const Diagnosis = z.object({
  id: Id,
  code: Concept.optional(),
  role: z.enum(diagnosisRoles).optional(),
  onAdmission: z.boolean().optional(),
})
export type Diagnosis = z.infer<typeof Diagnosis>

/** The hospital's own number of the stay: one stay for one (system, value). */
export const VisitNumber = z.object({ system: Uri.optional(), value: Text })
export type VisitNumber = z.infer<typeof VisitNumber>

export const dischargeStates = [
  'notified',
  'matched',
  'obligations-created',
  'in-follow-up',
  'measure-closed',
  'duplicate',
  'cancelled',
  'readmitted',
  'entered-in-error',
] as const
export type DischargeState = (typeof dischargeStates)[number]

/** Read schema: any hospital Encounter. Without a state, the stay goes on. */
export const Discharge = z.object({
  ...labelFields,
  identifiers: list(Identifier),
  visitNumber: VisitNumber.optional(),
  /** Absent as long as nobody knows whose discharge it is. */
  clientId: Id.optional(),
  /** How the hospital names the patient; all that an unmatched discharge says of the person. */
  patientIdentifier: z.object({ system: Uri.optional(), value: Text.optional() }).optional(),
  facility: RefTo('Organization').optional(),
  /** The ward, as the hospital calls it. */
  ward: Text.optional(),
  encounterClass: z.enum(encounterClasses).optional(),
  admittedAt: Moment.optional(),
  dischargedAt: Moment.optional(),
  /** The facility's: its calendar days count, not ours. */
  timeZone: TimeZone.optional(),
  reasons: list(Concept),
  /** NUBC patient discharge status. */
  disposition: Coding.optional(),
  destination: RefTo('Location', 'Organization').optional(),
  diagnoses: z
    .array(Diagnosis)
    .readonly()
    .refine((all) => new Set(all.map((one) => one.id)).size === all.length, 'names a diagnosis twice')
    .default([]),
  legalStatus: z.enum(['voluntary', 'involuntary', 'court', 'unknown']).optional(),
  attending: RefTo('PractitionerRole', 'Practitioner').optional(),
  summaryId: Id.optional(),
  medsDocumentId: Id.optional(),
  source: z.enum(['adt', 'fhir-message', 'bundle', 'ccda', 'portal', 'claim']).optional(),
  sourceMessageId: Text.optional(),
  receivedAt: Moment.optional(),
  /** The stay that this one followed too soon. */
  readmissionOf: Id.optional(),
  readmissionRisk: ReadmissionRisk.optional(),
  state: z.enum(dischargeStates).optional(),
})
export type Discharge = z.infer<typeof Discharge>

/**
 * Told by a person: enough to count days, and to find the client. The facility may be a name alone (`external`). New diagnoses need no id.
 * How it ended, which diagnoses there were and the visit's number are often not known yet: the hospital's own message completes it.
 */
export const DischargeCommand = Discharge.extend({
  diagnoses: z
    .array(Diagnosis.extend({ id: Id.optional() }))
    .readonly()
    .transform((all) => all.map((one, i) => ({ ...one, id: one.id ?? `new-${i + 1}` })))
    .default([]),
  facility: RefTo('Organization'),
  encounterClass: z.enum(encounterClasses),
  dischargedAt: Instant,
  timeZone: TimeZone,
}).superRefine(({ clientId, patientIdentifier, readmissionRisk }, ctx) => {
  const fault = (path: string, message: string): void => ctx.addIssue({ code: 'custom', path: path.split('.'), message })
  if (clientId === undefined && patientIdentifier === undefined)
    fault('clientId', 'names the client, or how the hospital names the patient')
  for (const { path = '', message } of miscounted(readmissionRisk)) fault(path, message)
})

/**
 * Only `match` is a person's to cause; all other moves follow from messages, evidence and the calendar. `cancel`: the hospital took the
 * discharge back; `renotify`: it reported it anew.
 */
export const dischargeMachine = stateMachine({
  states: dischargeStates,
  events: {
    match: { from: ['notified'], to: 'matched' },
    'open-follow-ups': {
      from: ['matched', 'readmitted', 'in-follow-up', 'measure-closed'],
      to: 'obligations-created',
      by: 'clock',
    },
    'start-follow-up': { from: ['obligations-created', 'measure-closed'], to: 'in-follow-up', by: 'clock' },
    'close-measure': { from: ['obligations-created', 'in-follow-up'], to: 'measure-closed', by: 'clock' },
    readmit: { from: ['matched', 'obligations-created', 'in-follow-up', 'measure-closed'], to: 'readmitted', by: 'clock' },
    cancel: {
      from: ['notified', 'matched', 'obligations-created', 'in-follow-up', 'measure-closed', 'readmitted'],
      to: 'cancelled',
      by: 'clock',
    },
    renotify: { from: ['cancelled'], to: 'notified', by: 'clock' },
    'mark-duplicate': { from: ['notified', 'matched'], to: 'duplicate', reason: true },
    'enter-in-error': { from: 'any', to: 'entered-in-error', reason: true },
  },
})

/** What a message says happened. `register`: an emergency or outpatient visit began; `pre-admit`: one is planned. */
const visitEvents = ['pre-admit', 'admit', 'register', 'discharge', 'update', 'cancel-admit', 'cancel-discharge'] as const
export type VisitEvent = (typeof visitEvents)[number]

export interface FactsSender {
  /** MSH-3, MSH-4 of an HL7 v2 message. */
  readonly application?: string
  readonly facility?: string
  /** `MessageHeader.source.endpoint` of a FHIR message. */
  readonly endpoint?: string
}

export interface PatientFacts {
  /** Those with a system and a value are matched against the clients'. */
  readonly identifiers: readonly Identifier[]
  readonly names: readonly HumanName[]
  readonly birthDate?: string
  readonly gender?: 'male' | 'female' | 'other' | 'unknown'
  readonly deceased?: boolean | string
}

/** A part that the message does not speak of is absent; one that it expressly empties is `null`. */
export interface VisitFacts {
  readonly number?: VisitNumber
  /** Further identifiers of the visit. */
  readonly identifiers?: readonly Identifier[]
  /** As a v3-ActCode (`IMP`, `EMER` …), or as sent where that has no word for it. */
  readonly class?: Coding
  /** The ward or service is a psychiatric one. */
  readonly psychiatric?: boolean
  /** FHIR dateTimes, with an offset where they have a time. */
  readonly admittedAt?: string | null
  readonly dischargedAt?: string | null
  /** IANA zone of the facility, where it is known. */
  readonly timeZone?: string
  readonly disposition?: Coding | null
  readonly destination?: Ref | null
  readonly attending?: Ref | null
  readonly location?: string | null
  readonly facility?: Ref
  readonly admitReason?: Concept | null
}

export interface DiagnosisFacts {
  readonly code: Concept
  readonly role?: (typeof diagnosisRoles)[number]
  readonly onAdmission?: boolean
}

/** What one message tells of one stay: the meeting point of ADT messages and FHIR notifications. */
export interface DischargeFacts {
  readonly event: VisitEvent
  readonly source: 'adt' | 'fhir-message' | 'ccda'
  /** The sender's own id of the message: MSH-10, or `MessageHeader.id`. */
  readonly messageId: string
  readonly sender: FactsSender
  /** When the sender took it down (EVN-2, Encounter.meta.lastUpdated): what orders the messages of one stay. */
  readonly recordedAt?: string
  /** When the message was written: MSH-7, Bundle.timestamp. */
  readonly sentAt?: string
  /** Marked as training or debugging by its sender: never applied. */
  readonly test: boolean
  readonly patient: PatientFacts
  readonly visit: VisitFacts
  readonly diagnoses: readonly DiagnosisFacts[]
  /** Security labels that came with it and must stay with it (`meta.security`). */
  readonly labels?: readonly Coding[]
}
