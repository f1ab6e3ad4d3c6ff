/** Every limit that is announced, at it and one above. Entries of a Bundle and what searches read have stories of their own. */
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { defaultDepth, defaultValues } from '../../src/fhir/exact.ts'
import { patchLimits } from '../../src/fhir/patch/patch.ts'
import { chainLimits } from '../../src/fhir/search/chains.ts'
import { containedLimits } from '../../src/fhir/search/contained.ts'
import { searchLimits } from '../../src/fhir/search/limits.ts'
import { lookLimits } from '../../src/fhir/search/looked-filter.ts'
import { targetsOf } from '../../src/fhir/search/modifiers.ts'
import { searchParameter } from '../../src/fhir/search/parameters.ts'
import { mostIncluded } from '../../src/flows/fhir/included.ts'
import { nodeLimits } from '../../src/http/limits.ts'
import { mostLooked } from '../../src/http/parameters.ts'
import { adminToken, startGateway, type TestGateway } from '../support/gateway.ts'
import { putStraight, writeStraight } from '../support/straight.ts'

const limits = { resource: 2000, bundle: 3000, page: 4000, entries: 5, message: 1500, json: 1200, url: 400 }

let small: TestGateway
let usual: TestGateway
beforeAll(async () => {
  small = await startGateway({ limits })
  usual = await startGateway()
})
afterAll(() => Promise.all([small.stop(), usual.stop()]))

const fhir = 'application/fhir+json'
const send = (gateway: TestGateway, method: string, path: string, body: string, type = fhir) =>
  gateway.request(path, { method, headers: { 'content-type': type, authorization: `Bearer ${adminToken}` }, body })

/** As text of so many bytes, filled with spaces where JSON may have them. */
const filled = (value: unknown, size: number): string => {
  const text = JSON.stringify(value)
  return `${text.slice(0, -1)}${' '.repeat(size - text.length)}}`
}

const patient = { resourceType: 'Patient', id: 'p', active: true }
const bundle = (type: string) => ({ resourceType: 'Bundle', type, entry: [] })

test('they are told', async () => {
  interface Told {
    readonly documentation: string
    readonly searchParam: readonly { readonly name: string; readonly documentation: string }[]
  }
  const { rest } = (await (await small.request('/fhir/metadata')).json()) as { rest: [Told] }
  const numbersIn = (text = '') => [...text.matchAll(/\d+/g)].map(Number)
  const told = numbersIn(rest[0].documentation)
  const { held, parameters, valueLength, values, compared, items, links: followed, sortKeys, maxCount } = searchLimits
  const [ofBelow, ofAbove] = [15, 20]
  expect(told).toEqual([
    ...[limits.entries, limits.bundle, limits.resource, defaultDepth, defaultValues, patchLimits.operations, held],
    ...[parameters, valueLength, values, compared, items, followed, ofBelow, ofAbove, sortKeys, maxCount, limits.page],
  ])
  const { has, links, types } = chainLimits
  expect(numbersIn(rest[0].searchParam.find(({ name }) => name === '_has')?.documentation)).toEqual([
    ...[has, links, types, containedLimits.links, containedLimits.resources],
  ])
})

describe('the answers to a Bundle', () => {
  const long = { ...patient, id: 'long', name: [{ text: 'x'.repeat(1400) }] }
  const asking = (type: string, ...urls: string[]) =>
    JSON.stringify({ resourceType: 'Bundle', type, entry: urls.map((url) => ({ request: { method: 'GET', url } })) })
  const ask = async (type: string, ...urls: string[]) => {
    const answer = await send(small, 'POST', '/fhir', asking(type, ...urls))
    const { entry = [], issue } = (await answer.json()) as {
      entry?: { response: { status: string } }[]
      issue?: { code: string; expression: string[] }[]
    }
    return [answer.status, entry.map(({ response }) => response.status.slice(0, 3)), issue?.[0]?.code, issue?.[0]?.expression]
  }
  beforeAll(async () => expect((await send(small, 'PUT', '/fhir/Patient/long', JSON.stringify(long))).status).toBe(201))

  it.each(['Patient/long', 'Patient?_id=long', 'Patient/long/_history', 'Patient/long/$everything', '?_type=Patient&_id=long'])(
    'have an end: %s',
    async (url) => {
      expect(await ask('batch', url, url, url)).toEqual([200, ['200', '200', '200'], undefined, undefined])
      expect((await ask('batch', ...new Array(5).fill(url)))[1]).toEqual(['200', '200', '200', '422', '422'])
      expect(await ask('transaction', ...new Array(5).fill(url))).toEqual([422, [], 'too-costly', ['Bundle.entry[3]']])
    },
  )
})

describe('a body', () => {
  it.each<[what: string, method: string, path: string, limit: number, value: unknown, type?: string]>([
    ['a resource that is made', 'POST', '/fhir/Patient', limits.resource, patient],
    ['a resource that is put', 'PUT', '/fhir/Patient/p', limits.resource, patient],
    ['a resource that is looked at', 'POST', '/fhir/Patient/$validate', limits.resource, patient],
    ['a transaction', 'POST', '/fhir', limits.bundle, bundle('transaction')],
    ['a batch', 'POST', '/fhir/', limits.bundle, bundle('batch')],
    ['a message', 'POST', '/fhir/$process-message', limits.bundle, bundle('message')],
    ['a client', 'POST', '/coordination/clients', limits.json, { name: [] }, 'application/json'],
    ['a connection', 'POST', '/admin/connections', limits.json, { name: 'x' }, 'application/json'],
    ['acknowledgements', 'POST', '/billing/acks', limits.json, {}, 'application/json'],
  ])('%s', async (_, method, path, limit, value, type) => {
    expect((await send(small, method, path, filled(value, limit), type)).status).not.toBe(413)
    expect((await send(small, method, path, filled(value, limit + 1), type)).status).toBe(413)
  })

  it.each([
    ['an HL7 v2 message', '/hl7v2', limits.message, 'application/hl7-v2'],
    ['a clinical document', '/documents', limits.resource, 'application/xml'],
    ['what is typed on a page behind a link', '/messages/link', 16 * 1024, 'application/x-www-form-urlencoded'],
  ])('%s', async (_, path, limit, type) => {
    expect((await send(small, 'POST', path, 'x'.repeat(limit), type)).status).not.toBe(413)
    expect((await send(small, 'POST', path, 'x'.repeat(limit + 1), type)).status).toBe(413)
  })

  it('an entry of a Bundle', async () => {
    const entry = { resource: patient, request: { method: 'PUT', url: 'Patient/p' } }
    const of = (size: number) => `{"resourceType":"Bundle","type":"batch","entry":[${filled(entry, size)}]}`
    expect((await send(usual, 'POST', '/fhir', of(nodeLimits.resource))).status).toBe(200)
    expect((await send(usual, 'POST', '/fhir', of(nodeLimits.resource + 1))).status).toBe(413)
  })

  it('levels of a resource', async () => {
    /** An extension in an extension adds two levels; a coding at the end one. */
    const nested = (depth: number): string => {
      const pairs = Math.floor((depth - 1) / 2)
      const end = (depth - 1) % 2 === 1 ? '"valueCoding":{"code":"x"}' : '"valueCode":"x"'
      return `{"resourceType":"Patient",${'"extension":[{"url":"urn:x",'.repeat(pairs)}${end}${'}]'.repeat(pairs)}}`
    }
    const made = await send(usual, 'POST', '/fhir/Patient', nested(defaultDepth))
    expect(made.status, await made.text()).toBe(201)
    expect((await send(usual, 'POST', '/fhir/Patient', nested(defaultDepth + 1))).status).toBe(400)
  })
})

test('characters of a URL', async () => {
  const url = 'http://localhost/fhir/Patient?name='
  const ask = (length: number) => small.app.request(`${url}${'x'.repeat(length - url.length)}`)
  expect((await ask(limits.url)).status).toBe(200)
  expect((await ask(limits.url + 1)).status).toBe(400)
})

describe('a patch', () => {
  it.each([
    [
      'JSON Patch',
      'application/json-patch+json',
      (count: number) => Array(count).fill({ op: 'test', path: '/active', value: true }),
    ],
    [
      'FHIRPath Patch',
      fhir,
      (count: number) => ({
        resourceType: 'Parameters',
        parameter: Array(count).fill({
          name: 'operation',
          part: [
            { name: 'type', valueCode: 'replace' },
            { name: 'path', valueString: 'Patient.active' },
            { name: 'value', valueBoolean: true },
          ],
        }),
      }),
    ],
  ])('operations of a %s', async (_, type, of) => {
    await send(usual, 'PUT', '/fhir/Patient/p', JSON.stringify(patient))
    const patched = (count: number) => send(usual, 'PATCH', '/fhir/Patient/p', JSON.stringify(of(count)), type)
    expect((await patched(patchLimits.operations)).status).toBe(200)
    expect((await patched(patchLimits.operations + 1)).status).toBe(413)
  })
})

test('elements of lists that a FHIRPath Patch comes by', async () => {
  const { operations, looked } = patchLimits
  const named = (count: number) => ({ ...patient, id: 'named', name: Array(count).fill({ text: 'x' }) })
  const patch = JSON.stringify({
    resourceType: 'Parameters',
    parameter: Array(operations).fill({
      name: 'operation',
      part: [
        { name: 'type', valueCode: 'replace' },
        { name: 'path', valueString: 'Patient.name[0].text' },
        { name: 'value', valueString: 'y' },
      ],
    }),
  })
  const patched = async (count: number) => {
    await send(usual, 'PUT', '/fhir/Patient/named', JSON.stringify(named(count)))
    return (await send(usual, 'PATCH', '/fhir/Patient/named', patch)).status
  }
  expect(await patched(looked / operations)).toBe(200)
  expect(await patched(looked / operations + 1)).toBe(422)
})

describe('what a patch makes', () => {
  const { copied, depth, result } = patchLimits
  const put = (more: object) => send(usual, 'PUT', '/fhir/Patient/made', JSON.stringify({ ...patient, id: 'made', ...more }))
  /** Status, code and the resource's version after it. */
  const patched = async (of: object, type = 'application/json-patch+json') => {
    const answer = await send(usual, 'PATCH', '/fhir/Patient/made', JSON.stringify(of), type)
    const { issue, meta } = (await answer.json()) as { issue?: { code: string }[]; meta?: { versionId: string } }
    return [answer.status, issue?.[0]?.code ?? meta?.versionId]
  }

  it('has copied so many characters', async () => {
    const text = (length: number) => ({ text: 'x'.repeat(length - '{"text":""}'.length) })
    const copies = [...Array(4).fill('/name/0'), '/name/1'].map((from) => ({ op: 'copy', from, path: '/name/-' }))
    const of = async (last: number) => {
      await put({ name: [text((copied - 1000) / 4), text(last)] })
      return (await patched(copies))[0]
    }
    expect(await of(1000)).toBe(200)
    expect(await of(1001)).toBe(422)
  })

  it.each<[string, (place: readonly string[], value: object) => object, string]>([
    [
      'JSON Patch',
      (place, value) => [{ op: 'add', path: `/${place.join('/')}/extension/-`, value }],
      'application/json-patch+json',
    ],
    [
      'FHIRPath Patch',
      (place, valueExtension) => ({
        resourceType: 'Parameters',
        parameter: [
          {
            name: 'operation',
            part: [
              { name: 'type', valueCode: 'add' },
              { name: 'path', valueString: `Patient.${place.join('.').replaceAll('.0', '[0]')}` },
              { name: 'name', valueString: 'extension' },
              { name: 'value', valueExtension },
            ],
          },
        ],
      }),
      fhir,
    ],
  ])('is nested so deep: %s', async (_, of, type) => {
    // The Patient, the lists of extensions and what is in them; then the last list, the extension that is added, and its value.
    const extensions = (depth - 4) / 2
    const within = Array.from({ length: extensions }).reduce<object>((inner) => ({ url: 'urn:x', extension: [inner] }), {
      url: 'urn:x',
      valueCode: 'x',
    })
    const place = Array(extensions).fill(['extension', '0']).flat()
    for (const [value, status] of [
      [{ valueCoding: { code: 'x' } }, 200],
      [{ valueRange: { low: { value: 1 } } }, 422],
    ] as const) {
      expect((await put({ extension: [within] })).status).toBeLessThan(202)
      expect((await patched(of(place, { url: 'urn:x', ...value }), type))[0]).toBe(status)
    }
  })

  it('has so many characters', async () => {
    const name = Array(5).fill({ text: 'x'.repeat(1_000_000) })
    const adding = (length: number) => [{ op: 'add', path: '/name/-', value: { text: 'x'.repeat(length) } }]
    await put({ name })
    const room = result - (await (await usual.request('/fhir/Patient/made')).text()).length - ',{"text":""}'.length
    expect((await patched(adding(room + 1)))[0]).toBe(422)
    expect((await patched(adding(room)))[0]).toBe(200)
  })
})

describe('a search', () => {
  const form = 'application/x-www-form-urlencoded'
  const posted = async (type: string, body: string) => (await send(usual, 'POST', `/fhir/${type}/_search`, body, form)).status

  it('has so many parameters', async () => {
    const of = (count: number) => Array(count).fill('active=true').join('&')
    expect(await posted('Patient', of(searchLimits.parameters))).toBe(200)
    expect(await posted('Patient', of(searchLimits.parameters + 1))).toBe(400)
  })

  it('has values so long', async () => {
    expect(await posted('Patient', `name=${'x'.repeat(searchLimits.valueLength)}`)).toBe(200)
    expect(await posted('Patient', `name=${'x'.repeat(searchLimits.valueLength + 1)}`)).toBe(400)
  })

  const listed = (count: number, value: (i: number) => string) => Array.from({ length: count }, (_, i) => value(i)).join(',')

  it('has so many values, in whichever parameters', async () => {
    const half = searchLimits.values / 2
    const of = (more: number) => `_id=${listed(half, (i) => `i${i}`)}&identifier=${listed(half + more, (i) => `v${i}`)}`
    expect(await posted('Patient', of(0))).toBe(200)
    expect(await posted('Patient', of(1))).toBe(400)
  })

  it.each<[type: string, param: string, value: (i: number) => string]>([
    ['Patient', 'name', (i) => `n${i}`],
    ['Patient', 'name:contains', (i) => `n${i}`],
    ['Patient', 'name:exact', (i) => `n${i}`],
    ['Patient', 'birthdate', (i) => `ge${1900 + i}`],
    ['Patient', '_lastUpdated', (i) => `sa${2000 + i}`],
    ['Patient', 'identifier', (i) => `urn:${i}|`],
    ['Patient', '_content', (i) => `w${i}`],
    ['RiskAssessment', 'probability', (i) => `lt${i}`],
    ['Observation', 'value-quantity', (i) => `${i}||mg`],
    ['Observation', 'code-value-quantity', (i) => `c$ne${i}`],
    ['Observation', 'code:text', (i) => `c${i}`],
    ['Observation', 'subject:Patient.name', (i) => `n${i}`],
    ['Patient', '_has:Observation:subject:date', (i) => `${1900 + i}`],
    ['ValueSet', 'url:below', (i) => `http://x.example/${i}/`],
    ['Location', 'near', (i) => `1|1|${i}|m`],
  ])('has so many values of %s.%s, which are compared one by one', async (type, param, value) => {
    expect(await posted(type, `${param}=${listed(searchLimits.compared, value)}`)).toBe(200)
    expect(await posted(type, `${param}=${listed(searchLimits.compared + 1, value)}`)).toBe(400)
    const two = `${param}=${listed(searchLimits.compared / 2 + 1, value)}`
    expect(await posted(type, `${two}&${two}`)).toBe(400)
  })

  it('looks for so many words', async () => {
    const words = (count: number) => `_content=${Array.from({ length: count }, (_, i) => `w${i}`).join('%20')}`
    expect(await posted('Patient', words(lookLimits.words))).toBe(200)
    expect(await posted('Patient', words(lookLimits.words + 1))).toBe(400)
  })

  it('has so many keys to sort by', async () => {
    const keys = (count: number) => `_sort=${listed(count, (i) => (i % 2 ? '-family' : 'birthdate'))}`
    expect(await posted('Patient', keys(searchLimits.sortKeys))).toBe(200)
    expect(await posted('Patient', keys(searchLimits.sortKeys + 1))).toBe(400)
  })

  it('has chains so long, and so many of them in each other', async () => {
    const links = (count: number) => `organization.${'partof.'.repeat(count - 1)}name=x`
    expect(await posted('Patient', links(chainLimits.links))).toBe(200)
    expect(await posted('Patient', links(chainLimits.links + 1))).toBe(400)
    const has = (count: number) => `${'_has:Organization:partof:'.repeat(count)}name=x`
    expect(await posted('Organization', has(chainLimits.has))).toBe(200)
    expect(await posted('Organization', has(chainLimits.has + 1))).toBe(400)
  })

  it('has links without a type that may stand for so many', async () => {
    const targets = (type: string, param: string) => targetsOf(searchParameter(type, param)!).length
    expect(targets('MeasureReport', 'subject')).toBe(chainLimits.types)
    expect(await posted('MeasureReport', 'subject.identifier=x')).toBe(200)
    expect(targets('MeasureReport', 'evaluated-resource')).toBeGreaterThan(chainLimits.types)
    expect(await posted('MeasureReport', 'evaluated-resource.identifier=x')).toBe(400)
    expect(await posted('MeasureReport', 'evaluated-resource:Patient.identifier=x')).toBe(200)
  })

  it('shows and includes so many on a page', async () => {
    const practitioner = (id: string) => ({ resourceType: 'Practitioner', id })
    const ids = Array.from({ length: mostIncluded + 1 }, (_, i) => `prc-${i}`)
    const team = (id: string, members: readonly string[]) => ({
      resourceType: 'CareTeam',
      id,
      participant: members.map((one) => ({ member: { reference: `Practitioner/${one}` } })),
    })
    const entry = [...ids.map(practitioner), team('full', ids.slice(0, mostIncluded)), team('over', ids)].map((resource) => ({
      resource,
      request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
    }))
    expect((await send(usual, 'POST', '/fhir', JSON.stringify({ ...bundle('transaction'), entry }))).status).toBe(200)
    const modes = async (path: string) => {
      const found = (await (await usual.request(`/fhir/${path}`)).json()) as { entry: { search: { mode: string } }[] }
      const count = (mode: string) => found.entry.filter(({ search }) => search.mode === mode).length
      return [count('match'), count('include'), count('outcome')]
    }
    expect(await modes('CareTeam?_id=full&_include=CareTeam:participant')).toEqual([1, mostIncluded, 0])
    expect(await modes('CareTeam?_id=over&_include=CareTeam:participant')).toEqual([1, mostIncluded, 1])
    expect(await modes(`Practitioner?_count=${searchLimits.maxCount}`)).toEqual([searchLimits.maxCount, 0, 0])
    expect(await modes(`Practitioner?_count=${searchLimits.maxCount + 1}`)).toEqual([searchLimits.maxCount, 0, 0])
  })
})

test('members and lines on a page: whoever asks for more is given so many', async () => {
  const entry = Array.from({ length: 201 }, (_, i) => ({
    resource: { resourceType: 'Location', name: `Room ${i}` },
    request: { method: 'POST', url: 'Location' },
  }))
  expect((await send(usual, 'POST', '/fhir', JSON.stringify({ ...bundle('transaction'), entry }))).status).toBe(200)
  for (let i = 0; i < 501; i++) await usual.request('/fhir/Location/nowhere')
  const headers = { authorization: `Bearer ${adminToken}` }
  for (const [path, most] of [
    ['/coordination/locations', 200],
    ['/admin/audit', 500],
  ] as const)
    for (const limit of [most, most + 1]) {
      const page = (await (await usual.request(`${path}?limit=${limit}`, { headers })).json()) as {
        items: unknown[]
        next: string | null
      }
      expect([path, limit, page.items.length, page.next]).toEqual([path, limit, most, expect.any(String)])
    }
})

test('lines, messages, deliveries and conflicts on a page: whoever asks for more is given so many', async () => {
  const gateway = await startGateway()
  const numbers = (count: number) => Array.from({ length: count }, (_, i) => i)
  await putStraight(
    gateway,
    numbers(1001).map((i) => ({
      ...{ resourceType: 'ChargeItem', id: `line-${i}`, status: 'billable', subject: { reference: 'Patient/p' } },
      extension: [{ url: 'https://warm-handoff.example/fhir/StructureDefinition/charge-line', extension: [] }],
      code: { coding: [{ system: 'http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets', code: 'H0004' }] },
    })),
  )
  await writeStraight(gateway, numbers(501), (i, at) => ({
    change: 'receive',
    message: {
      ...{ id: `msg-${i}`, key: `key-${i}`, source: 'st-brendan', kind: 'hl7v2', raw: 'MSH', digest: '', state: 'applied' },
      ...{ issues: [], answer: '', wrote: [], at },
    },
  }))
  await writeStraight(gateway, numbers(501), (i, at) => ({
    change: 'deliver',
    delivery: {
      ...{ id: `dlv-${i}`, connection: 'ehr', lane: 'p', type: 'Patient', resource: 'p', version: 1, state: 'dead' },
      ...{ attempts: 1, due: at, inFlight: false, at },
    },
  }))
  await writeStraight(gateway, numbers(501), (i, at) => ({
    ...{ change: 'remember', kind: 'conflict', key: `cfl-${i}` },
    text: JSON.stringify({ id: `cfl-${i}`, connection: 'ehr', resource: 'Patient/none', elements: [], fields: {}, at }),
  }))
  const headers = { authorization: `Bearer ${adminToken}` }
  for (const [path, most] of [
    ['/billing/service-lines', 1000],
    ['/admin/messages', 500],
    ['/admin/deliveries', 500],
    ['/admin/conflicts', 500],
  ] as const) {
    const listed = async (query: string) => {
      const { items, next } = (await (await gateway.request(`${path}?${query}`, { headers })).json()) as {
        items: unknown[]
        next: string
      }
      return [items.length, next] as const
    }
    for (const limit of [most, most + 1]) expect([path, limit, (await listed(`limit=${limit}`))[0]]).toEqual([path, limit, most])
    const [, next] = await listed(`limit=${most}`)
    expect([path, (await listed(`limit=${most}&after=${encodeURIComponent(next)}`))[0]]).toEqual([path, 1])
  }
  await gateway.stop()
})

test('characters of conflicts on a page: it ends with the one that fills it', async () => {
  const gateway = await startGateway({ limits })
  await writeStraight(gateway, [0, 1, 2, 3, 4], (i, at) => ({
    ...{ change: 'remember', kind: 'conflict', key: `cfl-${i}` },
    text: JSON.stringify({
      ...{ id: `cfl-${i}`, connection: 'ehr', resource: 'Patient/none', elements: ['text'], at },
      fields: { text: { ours: 'x'.repeat(limits.page / 2 - 100) } },
    }),
  }))
  const listed = async (query: string) => {
    const headers = { authorization: `Bearer ${adminToken}` }
    const page = await gateway.request(`/admin/conflicts?limit=5${query}`, { headers })
    const { items, next } = (await page.json()) as { items: { id: string }[]; next: string | null }
    return [items.map(({ id }) => id), next] as const
  }
  const [first, next] = await listed('')
  expect(first).toEqual(['cfl-0', 'cfl-1'])
  const [second, after] = await listed(`&after=${encodeURIComponent(next!)}`)
  expect(second).toEqual(['cfl-2', 'cfl-3'])
  expect(await listed(`&after=${encodeURIComponent(after!)}`)).toEqual([['cfl-4'], null])
  await gateway.stop()
})

test.each([
  [0, [['last'], null]],
  [1, [[], expect.any(String)]],
])('members that are looked through for a page of a list: as many, and %i more', async (more, first) => {
  const gateway = await startGateway()
  const others = Array.from({ length: mostLooked - 1 + more }, (_, i) => ({ id: `s${i}`, active: true }))
  const entry = [...others, { id: 'last', active: false }].map((one) => ({
    resource: { resourceType: 'HealthcareService', name: 'A service', ...one },
    request: { method: 'PUT', url: `HealthcareService/${one.id}` },
  }))
  expect((await send(gateway, 'POST', '/fhir', JSON.stringify({ ...bundle('transaction'), entry }))).status).toBe(200)
  const listed = async (after = '') => {
    const answer = await gateway.request(`/coordination/services?state=suspended&limit=2${after}`)
    const { items, next } = (await answer.json()) as { items: { id: string }[]; next: string | null }
    return [items.map(({ id }) => id), next]
  }
  const page = await listed()
  expect(page).toEqual(first)
  if (more > 0) expect(await listed(`&after=${page[1]}`)).toEqual([['last'], null])
  await gateway.stop()
})

test('lines that claims are asked for by their ids', async () => {
  const asked = (count: number) => usual.request(`/billing/837p?lines=${Array.from({ length: count }, (_, i) => `chg-${i}`)}`)
  expect(((await (await asked(100)).json()) as { code: string }).code).not.toBe('invalid')
  expect(await (await asked(101)).json()).toMatchObject({ status: 400, code: 'invalid', issues: [{ path: 'lines' }] })
})

test('acknowledgements at once, and characters of a key', async () => {
  const acks = (count: number) => JSON.stringify(Array(count).fill({ line: 'chg-x', version: 1, state: 'billed' }))
  expect((await send(usual, 'POST', '/billing/acks', acks(1000), 'application/json')).status).toBe(200)
  expect((await send(usual, 'POST', '/billing/acks', acks(1001), 'application/json')).status).toBe(400)
  const keyed = (length: number) =>
    usual.request('/fhir/Patient', {
      method: 'POST',
      headers: { 'content-type': fhir, 'idempotency-key': 'k'.repeat(length) },
      body: '{"resourceType":"Patient"}',
    })
  expect((await keyed(255)).status).toBe(201)
  expect((await keyed(256)).status).toBe(400)
})

test('a very long answer to a Bundle comes whole, though it is sent in pieces', async () => {
  // 🌊 is two halves: no piece ends between them.
  const name = [{ text: `a${'🌊'.repeat(250_000)}` }, { text: '🌊'.repeat(250_000) }]
  await send(usual, 'PUT', '/fhir/Patient/waves', JSON.stringify({ ...patient, id: 'waves', name }))
  const asking = { ...bundle('batch'), entry: Array(18).fill({ request: { method: 'GET', url: 'Patient/waves' } }) }
  const answer = await send(usual, 'POST', '/fhir', JSON.stringify(asking))
  expect(answer.headers.get('content-type')).toBe('application/fhir+json; charset=utf-8')
  const bytes: Uint8Array[] = []
  for await (const piece of answer.body!) bytes.push(piece)
  expect(bytes.length).toBeGreaterThan(16)
  const { entry } = JSON.parse(Buffer.concat(bytes).toString()) as { entry: { resource: { name: unknown } }[] }
  expect(entry.map(({ resource }) => resource.name)).toEqual(Array(18).fill(name))
})

test('a page of the inbox ends with the message that fills it', async () => {
  const message = (i: number) =>
    [
      `MSH|^~\\&|A|B|C|D|20260302093000||ADT^A03^ADT_A03|FULL-${i}|P|2.5.1`,
      'EVN|A03|20260302093000',
      `ZZZ|${'x'.repeat(1350)}`,
    ].join('\r')
  for (let i = 0; i < 7; i++) expect((await send(small, 'POST', '/hl7v2', message(i), 'application/hl7-v2')).status).toBe(200)
  const told: string[][] = []
  for (let next: string | null = '/admin/messages?limit=5'; next !== null; ) {
    const answer = await small.request(next, { headers: { authorization: `Bearer ${adminToken}` } })
    const page = (await answer.json()) as { items: { raw: string }[]; next: string | null }
    told.push(page.items.flatMap(({ raw }) => /FULL-\d/.exec(raw) ?? []))
    next = page.next && `/admin/messages?limit=5&after=${page.next}`
  }
  expect(told.slice(0, 3)).toEqual([['FULL-6', 'FULL-5', 'FULL-4'], ['FULL-3', 'FULL-2', 'FULL-1'], ['FULL-0']])
})
