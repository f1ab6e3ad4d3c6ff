import { validateResource } from '@medplum/core'
import { beforeAll, describe, expect, test } from 'vitest'
import { historyBundle, processingOrder, readBundle, referencesWithin, responseBundle, searchset } from '../../src/fhir/bundle.ts'
import { readJson } from '../../src/fhir/exact.ts'
import { indexStructures } from '../support/structures.ts'
import { corpusTexts, hasCorpora } from './corpora.ts'

const limits = { entries: 10 }

function bundle(type: string, entry: unknown, own = limits) {
  const exact = readJson(JSON.stringify({ resourceType: 'Bundle', type, entry }), { bytes: 1_000_000 })
  if (!exact.ok) throw new Error(exact.problem.detail)
  return readBundle(exact.value, own)
}

function faults(type: string, entry: unknown): string[] {
  const result = bundle(type, entry)
  if (result.ok) throw new Error('was accepted')
  return result.problem.issues.map(({ path }) => path ?? '')
}

const patient = { resourceType: 'Patient', id: '1' }
const post = { method: 'POST', url: 'Patient' }

describe('a transaction', () => {
  test('is read with its requests taken apart', () => {
    const result = bundle('transaction', [
      { fullUrl: 'urn:uuid:1', resource: patient, request: { ...post, ifNoneExist: 'identifier=a' } },
      { resource: patient, request: { method: 'PUT', url: 'Patient/1', ifMatch: 'W/"2"' } },
      { resource: patient, request: { method: 'PUT', url: 'Patient?identifier=urn:x|1' } },
      { request: { method: 'DELETE', url: 'Patient/2' } },
      { resource: { resourceType: 'Parameters' }, request: { method: 'PATCH', url: 'Patient/3' } },
      { request: { method: 'GET', url: 'Patient/3/_history/2' } },
      { request: { method: 'GET', url: 'Patient/3/$everything?_count=3' } },
      { request: { method: 'GET', url: 'metadata' } },
    ])
    if (!result.ok) throw new Error(JSON.stringify(result.problem))
    expect(result.value.entries.map(({ request }) => request)).toEqual([
      { method: 'POST', url: 'Patient', type: 'Patient', ifNoneExist: 'identifier=a' },
      { method: 'PUT', url: 'Patient/1', type: 'Patient', id: '1', ifMatch: 'W/"2"' },
      { method: 'PUT', url: 'Patient?identifier=urn:x|1', type: 'Patient', query: 'identifier=urn:x|1' },
      { method: 'DELETE', url: 'Patient/2', type: 'Patient', id: '2' },
      { method: 'PATCH', url: 'Patient/3', type: 'Patient', id: '3' },
      { method: 'GET', url: 'Patient/3/_history/2', type: 'Patient', id: '3', version: '2' },
      {
        method: 'GET',
        url: 'Patient/3/$everything?_count=3',
        type: 'Patient',
        id: '3',
        operation: '$everything',
        query: '_count=3',
      },
      { method: 'GET', url: 'metadata', operation: 'metadata' },
    ])
    expect(result.value.entries[0]?.resource?.text).toBe(JSON.stringify(patient))
    expect(processingOrder(result.value.entries).map(({ index }) => index)).toEqual([3, 0, 1, 2, 4, 5, 6, 7])
  })

  test('without entries is fine', () => {
    expect(bundle('transaction', undefined)).toEqual({ ok: true, value: { type: 'transaction', entries: [] } })
    expect(faults('transaction', null)).toEqual(['Bundle.entry'])
  })

  test.each([
    ['no request', { resource: patient }, 'request'],
    ['a method of another protocol', { request: { method: 'FETCH', url: 'Patient' } }, 'request.method'],
    ['no URL', { request: { method: 'GET' } }, 'request.url'],
    ['an absolute URL', { request: { method: 'GET', url: 'https://us.example/fhir/Patient/1' } }, 'request.url'],
    ['a path outwards', { request: { method: 'GET', url: '../admin' } }, 'request.url'],
    ['an unknown type', { request: { method: 'GET', url: 'Nobody/1' } }, 'request.url'],
    ['a create with an id', { resource: patient, request: { method: 'POST', url: 'Patient/1' } }, 'request.url'],
    ['an update without id or criteria', { resource: patient, request: { method: 'PUT', url: 'Patient' } }, 'request.url'],
    ['a deletion of everything', { request: { method: 'DELETE', url: 'Patient' } }, 'request.url'],
    ['a deletion by empty criteria', { request: { method: 'DELETE', url: 'Patient?' } }, 'request.url'],
    ['an update of a version', { resource: patient, request: { method: 'PUT', url: 'Patient/1/_history/2' } }, 'request.url'],
    ['a deletion of a version', { request: { method: 'DELETE', url: 'Patient/1/_history/2' } }, 'request.url'],
    ['a path in disguise', { request: { method: 'GET', url: 'Patient%2F1' } }, 'request.url'],
    ['a path that is encoded wrongly', { request: { method: 'GET', url: 'Patient/%' } }, 'request.url'],
    ['a create of nothing', { request: post }, 'resource'],
    ['a create of another type', { resource: { resourceType: 'Group' }, request: post }, 'resource'],
    ['an update of another id', { resource: patient, request: { method: 'PUT', url: 'Patient/2' } }, 'resource.id'],
    ['a condition that is no text', { resource: patient, request: { ...post, ifNoneExist: 1 } }, 'request.ifNoneExist'],
    ['a resource without type', { resource: { id: '1' }, request: post }, 'resource'],
    ['a resource that is a list', { resource: [patient], request: post }, 'resource'],
    ['a full URL that is no text', { fullUrl: 7, resource: patient, request: post }, 'fullUrl'],
    ['a full URL with a version', { fullUrl: 'https://a/Patient/1/_history/1', resource: patient, request: post }, 'fullUrl'],
    ['a condition by a wrong name', { resource: patient, request: { ...post, ifNoneExists: 'identifier=a' } }, 'request'],
    ['a member that R4 does not know', { resource: patient, request: post, method: 'POST' }, ''],
    ['a text for an entry', 'x', ''],
    ['null for an entry', null, ''],
    ['a list for an entry', [{ resource: patient, request: post }], ''],
  ])('fails with %s', (_, entry, place) => {
    const path = place === '' ? 'Bundle.entry[1]' : `Bundle.entry[1].${place}`
    expect(faults('transaction', [{ resource: patient, request: post }, entry])).toEqual([path])
  })

  test('names the same by a URL that is encoded, or ends with a slash', () => {
    const urls = ['Patient/1', 'Patient/%31', '%50atient/1', 'Patient/1/']
    const read = bundle('batch', [...urls.map((url) => ({ request: { method: 'GET', url } }))])
    if (!read.ok) throw new Error(JSON.stringify(read.problem))
    expect(read.value.entries.map(({ request }) => [request?.type, request?.id])).toEqual(urls.map(() => ['Patient', '1']))
  })

  test('tells all its faults at once', () => {
    expect(faults('transaction', [{ resource: patient }, { request: post }])).toEqual([
      'Bundle.entry[0].request',
      'Bundle.entry[1].resource',
    ])
  })

  test('may not give one full URL to two entries, unless they are two versions', () => {
    const entry = { fullUrl: 'urn:uuid:1', resource: patient, request: post }
    expect(faults('transaction', [entry, entry])).toEqual(['Bundle.entry[1].fullUrl'])
    const version = (versionId: string) => ({ ...entry, resource: { ...patient, meta: { versionId } } })
    expect(bundle('transaction', [version('1'), version('2')]).ok).toBe(true)
  })

  test('may not write one resource twice', () => {
    const put = { resource: patient, request: { method: 'PUT', url: 'Patient/1' } }
    expect(faults('transaction', [put, { request: { method: 'DELETE', url: 'Patient/1' } }])).toEqual(['Bundle.entry[1].request'])
    expect(bundle('transaction', [put, { request: { method: 'GET', url: 'Patient/1' } }]).ok).toBe(true)
    const remove = { request: { method: 'DELETE', url: 'Group/1' } }
    expect(faults('transaction', [put, remove, remove])).toEqual(['Bundle.entry[2].request'])
  })

  test('has a limit of entries', () => {
    const result = bundle('transaction', Array(11).fill({ request: { method: 'GET', url: 'Patient/1' } }))
    expect(result).toMatchObject({ ok: false, problem: { code: 'too-large' } })
  })
})

describe('other bundles', () => {
  test('an entry of a batch fails alone', () => {
    const result = bundle('batch', [{ request: post }, { request: { method: 'GET', url: 'Patient/1' } }])
    expect(result).toMatchObject({
      ok: true,
      value: {
        entries: [
          { index: 0, problem: { code: 'invalid' } },
          { index: 1, request: { method: 'GET' } },
        ],
      },
    })
  })

  test('entries of a batch do not refer to each other, to themselves they may', () => {
    const encounter = (subject: string) => ({ resourceType: 'Encounter', subject: { reference: subject } })
    const entry = (fullUrl: string, resource: object) => ({ fullUrl, resource, request: { method: 'POST', url: 'Encounter' } })
    const entries = [entry('urn:uuid:1', encounter('urn:uuid:1')), entry('urn:uuid:2', encounter('urn:uuid:1'))]
    expect(bundle('batch', [...entries, entry('urn:uuid:3', encounter('urn:uuid:9'))])).toMatchObject({
      ok: true,
      value: { entries: [{ request: {} }, { problem: { issues: [{ path: 'Bundle.entry[1].resource' }] } }, { request: {} }] },
    })
    expect(bundle('transaction', entries).ok).toBe(true)
  })

  test('a message begins with its header, and has a resource in every entry', () => {
    const header = { fullUrl: 'urn:uuid:h', resource: { resourceType: 'MessageHeader' } }
    expect(bundle('message', [header, { fullUrl: 'urn:uuid:p', resource: patient }]).ok).toBe(true)
    expect(faults('message', [{ resource: patient }, header])).toEqual(['Bundle.entry[0].resource'])
    expect(faults('message', [header, { fullUrl: 'urn:uuid:x' }])).toEqual(['Bundle.entry[1]'])
    expect(faults('message', [])).toEqual(['Bundle.entry[0].resource'])
  })

  test.each(['transaction-response', 'nothing', '', 7])('the type %j cannot be received', (type) => {
    expect(faults(type as string, [])).toEqual(['Bundle.type'])
  })

  test('what is no bundle, or has no list of entries', () => {
    expect(faults('collection', {})).toEqual(['Bundle.entry'])
    const exact = readJson('{"resourceType":"Patient","type":"transaction"}', { bytes: 100 })
    expect(exact.ok && readBundle(exact.value, limits)).toMatchObject({ ok: false, problem: { code: 'invalid' } })
  })

  test.skipIf(!hasCorpora)('Synthea’s transactions and the guides’ notification messages are well formed (needs CORPORA)', () => {
    const texts = [...corpusTexts('2_clinical/synthea', 10), ...corpusTexts('1_igs/davinci-alerts-1.1.0/examples', 400)]
    let read = 0
    for (const text of texts) {
      const exact = readJson(text, { bytes: 50_000_000 })
      if (!exact.ok || exact.value.value.resourceType !== 'Bundle') continue
      const result = readBundle(exact.value, { entries: 10_000 })
      expect(result.ok ? [] : result.problem.issues).toEqual([])
      read++
    }
    expect(read).toBeGreaterThan(8)
  })
})

describe('references within a bundle', () => {
  const table = new Map([
    ['urn:uuid:1', 'Patient/a'],
    ['https://a.example/fhir/Patient/1', 'Patient/b'],
    ['Patient?identifier=x', 'Patient/c'],
  ])

  test('are found by full URL, and relative ones below the base of the entry’s own', () => {
    const references = referencesWithin(table, { fullUrl: 'https://a.example/fhir/Observation/9' })
    expect(
      ['urn:uuid:1', 'https://a.example/fhir/Patient/1', 'Patient/1', 'Patient?identifier=x', 'Patient/2', '#x'].map((link) =>
        references.get(link),
      ),
    ).toEqual([...['Patient/a', 'Patient/b', 'Patient/b', 'Patient/c', undefined, undefined]])
  })

  test('an entry without an address has no base', () => {
    for (const within of [{}, { fullUrl: 'urn:uuid:9' }, { fullUrl: 'https://b.example/fhir/Observation/9' }]) {
      expect(referencesWithin(table, within).get('Patient/1')).toBeUndefined()
    }
  })

  test('our own addresses become relative, others stay', () => {
    const references = referencesWithin(table, { base: 'https://us.example/fhir' })
    expect(references.get('https://us.example/fhir/Patient/7')).toBe('Patient/7')
    expect(references.get('https://other.example/fhir/Patient/7')).toBeUndefined()
    expect(references.get('urn:uuid:1')).toBe('Patient/a')
  })
})

describe('bundles that go out', () => {
  beforeAll(indexStructures)

  const at = '2026-03-01T09:30:00.000Z'
  const stored = '{ "resourceType":"Observation", "id":"1","status":"final","code":{"text":"x"},"valueQuantity":{"value":1.50} }'
  const outcome = '{"resourceType":"OperationOutcome","issue":[{"severity":"information","code":"informational"}]}'

  test.each([
    [
      'a response',
      responseBundle('transaction-response', [
        { status: '201 Created', location: 'Patient/1/_history/1', etag: 'W/"1"', lastModified: at, resource: stored, outcome },
      ]),
    ],
    ['an empty response', responseBundle('batch-response', [])],
    [
      'a searchset',
      searchset(
        [{ fullUrl: 'https://us.example/fhir/Observation/1', mode: 'match', resource: stored }],
        [{ relation: 'self', url: 'https://us.example/fhir/Observation?code="x"' }],
        7,
      ),
    ],
    ['an empty searchset', searchset([], [], 0)],
    [
      'a history',
      historyBundle(
        [
          { fullUrl: 'https://us.example/fhir/Observation/1', type: 'Observation', id: '1', version: 3, at },
          { fullUrl: 'https://us.example/fhir/Observation/1', type: 'Observation', id: '1', version: 2, at, resource: stored },
          { fullUrl: 'https://us.example/fhir/Observation/1', type: 'Observation', id: '1', version: 1, at, resource: stored },
        ],
        [{ relation: 'self', url: 'https://us.example/fhir/Observation/1/_history' }],
      ),
    ],
  ])('%s is valid R4', (_, text) => {
    expect(validateResource(JSON.parse(text)).filter(({ severity }) => severity === 'error')).toEqual([])
  })

  test('stored texts are served untouched', () => {
    expect(searchset([{ fullUrl: 'x', mode: 'match', resource: stored }], [])).toContain(stored)
  })

  test('a history says how each version came to be', () => {
    const entry = { fullUrl: 'u', type: 'Patient', id: '1', at }
    const text = historyBundle(
      [
        { ...entry, version: 2, created: undefined },
        { ...entry, version: 1, created: 'POST', resource: '{}' },
      ],
      [],
    )
    expect(JSON.parse(text).entry).toMatchObject([
      {
        request: { method: 'DELETE', url: 'Patient/1' },
        response: { status: '204 No Content', etag: 'W/"2"', lastModified: at },
      },
      { request: { method: 'POST', url: 'Patient' }, response: { status: '201 Created' } },
    ])
  })
})
