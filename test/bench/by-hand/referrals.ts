/** Invented referrals for the measuring of mappings: a ServiceRequest, and the Task that is its work. */
import type * as fhir from '@medplum/fhirtypes'
import type { ReferralParts } from '../../../mappings/referral.service-request.ts'
import { core, local, localSystem } from '../../../mappings/shared/extension.ts'
import { sdohCodes } from '../../../src/domain/sdoh.ts'

const meta: fhir.Meta = { versionId: '2', lastUpdated: '2026-02-01T10:00:00Z' }

export const referral = (n: number): Required<ReferralParts> => ({
  ServiceRequest: {
    resourceType: 'ServiceRequest',
    id: `r${n}`,
    meta,
    extension: [{ url: core('resource-pertainsToGoal'), valueReference: { reference: `Goal/g${n}` } }],
    identifier: [{ system: 'https://hospital.example/referrals', value: `${n}` }],
    status: 'active',
    intent: 'order',
    category: [
      { coding: [{ system: localSystem('referral-kind'), code: 'community-service' }] },
      { coding: [{ system: sdohCodes, code: 'housing-instability', display: 'Housing Instability' }] },
    ],
    priority: 'urgent',
    code: { coding: [{ system: 'http://snomed.info/sct', code: '410419007', display: 'Housing support' }] },
    subject: { reference: `Patient/p${n}`, display: 'Ada' },
    occurrenceDateTime: '2026-02-10',
    authoredOn: '2026-02-01T10:00:00-05:00',
    requester: { reference: 'PractitionerRole/lee' },
    performer: [{ reference: 'HealthcareService/h1', display: 'Legal aid' }],
    reasonReference: [{ reference: `Condition/c${n}` }],
    insurance: [{ reference: `Coverage/v${n}` }],
    supportingInfo: [{ reference: `Consent/n${n}` }, { reference: `DocumentReference/d${n}` }, { display: 'A letter' }],
    patientInstruction: 'Bring the letter',
  },
  Task: {
    resourceType: 'Task',
    id: `t${n}`,
    meta,
    extension: [{ url: local('candidate'), valueReference: { reference: 'Organization/harbor' } }],
    status: 'in-progress',
    intent: 'order',
    priority: 'urgent',
    code: { coding: [{ system: 'http://hl7.org/fhir/CodeSystem/task-code', code: 'fulfill' }] },
    focus: { reference: `ServiceRequest/r${n}` },
    for: { reference: `Patient/p${n}` },
    executionPeriod: { start: '2026-02-03T09:00:00-05:00' },
    authoredOn: '2026-02-01T10:00:00-05:00',
    requester: { reference: 'PractitionerRole/lee' },
    owner: { reference: 'HealthcareService/h1' },
    note: [
      {
        extension: [
          {
            url: local('referral-contact-attempt'),
            extension: [
              { url: 'channel', valueCode: 'phone' },
              { url: 'outcome', valueCode: 'reached' },
            ],
          },
        ],
        time: '2026-02-02T11:00:00-05:00',
        text: 'phone: reached',
      },
      { text: 'Asks for an interpreter' },
    ],
    restriction: { repetitions: 1, period: { end: '2026-02-08T17:00:00-05:00' } },
    output: [
      {
        type: { coding: [{ system: localSystem('referral-output'), code: 'outcome-note' }] },
        valueString: 'First visit kept',
      },
    ],
  },
})

const odd = (n: number, request: Partial<fhir.ServiceRequest>, task: Partial<fhir.Task>): ReferralParts => {
  const { ServiceRequest, Task } = referral(n)
  return { ServiceRequest: { ...ServiceRequest, ...request }, Task: { ...Task, ...task } }
}

export const oddReferrals: readonly ReferralParts[] = [
  { ServiceRequest: referral(1).ServiceRequest },
  odd(
    2,
    { subject: { display: 'Ada' }, requester: {}, priority: 'soon' as 'asap', performer: [{}], patientInstruction: '' },
    { status: 'waiting' as 'draft', owner: { display: 'Somebody' }, executionPeriod: { start: 'then' }, statusReason: {} },
  ),
  odd(
    3,
    { authoredOn: 'long ago', category: [{ text: 'any' }], code: { text: '' }, supportingInfo: [{ reference: 'Claim/1/2' }] },
    {
      status: 'requested',
      businessStatus: { coding: [{ system: localSystem('referral-business-status'), code: 'received' }] },
      extension: [
        { url: local('candidate'), valueReference: {} },
        { url: local('client-confirmed'), extension: [{ url: 'at', valueDateTime: '2026-03-01' }] },
      ],
      note: [{ extension: [{ url: local('referral-contact-attempt') }], text: 'tried' }],
      output: [{ type: { coding: [{ system: localSystem('referral-output'), code: 'need-resolved' }] }, valueCode: 'perhaps' }],
    },
  ),
]
