/** A ServiceRequest and its Task as a referral, written by hand: all rows of `mappings/referral.service-request.ts`. */
import type * as fhir from '@medplum/fhirtypes'
import { referralKind, subjectContact } from '../../../mappings/codes/referral.ts'
import type { ReferralParts } from '../../../mappings/referral.service-request.ts'
import { core, local } from '../../../mappings/shared/extension.ts'
import { lastChangeUrl } from '../../../mappings/shared/last-change.ts'
import { intents, type Referral, requestStatuses } from '../../../src/domain/referral.ts'
import type { Reading } from '../../../src/lens/mapping.ts'
import {
  at,
  code,
  dateTime,
  items,
  known,
  needed,
  part,
  type Report,
  readCoding,
  readConcept,
  readIdentifier,
  text,
} from './checks.ts'
import { find, inExtension } from './extensions.ts'
import { readLabels } from './labels.ts'
import { readLastChange } from './last-change.ts'
import { isSpecific, specificIn } from './need.ts'
import { idIn, idsIn, oneTermIn, refIn, words } from './references.ts'
import { closureIn, isStale, outcomeIn, readAttempt, readConfirmed, resolvedIn, stateIn } from './referral-work.ts'

export const url = {
  episode: core('workflow-episodeOfCare'),
  goal: core('resource-pertainsToGoal'),
  intermediary: local('referral-intermediary'),
  candidate: local('candidate'),
  expires: local('expires-at'),
  confirmed: local('client-confirmed'),
}
const path = {
  episode: inExtension(url.episode, 'valueReference'),
  intermediary: inExtension(url.intermediary, 'valueReference'),
  expires: inExtension(url.expires, 'valueDateTime'),
  confirmed: `extension.where(${JSON.stringify({ url: url.confirmed })})`,
  changed: `extension.where(${JSON.stringify({ url: lastChangeUrl })})`,
}
export const requesters = [
  ...(['Practitioner', 'PractitionerRole', 'Organization', 'Patient', 'RelatedPerson', 'Device'] as const),
]
export const targets = ['HealthcareService', 'Organization', 'PractitionerRole', 'Practitioner', 'CareTeam'] as const
const urgencies = known('routine', 'urgent', 'asap', 'stat')
const purposes = known(...intents)
const statuses = known(...requestStatuses)

type Target = NonNullable<Referral['target']>
export type Candidate = Referral['candidates'][number]

export function goalIn(raw: fhir.Extension, report: Report): string | undefined {
  if (raw.url !== url.goal) return undefined
  return needed(raw.valueReference, idIn(raw.valueReference, 'Goal', 'valueReference', report), 'valueReference', report)
}
export function candidateIn(raw: fhir.Extension, report: Report): Candidate | undefined {
  if (raw.url !== url.candidate) return undefined
  const found = raw.valueReference && refIn(raw.valueReference, targets, 'valueReference', report)
  return needed(raw.valueReference, found as Candidate | undefined, 'valueReference', report)
}

/** What both may say; the request is believed first. */
export const clientIn = (request: fhir.ServiceRequest, task: fhir.Task | undefined, ofRequest: Report, ofTask: Report) =>
  idIn(request.subject, 'Patient', 'subject', ofRequest) ?? idIn(task?.for, 'Patient', 'for', ofTask)
export const requesterIn = (request: fhir.ServiceRequest, task: fhir.Task | undefined, ofRequest: Report, ofTask: Report) =>
  ((request.requester && refIn(request.requester, requesters, 'requester', ofRequest)) ??
    (task?.requester && refIn(task.requester, requesters, 'requester', ofTask))) as Referral['requester']
export const priorityIn = (request: fhir.ServiceRequest, task: fhir.Task | undefined, ofRequest: Report, ofTask: Report) =>
  code<'routine'>(request.priority, urgencies, 'priority', ofRequest) ??
  code<'routine'>(task?.priority, urgencies, 'priority', ofTask)
export const targetIn = (request: fhir.ServiceRequest, task: fhir.Task | undefined, ofRequest: Report, ofTask: Report) =>
  ((request.performer?.[0] && refIn(request.performer[0], targets, 'performer.where({})', ofRequest)) ??
    (task?.owner && refIn(task.owner, targets, 'owner', ofTask))) as Target | undefined

export function readReferral({ ServiceRequest: r, Task: t }: ReferralParts): Reading<Referral> {
  const report: Report = []
  const ofTask: Report = []
  const clientId = clientIn(r, t, report, ofTask)
  const intent = code<Referral['intent']>(r.intent, purposes, 'intent', report)
  const requestStatus = code<Referral['requestStatus']>(r.status, statuses, 'status', report)
  const state = stateIn(t, requestStatus, ofTask)
  if (clientId === undefined || intent === undefined || requestStatus === undefined || state === undefined)
    return { ok: false, issues: [...report, ...ofTask] }
  const categories = Array.isArray(r.category) ? r.category : []
  const specific = categories.findIndex(isSpecific)
  const intermediary = find(r.extension, url.intermediary)?.valueReference
  const value: Referral = {
    identifiers: items(r.identifier, readIdentifier, 'identifier', report),
    clientId,
    episodeId: idIn(find(r.extension, url.episode)?.valueReference, 'EpisodeOfCare', path.episode, report),
    requester: requesterIn(r, t, report, ofTask),
    kind: oneTermIn(r.category, referralKind),
    category: specific < 0 ? undefined : part(specificIn(categories[specific]), readCoding, `category[${specific}]`, report),
    service: part(r.code, readConcept, 'code', report),
    reasons: idsIn(r.reasonReference, 'Condition', 'reasonReference', report),
    goalIds: items(r.extension, goalIn, 'extension', report),
    priority: priorityIn(r, t, report, ofTask),
    target: targetIn(r, t, report, ofTask),
    candidates: items(t?.extension, candidateIn, 'extension', ofTask),
    intermediary: intermediary && refIn(intermediary, ['Organization'], path.intermediary, report),
    intent,
    consentId: idsIn(r.supportingInfo, 'Consent', 'supportingInfo', report)[0],
    coverageId: idsIn(r.insurance, 'Coverage', 'insurance', report)[0],
    authorizationId: idsIn(r.supportingInfo, 'Claim', 'supportingInfo', report)[0],
    attachments: idsIn(r.supportingInfo, 'DocumentReference', 'supportingInfo', report),
    patientInstruction: text(r.patientInstruction, 'patientInstruction', report),
    doNotContact: oneTermIn(r.orderDetail, subjectContact),
    requestedAt: dateTime(r.authoredOn ?? t?.authoredOn, 'authoredOn', report),
    respondBy: dateTime(t?.restriction?.period?.end, 'restriction.period.end', ofTask),
    expiresAt: dateTime(find(t?.extension, url.expires)?.valueDateTime, path.expires, ofTask),
    startedAt: dateTime(t?.executionPeriod?.start, 'executionPeriod.start', ofTask),
    endedAt: dateTime(t?.executionPeriod?.end, 'executionPeriod.end', ofTask),
    stale: isStale(t),
    contactAttempts: items(t?.note, readAttempt, 'note', ofTask),
    statusReason: words(t?.statusReason, 'statusReason', ofTask),
    outcome: outcomeIn(t, ofTask),
    needResolved: resolvedIn(t, ofTask),
    clientConfirmed: part(find(t?.extension, url.confirmed), readConfirmed, path.confirmed, ofTask),
    parentReferralId: idsIn(r.basedOn, 'ServiceRequest', 'basedOn', report)[0],
    reReferralOf: idsIn(r.replaces, 'ServiceRequest', 'replaces', report)[0],
    lastChange: part(find(t?.extension, lastChangeUrl), readLastChange, path.changed, ofTask),
    ...readLabels(r.meta, report),
    requestStatus,
    closure: closureIn(t),
    state,
  }
  if (report.length > 0) at('ServiceRequest', report, 0)
  if (ofTask.length > 0) at('Task', ofTask, 0)
  return { ok: true, value, warnings: [...report, ...ofTask] }
}
