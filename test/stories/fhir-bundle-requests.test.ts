/** What entries of a Bundle may ask for, and how their URLs may be written. https://hl7.org/fhir/R4/http.html#transaction */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await startGateway()
  await send('transaction', [put(rosa), put({ resourceType: 'Patient', id: 'ann' }), put(mood)])
})
afterEach(() => gateway.stop())

const label = (code: string) => ({ system: 'urn:labels', code })
const rosa = { resourceType: 'Patient', id: 'rosa', meta: { tag: [label('a')] }, name: [{ family: 'Quintero' }] }
const mood = {
  resourceType: 'Observation',
  id: 'mood',
  status: 'final',
  code: { text: 'mood' },
  subject: { reference: 'Patient/rosa' },
}
const put = (resource: { resourceType: string; id: string }) => ({
  resource,
  request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
})
const get = (url: string) => ({ request: { method: 'GET', url } })
const post = (url: string, resource?: object) => ({ ...(resource && { resource }), request: { method: 'POST', url } })
const none = { resourceType: 'Parameters' }
const tags = (...codes: string[]) => ({
  resourceType: 'Parameters',
  parameter: [{ name: 'meta', valueMeta: { tag: codes.map(label) } }],
})

interface Entry {
  readonly fullUrl?: string
  readonly resource?: {
    readonly resourceType: string
    readonly id?: string
    readonly entry?: readonly { readonly resource: { readonly id: string } }[]
    readonly link?: readonly { readonly relation: string; readonly url: string }[]
    readonly issue?: readonly { readonly severity: string }[]
    readonly parameter?: readonly { readonly valueMeta: { readonly tag?: readonly { code: string }[] } }[]
  }
  readonly response: {
    readonly status: string
    readonly outcome?: { readonly issue: readonly { readonly diagnostics?: string; readonly expression?: readonly string[] }[] }
  }
}
async function send(
  type: 'transaction' | 'batch',
  entry: readonly object[],
  headers: Record<string, string> = {},
): Promise<{ status: number; entries: readonly Entry[] }> {
  const answer = await gateway.request('/fhir', { method: 'POST', headers, json: { resourceType: 'Bundle', type, entry } })
  const { entry: entries = [] } = (await answer.json()) as { entry?: readonly Entry[] }
  return { status: answer.status, entries }
}
const both = describe.each(['transaction', 'batch'] as const)
const statuses = (entries: readonly Entry[]) => entries.map(({ response }) => response.status)
const numbers = (entries: readonly Entry[]) => statuses(entries).map((status) => Number(status.slice(0, 3)))
const tagsOf = (entry: Entry | undefined) =>
  entry?.resource?.parameter?.flatMap(({ valueMeta }) => valueMeta.tag ?? []).map(({ code }) => code)
const idsOf = (entry: Entry | undefined) => entry?.resource?.entry?.map(({ resource }) => resource.id)

both('in a %s', (type) => {
  it('labels are added, taken away and read', async () => {
    const added = await send(type, [get('Patient/rosa/$meta'), post('Patient/rosa/$meta-add', tags('b', 'c'))])
    expect([added.status, statuses(added.entries)]).toEqual([200, ['200 OK', '200 OK']])
    // What is read sees what the other entry wrote.
    expect(added.entries.map(tagsOf)).toEqual([
      ['a', 'b', 'c'],
      ['a', 'b', 'c'],
    ])
    const taken = await send(type, [post('Patient/rosa/$meta-delete', tags('a')), get('Patient/$meta'), post('$meta')])
    expect(taken.entries.map(tagsOf)).toEqual([
      ['b', 'c'],
      ['b', 'c'],
      ['b', 'c'],
    ])
  })

  it('what the server can do is told as it is outside', async () => {
    const { status, entries } = await send(type, [get('metadata'), { request: { method: 'HEAD', url: 'metadata' } }])
    expect([status, statuses(entries)]).toEqual([200, ['200 OK', '200 OK']])
    expect(entries.map(({ resource }) => resource)).toEqual([await (await gateway.request('/fhir/metadata')).json(), undefined])
  })

  it('Parameters are not kept', async () => {
    const { status, entries } = await send(type, [post('Parameters', none), put({ ...none, id: 'x' })])
    if (type === 'transaction') expect(status).toBe(404)
    else expect(statuses(entries)).toEqual(['404', '404'])
    for (const [method, path] of [
      ['POST', 'Parameters'],
      ['PUT', 'Parameters/x'],
    ] as const)
      expect((await gateway.request(`/fhir/${path}`, { method, json: { ...none, id: 'x' } })).status).toBe(404)
    expect((await gateway.request('/fhir/Parameters/$validate', { method: 'POST', json: none })).status).toBe(200)
  })

  it('everything of a patient is gathered, by pages', async () => {
    const since = { resourceType: 'Parameters', parameter: [{ name: '_type', valueString: 'Observation' }] }
    const { status, entries } = await send(type, [
      put({ ...mood, id: 'later' }),
      get('Patient/rosa/$everything'),
      get('Patient/rosa/$everything?_count=2'),
      post('Patient/rosa/$everything', since),
      { request: { method: 'HEAD', url: 'Patient/rosa/$everything' } },
    ])
    expect([status, statuses(entries).slice(1)]).toEqual([200, ['200 OK', '200 OK', '200 OK', '200 OK']])
    expect(entries.slice(1).map(idsOf)).toEqual([['rosa', 'mood', 'later'], ['rosa', 'mood'], ['mood', 'later'], undefined])
    const next = new URL(entries[2]!.resource!.link!.find(({ relation }) => relation === 'next')!.url)
    const rest = (await (await gateway.request(next.pathname + next.search)).json()) as Entry['resource']
    expect(rest?.entry?.map(({ resource }) => resource.id)).toEqual(['later'])
  })

  it('a resource comes with its address, what is none has none', async () => {
    const head = { request: { method: 'HEAD', url: 'Patient/rosa' } }
    const { entries } = await send(type, [get('Patient/rosa'), get('Patient/rosa/_history/1'), get('Patient?_id=rosa'), head])
    const address = 'http://localhost/fhir/Patient/rosa'
    expect(entries.map(({ fullUrl }) => fullUrl)).toEqual([address, address, undefined, undefined])
  })

  it('resources are validated, and writes rehearsed', async () => {
    const mode = (code: string, resource: object) => ({
      resourceType: 'Parameters',
      parameter: [
        { name: 'mode', valueCode: code },
        { name: 'resource', resource },
      ],
    })
    const { status, entries } = await send(type, [
      post('Patient/$validate', rosa),
      post('Patient/$validate', { ...rosa, gender: 'f' }),
      get('Patient/rosa/$validate'),
      post('Patient/rosa/$validate', mode('update', { ...rosa, active: true })),
      post('Patient/rosa/$validate', mode('update', { ...rosa, id: 'x' })),
      post('Patient/$validate', mode('create', rosa)),
      get('Patient/ann/$validate?mode=delete'),
    ])
    expect([status, new Set(statuses(entries))]).toEqual([200, new Set(['200 OK'])])
    expect(entries.map(({ resource }) => resource?.issue?.[0]?.severity)).toEqual([
      'information',
      'error',
      'information',
      'information',
      'error',
      'information',
      'information',
    ])
    expect((await gateway.request('/fhir/Patient/rosa')).headers.get('etag')).toBe('W/"1"')
    expect(await (await gateway.request('/fhir/Patient?_summary=count')).json()).toMatchObject({ total: 2 })
  })

  it('searches may come by POST, within compartments, and over several types', async () => {
    const { entries } = await send(type, [
      post('Patient/_search?name=quintero'),
      get('Patient/rosa/Observation'),
      get('Patient/rosa/*?_sort=_lastUpdated'),
      get('?_type=Patient,Observation&_id=ann,mood'),
      post('_search?_type=Patient&_count=1'),
      post('Patient/rosa/Observation/_search?status=final'),
      post('Patient/rosa/_search?_type=Observation'),
    ])
    expect(entries.map(idsOf)).toEqual([['rosa'], ['mood'], ['rosa', 'mood'], ['mood', 'ann'], ['rosa'], ['mood'], ['mood']])
    expect(entries[4]?.resource?.link?.[1]?.url).toMatch(/^http:\/\/localhost\/fhir\?_page=/)
  })

  it.each(['/', 'http://localhost/fhir/'])('URLs may begin with %s', async (root) => {
    const { status, entries } = await send(type, [
      { request: { method: 'DELETE', url: `${root}Patient/ann` } },
      post(`${root}Patient`, { resourceType: 'Patient', name: [{ family: 'New' }] }),
      { resource: { ...rosa, active: true }, request: { method: 'PUT', url: `${root}Patient/rosa` } },
      get(`${root}Patient/rosa`),
      get(`${root}Patient?family=new`),
      get(`${root}?_type=Patient&_id=rosa`),
    ])
    expect([status, statuses(entries)]).toEqual([200, ['204 No Content', '201 Created', '200 OK', '200 OK', '200 OK', '200 OK']])
    expect(entries[3]?.resource).toMatchObject({ id: 'rosa', active: true })
    expect([idsOf(entries[4])?.length, idsOf(entries[5])]).toEqual([1, ['rosa']])
  })
})

both('a %s that prefers lenient handling', (type) => {
  const lenient = { prefer: 'handling=lenient' }
  it('has what its entries ask for beyond what is known left out', async () => {
    const asked = [
      'Patient?nickname=x&_id=rosa',
      'Patient/rosa?colour=blue',
      '?_type=Patient&nickname=x',
      'Patient/rosa/_history?x=y',
    ]
    const { entries } = await send(type, asked.map(get), lenient)
    expect(statuses(entries)).toEqual(asked.map(() => '200 OK'))
    expect(entries[0]?.resource?.link?.[0]?.url).toMatch(/Patient\?_id=rosa$/)
  })

  it('has a value that cannot be read refused all the same, and everything else where nothing is preferred', async () => {
    const refused = async (url: string, headers: Record<string, string>) => {
      const { status, entries } = await send(type, [get(url)], headers)
      return type === 'transaction' ? status : Number(statuses(entries)[0])
    }
    expect(await refused('Patient?birthdate=some%20day', lenient)).toBe(400)
    expect(await refused('Patient?nickname=x', {})).toBe(400)
  })
})

it('one resource written twice in a transaction is one, however it is written', async () => {
  const twice = [put(rosa), { resource: rosa, request: { method: 'PUT', url: 'http://localhost/fhir/Patient/rosa' } }]
  expect((await send('transaction', twice)).status).toBe(400)
  expect((await send('transaction', [put({ ...rosa, id: 'rosa' }), post('Patient/rosa/$meta-add', tags('z'))])).status).toBe(400)
})

describe('is refused, and the others of a batch go on:', () => {
  it.each([
    ['a URL of another server', get('http://elsewhere.example/fhir/Patient/rosa'), '400'],
    ['one that only begins like ours', get('http://localhost/fhirs/Patient/rosa'), '400'],
    ['two slashes', get('//Patient/rosa'), '400'],
    ['a search with a resource for a form', post('Patient/_search', rosa), '400'],
    ['a search by GET of _search', get('Patient/_search?name=x'), '405'],
    ['the same within a compartment', get('Patient/rosa/Observation/_search?status=final'), '405'],
    ['a create with criteria', post('Patient?identifier=7', rosa), '400'],
    ['an update with criteria beside its id', { resource: rosa, request: { method: 'PUT', url: 'Patient/rosa?name=x' } }, '400'],
    ['a deletion with criteria beside its id', { request: { method: 'DELETE', url: 'Patient/rosa?name=x' } }, '400'],
    ['a write within a compartment', put({ ...rosa, id: 'rosa/Observation' }), '405'],
    ['labels of nobody', get('Patient/nobody/$meta'), '404'],
    ['labels added to nobody', post('Patient/nobody/$meta-add', tags('b')), '404'],
    ['labels without labels', post('Patient/rosa/$meta-add', rosa), '400'],
    ['labels with nothing at all', post('Patient/rosa/$meta-add'), '400'],
    ['labels added to a type', post('Patient/$meta-add', tags('b')), '404'],
    ['another operation', get('Patient/rosa/$graph'), '404'],
    ['everything of nobody', get('Patient/nobody/$everything'), '404'],
    ['everything of every patient', get('Patient/$everything'), '404'],
    ['everything with a parameter that it has not', post('Patient/rosa/$everything?status=final', none), '400'],
    ['a validation of nothing', post('Patient/$validate'), '400'],
    ['a validation of nobody', get('Patient/nobody/$validate'), '404'],
    ['a validation in no mode', get('Patient/rosa/$validate?mode=guess'), '400'],
    ['a condition that is not text in UTF-8', { resource: rosa, request: { method: 'PUT', url: 'Patient?name=%e9' } }, '400'],
    ['the same of a create', { resource: rosa, request: { ...post('Patient').request, ifNoneExist: 'name=%e9' } }, '400'],
  ])('%s', async (_, entry, status) => {
    const { entries } = await send('batch', [entry, get('Patient/rosa')])
    expect(statuses(entries)).toEqual([status, '200 OK'])
    expect(entries[0]?.response.outcome?.issue[0]).toMatchObject({ severity: 'error' })
    expect((await send('transaction', [entry, put({ ...rosa, id: 'never' })])).status).toBe(Number(status))
    expect((await gateway.request('/fhir/Patient/never')).status).toBe(404)
  })
})

describe('what is asked for alone, in a batch and in a transaction is answered alike:', () => {
  const patient = { resourceType: 'Patient', name: [{ family: 'Quintero' }] }
  it.each([
    ['GET', 'Nobody', 404],
    ['GET', 'Nobody/1', 404],
    ['GET', 'Nobody/1/_history', 404],
    ['HEAD', 'Nobody/1/_history/1', 404],
    ['GET', 'Patient/rosa/Nobody', 404],
    ['GET', 'Patient/no_id', 404],
    ['GET', 'Patient/no_id/_history', 404],
    ['GET', 'Patient/rosa/_history/no_version', 404],
    ['GET', 'Patient/rosa/name', 404],
    ['GET', '_history/1', 404],
    ['GET', '$nothing', 404],
    ['GET', 'Patient/$validate', 405],
    ['GET', 'Patient?name=%ff', 400],
    ['POST', 'Nobody', 404, { resourceType: 'Nobody' }],
    ['POST', 'Patient/rosa', 405, rosa],
    ['POST', 'Patient?_pretty=true', 201, patient],
    ['PUT', 'Patient/rosa?_format=json', 200, rosa],
    ['PUT', 'Patient/no_id', 400, { ...rosa, id: 'no_id' }],
    ['PUT', 'Patient/rosa/_history/1', 405, rosa],
    ['DELETE', 'Nobody/1', 404],
    ['DELETE', 'Patient/no_id', 204],
    ['DELETE', 'Patient/rosa/_history', 405],
  ] as const)('%s %s', async (method, url, status, json?: object) => {
    const alone = await gateway.request(`/fhir/${url}`, { method, ...(json && { json }) })
    const entry = { ...(json && { resource: json }), request: { method, url } }
    const batch = await send('batch', [entry])
    const transaction = await send('transaction', [entry])
    expect([alone.status, numbers(batch.entries)]).toEqual([status, [status]])
    expect(status < 400 ? numbers(transaction.entries) : [transaction.status]).toEqual([status])
  })
})
