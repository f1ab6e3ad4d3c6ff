/** A resource says which profiles it keeps (meta.profile), and is held to those of them that are known here. */
import { afterEach, describe, expect, it } from 'vitest'
import { registerClient } from '../support/client.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

const ours = 'https://warm-handoff.example/fhir/StructureDefinition/handoff-client'
const usCore = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient'
const rosa = {
  resourceType: 'Patient',
  id: 'rosa',
  identifier: [{ system: 'urn:mrn', value: '1' }],
  active: true,
  name: [{ family: 'Quintero' }],
  gender: 'female',
}
const { gender: _, ...untold } = rosa
const claiming = (resource: object, ...profile: string[]) => ({ ...resource, meta: { profile } })

let gateway: TestGateway
afterEach(() => gateway.stop())

const send = async (method: string, path: string, body: object, type = 'application/fhir+json') => {
  const answer = await gateway.request(path, { method, headers: { 'content-type': type }, body: JSON.stringify(body) })
  return {
    status: answer.status,
    body: (await answer.json()) as { issue?: { severity: string; code: string; diagnostics: string; expression?: string[] }[] },
  }
}
const missing = [422, 'invalid', ['Patient.gender'], `is required (${ours})`]
const first = ({ status, body }: Awaited<ReturnType<typeof send>>) => [
  status,
  body.issue?.[0]?.code,
  body.issue?.[0]?.expression,
  body.issue?.[0]?.diagnostics,
]

describe('a write that claims a profile', () => {
  it('is taken where it keeps it, and refused where it does not: alone, in a transaction, by a patch', async () => {
    gateway = await startGateway()
    expect((await send('PUT', '/fhir/Patient/rosa', claiming(rosa, ours))).status).toBe(201)
    expect(first(await send('PUT', '/fhir/Patient/rosa', claiming(untold, ours)))).toEqual(missing)
    const request = { method: 'POST', url: 'Patient' }
    const transaction = { resourceType: 'Bundle', type: 'transaction', entry: [{ resource: claiming(untold, ours), request }] }
    const refused = await send('POST', '/fhir', transaction)
    expect([refused.status, refused.body.issue?.[0]?.expression]).toEqual([422, ['Bundle.entry[0].resource.gender']])
    const patch = [{ op: 'remove', path: '/gender' }]
    expect(first(await send('PATCH', '/fhir/Patient/rosa', patch, 'application/json-patch+json'))).toEqual(missing)
    expect((await send('PUT', '/fhir/Patient/rosa', untold)).status).toBe(200)
  })

  it('is not refused for a profile that nobody here knows', async () => {
    gateway = await startGateway()
    expect((await send('PUT', '/fhir/Patient/rosa', claiming(untold, usCore, 'https://x.example/p'))).status).toBe(201)
  })

  it('is kept with warnings, where the operator wants it so', async () => {
    gateway = await startGateway({ validation: 'mark' })
    const headers = { 'content-type': 'application/fhir+json', prefer: 'return=OperationOutcome' }
    const answer = await gateway.request('/fhir/Patient/rosa', {
      method: 'PUT',
      headers,
      body: JSON.stringify(claiming(untold, ours)),
    })
    expect(answer.status).toBe(201)
    expect(await answer.json()).toMatchObject({ issue: [{ severity: 'warning', diagnostics: `is required (${ours})` }] })
  })
})

it.each([
  ['mark', 'refuse', 201],
  ['refuse', 'mark', 422],
] as const)('a client that is registered with %s is judged so, whatever goes for others', async (own, others, status) => {
  gateway = await startGateway({ auth: 'smart', validation: others })
  const scope = 'system/Patient.cruds'
  const headers = { ...(await (await registerClient(gateway, scope, { validation: own })).bearer(scope)) }
  const usual = { ...(await (await registerClient(gateway, scope)).bearer(scope)) }
  const put = async (id: string, given: Record<string, string>) => {
    const answer = await gateway.request(`/fhir/Patient/${id}`, {
      method: 'PUT',
      json: { ...claiming(untold, ours), id },
      headers: { ...given, 'content-type': 'application/fhir+json' },
    })
    return answer.status
  }
  expect([await put('rosa', headers), await put('luis', usual)]).toEqual([status, status === 201 ? 422 : 201])
})

describe('$validate', () => {
  it('asks what the resource claims and what the question names, and tells what it cannot ask', async () => {
    gateway = await startGateway()
    const claimed = await send('POST', '/fhir/Patient/$validate', claiming(untold, ours, usCore))
    expect(claimed.status).toBe(200)
    expect(claimed.body.issue?.map(({ severity, diagnostics }) => [severity, diagnostics])).toEqual([
      ['error', `is required (${ours})`],
      ['warning', `The profile ${usCore} is not known here.`],
    ])
    const note = 'https://warm-handoff.example/fhir/StructureDefinition/handoff-session-document-reference'
    const derived = await send('POST', `/fhir/DocumentReference/$validate?profile=${note}`, {
      resourceType: 'DocumentReference',
      status: 'current',
      content: [{ attachment: { url: 'urn:x' } }],
    })
    expect(derived.body.issue?.at(-1)).toMatchObject({
      severity: 'information',
      diagnostics: expect.stringMatching(/us-core-documentreference, which is not known here/),
    })
    const asked = await send('POST', `/fhir/Patient/$validate?profile=${ours}`, untold)
    expect(asked.body.issue?.[0]).toMatchObject({ severity: 'error', expression: ['Patient.gender'] })
    const fine = await send('POST', '/fhir/Patient/$validate', {
      resourceType: 'Parameters',
      parameter: [
        { name: 'profile', valueUri: ours },
        { name: 'mode', valueCode: 'create' },
        { name: 'resource', resource: rosa },
      ],
    })
    expect(fine.body.issue?.map(({ severity }) => severity)).toEqual(['information'])
    const other = await send('POST', `/fhir/Group/$validate?profile=${ours}`, {
      resourceType: 'Group',
      type: 'person',
      actual: true,
    })
    expect(other.body.issue?.[0]).toMatchObject({ severity: 'error', diagnostics: `is a profile of Patient (${ours})` })
  })

  it('looks at extensions of ours, wherever they stand', async () => {
    gateway = await startGateway()
    const [pronouns] = ['https://warm-handoff.example/fhir/StructureDefinition/contact-safety']
    const misplaced = { ...rosa, name: [{ family: 'Quintero', extension: [{ url: pronouns, valueCode: 'yes' }] }] }
    const answer = await send('POST', '/fhir/Patient/$validate', misplaced)
    expect(answer.body.issue?.[0]).toMatchObject({ severity: 'error', expression: ['Patient.name[0].extension[0]'] })
  })
})
