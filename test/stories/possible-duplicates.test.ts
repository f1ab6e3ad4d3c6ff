/** Two records that bear one identifier: both are taken, and somebody is asked whether they are one person's. Everybody is invented. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { registerClient } from '../support/client.ts'
import { event, part2, put, say } from '../support/coordination.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await startGateway()
})
afterEach(() => gateway.stop())

const number = (value: string, system?: string) => ({ ...(system !== '' && { system: system ?? 'urn:stb' }), value })
const patient = (id: string, ...identifier: object[]) => ({ resourceType: 'Patient', id, identifier, name: [{ family: 'Vega' }] })
const replacedBy = (id: string) => ({ link: [{ type: 'replaced-by', other: { reference: `Patient/${id}` } }], active: false })

const reviews = async (state = 'open') => {
  const { body } = await say(gateway, 'GET', `/coordination/work-items?state=${state}`)
  return (body.items as { kind: string; clientId: string; about: string; id: string; assignee?: object }[])
    .filter(({ kind }) => kind === 'merge-review')
    .toSorted((a, b) => (a.about < b.about ? -1 : 1))
}
const pairs = async (state?: string) => (await reviews(state)).map(({ clientId, about }) => `${clientId} ${about}`)
const remove = (id: string) => say(gateway, 'DELETE', `/fhir/Patient/${id}`)
const transaction = (...resources: ReturnType<typeof patient>[]) =>
  say(gateway, 'POST', '/fhir', {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: resources.map((resource) => ({ resource, request: { method: 'PUT', url: `Patient/${resource.id}` } })),
  })

describe('a second record with the same identifier', () => {
  it('is taken, and somebody is asked, once', async () => {
    await put(gateway, patient('p1', number('1')))
    expect(await reviews()).toEqual([])
    await put(gateway, patient('p2', number('1'), number('2')))
    expect(await pairs()).toEqual(['p1 Patient/p2'])
    await put(gateway, { ...patient('p2', number('1'), number('2')), gender: 'female' })
    await put(gateway, { ...patient('p1', number('1')), gender: 'female' })
    expect(await pairs()).toEqual(['p1 Patient/p2'])
    expect(await reviews()).toMatchObject([{ what: expect.stringContaining('same identifier'), priority: 'routine' }])
  })

  it('is created plainly as well, and by a transaction that brings both', async () => {
    const made = await say(gateway, 'POST', '/fhir/Patient', { resourceType: 'Patient', identifier: [number('1')] })
    expect(made.status).toBe(201)
    expect((await transaction(patient('p1', number('1')), patient('p2', number('7')), patient('p3', number('7')))).status).toBe(
      200,
    )
    expect(await pairs()).toEqual([expect.stringContaining('Patient/p1'), 'p2 Patient/p3'])
  })

  it.each([
    ['another system', [number('1', 'urn:other')]],
    ['no system', [number('1', '')]],
    ['another value', [number('11')]],
    ['none', []],
  ])('is none where it bears %s', async (_, identifiers) => {
    await put(gateway, patient('p1', number('1'), number('1', '')))
    const { identifier, ...bare } = patient('p2', ...identifiers)
    await put(gateway, { ...bare, ...(identifier.length > 0 && { identifier }) })
    expect(await reviews()).toEqual([])
  })

  it('is one more for the first of many, not for each of them', async () => {
    await transaction(...['p1', 'p2', 'p3', 'p4'].map((id) => patient(id, number('1'))))
    expect(await pairs()).toEqual(['p1 Patient/p2', 'p1 Patient/p3', 'p1 Patient/p4'])
  })

  const restricted = { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'V' }] }
  it('is asked about with the labels of both', async () => {
    await put(gateway, { ...patient('p1', number('1')), meta: restricted })
    await put(gateway, patient('p2', number('1')))
    expect(await reviews()).toMatchObject([{ confidentiality: 'V' }])
  })

  it('is asked about with labels that one of them is given later', async () => {
    await put(gateway, patient('p1', number('1')))
    await put(gateway, patient('p2', number('1')))
    await put(gateway, { ...patient('p1', number('1')), meta: restricted })
    expect(await reviews()).toMatchObject([{ confidentiality: 'V' }])
  })

  it('is asked about openly where two bear it whom everybody may see, whoever else there is', async () => {
    await put(gateway, { ...patient('p1', number('1')), meta: restricted })
    await put(gateway, patient('p2', number('1')))
    await put(gateway, patient('p3', number('1')))
    expect(await reviews()).toMatchObject([{ about: 'Patient/p2', confidentiality: 'V' }, { about: 'Patient/p3' }])
    expect((await reviews())[1]).not.toHaveProperty('confidentiality')
  })

  it('is refused on /coordination, as before', async () => {
    await put(gateway, patient('p1', number('1')))
    const body = {
      names: [{ use: 'official', family: 'Vega' }],
      gender: 'female',
      sexForScoring: 'female',
      legalStatus: 'self-directed',
      jurisdiction: 'MD',
      identifiers: [number('1')],
    }
    expect((await say(gateway, 'POST', '/coordination/clients', body)).status).toBe(409)
    expect(await reviews()).toEqual([])
  })
})

describe('the question is settled by itself', () => {
  beforeEach(() => transaction(patient('p1', number('1')), patient('p2', number('1'))))

  it.each<[string, () => Promise<unknown>]>([
    ['one is replaced by the other', () => put(gateway, { ...patient('p2', number('1')), ...replacedBy('p1') })],
    [
      'the two are linked',
      () => put(gateway, { ...patient('p1', number('1')), link: [{ type: 'seealso', other: { reference: 'Patient/p2' } }] }),
    ],
    ['one is corrected', () => put(gateway, patient('p1', number('3')))],
    ['one is corrected in a transaction', () => transaction(patient('p2', number('3')))],
    ['one is deleted', () => remove('p1')],
    ['the other is deleted', () => remove('p2')],
  ])('when %s', async (_, settle) => {
    expect(await pairs()).toEqual(['p1 Patient/p2'])
    await settle()
    expect([await pairs(), await pairs('done')]).toEqual([[], ['p1 Patient/p2']])
  })

  it('and whoever is left may be a third one’s double', async () => {
    await put(gateway, patient('p3', number('1')))
    expect(await pairs()).toEqual(['p1 Patient/p2', 'p1 Patient/p3'])
    await remove('p1')
    expect([await pairs(), (await pairs('done')).length]).toEqual([['p2 Patient/p3'], 2])
  })

  it('but not when a person has said that they are two', async () => {
    const [{ id } = { id: '' }] = await reviews()
    await event(gateway, `work-items/${id}`, 'cancel', { reason: 'Twins' })
    await put(gateway, { ...patient('p2', number('1')), gender: 'female' })
    expect([await pairs(), await pairs('cancelled')]).toEqual([[], ['p1 Patient/p2']])
  })
})

describe('somebody whom the writer may not see bears it', () => {
  const scope = 'system/*.cruds'
  const client = { ...{ names: [{ use: 'official', family: 'Vega' }], gender: 'female' }, identifiers: [number('1')] }
  const nameless = { resourceType: 'Patient', identifier: [number('1')] }
  let all: Record<string, string>
  let some: Record<string, string>
  beforeEach(async () => {
    await gateway.stop()
    gateway = await startGateway({ auth: 'smart' })
    all = await (await registerClient(gateway, scope, { protected_records: true })).bearer(scope)
    some = await (await registerClient(gateway, scope)).bearer(scope)
    await ask(all, 'PUT', '/fhir/Patient/p1', { ...patient('p1', number('1')), meta: part2 })
  })
  const ask = async (who: Record<string, string>, method: string, path: string, json?: unknown, headers = {}) => {
    const answer = await gateway.request(path, { method, headers: { ...who, ...headers }, ...(json !== undefined && { json }) })
    const text = await answer.text()
    return { status: answer.status, etag: answer.headers.get('etag') ?? '', body: text === '' ? undefined : JSON.parse(text) }
  }
  const asked = async (who: Record<string, string>): Promise<{ clientId: string; confidentiality?: string }[]> =>
    (await ask(who, 'GET', '/coordination/work-items')).body.items
  const made = async (identifiers: object[] = []) => await ask(some, 'POST', '/coordination/clients', { ...client, identifiers })
  const patched = (id: string, type: string, body: unknown) =>
    ask(some, 'PATCH', `/fhir/Patient/${id}`, body, { 'content-type': type })
  const entry = (id: string) => ({
    ...{ resource: patient(id, number('1')), request: { method: 'PUT', url: `Patient/${id}` } },
  })

  it.each<[string, () => Promise<{ status: number }>]>([
    ['POST at /coordination', () => made([number('1')])],
    [
      'PUT at /coordination',
      async () => {
        const { etag, body } = await made()
        return ask(some, 'PUT', `/coordination/clients/${body.id}`, client, { 'if-match': etag })
      },
    ],
    [
      'PATCH at /coordination',
      async () => {
        const { etag, body } = await made()
        return ask(some, 'PATCH', `/coordination/clients/${body.id}`, { identifiers: [number('1')] }, { 'if-match': etag })
      },
    ],
    ['create', () => ask(some, 'POST', '/fhir/Patient', nameless)],
    ['conditional create', () => ask(some, 'POST', '/fhir/Patient', nameless, { 'if-none-exist': 'identifier=urn:stb|1' })],
    ['conditional update', () => ask(some, 'PUT', '/fhir/Patient?identifier=urn:stb|1', patient('p2', number('1')))],
    [
      'update',
      async () => {
        await ask(some, 'PUT', '/fhir/Patient/p2', patient('p2'))
        return ask(some, 'PUT', '/fhir/Patient/p2', patient('p2', number('1')))
      },
    ],
    [
      'patch',
      async () => {
        await ask(some, 'PUT', '/fhir/Patient/p2', patient('p2', number('2')))
        return patched('p2', 'application/json-patch+json', [{ op: 'replace', path: '/identifier/0/value', value: '1' }])
      },
    ],
    ['transaction', () => ask(some, 'POST', '/fhir', { resourceType: 'Bundle', type: 'transaction', entry: [entry('p2')] })],
    ['batch', () => ask(some, 'POST', '/fhir', { resourceType: 'Bundle', type: 'batch', entry: [entry('p2')] })],
  ])('%s passes, and who may see both is asked', async (_, write) => {
    expect((await write()).status).toBeOneOf([200, 201])
    expect(await asked(all)).toMatchObject([{ kind: 'merge-review', sensitivity: expect.anything() }])
    expect(await asked(some)).toEqual([])
    expect((await ask(some, 'GET', '/fhir/Task?_total=accurate')).body.total).toBe(0)
  })

  it('a repeat of it is answered alike, and asks nobody again', async () => {
    const again = () => ask(some, 'POST', '/coordination/clients', client, { 'idempotency-key': '"1"' })
    const [first, second] = [await again(), await again()]
    expect([first.status, second]).toEqual([201, first])
    expect(await asked(all)).toHaveLength(1)
  })

  it('of two at once one is told of the other, and neither of the third', async () => {
    const [one, other] = await Promise.all([made([number('1')]), made([number('1')])])
    expect([one.status, other.status].toSorted()).toEqual([201, 409])
    expect(await asked(all)).toHaveLength(1)
  })

  it('whoever may see both is told at once', async () => {
    expect((await ask(all, 'POST', '/coordination/clients', client)).status).toBe(409)
  })
})
