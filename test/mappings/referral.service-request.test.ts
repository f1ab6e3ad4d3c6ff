/** A referral as others write it, and as we write it for them. */
import type { ServiceRequest, Task } from '@medplum/fhirtypes'
import { describe, expect, it, test } from 'vitest'
import { isReferral } from '../../mappings/codes/referral.ts'
import referral, { type ReferralParts } from '../../mappings/referral.service-request.ts'
import { type Referral, type RequestStatus, type WorkState, workStates } from '../../src/domain/referral.ts'
import { requestStatusOf, shownState } from '../../src/domain/referral-rules.ts'
import { sdoh } from '../support/coordination.ts'
import { corpora, resourcesOf } from '../support/corpora.ts'

const blank: Referral = {
  identifiers: [],
  clientId: 'cli-1',
  reasons: [],
  goalIds: [],
  candidates: [],
  intent: 'order',
  attachments: [],
  contactAttempts: [],
  sensitivity: [],
  legalBasis: [],
  requestStatus: 'draft',
  state: 'draft',
}

function read(parts: ReferralParts): Referral {
  const reading = referral.read(parts)
  if (!reading.ok) throw new Error(JSON.stringify(reading.issues))
  return reading.value
}
const stateIn = (parts: ReferralParts) => shownState(read(parts))

const request = (status: RequestStatus): ServiceRequest => ({
  resourceType: 'ServiceRequest',
  status,
  intent: 'order',
  subject: { reference: 'Patient/cli-1' },
})
const task = (status: Task['status']): Task => ({ resourceType: 'Task', status, intent: 'order' })

/** As the rules of the state and the mapping write it together. */
const written = (state: WorkState, more: Partial<Referral> = {}): Required<ReferralParts> => {
  const value = { ...blank, state, requestStatus: requestStatusOf(state, state, undefined), ...more }
  return referral.write(value) as Required<ReferralParts>
}

describe('states', () => {
  /** ServiceRequest.status, Task.status: what each state is written as. */
  const toFhir: Record<WorkState, [RequestStatus, Task['status']]> = {
    draft: ['draft', 'draft'],
    requested: ['active', 'requested'],
    received: ['active', 'received'],
    accepted: ['active', 'accepted'],
    rejected: ['active', 'rejected'],
    'in-progress': ['active', 'in-progress'],
    'on-hold': ['active', 'on-hold'],
    completed: ['completed', 'completed'],
    failed: ['active', 'failed'],
    cancelled: ['revoked', 'cancelled'],
    'entered-in-error': ['entered-in-error', 'entered-in-error'],
  }

  it.each(workStates)('%s goes out and comes back', (state) => {
    const parts = written(state)
    expect([parts.ServiceRequest.status, parts.Task.status]).toEqual(toFhir[state])
    expect(stateIn(parts)).toBe(state)
  })

  it.each(['completed', 'failed', 'rejected'] as const)('a loop closed after %s keeps how the work ended', (ended) => {
    for (const closure of ['confirmed', 'unconfirmed'] as const) {
      const parts = written(ended, { closure })
      expect(parts.Task.status).toBe(ended)
      expect(parts.Task.businessStatus?.coding).toEqual([
        { system: 'https://warm-handoff.example/fhir/CodeSystem/referral-business-status', code: `closed-${closure}` },
      ])
      expect(stateIn(parts)).toBe(`closed-${closure}`)
      // Somebody who drops our codes leaves the end of the work.
      const { businessStatus: _, ...stripped } = parts.Task
      expect(stateIn({ ...parts, Task: stripped })).toBe(ended)
    }
  })

  it('writing a closed state leaves the Task where it stands', () => {
    const parts = written('failed')
    const closed = { ...read(parts), closure: 'confirmed', state: 'closed-confirmed' } as const
    expect(referral.write(closed, parts).Task?.status).toBe('failed')
  })

  it('an acknowledgement of receipt travels as our own code where a guide has no word for it', () => {
    const businessStatus = {
      coding: [{ system: 'https://warm-handoff.example/fhir/CodeSystem/referral-business-status', code: 'received' }],
    }
    expect(stateIn({ ServiceRequest: request('active'), Task: { ...task('requested'), businessStatus } })).toBe('received')
    expect(stateIn({ ServiceRequest: request('active'), Task: task('requested') })).toBe('requested')
    expect(stateIn({ ServiceRequest: request('active'), Task: { ...task('accepted'), businessStatus } })).toBe('accepted')
  })

  it('a partner’s ready is accepted, and stays ready', () => {
    const parts = { ServiceRequest: request('active'), Task: task('ready') }
    expect(stateIn(parts)).toBe('accepted')
    expect(referral.write({ ...read(parts), patientInstruction: 'Ring twice.' }, parts).Task).toBe(parts.Task)
  })

  it('the Task has the last word', () => {
    expect(stateIn({ ServiceRequest: request('completed'), Task: task('in-progress') })).toBe('in-progress')
    expect(stateIn({ ServiceRequest: request('revoked'), Task: task('rejected') })).toBe('rejected')
  })

  it.each([
    ['draft', 'draft'],
    ['active', 'requested'],
    ['on-hold', 'on-hold'],
    ['completed', 'completed'],
    ['revoked', 'cancelled'],
    ['entered-in-error', 'entered-in-error'],
    ['unknown', 'requested'],
  ] as const)('without a Task, a ServiceRequest that is %s reads %s', (status, state) => {
    expect(stateIn({ ServiceRequest: request(status) })).toBe(state)
  })
})

describe('a ServiceRequest that came without a Task', () => {
  const foreign: ServiceRequest = {
    ...request('active'),
    requester: { reference: 'Practitioner/p1', display: 'Dr. Adeyemi' },
    performer: [{ reference: 'Organization/o1' }, { reference: 'Organization/o2' }],
    priority: 'urgent',
    authoredOn: '2026-03-01',
    meta: { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'MH' }] },
  }

  it('is left without one as long as nothing changes', () => {
    const parts = { ServiceRequest: foreign }
    expect(referral.write(read(parts), parts)).toBe(parts)
  })

  it('gets one that stands where it stands when something does', () => {
    const parts = { ServiceRequest: foreign }
    const accepted = referral.write({ ...read(parts), state: 'accepted' }, parts)
    expect(accepted.ServiceRequest).toBe(foreign)
    expect(accepted.Task).toMatchObject({
      resourceType: 'Task',
      status: 'accepted',
      intent: 'order',
      for: { reference: 'Patient/cli-1' },
      requester: { reference: 'Practitioner/p1' },
      owner: { reference: 'Organization/o1' },
      priority: 'urgent',
      authoredOn: '2026-03-01',
      meta: { security: [{ code: 'MH' }] },
    })
    expect(read(accepted)).toEqual({ ...read(parts), state: 'accepted' })
  })
})

describe('what we write', () => {
  const value: Referral = {
    ...blank,
    kind: 'community-service',
    category: {
      system: sdoh,
      code: 'food-insecurity',
    },
    service: { codings: [{ system: 'http://snomed.info/sct', code: '467771000124109' }] },
    reasons: ['ned-1'],
    priority: 'urgent',
    target: { id: 'svc-1' },
    consentId: 'con-1',
    coverageId: 'cov-1',
    attachments: ['doc-1', 'doc-2'],
    doNotContact: 'only-through-coordinator',
    requestedAt: '2026-03-02T09:30:00Z',
    respondBy: '2026-03-03T09:30:00Z',
    requestStatus: 'active',
    state: 'requested',
    contactAttempts: [{ handle: 'a1', at: '2026-03-04T10:00:00Z', channel: 'phone', outcome: 'no-answer', note: 'Rang twice.' }],
    sensitivity: ['MH'],
    confidentiality: 'R',
  }
  const parts = referral.write(value) as Required<ReferralParts>

  it('says on the Task what a performer looks for there', () => {
    expect(parts.Task).toMatchObject({
      status: 'requested',
      intent: 'order',
      code: { coding: [{ system: 'http://hl7.org/fhir/CodeSystem/task-code', code: 'fulfill' }] },
      priority: 'urgent',
      for: { reference: 'Patient/cli-1' },
      owner: { reference: 'HealthcareService/svc-1' },
      authoredOn: '2026-03-02T09:30:00Z',
      restriction: { period: { end: '2026-03-03T09:30:00Z' } },
      note: [{ time: '2026-03-04T10:00:00Z', text: 'phone: no-answer. Rang twice.' }],
    })
  })

  it('says on the ServiceRequest what is asked, and under which consent', () => {
    expect(parts.ServiceRequest).toMatchObject({
      status: 'active',
      subject: { reference: 'Patient/cli-1' },
      performer: [{ reference: 'HealthcareService/svc-1' }],
      reasonReference: [{ reference: 'Condition/ned-1' }],
      insurance: [{ reference: 'Coverage/cov-1' }],
      supportingInfo: [
        { reference: 'Consent/con-1' },
        { reference: 'DocumentReference/doc-1' },
        { reference: 'DocumentReference/doc-2' },
      ],
    })
    expect(parts.ServiceRequest.orderDetail?.[0]?.coding?.[0]?.code).toBe('contacting-subject-prohibited')
    expect(parts.ServiceRequest.meta?.security?.map(({ code }) => code)).toEqual(['MH', 'R'])
  })

  it('is a referral for everybody who looks', () => {
    expect(isReferral(parts.ServiceRequest)).toBe(true)
    expect(parts.ServiceRequest.category?.flatMap(({ coding }) => coding?.map(({ code }) => code))).toEqual([
      'community-service',
      '3457005',
      'food-insecurity',
    ])
  })

  it('comes back as it went', () => {
    expect(read(parts)).toEqual({ ...value, service: { codings: value.service!.codings } })
  })
})

describe('what others write', () => {
  it('reads the specific category past the general one, and leaves the general one alone', () => {
    const general = { coding: [{ system: 'http://snomed.info/sct', code: '410606002' }] }
    const parts = {
      ServiceRequest: { ...request('active'), category: [general, { coding: [{ system: sdoh, code: 'homelessness' }] }] },
      Task: task('requested'),
    }
    expect(read(parts).category).toEqual({ system: sdoh, code: 'homelessness' })
    const { category: _, ...without } = read(parts)
    expect(referral.write(without, parts).ServiceRequest.category).toEqual([general])
    const changed = referral.write({ ...without, category: { system: 'http://snomed.info/sct', code: '386053000' } }, parts)
    expect(read(changed).category?.code).toBe('386053000')
    expect(changed.ServiceRequest.category?.[0]).toEqual(general)
  })

  it('reads a coded reason by what it displays, and an unknown outcome not at all', () => {
    const parts: ReferralParts = {
      ServiceRequest: request('active'),
      Task: {
        ...task('rejected'),
        statusReason: { coding: [{ system: 'urn:partner', code: 'full', display: 'No room' }] },
        output: [
          {
            type: { coding: [{ system: 'https://warm-handoff.example/fhir/CodeSystem/referral-output', code: 'outcome' }] },
            valueCodeableConcept: { coding: [{ system: 'urn:partner', code: 'splendid' }] },
          },
        ],
      },
    }
    const reading = referral.read(parts)
    expect(reading).toMatchObject({ ok: true, value: { statusReason: 'No room' } })
    expect(reading.ok && reading.value.outcome).toBeUndefined()
    expect(reading.ok && reading.warnings.map(({ path }) => path)).toEqual([expect.stringContaining('Task.output')])
    expect(referral.write(read(parts), parts)).toBe(parts)
  })

  it('is not read as a referral where it is about nobody, or about a group', () => {
    const { subject: _, ...nobody } = request('active')
    expect(referral.read({ ServiceRequest: nobody as ServiceRequest }).ok).toBe(false)
    expect(referral.read({ ServiceRequest: { ...request('active'), subject: { reference: 'Group/g1' } } }).ok).toBe(false)
  })

  it('orders are no referrals', () => {
    const order = (category: object[], code?: object) =>
      isReferral({ ...request('active'), category, code } as unknown as ServiceRequest)
    expect(order([])).toBe(false)
    expect(order([{ coding: [{ system: 'http://snomed.info/sct', code: '108252007' }] }])).toBe(false)
    expect(order([{ text: 'referral' }])).toBe(false)
    expect(order([], { coding: [{ system: 'http://snomed.info/sct', code: '306227000' }] })).toBe(true)
    expect(order([], { coding: [{ system: 'urn:other', code: '306227000' }] })).toBe(false)
    expect(order([{ coding: [{ system: sdoh, code: 'food-insecurity' }] }])).toBe(true)
  })
})

test.skipIf(corpora === undefined)(
  'published referrals are claimed and read; published orders are not claimed (needs CORPORA)',
  () => {
    const all = resourcesOf(new Set(['ServiceRequest']), ['1_igs']).map(({ from, resource }) => ({
      from,
      resource: resource as unknown as ServiceRequest,
    }))
    const claimed = all.filter(({ resource }) => isReferral(resource))
    expect(claimed.length).toBeGreaterThanOrEqual(5)
    for (const { from, resource } of claimed) {
      expect(from).toMatch(/sdoh|bser|us-behavioral|Bundle-f202/)
      const parts = { ServiceRequest: resource }
      expect(referral.write(read(parts), parts), from).toBe(parts)
    }
    expect(all.filter(({ from, resource }) => /sdoh|bser/.test(from) && !isReferral(resource))).toEqual([])
  },
)
