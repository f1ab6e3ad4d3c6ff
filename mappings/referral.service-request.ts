/**
 * Referral ↔ ServiceRequest and the Task that fulfils it. The Task owns the state of the work, the ServiceRequest the authorisation.
 * https://hl7.org/fhir/R4/servicerequest.html,
 * https://hl7.org/fhir/us/sdoh-clinicalcare/StructureDefinition-SDOHCC-TaskForReferralManagement.html
 */
import type * as fhir from '@medplum/fhirtypes'
import type { Concept } from '../src/domain/kernel.ts'
import { intents, needResolutions, type Outcome, Referral, requestStatuses } from '../src/domain/referral.ts'
import { sdohCodes } from '../src/domain/sdoh.ts'
import { asConcept } from '../src/lens/code-table.ts'
import type { Codec } from '../src/lens/codec.ts'
import { bool, dateTime, idOf, oneOf, refTo, text } from '../src/lens/codecs.ts'
import { equal } from '../src/lens/equal.ts'
import { mapping } from '../src/lens/mapping.ts'
import { shape, together } from '../src/lens/shape.ts'
import { closures, enrolment, outcomeKind, receipt, referralKind, staleness, subjectContact } from './codes/referral.ts'
import { holding, idIn, idsIn, mirrored, oneCoding, oneConcept, peek, some, valuesOf } from './shared/combine.ts'
import { concept, identifier } from './shared/datatypes.ts'
import { core, extension, local } from './shared/extension.ts'
import { labels } from './shared/labels.ts'
import { lastChange, lastChangeUrl } from './shared/last-change.ts'
import { reasonText } from './shared/reason-text.ts'
import { contactAttempt, kindOfReferral, outcomeOfWork, output } from './shared/referral-elements.ts'
import { taskStatuses, taskStatusFor, workState } from './shared/referral-state.ts'
import { specificCategory } from './shared/specific-category.ts'

export interface ReferralParts {
  readonly ServiceRequest: fhir.ServiceRequest
  readonly Task?: fhir.Task
}

const requester = <Raw extends fhir.Reference>() =>
  refTo<Raw, 'Practitioner', 'PractitionerRole' | 'Organization' | 'Patient' | 'RelatedPerson' | 'Device'>(
    'Practitioner',
    ...(['PractitionerRole', 'Organization', 'Patient', 'RelatedPerson', 'Device'] as const),
  )
const target = <Raw extends fhir.Reference>() =>
  refTo<Raw, 'HealthcareService', 'Organization' | 'PractitionerRole' | 'Practitioner' | 'CareTeam'>(
    'HealthcareService',
    ...(['Organization', 'PractitionerRole', 'Practitioner', 'CareTeam'] as const),
  )
const priority = oneOf('routine', 'urgent', 'asap', 'stat')

const resultingActivity = { coding: [{ system: sdohCodes, code: 'resulting-activity' }] }
const isActivity = ({ type, valueCodeableConcept }: fhir.TaskOutput): boolean =>
  valueCodeableConcept !== undefined && type?.coding?.some((one) => one.code === 'resulting-activity') === true

/** That it is said at all is the value. */
const flag = <T extends string>(word: T): Codec<T, true> => ({ name: word, read: () => true, write: () => word })

const blankTask: fhir.Task = {
  resourceType: 'Task',
  status: 'draft',
  intent: 'order',
  code: { coding: [{ system: 'http://hl7.org/fhir/CodeSystem/task-code', code: 'fulfill' }] },
}

const table = mapping<Referral, ReferralParts>({
  name: 'referral.service-request',
  version: 2,
  domain: Referral,
  owner: 'coordination',
  blank: {
    ServiceRequest: { resourceType: 'ServiceRequest', status: 'draft', intent: 'order', subject: {} },
    Task: blankTask,
  },
  fields: ({ ServiceRequest, Task }) => ({
    identifiers: ServiceRequest.identifier.each(identifier, { by: ['handle'] }),
    clientId: mirrored(ServiceRequest.subject.optional(idOf('Patient')), Task.for.optional(idOf('Patient'))).as(text),
    episodeId: extension(ServiceRequest, core('workflow-episodeOfCare')).valueReference.optional(idOf('EpisodeOfCare')),
    requester: mirrored(ServiceRequest.requester.optional(requester()), Task.requester.optional(requester())),
    kind: oneConcept(ServiceRequest.category, 'kind', referralKind, kindOfReferral),
    category: specificCategory(ServiceRequest.category),
    service: ServiceRequest.at('code').optional(concept),
    reasons: idsIn(ServiceRequest.reasonReference, 'Condition'),
    goalIds: valuesOf(ServiceRequest.extension, core('resource-pertainsToGoal'), (at) => at.valueReference.as(idOf('Goal'))),
    priority: mirrored(ServiceRequest.priority.optional(priority), Task.priority.optional(priority)).ownedBy('shared'),
    target: mirrored(ServiceRequest.performer.where({}).optional(target()), Task.at('owner').optional(target())),
    // HL7's candidateList takes no team, and nobody in a role.
    candidates: valuesOf(Task.extension, local('candidate'), (at) => at.valueReference.as(target())),
    intermediary: extension(ServiceRequest, local('referral-intermediary')).valueReference.optional(refTo('Organization')),
    intent: ServiceRequest.intent.as(oneOf(...intents)),
    consentId: idIn(ServiceRequest.supportingInfo, 'Consent'),
    coverageId: idIn(ServiceRequest.insurance, 'Coverage'),
    // ServiceRequest.insurance takes the payer's answer; the authorization is our own request for it.
    authorizationId: idIn(ServiceRequest.supportingInfo, 'Claim'),
    attachments: idsIn(ServiceRequest.supportingInfo, 'DocumentReference'),
    patientInstruction: ServiceRequest.patientInstruction.optional(text),
    doNotContact: oneConcept(ServiceRequest.orderDetail, 'contact', subjectContact),
    requestedAt: mirrored(ServiceRequest.authoredOn, Task.authoredOn).optional(dateTime),
    respondBy: Task.restriction.period.end.optional(dateTime),
    expiresAt: extension(Task, local('expires-at')).valueDateTime.optional(dateTime),
    startedAt: Task.executionPeriod.start.optional(dateTime).ownedBy('partner'),
    endedAt: Task.executionPeriod.end.optional(dateTime).ownedBy('partner'),
    stale: oneCoding(Task.businessStatus.coding, 'stale', staleness).optional(flag('stale')),
    contactAttempts: Task.note.each(contactAttempt.codec, contactAttempt.options),
    statusReason: Task.statusReason.optional(reasonText).ownedBy('shared'),
    outcome: together({
      kind: output(Task, 'outcome').valueCodeableConcept.optional(asConcept(outcomeKind)),
      procedures: some(
        Task.output.each(
          holding<fhir.TaskOutput, Concept>((at) => at.valueCodeableConcept.as(concept), { type: resultingActivity }),
          { by: (one) => JSON.stringify(one), only: { label: 'resulting-activity', test: isActivity } },
        ),
      ),
      enrolment: output(Task, 'enrolment').valueCodeableConcept.optional(asConcept(enrolment)),
      note: output(Task, 'outcome-note').valueString.optional(text),
    })
      .as<Outcome | undefined>(outcomeOfWork)
      .ownedBy('partner'),
    needResolved: output(Task, 'need-resolved').valueCode.optional(oneOf(...needResolutions)),
    clientConfirmed: extension(Task, local('client-confirmed')).optional(
      shape<fhir.Extension, NonNullable<Referral['clientConfirmed']>>(
        'client confirmed',
        (at) => ({
          at: extension(at, 'at').valueDateTime.as(dateTime),
          saidReceived: extension(at, 'saidReceived').valueBoolean.as(bool),
          stillNeeded: extension(at, 'stillNeeded').valueBoolean.as(bool),
        }),
        { url: local('client-confirmed') },
      ),
    ),
    parentReferralId: idIn(ServiceRequest.basedOn, 'ServiceRequest'),
    reReferralOf: idIn(ServiceRequest.replaces, 'ServiceRequest'),
    lastChange: extension(Task, lastChangeUrl).optional(lastChange),
    ...labels(ServiceRequest),
    requestStatus: ServiceRequest.status.as(oneOf(...requestStatuses)),
    closure: oneCoding(Task.businessStatus.coding, 'closure', closures),
    state: together({
      work: Task.status.optional(oneOf(...taskStatuses)),
      fine: oneCoding(Task.businessStatus.coding, 'received', receipt),
      request: peek(ServiceRequest.status.optional(oneOf(...requestStatuses))),
    })
      .as(workState)
      .ownedBy('partner'),
  }),
})

/** A foreign ServiceRequest has no Task as long as nothing changes here; then it gets one that stands where it stands. */
function taskFor({ status, subject, requester, performer, priority, authoredOn, meta }: fhir.ServiceRequest): fhir.Task {
  const owner = performer?.[0]
  return {
    ...blankTask,
    status: taskStatusFor(status),
    ...(meta?.security && { meta: { security: meta.security } }),
    for: subject,
    ...(requester && { requester }),
    ...(priority && { priority }),
    ...(owner && { owner }),
    ...(authoredOn !== undefined && { authoredOn }),
  }
}

const write: typeof table.write = (value, onto) => {
  if (!onto || onto.Task) return table.write(value, onto)
  const now = table.read(onto)
  return now.ok && equal(now.value, value) ? onto : table.write(value, { ...onto, Task: taskFor(onto.ServiceRequest) })
}

export default { ...table, write } satisfies typeof table
