/** Conversations with `/coordination`, and the few FHIR resources that stories start from. */
import { expect } from 'vitest'
import { startGateway, type TestGateway } from './gateway.ts'

export interface Said {
  readonly status: number
  readonly etag: string
  // biome-ignore lint/suspicious/noExplicitAny: an answer is whatever it is; the stories look at it
  readonly body: any
}

/** Sends JSON and reads the answer; `status`, where given, is expected of it. */
export async function say(gateway: TestGateway, method: string, path: string, json?: unknown, headers = {}): Promise<Said> {
  const answer = await gateway.request(path, { method, headers, ...(json !== undefined && { json }) })
  const text = await answer.text()
  return { status: answer.status, etag: answer.headers.get('etag') ?? '', body: text === '' ? undefined : JSON.parse(text) }
}

/** Changes a member as it stands. */
export async function patch(gateway: TestGateway, member: string, change: object): Promise<Said> {
  const { etag } = await say(gateway, 'GET', `/coordination/${member}`)
  const headers = { 'if-match': etag, 'content-type': 'application/merge-patch+json' }
  return say(gateway, 'PATCH', `/coordination/${member}`, change, headers)
}

/** A new member of a collection, which must be taken; its id. */
export async function make(gateway: TestGateway, collection: string, body: object): Promise<string> {
  const answer = await say(gateway, 'POST', `/coordination/${collection}`, body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return answer.body.id
}

/** An event of a member, which must be allowed. */
export async function event(gateway: TestGateway, member: string, type: string, details: object = {}): Promise<Said['body']> {
  const moved = await say(gateway, 'POST', `/coordination/${member}/events`, { type, ...details })
  expect(moved.body, `${type} of ${member}`).toMatchObject({ state: expect.anything() })
  expect(moved.status).toBe(200)
  return moved.body
}

export interface ResourceToPut {
  readonly resourceType: string
  readonly id: string
  readonly [element: string]: unknown
}

/** Puts a FHIR resource under its own id. */
export async function put(gateway: TestGateway, resource: ResourceToPut): Promise<void> {
  const answer = await gateway.request(`/fhir/${resource.resourceType}/${resource.id}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify(resource),
  })
  expect(answer.status, await answer.text()).toBeLessThan(300)
}

/** A gateway at which these are known already. */
export async function gatewayWith(...resources: ResourceToPut[]): Promise<TestGateway> {
  const gateway = await startGateway()
  for (const resource of resources) await put(gateway, resource)
  return gateway
}

/** A client who lives in New York. All people are invented. */
export const marisol = {
  resourceType: 'Patient',
  id: 'cli-marisol',
  name: [{ use: 'official', family: 'Vega', given: ['Marisol'] }],
  extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/timezone', valueCode: 'America/New_York' }],
}

/** On what 42 CFR Part 2 protects. */
export const part2 = { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: '42CFRPart2' }] }

/** Her consent to tell others what they need to know. */
export const consent = {
  resourceType: 'Consent',
  id: 'con-marisol',
  status: 'active',
  scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }] },
  category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }],
  patient: { reference: 'Patient/cli-marisol' },
  policyRule: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentpolicycodes', code: 'hipaa-auth' }] },
  provision: { period: { end: '2027-03-01' } },
}

/** What social needs and the services for them are coded by. */
export const sdoh = 'http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes'

/** A referral for food, as a command tells it; whose it is, and by which consent, the story says. */
export const parcels = {
  kind: 'community-service',
  category: { system: sdoh, code: 'food-insecurity' },
  service: { text: 'Food parcels' },
  reasons: ['ned-hunger'],
  priority: 'routine',
  intent: 'order',
}

/** What she is in need of, as she agrees. */
export const hunger = {
  ...{ resourceType: 'Condition', id: 'ned-hunger', subject: { reference: 'Patient/cli-marisol' }, code: { text: 'Hunger' } },
  clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] },
  verificationStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-ver-status', code: 'confirmed' }] },
}

/** Work that partners are told of. */
export const fetching = {
  resourceType: 'Task',
  id: 'tsk-1',
  status: 'requested',
  intent: 'order',
  description: 'Parcels',
  for: { reference: 'Patient/cli-marisol' },
}
