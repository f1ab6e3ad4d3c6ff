/**
 * What is made of records tells no more than they do: counts, states and lists are the same to whoever has no right to what is specially
 * protected, whether it is there or not. Two gateways, one of which has such records besides, are asked by such a one. Everybody is invented.
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { part2, sdoh } from '../support/coordination.ts'
import { answer, openSide, type Side } from '../support/sides.ts'

const local = 'https://warm-handoff.example/fhir'
const coded = (system: string, code: string) => ({ coding: [{ system, code }] })
const food = coded(sdoh, 'food-insecurity')
const snomed = 'http://snomed.info/sct'

/** So many clients whose referrals were sent in February; each closed, or not. */
const helped = (name: string, count: number, more: object = {}) =>
  Array.from({ length: count }, (_, i) => `${name}-${i}`).flatMap((id) => [
    { resourceType: 'Patient', id, ...more },
    {
      ...{ resourceType: 'ServiceRequest', id: `ref-${id}`, status: 'active', intent: 'order', authoredOn: '2026-02-03' },
      ...{ subject: { reference: `Patient/${id}` }, category: [food], code: coded(snomed, '3457005'), ...more },
    },
    {
      ...{ resourceType: 'Task', id: `tsk-${id}`, status: 'accepted', intent: 'order', for: { reference: `Patient/${id}` } },
      ...{ focus: { reference: `ServiceRequest/ref-${id}` }, owner: { reference: 'HealthcareService/svc-1' }, ...more },
    },
  ])
const subject = { reference: 'Patient/rosa' }
const work = (id: string, more: object = {}) => ({
  ...{ resourceType: 'Task', id, status: 'ready', intent: 'order', for: subject, description: 'A call' },
  ...{ code: coded(`${local}/CodeSystem/work-item-kind`, 'call'), owner: { reference: 'PractitionerRole/prl-1' }, ...more },
})
const crisis = (id: string, start: string, more: object = {}) => ({
  ...{ resourceType: 'Flag', id, status: 'active', subject, code: { text: 'Crisis' }, period: { start } },
  ...{ identifier: [{ system: `${local}/NamingSystem/crisis-event`, value: id }], ...more },
})
const known = [
  { resourceType: 'Patient', id: 'rosa', name: [{ family: 'Quintero' }] },
  { resourceType: 'Practitioner', id: 'prc-1' },
  { resourceType: 'PractitionerRole', id: 'prl-1', practitioner: { reference: 'Practitioner/prc-1' } },
  {
    ...{ resourceType: 'Condition', id: 'ned-1', subject, code: { text: 'Food' }, category: [food] },
    clinicalStatus: coded('http://terminology.hl7.org/CodeSystem/condition-clinical', 'active'),
    verificationStatus: coded('http://terminology.hl7.org/CodeSystem/condition-ver-status', 'confirmed'),
  },
  { resourceType: 'Organization', id: 'org-1', name: 'Harbor Street' },
  {
    ...{ resourceType: 'HealthcareService', id: 'svc-1', active: true, name: 'Pantry', category: [food] },
    providedBy: { reference: 'Organization/org-1' },
  },
  {
    ...{ resourceType: 'CarePlan', id: 'cpl-1', status: 'revoked', intent: 'plan', title: 'Together', subject },
    category: [coded(`${local}/CodeSystem/care-plan-kind`, 'coordination')],
  },
  {
    ...{
      resourceType: 'List',
      id: 'cld-1',
      status: 'current',
      mode: 'working',
      code: coded(`${local}/CodeSystem/list-kind`, 'caseload'),
    },
    ...{ source: { reference: 'PractitionerRole/prl-1' }, entry: [{ item: subject }] },
  },
  {
    ...{ resourceType: 'CarePlan', id: 'cpl-2', status: 'active', intent: 'plan', title: 'Apart', subject },
    ...{ period: { start: '2026-02-01' }, goal: [{ reference: 'Goal/gol-1' }] },
    category: [coded(`${local}/CodeSystem/care-plan-kind`, 'treatment')],
    extension: [{ url: `${local}/StructureDefinition/review-every`, valueString: 'P90D' }],
  },
  crisis('cri-1', '2026-01-10'),
  work('wki-1'),
  ...helped('ann', 12),
]
const secrets = [
  { resourceType: 'Patient', id: 'secret', meta: part2 },
  { resourceType: 'Practitioner', id: 'prc-secret', meta: part2 },
  {
    resourceType: 'List',
    id: 'cld-secret',
    status: 'current',
    mode: 'working',
    code: coded(`${local}/CodeSystem/list-kind`, 'caseload'),
    meta: part2,
  },
  work('wki-secret', { meta: part2 }),
  ...helped('sam', 12, { meta: part2 }),
  // Turned down for her need, and told so.
  {
    ...{ resourceType: 'ServiceRequest', id: 'ref-no', meta: part2, status: 'active', intent: 'order', subject },
    category: [food],
    ...{ reasonReference: [{ reference: 'Condition/ned-1' }], performer: [{ reference: 'HealthcareService/svc-1' }] },
  },
  {
    ...{ resourceType: 'Task', id: 'tsk-no', status: 'rejected', intent: 'order', for: subject, meta: part2 },
    ...{ focus: { reference: 'ServiceRequest/ref-no' }, owner: { reference: 'HealthcareService/svc-1' } },
  },
  crisis('cri-secret', '2026-03-01', { meta: part2 }),
  {
    ...{ resourceType: 'Encounter', id: 'enc-secret', status: 'finished', subject, meta: part2 },
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
    period: { start: '2026-02-20T10:00:00Z', end: '2026-03-01T10:00:00Z' },
  },
  {
    ...{ resourceType: 'CarePlan', id: 'cpl-secret', status: 'active', intent: 'plan', title: 'Together', subject, meta: part2 },
    ...{ replaces: [{ reference: 'CarePlan/cpl-1' }], addresses: [{ reference: 'Condition/ned-1' }] },
  },
]

let without: Side
let beside: Side
beforeAll(async () => {
  ;[without, beside] = await Promise.all([openSide(...known), openSide(...known, ...secrets)])
})
afterAll(() => Promise.all([without.gateway.stop(), beside.gateway.stop()]))

it.each<[path: string, tells: string]>([
  ['/coordination/measures?from=2026-02', '"clients":12'],
  ['/coordination/services/matches?need=ned-1', '"serviceId":"svc-1"'],
  ['/coordination/caseloads/cld-1/worklist', 'wki-1'],
  ['/coordination/caseloads/cld-1', '"load"'],
  ['/coordination/caseloads/cld-secret/worklist', 'not-found'],
  ['/coordination/practitioners/prc-1/queue', 'wki-1'],
  ['/coordination/practitioners/prc-secret/queue', 'not-found'],
  ['/coordination/clients/rosa/timeline', 'ned-1'],
  ['/coordination/clients/secret/timeline', 'not-found'],
  ['/coordination/clients/rosa', '"state":"registered"'],
  ['/coordination/needs?client=rosa&state=confirmed', 'ned-1'],
  ['/coordination/care-plans/cpl-1', '"state":"revoked"'],
  ['/coordination/care-plans/cpl-2', '"nextReviewOn"'],
  ['/coordination/care-plans/cpl-1/pack', 'Together'],
  ['/coordination/work-items', 'wki-1'],
  ['/fhir/Patient/rosa/$everything', 'ned-1'],
])('%s', async (path, tells) => {
  const [here, there] = await Promise.all([without, beside].map((side) => answer(side, { method: 'GET', path })))
  expect(there).toBe(here)
  expect(here).toContain(tells)
})
