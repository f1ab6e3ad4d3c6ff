/** A reference leads to a resource of a type that its element allows: whatever else is written is refused, or kept and tagged. */
import { afterEach, describe, expect, it } from 'vitest'
import { marisol, put, say } from '../support/coordination.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
afterEach(() => gateway.stop())

const fhir = { 'content-type': 'application/fhir+json' }
const doctor = { resourceType: 'Practitioner', id: 'dr-okafor', identifier: [{ system: 'urn:npi', value: '7' }] }
const mood = (reference: string) => ({
  ...{ resourceType: 'Observation', id: 'mood', status: 'final', code: { text: 'Mood' } },
  subject: { reference },
})
const write = (reference: string) => say(gateway, 'PUT', '/fhir/Observation/mood', mood(reference), fhir)
const refusal = {
  status: 422,
  body: {
    resourceType: 'OperationOutcome',
    issue: [
      { severity: 'error', expression: ['Observation.subject'], diagnostics: expect.stringContaining('not to Practitioner') },
    ],
  },
}

describe('a reference to a type that its element does not allow', () => {
  it('is refused, whoever it leads to and however it says so', async () => {
    gateway = await startGateway()
    await put(gateway, marisol)
    await put(gateway, doctor)
    const wrong = ['Practitioner/dr-okafor', 'Practitioner/dr-okafor/_history/1', 'https://ehr.example/fhir/Practitioner/7']
    for (const reference of [...wrong, 'Practitioner?identifier=urn:npi|7']) expect(await write(reference)).toMatchObject(refusal)
    expect((await write('Patient/cli-marisol')).status).toBe(201)
    const change = [{ op: 'replace', path: '/subject/reference', value: 'Practitioner/dr-okafor' }]
    const patched = say(gateway, 'PATCH', '/fhir/Observation/mood', change, { 'content-type': 'application/json-patch+json' })
    expect(await patched).toMatchObject(refusal)
    const asked = await say(gateway, 'POST', '/fhir/Observation/$validate', mood('Practitioner/dr-okafor'), fhir)
    expect(asked).toMatchObject({ status: 200, body: { issue: refusal.body.issue } })
  })

  it('is refused in a transaction, where the other entry tells the type', async () => {
    gateway = await startGateway()
    const [person, note] = ['urn:uuid:9f5f9b6e-6f0b-4b8e-8a0e-0b6d3f1c2a01', 'urn:uuid:9f5f9b6e-6f0b-4b8e-8a0e-0b6d3f1c2a02']
    const send = ({ id: _, ...whom }: typeof doctor | typeof marisol) =>
      say(
        gateway,
        'POST',
        '/fhir',
        {
          ...{ resourceType: 'Bundle', type: 'transaction' },
          entry: [
            { fullUrl: person, resource: whom, request: { method: 'POST', url: whom.resourceType } },
            { fullUrl: note, resource: mood(person), request: { method: 'POST', url: 'Observation' } },
          ],
        },
        fhir,
      )
    const refused = await send(doctor)
    expect(refused).toMatchObject({ status: 422, body: { resourceType: 'OperationOutcome' } })
    expect(refused.body.issue).toEqual([
      expect.objectContaining({
        expression: ['Bundle.entry[1].resource.subject'],
        diagnostics: expect.stringMatching(/not to Practitioner/),
      }),
    ])
    expect((await send(marisol)).status).toBe(200)
  })

  it('is refused where a patch in the transaction brings it', async () => {
    gateway = await startGateway()
    await put(gateway, marisol)
    await write('Patient/cli-marisol')
    const name = 'urn:uuid:9f5f9b6e-6f0b-4b8e-8a0e-0b6d3f1c2a03'
    const change = [{ op: 'replace', path: '/subject/reference', value: name }]
    const patch = { resourceType: 'Binary', contentType: 'application/json-patch+json', data: btoa(JSON.stringify(change)) }
    const send = ({ id: _, ...whom }: typeof doctor | typeof marisol) => {
      const entry = [
        { fullUrl: name, resource: whom, request: { method: 'POST', url: whom.resourceType } },
        { resource: patch, request: { method: 'PATCH', url: 'Observation/mood' } },
      ]
      return say(gateway, 'POST', '/fhir', { resourceType: 'Bundle', type: 'transaction', entry }, fhir)
    }
    expect(await send(doctor)).toMatchObject({
      status: 422,
      body: { issue: [{ diagnostics: expect.stringContaining('not to') }] },
    })
    expect((await send(marisol)).status).toBe(200)
    expect((await say(gateway, 'GET', '/fhir/Observation/mood')).body.subject.reference).toMatch(/^Patient\/cli-(?!marisol)/)
  })

  it('is kept and tagged where operators want it so, and stays what it is when the rest is changed', async () => {
    gateway = await startGateway({ validation: 'mark' })
    await put(gateway, marisol)
    const payor = [{ type: 'Device', reference: 'Device/d7', display: 'A vending machine' }]
    const theirs = {
      resourceType: 'Coverage',
      id: 'cov',
      status: 'active',
      beneficiary: { reference: 'Patient/cli-marisol' },
      payor,
    }
    await put(gateway, theirs)
    const kept = async () => (await say(gateway, 'GET', '/fhir/Coverage/cov')).body
    expect((await kept()).meta.tag).toMatchObject([{ code: 'invalid' }])
    const { body, etag } = await say(gateway, 'GET', '/coordination/coverages/cov')
    expect(body.payerOrg).toEqual({ external: { url: 'Device/d7', display: 'A vending machine' } })
    const changed = await say(
      gateway,
      'PATCH',
      '/coordination/coverages/cov',
      { kind: 'self-pay', relationship: 'self', priority: 1 },
      { 'if-match': etag, 'content-type': 'application/merge-patch+json' },
    )
    expect(changed.status, JSON.stringify(changed.body)).toBe(200)
    expect(await kept()).toMatchObject({ order: 1, payor, meta: { tag: [{ code: 'invalid' }] } })
  })

  it('is refused in the words of the care team', async () => {
    gateway = await startGateway()
    await put(gateway, marisol)
    const paidBy = (external: object) =>
      say(gateway, 'POST', '/coordination/coverages', {
        ...{ clientId: 'cli-marisol', kind: 'self-pay', relationship: 'self', priority: 1 },
        payerOrg: { external },
      })
    expect(await paidBy({ resourceType: 'Device', display: 'A vending machine' })).toMatchObject({
      status: 400,
      body: { issues: [{ path: 'payerOrg', message: expect.stringContaining('Organization or Patient or RelatedPerson') }] },
    })
    expect(await paidBy({ url: 'https://ehr.example/fhir/Device/7' })).toMatchObject({
      status: 422,
      body: { code: 'rule-broken', issues: [{ path: 'payerOrg', message: expect.stringContaining('not to Device') }] },
    })
    const parish = { resourceType: 'Organization', url: 'https://ehr.example/fhir/Organization/7', display: 'The parish' }
    expect((await paidBy(parish)).status).toBe(201)
  })
})

describe('a relative reference of no form', () => {
  const nowhere = ['nonsense', 'patient/cli-marisol', 'Patient/', 'Patient/1/2']

  it('is refused: it leads to nothing that could ever be here', async () => {
    gateway = await startGateway()
    const told = { severity: 'error', expression: ['Observation.subject'], diagnostics: expect.stringContaining('[type]/[id]') }
    for (const reference of nowhere) expect(await write(reference)).toMatchObject({ status: 422, body: { issue: [told] } })
    expect((await write('https://ehr.example/anything/at/all')).status).toBe(201)
  })

  it('is kept and tagged where operators want it so', async () => {
    gateway = await startGateway({ validation: 'mark' })
    for (const reference of nowhere) {
      expect([200, 201]).toContain((await write(reference)).status)
      const { body } = await say(gateway, 'GET', '/fhir/Observation/mood')
      expect(body).toMatchObject({ subject: { reference }, meta: { tag: [{ code: 'invalid' }] } })
    }
  })
})
