/** Before an EHR writes it asks whether that would be taken; and it labels what stands. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { dischargeMessage } from '../support/hl7v2.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await startGateway()
  await send('PUT', '/fhir/Patient/rosa', { ...rosa, meta: { tag: [{ system: 'urn:t', code: 'a' }] } })
})
afterEach(() => gateway.stop())

const rosa = { resourceType: 'Patient', id: 'rosa', active: true }
const send = (method: string, path: string, body?: unknown) =>
  gateway.request(path, {
    method,
    headers: { 'content-type': 'application/fhir+json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
const told = async (answer: Response) => {
  const { issue } = (await answer.json()) as { issue: { severity: string; code: string }[] }
  return [answer.status, issue[0]!.severity, issue[0]!.code]
}
const taken = [200, 'information', 'informational']
const inParameters = (...parameter: object[]) => ({ resourceType: 'Parameters', parameter })

describe('$validate', () => {
  it('says yes to what is valid, bare or in Parameters, and to what stands', async () => {
    expect(await told(await send('POST', '/fhir/Patient/$validate', rosa))).toEqual(taken)
    expect(await told(await send('POST', '/fhir/Patient/$validate', inParameters({ name: 'resource', resource: rosa })))).toEqual(
      taken,
    )
    expect(await told(await send('GET', '/fhir/Patient/rosa/$validate'))).toEqual(taken)
    expect(await told(await send('POST', '/fhir/Parameters/$validate', inParameters({ name: 'x', valueString: 'y' })))).toEqual(
      taken,
    )
  })

  it('names what is wrong, with 200: the question was answered', async () => {
    expect(await told(await send('POST', '/fhir/Patient/$validate', { ...rosa, active: 'yes' }))).toEqual([
      200,
      'error',
      'invalid',
    ])
    expect(await told(await send('POST', '/fhir/Patient/$validate', { ...rosa, gender: 'f' }))).toEqual([
      200,
      'error',
      'business-rule',
    ])
    expect(await told(await send('POST', '/fhir/Observation/$validate', rosa))).toEqual([200, 'error', 'invalid'])
  })

  it('rehearses a write, and keeps nothing of it', async () => {
    const mode = (code: string, resource: object = rosa) =>
      inParameters({ name: 'mode', valueCode: code }, { name: 'resource', resource })
    expect(await told(await send('POST', '/fhir/Patient/$validate', mode('create', { ...rosa, active: false })))).toEqual(taken)
    expect(await told(await send('POST', '/fhir/Patient/rosa/$validate', mode('update', { ...rosa, active: false })))).toEqual(
      taken,
    )
    expect(await told(await send('GET', '/fhir/Patient/rosa/$validate?mode=delete'))).toEqual(taken)
    expect(await told(await send('POST', '/fhir/Patient/rosa/$validate', mode('update', { ...rosa, id: 'x' })))).toEqual([
      200,
      'error',
      'invalid',
    ])
    expect((await gateway.request('/fhir/Patient/rosa')).headers.get('etag')).toBe('W/"1"')
    expect(await (await gateway.request('/fhir/Patient?_summary=count')).json()).toMatchObject({ total: 1 })
  })

  it('knows the rules of the house', async () => {
    await gateway.request('/hl7v2', {
      method: 'POST',
      headers: { 'content-type': 'application/hl7-v2' },
      body: dischargeMessage(),
    })
    const found = (await (await gateway.request('/fhir/Encounter')).json()) as { entry: { resource: { id: string } }[] }
    const answer = await send('GET', `/fhir/Encounter/${found.entry[0]!.resource.id}/$validate?mode=delete`)
    expect(await told(answer)).toEqual([200, 'error', 'business-rule'])
  })

  it.each([
    ['an unknown profile', 'POST', '/fhir/Patient/$validate?profile=https://x.example/p', rosa, 400],
    ['an unknown mode', 'POST', '/fhir/Patient/$validate?mode=eat', rosa, 400],
    ['nothing', 'POST', '/fhir/Patient/$validate', inParameters({ name: 'mode', valueCode: 'create' }), 400],
    ['a deletion of nothing', 'POST', '/fhir/Patient/$validate?mode=delete', rosa, 400],
    ['what is not there', 'GET', '/fhir/Patient/nobody/$validate', undefined, 404],
    ['no type', 'POST', '/fhir/Nothing/$validate', rosa, 404],
    ['no JSON', 'POST', '/fhir/Patient/$validate', 'x', 400],
  ])('cannot answer for %s', async (_, method, path, body, status) =>
    expect((await send(method, path, body)).status).toBe(status),
  )

  it('knows the base profile', async () => {
    const profile = 'http://hl7.org/fhir/StructureDefinition/Patient'
    expect(await told(await send('POST', `/fhir/Patient/$validate?profile=${profile}`, rosa))).toEqual(taken)
  })
})

describe('$meta', () => {
  const labels = (...tag: object[]) =>
    inParameters({ name: 'meta', valueMeta: { tag, security: [{ system: 'urn:s', code: 'R' }] } })
  const a = { system: 'urn:t', code: 'a' }
  const b = { system: 'urn:t', code: 'b' }

  it('adds labels once, and takes them away', async () => {
    const added = await send('POST', '/fhir/Patient/rosa/$meta-add', labels(a, b))
    expect(await added.json()).toMatchObject({
      resourceType: 'Parameters',
      parameter: [{ name: 'return', valueMeta: { versionId: '2', tag: [a, b], security: [{ system: 'urn:s', code: 'R' }] } }],
    })
    expect((await send('POST', '/fhir/Patient/rosa/$meta-add', labels(a))).status).toBe(200)
    const taken = (await (await send('POST', '/fhir/Patient/rosa/$meta-delete', labels(a))).json()) as {
      parameter: [{ valueMeta: object }]
    }
    expect(taken.parameter[0].valueMeta).toMatchObject({ versionId: '3', tag: [b] })
    expect(taken.parameter[0].valueMeta).not.toHaveProperty('security')
    expect(await (await gateway.request('/fhir/Patient/rosa/$meta')).json()).toEqual(taken)
    expect(await (await gateway.request('/fhir/Patient?_tag=urn:t|b&_total=accurate')).json()).toMatchObject({ total: 1 })
  })

  it('is refused where there is nothing to label, or no label', async () => {
    expect((await send('GET', '/fhir/Patient/nobody/$meta')).status).toBe(404)
    expect((await send('POST', '/fhir/Patient/nobody/$meta-add', labels(a))).status).toBe(404)
    expect((await send('POST', '/fhir/Patient/rosa/$meta-add', rosa)).status).toBe(400)
    expect(
      (await send('POST', '/fhir/Patient/rosa/$meta-add', inParameters({ name: 'meta', valueMeta: { tag: [{ colour: 'x' }] } })))
        .status,
    ).toBe(422)
  })
})
