/** Before an EHR writes it asks whether that would be taken; and it labels what stands. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Principal } from '../../src/access/principal.ts'
import { mostLabels } from '../../src/flows/fhir/labels-in-use.ts'
import { local, startGateway, type TestGateway } from '../support/gateway.ts'
import { dischargeMessage } from '../support/hl7v2.ts'
import { openHospital } from '../support/hospital.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await startGateway()
  await send('PUT', '/fhir/Patient/rosa', { ...rosa, meta: { tag: [{ system: 'urn:t', code: 'a' }] } })
})
afterEach(() => gateway.stop())

const everybody = local()
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
      'code-invalid',
    ])
    expect(await told(await send('POST', '/fhir/Patient/$validate', { ...rosa, contact: [{ gender: 'female' }] }))).toEqual([
      200,
      'error',
      'invariant',
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
    const against = async (profile: string) =>
      told(await send('POST', `/fhir/Patient/$validate?profile=http://hl7.org/fhir/StructureDefinition/${profile}`, rosa))
    for (const own of ['Patient', 'Patient|4.0.1', 'DomainResource', 'Resource']) expect(await against(own)).toEqual(taken)
    expect(await against('Observation')).toEqual([200, 'error', 'business-rule'])
    expect(await against('HumanName')).toEqual([200, 'error', 'business-rule'])
    expect(await against('Patient|5.0.0')).toEqual([400, 'error', 'not-supported'])
  })

  it('and so does a write that claims one', async () => {
    const claiming = (name: string) => ({ ...rosa, meta: { profile: [`http://hl7.org/fhir/StructureDefinition/${name}`] } })
    expect((await send('PUT', '/fhir/Patient/rosa', claiming('Patient'))).status).toBe(200)
    expect((await send('PUT', '/fhir/Patient/rosa', claiming('Observation'))).status).toBe(422)
    const binary = {
      ...claiming('DomainResource'),
      resourceType: 'Binary',
      id: 'b',
      active: undefined,
      contentType: 'text/plain',
    }
    expect((await send('PUT', '/fhir/Binary/b', binary)).status).toBe(422)
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

  it('changes what If-Match names, and no other version', async () => {
    const add = (etag: string) =>
      gateway.request('/fhir/Patient/rosa/$meta-add', {
        method: 'POST',
        headers: { 'content-type': 'application/fhir+json', 'if-match': etag },
        body: JSON.stringify(labels(b)),
      })
    expect((await add('W/"7"')).status).toBe(412)
    expect((await add('7')).status).toBe(400)
    expect((await add('W/"1"')).status).toBe(200)
  })

  it('labels nothing that is computed here', async () => {
    const hospital = await openHospital()
    await hospital.register()
    await hospital.send()
    const [task] = await hospital.search<{ id: string }>('Task')
    const answer = await hospital.request(`/fhir/Task/${task!.id}/$meta-add`, { method: 'POST', json: labels(a) })
    expect(answer.status).toBe(422)
    await hospital.stop()
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

describe('$meta of a type, and of all', () => {
  const profile = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient'
  const label = (code: string) => ({ system: 'urn:t', code })
  const organization = { resourceType: 'Organization', id: 'clinic', name: 'Clinic' }
  const inUse = async (path: string): Promise<unknown> => {
    const answer = await send('GET', `/fhir${path}`)
    expect(answer.status).toBe(200)
    const { parameter = [] } = (await answer.json()) as { parameter?: { name: string; valueMeta: object }[] }
    return parameter.map(({ name, valueMeta }) => ({ name, ...valueMeta }))
  }

  it('tells each label once that anything has now, and where it is', async () => {
    await send('PUT', '/fhir/Patient/bea', {
      resourceType: 'Patient',
      id: 'bea',
      meta: { tag: [label('a')], profile: [profile] },
    })
    const meta = { tag: [{ code: 'free' }], security: [{ system: 'urn:s', code: 'R', display: 'restricted' }] }
    await send('PUT', '/fhir/Organization/clinic', { ...organization, meta })
    expect(await inUse('/Patient/$meta')).toEqual([{ name: 'return', profile: [profile], tag: [label('a')] }])
    expect(await inUse('/$meta')).toEqual([
      { name: 'return', profile: [profile], security: [{ system: 'urn:s', code: 'R' }], tag: [{ code: 'free' }, label('a')] },
    ])
    // What has gone from the last one is in use no longer.
    await send('PUT', '/fhir/Organization/clinic', organization)
    await send('DELETE', '/fhir/Patient/bea')
    expect(await inUse('/$meta')).toEqual([{ name: 'return', tag: [label('a')] }])
    expect(await inUse('/Encounter/$meta')).toEqual([])
    expect((await send('GET', '/fhir/Nothing/$meta')).status).toBe(404)
  })

  it('tells nobody of labels on what they may not see, or may not search', async () => {
    await send('PUT', '/fhir/Patient/bea', { resourceType: 'Patient', id: 'bea', meta: { tag: [label('b')] } })
    await send('PUT', '/fhir/Organization/clinic', { ...organization, meta: { tag: [label('c')] } })
    const nurse: Principal = { ...everybody, visible: { patients: ['rosa'] } }
    const asked = async (who: Principal, type?: string) => {
      const answer = await (await gateway.gateway.desk(who)).labelsInUse(type)
      return answer.ok
        ? JSON.parse(answer.value).parameter[0].valueMeta.tag.map(({ code }: { code: string }) => code)
        : answer.problem.code
    }
    expect(await asked(nurse)).toEqual(['a', 'c'])
    expect(await asked(nurse, 'Patient')).toEqual(['a'])
    const reader: Principal = { ...everybody, kind: 'client', scopes: ['system/Organization.rs'] }
    expect(await asked(reader)).toEqual(['c'])
    expect(await asked(reader, 'Patient')).toBe('forbidden')
    expect(await asked({ ...reader, scopes: ['system/Patient.c'] })).toBe('forbidden')
  })

  it.each([
    [mostLabels, 200],
    [mostLabels + 1, 422],
  ])('%i labels of one type: %i', async (count, status) => {
    const tag = Array.from({ length: count }, (_, i) => label(String(i)))
    await send('PUT', '/fhir/Organization/clinic', { ...organization, meta: { tag } })
    expect((await send('GET', '/fhir/Organization/$meta')).status).toBe(status)
  })
})
