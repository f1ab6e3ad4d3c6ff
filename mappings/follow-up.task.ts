/**
 * FollowUpObligation ↔ Task: requested while it is owed, completed when it was satisfied, failed when its last day has passed.
 * https://hl7.org/fhir/R4/task.html
 */
import type * as fhir from '@medplum/fhirtypes'
import {
  type Attempt,
  type Exclusion,
  type FollowUpEvidence,
  FollowUpObligation,
  type FollowUpState,
} from '../src/domain/follow-up.ts'
import { type Codec, cannot, words } from '../src/lens/codec.ts'
import { bool, date, dateTime, idOf, oneOf, text } from '../src/lens/codecs.ts'
import { mapping } from '../src/lens/mapping.ts'
import { shape, together } from '../src/lens/shape.ts'
import { withUrl } from './shared/combine.ts'
import { identifier } from './shared/datatypes.ts'
import { extension, local, localSystem } from './shared/extension.ts'

/** Of Task.code: which policy obliges us. */
export const obligationPolicy = localSystem('obligation-policy')

type Status = fhir.Task['status']
/** The status of each state, and the state that a bare status reads as. `satisfied-late` is told by the business status. */
const statusOf: Readonly<Record<FollowUpState, Status>> = {
  open: 'requested',
  attempted: 'in-progress',
  satisfied: 'completed',
  'satisfied-late': 'completed',
  missed: 'failed',
  excluded: 'cancelled',
  'entered-in-error': 'entered-in-error',
}
const bare: Readonly<Record<string, FollowUpState>> = words({
  draft: 'open',
  requested: 'open',
  received: 'open',
  accepted: 'open',
  ready: 'open',
  rejected: 'excluded',
  cancelled: 'excluded',
  'in-progress': 'attempted',
  'on-hold': 'attempted',
  failed: 'missed',
  completed: 'satisfied',
  'entered-in-error': 'entered-in-error',
})

/** The statuses that read as one of these states, parted by commas. */
export const statusesOf = (...states: readonly string[]): string =>
  Object.keys(bare)
    .filter((status) => states.some((state) => bare[status] === (state === 'satisfied-late' ? 'satisfied' : state)))
    .join(',')

type RawState = { readonly status: Status | undefined; readonly late: string | undefined }
const state: Codec<RawState, FollowUpState> = {
  name: 'state of a follow-up',
  read: ({ status, late }, report) =>
    status === 'completed' && late === 'late' ? 'satisfied-late' : (bare[status ?? ''] ?? cannot(report, 'no status of a Task')),
  write(value, prior) {
    const late = value === 'satisfied-late' ? 'late' : undefined
    const kept = prior?.status !== undefined && value !== 'satisfied-late' && bare[prior.status] === value
    return { status: kept ? prior.status : statusOf[value], late }
  },
}

type Shown = { readonly reference: string | undefined; readonly display: string | undefined }
/** `Encounter/e1`, an address elsewhere; else words of whoever has seen it: https://hl7.org/fhir/R4/references.html#literal */
const isLiteral = (ref: string): boolean => /^(?:[A-Z][A-Za-z]+\/|[A-Za-z][A-Za-z0-9+.-]*:|#)\S+$/.test(ref)
const seen: Codec<Shown, string> = {
  name: 'a reference, or words in its place',
  read: ({ reference, display }, report) => reference ?? display ?? cannot(report, 'neither a reference nor words'),
  write(value, prior) {
    if (prior?.reference === value) return prior
    return isLiteral(value) ? { reference: value, display: undefined } : { reference: undefined, display: value }
  },
}

const evidence = shape<fhir.TaskOutput, FollowUpEvidence>(
  'evidence',
  (at) => ({
    ref: together({
      reference: at.valueReference.reference.optional(text),
      display: at.valueReference.display.optional(text),
    }).as(seen),
    at: extension(at, local('evidence-at')).valueDateTime.optional(dateTime),
    rule: extension(at, local('evidence-rule')).valueString.optional(text),
    accepted: extension(at, local('evidence-accepted')).valueBoolean.optional(bool),
    why: extension(at, local('evidence-why')).valueString.optional(text),
  }),
  { type: { coding: [{ system: localSystem('task-output'), code: 'follow-up-evidence' }] } },
)
const isEvidence = (item: fhir.TaskOutput): boolean =>
  (item.type?.coding ?? []).some((one) => one.system === localSystem('task-output') && one.code === 'follow-up-evidence')

const exclusion = shape<fhir.Extension, Exclusion>(
  'exclusion',
  (at) => ({
    code: extension(at, 'code').valueCode.as(text),
    at: extension(at, 'at').valueDateTime.optional(dateTime),
    documentId: extension(at, 'document').valueReference.optional(idOf('DocumentReference')),
  }),
  { url: local('exclusion') },
)

const attempt = shape<fhir.Extension, Attempt>(
  'attempt',
  (at) => ({
    at: extension(at, 'at').valueDateTime.as(dateTime),
    channel: extension(at, 'channel').valueString.as(text),
    outcome: extension(at, 'outcome').valueString.as(text),
  }),
  { url: local('contact-attempt') },
)

export default mapping<FollowUpObligation, { Task: fhir.Task }>({
  name: 'follow-up.task',
  version: 1,
  domain: FollowUpObligation,
  owner: 'coordination',
  blank: { Task: { resourceType: 'Task', status: 'requested', intent: 'order' } },
  fields: ({ Task }) => ({
    identifiers: Task.identifier.each(identifier, { by: ['handle'] }),
    state: together({
      status: Task.status,
      late: Task.businessStatus.coding.where({ system: localSystem('follow-up-business-status') }).code.optional(text),
    }).as(state),
    policyId: Task.code.coding.where({ system: obligationPolicy }).code.as(text),
    ruleVersion: Task.code.coding.where({ system: obligationPolicy }).version.optional(text),
    dischargeId: Task.focus.optional(idOf('Encounter')),
    clientId: Task.for.optional(idOf('Patient')),
    crisisEventId: extension(Task, local('crisis-event')).valueString.optional(text),
    dueFrom: Task.restriction.period.start.optional(date),
    dueTo: Task.restriction.period.end.optional(date),
    indexDate: extension(Task, local('index-date')).valueDate.optional(date),
    timeZone: extension(Task, local('time-zone')).valueCode.optional(text),
    indexDayCounts: extension(Task, local('index-day-counts')).valueBoolean.optional(bool),
    calendar: extension(Task, local('calendar')).valueCode.optional(oneOf('calendar-days', 'business-days')),
    evidence: Task.output.each(evidence, { by: ['ref'], only: { label: 'follow-up-evidence', test: isEvidence } }),
    exclusions: Task.extension.each(exclusion, { by: ['code'], only: withUrl(local('exclusion')) }),
    attempts: Task.extension.each(attempt, { by: ['at', 'channel'], only: withUrl(local('contact-attempt')) }),
  }),
})
