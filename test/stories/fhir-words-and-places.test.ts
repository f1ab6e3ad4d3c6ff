/** What no index knows: words of narratives and of whole resources, and places near by. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lookLimits } from '../../src/fhir/search/looked-filter.ts'
import { local, startGateway, type TestGateway } from '../support/gateway.ts'
import { writeStraight } from '../support/straight.ts'

let gateway: TestGateway
const send = (method: string, path: string, json?: unknown) =>
  gateway.request(`/fhir${path}`, { method, ...(json !== undefined && { json }) })
const div = (text: string) => ({ status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${text}</div>` })
const person = (id: string, text: string, rest: object = {}) => ({ resourceType: 'Patient', id, text: div(text), ...rest })
const place = (id: string, latitude: number, longitude: number) => ({
  resourceType: 'Location',
  id,
  name: id,
  position: { latitude, longitude },
})

const resources = [
  person('ann', '<p>Feels <b>hope</b>less since March; <i>café</i> regular.</p>', { name: [{ family: 'Ångström' }] }),
  person('bea', '<p title="hopeless">Sleeps well &amp; hopes, Caf&eacute; owner</p>', { birthDate: '1984-02-19', active: true }),
  person('cleo', 'Lost&#160;hope', { photo: [{ contentType: 'text/plain', data: 'c2xlZXBz' }] }),
  {
    resourceType: 'Observation',
    id: 'of-ann',
    status: 'final',
    code: { text: 'PHQ-9 total score' },
    subject: { reference: 'Patient/ann' },
    valueQuantity: { value: 12.5 },
  },
  place('toledo', 41.6528, -83.5379),
  place('detroit', 42.3314, -83.0458),
  place('suva', -18.1416, 178.4419),
  { resourceType: 'Location', id: 'nowhere', name: 'Telephone' },
  { resourceType: 'HealthcareService', id: 'pantry', location: [{ reference: 'Location/detroit' }] },
]

beforeAll(async () => {
  gateway = await startGateway()
  for (const resource of resources)
    expect((await send('PUT', `/${resource.resourceType}/${resource.id}`, resource)).status).toBe(201)
})
afterAll(() => gateway.stop())

const idsIn = (bundle: { entry?: { resource: { id: string } }[] }) =>
  (bundle.entry ?? []).map(({ resource }) => resource.id).sort()
async function found(path: string): Promise<readonly string[]> {
  const answer = await send('GET', path)
  expect(answer.status, await answer.clone().text()).toBe(200)
  return idsIn((await answer.json()) as Parameters<typeof idsIn>[0])
}

describe('words', () => {
  it.each([
    // Of the narrative alone, and of what one reads there: tags break no words, attributes are none.
    ['/Patient?_text=hopeless', ['ann']],
    ['/Patient?_text=hope', ['ann', 'bea', 'cleo']],
    ['/Patient?_text=HOPE CAFE', ['ann', 'bea']],
    ['/Patient?_text=cafe hope', ['ann', 'bea']],
    ['/Patient?_text=march,owner', ['ann', 'bea']],
    ['/Patient?_text=less', []],
    ['/Patient?_text=Angstrom', []],
    ['/Patient?_text=div', []],
    // Of the whole, numbers included, packed bytes left out.
    ['/Patient?_content=angstrom', ['ann']],
    ['/Patient?_content=1984', ['bea']],
    ['/Patient?_content=c2xlZXBz', []],
    ['/Observation?_content=phq 12', ['of-ann']],
    ['/Observation?_text=phq', []],
    // Beside other parameters, chained, and reversed.
    ['/Patient?_text=hope&active=true', ['bea']],
    ['/Patient?_text=hope&_content=angstrom', ['ann']],
    ['/Observation?subject:Patient._text=hopeless', ['of-ann']],
    ['/Observation?subject:Patient._text=owner', []],
    ['/Patient?_has:Observation:subject:_content=phq', ['ann']],
    ['/Patient/ann/Observation?_content=phq', ['of-ann']],
  ])('%s', async (path, ids) => expect(await found(path)).toEqual(ids))

  it('are counted, sorted and paged like anything else', async () => {
    const first = (await (await send('GET', '/Patient?_text=hope&_sort=-_id&_count=2&_total=accurate')).json()) as {
      total: number
      entry: { resource: { id: string } }[]
      link: { relation: string; url: string }[]
    }
    expect(first.total).toBe(3)
    expect(first.entry.map(({ resource }) => resource.id)).toEqual(['cleo', 'bea'])
    // What has changed meanwhile is on the next page as it was.
    await send('PUT', '/Patient/ann', person('ann', 'Better', { name: [{ family: 'Ångström' }] }))
    const next = new URL(first.link.find(({ relation }) => relation === 'next')!.url)
    expect(await found(`${next.pathname.replace('/fhir', '')}${next.search}`)).toEqual(['ann'])
    expect(await found('/Patient?_text=hope')).toEqual(['bea', 'cleo'])
    await send('PUT', '/Patient/ann', resources[0])
  })

  it('tell nobody of what they may not see', async () => {
    const nurse = local({ patients: ['bea'] })
    const desk = await gateway.gateway.desk(nurse)
    const asked = async (type: string, name: string) => {
      const page = await desk.searchPage({ type, pairs: [[name, 'hope']] })
      return page.ok ? idsIn(JSON.parse(page.value)) : page.problem.code
    }
    expect(await asked('Patient', '_text')).toEqual(['bea'])
    expect(await asked('Observation', 'subject:Patient._text')).toEqual([])
  })

  it('are found in a transaction among what it writes, and are a condition of a create', async () => {
    const entry = [
      { request: { method: 'GET', url: 'Organization?_text=harbour' } },
      {
        resource: { resourceType: 'Organization', name: 'H', text: div('Harbour house') },
        request: { method: 'POST', url: 'Organization', ifNoneExist: '_text=harbour' },
      },
    ]
    const once = { resourceType: 'Bundle', type: 'transaction', entry }
    for (const status of ['201', '200']) {
      const { entry: answers } = (await (await send('POST', '', once)).json()) as {
        entry: { response: { status: string }; resource?: { entry: unknown[] } }[]
      }
      expect(answers[0]!.resource!.entry).toHaveLength(1)
      expect(answers[1]!.response.status).toMatch(status)
    }
  })

  it.each([
    ['/Patient?_text=%2B%2B', 400],
    ['/Patient?_text:contains=hope', 400],
    [`/Patient?_content=${Array.from({ length: lookLimits.words }, (_, i) => `w${i}`).join(' ')}`, 200],
    [`/Patient?_content=${Array.from({ length: lookLimits.words + 1 }, (_, i) => `w${i}`).join(' ')}`, 400],
  ])('%s: %i', async (path, status) => expect((await send('GET', path)).status).toBe(status))
})

describe('near', () => {
  it.each([
    // Some 85 km lie between the two.
    ['/Location?near=41.65|-83.54|10|km', ['toledo']],
    ['/Location?near=41.65|-83.54', ['toledo']],
    ['/Location?near=41.6528|-83.5379|84|km', ['toledo']],
    ['/Location?near=41.6528|-83.5379|87', ['detroit', 'toledo']],
    ['/Location?near=41.6528|-83.5379|54|[mi_us]', ['detroit', 'toledo']],
    ['/Location?near=41.6528|-83.5379|52|mi', ['toledo']],
    ['/Location?near=42.3314|-83.0458|0|m', ['detroit']],
    ['/Location?near=41.65|-83.54|10,42.33|-83.05|10', ['detroit', 'toledo']],
    // Across the line where the day changes.
    ['/Location?near=-18.1416|-179.9|200|km', ['suva']],
    ['/Location?near=41.65|-83.54|20100', ['detroit', 'suva', 'toledo']],
    ['/Location?near=41.65|-83.54|200&name=detroit', ['detroit']],
    ['/HealthcareService?location.near=42.3|-83|20', ['pantry']],
    ['/HealthcareService?location.near=41.65|-83.54|20', []],
  ])('%s', async (path, ids) => expect(await found(path.replaceAll('|', '%7C'))).toEqual(ids))

  it.each(['x|y', '41', '91|0', '0|181', '41|-83|-1', '41|-83|1|furlong', '41|-83|1|km|x', '41||5', '1e2|3'])(
    'is refused with %j',
    async (value) => expect((await send('GET', `/Location?near=${encodeURIComponent(value)}`)).status).toBe(400),
  )

  it('is asked of places alone', async () => expect((await send('GET', '/Patient?near=1%7C2')).status).toBe(400))
})

it('says in the capability statement what they cost, and where', async () => {
  const { rest } = (await (await send('GET', '/metadata')).json()) as {
    rest: [
      {
        searchParam: { name: string; documentation: string }[]
        resource: { type: string; searchParam: { name: string; type: string; documentation?: string }[] }[]
      },
    ]
  }
  const cost = expect.stringContaining(`${lookLimits.resources} resources`)
  for (const name of ['_text', '_content'])
    expect(rest[0].searchParam.find((one) => one.name === name)).toMatchObject({ documentation: cost })
  const places = rest[0].resource.filter(({ searchParam }) => searchParam.some(({ name }) => name === 'near'))
  expect(places.map(({ type }) => type)).toEqual(['Location'])
  expect(places[0]!.searchParam.find(({ name }) => name === 'near')).toMatchObject({ type: 'special', documentation: cost })
})

it('reads as many resources as announced, and not one more', async () => {
  const create = (from: number, to: number) =>
    send('POST', '', {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: Array.from({ length: to - from }, (_, i) => ({
        resource: { resourceType: 'Basic', code: { text: `number ${from + i}` } },
        request: { method: 'POST', url: 'Basic' },
      })),
    })
  expect((await create(0, lookLimits.resources)).status).toBe(200)
  expect(await found('/Basic?_content=9999&_elements=id')).toHaveLength(1)
  expect((await create(lookLimits.resources, lookLimits.resources + 1)).status).toBe(200)
  const refused = await send('GET', '/Basic?_content=9999')
  expect(refused.status).toBe(422)
  expect(((await refused.json()) as { issue: { code: string }[] }).issue[0]!.code).toBe('too-costly')
  expect((await send('GET', '/Basic?_content=9999&_lastUpdated=lt2000')).status).toBe(200)
})

it('reads as many characters as announced, and not one more', async () => {
  const long = 5_000_000
  const resource = { resourceType: 'Flag', code: { text: 'needle' } }
  const of = (id: string, length: number) => JSON.stringify({ ...resource, id }).padEnd(length)
  const keep = (ids: readonly string[], length: number) =>
    writeStraight(gateway, ids, (id, at) => ({
      ...{ change: 'put', type: 'Flag', id, version: 1, text: of(id, length), resource: { ...resource, id }, at },
    }))
  const ids = Array.from({ length: lookLimits.characters / long }, (_, i) => `flag-${i}`)
  await keep(ids, long)
  expect(await (await send('GET', '/Flag?_content=needle&_summary=count')).json()).toMatchObject({ total: ids.length })
  await writeStraight(gateway, ['flag-0'], (id, at) => ({
    ...{ change: 'put', type: 'Flag', id, version: 2, text: of(id, long + 1), resource: { ...resource, id }, at },
  }))
  const refused = await send('GET', '/Flag?_content=needle')
  expect([refused.status, ((await refused.json()) as { issue: { code: string }[] }).issue[0]!.code]).toEqual([422, 'too-costly'])
})
