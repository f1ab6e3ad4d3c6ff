/** A referral as a ServiceRequest and its Task, written by hand: afresh, or onto those that stand already. */

import type * as fhir from '@medplum/fhirtypes'
import { referralKind, subjectContact } from '../../../mappings/codes/referral.ts'
import { snomed } from '../../../mappings/codes/systems.ts'
import type { ReferralParts } from '../../../mappings/referral.service-request.ts'
import { lastChangeUrl } from '../../../mappings/shared/last-change.ts'
import type { Referral } from '../../../src/domain/referral.ts'
import { equal } from '../../../src/lens/equal.ts'
import { hangingOn } from '../../../src/lens/sibling.ts'
import { readIdentifier } from './checks.ts'
import { find } from './extensions.ts'
import { writeLabels } from './labels.ts'
import { writeLastChange } from './last-change.ts'
import { isSpecific, placed, specificAfter } from './need.ts'
import {
  type Candidate,
  candidateIn,
  clientIn,
  goalIn,
  priorityIn,
  readReferral,
  requesterIn,
  requesters,
  targetIn,
  targets,
  url,
} from './read-referral.ts'
import { oneTermIn, pointing, refer, words, writeFirst, writeIds, writeOneTerm, writeRef, writeWords } from './references.ts'
import {
  blank as blankTask,
  readAttempt,
  workFor,
  writeAttempt,
  writeConfirmed,
  writeOutputs,
  writeState,
} from './referral-work.ts'
import { list, type Maybe, said, setExtension, unlessSame, writeConcept, writeIdentifier } from './writes.ts'

const byHandle = ({ handle }: { readonly handle?: string | undefined }): string => handle ?? ''
const inWords = (one: unknown): string => JSON.stringify(one)

/** What was read is not written into either of the places that may say it. */
const isRead = (
  value: unknown,
  read: (request: fhir.ServiceRequest, task: fhir.Task, a: [], b: []) => unknown,
  request: fhir.ServiceRequest,
  task: fhir.Task,
): boolean => equal(read(request, task, [], []), value)

function writeCategories(value: Referral, now: fhir.CodeableConcept[] | undefined): fhir.CodeableConcept[] | undefined {
  let all = now
  if (oneTermIn(now, referralKind) !== value.kind) {
    const index = now?.findIndex((one) => oneTermIn([one], referralKind) !== undefined) ?? -1
    const next = value.kind && {
      ...hangingOn(now?.[index]),
      coding: [referralKind.codeOf(value.kind), { system: snomed, code: '3457005', display: 'Patient referral' }],
    }
    all = placed(now, index, next)
  }
  const specific = all?.findIndex(isSpecific) ?? -1
  return placed(all, specific, specificAfter(value.category, all?.[specific]))
}

function writeRequestExtensions(value: Referral, now: fhir.Extension[] | undefined): fhir.Extension[] | undefined {
  const episode = find(now, url.episode)?.valueReference
  const through = find(now, url.intermediary)?.valueReference
  let all = setExtension(now, url.episode, 'valueReference', refer('EpisodeOfCare', value.episodeId, episode))
  all = list<fhir.Extension, string>(
    all,
    value.goalIds,
    goalIn,
    (id) => id,
    (id, prior) => ({ ...prior, url: url.goal, valueReference: pointing(`Goal/${id}`, prior?.valueReference) }),
  )
  const intermediary = value.intermediary && writeRef(value.intermediary, 'Organization', through)
  return setExtension(all, url.intermediary, 'valueReference', intermediary)
}

const blank: fhir.ServiceRequest = { resourceType: 'ServiceRequest', status: 'draft', intent: 'order', subject: {} }

function writeRequest(value: Referral, now: fhir.ServiceRequest, task: fhir.Task): fhir.ServiceRequest {
  const [first, ...others] = now.performer ?? []
  const performer = value.target && [writeRef(value.target, targets[0], first), ...others]
  let about = writeFirst(now.supportingInfo, value.consentId, 'Consent')
  about = writeFirst(about, value.authorizationId, 'Claim')
  about = writeIds(about, value.attachments, 'DocumentReference')
  return {
    ...now,
    meta: writeLabels(value, now.meta),
    extension: writeRequestExtensions(value, now.extension),
    identifier: list(now.identifier, value.identifiers, readIdentifier, byHandle, writeIdentifier),
    basedOn: writeFirst(now.basedOn, value.parentReferralId, 'ServiceRequest'),
    replaces: writeFirst(now.replaces, value.reReferralOf, 'ServiceRequest'),
    status: value.requestStatus,
    intent: value.intent,
    category: writeCategories(value, now.category),
    priority: isRead(value.priority, priorityIn, now, task) ? now.priority : value.priority,
    code: value.service && writeConcept(value.service, now.code),
    orderDetail: writeOneTerm(now.orderDetail, value.doNotContact, subjectContact),
    subject: isRead(value.clientId, clientIn, now, task) ? now.subject : pointing(`Patient/${value.clientId}`, now.subject),
    authoredOn: (now.authoredOn ?? task.authoredOn) === value.requestedAt ? now.authoredOn : value.requestedAt,
    requester: isRead(value.requester, requesterIn, now, task)
      ? now.requester
      : value.requester && writeRef(value.requester, requesters[0]!, now.requester),
    performer: isRead(value.target, targetIn, now, task) ? now.performer : performer,
    reasonReference: writeIds(now.reasonReference, value.reasons, 'Condition'),
    insurance: writeFirst(now.insurance, value.coverageId, 'Coverage'),
    supportingInfo: about,
    patientInstruction: value.patientInstruction,
  } as fhir.ServiceRequest
}

function writeTaskExtensions(value: Referral, now: fhir.Extension[] | undefined): fhir.Extension[] | undefined {
  let all = list<fhir.Extension, Candidate>(now, value.candidates, candidateIn, inWords, (one, prior) => ({
    ...prior,
    url: url.candidate,
    valueReference: writeRef(one, targets[0], prior?.valueReference),
  }))
  all = setExtension(all, url.expires, 'valueDateTime', value.expiresAt)
  const inner = find(all, url.confirmed)?.extension
  all = setExtension(all, url.confirmed, 'extension', value.clientConfirmed && writeConfirmed(value.clientConfirmed, inner))
  const changed = find(all, lastChangeUrl)?.extension
  return setExtension(all, lastChangeUrl, 'extension', value.lastChange && writeLastChange(value.lastChange, changed))
}

/** Without members, nothing. */
function orNone<T extends object>(element: Maybe<T>): T | undefined {
  const next = said<T>(element)
  for (const _ in next) return next
  return undefined
}

function spanOf({ startedAt: start, endedAt: end }: Referral, now: fhir.Period | undefined): fhir.Period | undefined {
  return now?.start === start && now?.end === end ? now : orNone<fhir.Period>({ ...now, start, end } as Maybe<fhir.Period>)
}

function restrictionOf({ respondBy: end }: Referral, now: fhir.TaskRestriction | undefined): fhir.TaskRestriction | undefined {
  if (now?.period?.end === end) return now
  const period = orNone<fhir.Period>({ ...now?.period, end } as Maybe<fhir.Period>)
  return orNone<fhir.TaskRestriction>({ ...now, period } as Maybe<fhir.TaskRestriction>)
}

function writeTask(value: Referral, now: fhir.Task, request: fhir.ServiceRequest, status: Referral['requestStatus'] | undefined) {
  const reason = now.statusReason
  return {
    ...now,
    ...writeState(value, now, status),
    extension: writeTaskExtensions(value, now.extension),
    statusReason: words(reason, '', []) === value.statusReason ? reason : writeWords(value.statusReason, reason),
    priority: isRead(value.priority, priorityIn, request, now) ? now.priority : value.priority,
    for: isRead(value.clientId, clientIn, request, now) ? now.for : pointing(`Patient/${value.clientId}`, now.for),
    executionPeriod: spanOf(value, now.executionPeriod),
    authoredOn: (request.authoredOn ?? now.authoredOn) === value.requestedAt ? now.authoredOn : value.requestedAt,
    requester: isRead(value.requester, requesterIn, request, now)
      ? now.requester
      : value.requester && writeRef(value.requester, requesters[0]!, now.requester),
    owner: isRead(value.target, targetIn, request, now)
      ? now.owner
      : value.target && writeRef(value.target, targets[0], now.owner),
    note: list(now.note, value.contactAttempts, readAttempt, byHandle, writeAttempt),
    restriction: restrictionOf(value, now.restriction),
    output: writeOutputs(value, now.output),
  } as fhir.Task
}

export function writeReferral(value: Referral, parts?: ReferralParts): ReferralParts {
  if (parts && !parts.Task) {
    const now = readReferral(parts)
    if (now.ok && equal(now.value, value)) return parts
  }
  const now = parts?.ServiceRequest ?? blank
  const work = parts ? (parts.Task ?? workFor(now)) : blankTask
  const ServiceRequest = unlessSame<fhir.ServiceRequest>(writeRequest(value, now, work), parts?.ServiceRequest)
  const Task = unlessSame<fhir.Task>(writeTask(value, work, now, parts && now.status), parts && work)
  return ServiceRequest === parts?.ServiceRequest && Task === parts.Task ? parts : { ...parts, ServiceRequest, Task }
}
