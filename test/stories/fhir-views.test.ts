/** An app asks for parts of what is kept: summaries, elements, histories, and answers that a person can read. */
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
const instants: string[] = []
const fhir = { 'content-type': 'application/fhir+json' }
const put = async (path: string, text: string) => {
  const answer = await gateway.request(path, { method: 'PUT', headers: fhir, body: text })
  const { meta } = (await answer.json()) as { meta: { lastUpdated: string } }
  instants.push(meta.lastUpdated)
  gateway.clock.advance(3_600_000)
}
beforeAll(async () => {
  gateway = await startGateway()
  await put('/fhir/Patient/rosa', rosa)
  await put('/fhir/Observation/o1', observation)
  await put('/fhir/Patient/rosa', rosa.replace('Rosa', 'Rosalia'))
  await gateway.request('/fhir/Observation/o1', { method: 'DELETE' })
  gateway.clock.advance(3_600_000)
  await put('/fhir/Observation/o1', observation)
})
afterAll(() => gateway.stop())

const rosa =
  '{"resourceType":"Patient","id":"rosa","text":{"status":"generated","div":"<div xmlns=\\"http://www.w3.org/1999/xhtml\\">Rosa</div>"},' +
  '"active": true,"name":[{"given":["Rosa"]}],"contact":[{"name":{"text":"Ana"}}],"multipleBirthInteger":2,' +
  '"link":[{"id":"l","other":{"reference":"Patient/x"},"type":"seealso"}]}'
const observation =
  '{"resourceType":"Observation","id":"o1","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/rosa"},' +
  '"valueQuantity":{"value":1.10},"method":{"text":"m"}}'
const get = async (path: string, headers: Record<string, string> = {}) => {
  const answer = await gateway.request(path, { headers })
  return [answer.status, await answer.text()] as const
}
const read = async (path: string) => JSON.parse((await get(path))[1])

describe('parts of a resource', () => {
  it.each([
    ['_summary=true', ['resourceType', 'id', 'meta', 'active', 'name', 'link']],
    ['_summary=text', ['resourceType', 'id', 'meta', 'text', 'active', 'link']],
    ['_summary=data', ['resourceType', 'id', 'meta', 'active', 'name', 'contact', 'multipleBirthInteger', 'link']],
    ['_elements=name,multipleBirth', ['resourceType', 'id', 'meta', 'active', 'name', 'multipleBirthInteger', 'link']],
  ])('%s shows those, and what changes their meaning', async (query, members) => {
    const seen = await read(`/fhir/Patient/rosa?${query}`)
    expect(Object.keys(seen)).toEqual(members)
    expect(seen.meta.tag).toEqual([{ system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' }])
  })

  it('keeps mandatory elements, and digits', async () => {
    const [, text] = await get('/fhir/Observation/o1?_elements=value')
    expect(await get('/fhir/Observation/o1?_elements=valueQuantity')).toEqual([200, text])
    expect(text).toContain('"status":"final","code":{"text":"x"},"valueQuantity":{"value":1.10}}')
  })

  it('is all of it, untouched, with _summary=false', async () => {
    expect(await get('/fhir/Patient/rosa?_summary=false')).toEqual(await get('/fhir/Patient/rosa'))
  })

  it('goes for versions, histories and searches', async () => {
    expect(Object.keys(await read('/fhir/Patient/rosa/_history/1?_elements=name'))).not.toContain('contact')
    for (const path of ['/fhir/Patient?_elements=name', '/fhir/Patient/rosa/_history?_elements=name']) {
      const { entry } = await read(path)
      for (const { resource } of entry) expect([resource.contact, resource.meta.tag[0].code]).toEqual([undefined, 'SUBSETTED'])
    }
    expect(await read('/fhir/Patient?_summary=count')).toMatchObject({ total: 1 })
  })

  it('but elements are those of the matches, not of what is beside them', async () => {
    const { entry } = await read('/fhir/Observation?_elements=status&_summary=false&_include=Observation:subject')
    const whole = await read('/fhir/Patient/rosa')
    expect(entry.map((each: { resource: object }) => each.resource)).toEqual([
      expect.not.objectContaining({ method: expect.anything() }),
      whole,
    ])
    const summary = await read('/fhir/Observation?_summary=true&_include=Observation:subject')
    expect(Object.keys(summary.entry[1].resource)).toEqual(['resourceType', 'id', 'meta', 'active', 'name', 'link'])
  })

  it.each([
    ['Patient/rosa?_elements=Patient.name', '_elements has to be'],
    ['Observation?_elements=Patient.name', '_elements has to be'],
  ])('%s is refused, and why is said', async (path, why) =>
    expect(await get(`/fhir/${path}`)).toEqual([400, expect.stringContaining(why)]),
  )

  it('is not taken back as if it were the whole', async () => {
    const seen = await read('/fhir/Patient/rosa?_elements=name')
    const back = await gateway.request('/fhir/Patient/rosa', { method: 'PUT', headers: fhir, body: JSON.stringify(seen) })
    expect(back.status).toBe(422)
    expect(await back.text()).toContain('SUBSETTED')
  })

  const twice = ['_elements=name&_elements=active', '_summary=true&_summary=text']
  it.each(['_summary=some', '_elements=a.b', 'colour=blue', 'colour=', '_summary=count', ...twice])(
    '%s is refused',
    async (query) => expect((await get(`/fhir/Patient/rosa?${query}`))[0]).toBe(400),
  )

  it('is all of it where a parameter has no value, at every door', async () => {
    for (const path of ['Patient/rosa', 'Patient/rosa/_history/1', 'Observation/o1'])
      expect(await get(`/fhir/${path}?_elements=&_summary=`)).toEqual(await get(`/fhir/${path}`))
    expect(await read('/fhir/Patient/rosa/_history?_elements=&_count=&_since=&_at=&_list=&_sort=')).toEqual(
      await read('/fhir/Patient/rosa/_history'),
    )
    expect(await read('/fhir/Patient/rosa/$everything?_type=&start=&_since=&_count=')).toMatchObject({ entry: { length: 2 } })
    expect((await get('/fhir/Patient/rosa/$validate?mode=&profile='))[0]).toBe(200)
    expect(await get('/fhir/metadata?mode=&_format=')).toEqual(await get('/fhir/metadata'))
  })

  it('skips what is unknown where that is preferred', async () =>
    expect((await get('/fhir/Patient/rosa?colour=blue', { prefer: 'handling=lenient' }))[0]).toBe(200))
})

test('_pretty is for people: the same, indented', async () => {
  const [, text] = await get('/fhir/Observation/o1?_pretty=true')
  expect(text).toContain('\n  "valueQuantity": {\n    "value": 1.10\n  },')
  expect(JSON.parse(text)).toEqual(await read('/fhir/Observation/o1'))
  expect((await get('/fhir/Observation/nobody?_pretty=true'))[1]).toMatch(/^\{\n {2}"resourceType": "OperationOutcome",\n/)
})

describe('a history', () => {
  const shown = async (path: string) =>
    ((await read(path)).entry ?? []).map(
      ({ request, response }: { request: { method: string; url: string }; response: { status: string } }) =>
        `${request.method} ${request.url} ${response.status.slice(0, 3)}`,
    )

  it('of all tells every change, newest first', async () => {
    expect(await shown('/fhir/_history')).toEqual([
      'PUT Observation/o1 201',
      'DELETE Observation/o1 204',
      'PUT Patient/rosa 200',
      'PUT Observation/o1 201',
      'PUT Patient/rosa 201',
    ])
    expect(await shown('/fhir/Patient/_history')).toEqual(['PUT Patient/rosa 200', 'PUT Patient/rosa 201'])
  })

  it('since an instant, and of what was current at a time', async () => {
    expect(await shown(`/fhir/_history?_since=${instants[2]}`)).toHaveLength(3)
    expect(await shown(`/fhir/_history?_at=${instants[1]}`)).toEqual(['PUT Observation/o1 201', 'PUT Patient/rosa 201'])
    expect(await shown(`/fhir/Patient/rosa/_history?_at=${instants[2]}`)).toEqual(['PUT Patient/rosa 200'])
    expect(await shown('/fhir/_history?_at=2026-03-02')).toHaveLength(5)
    expect(await shown('/fhir/_history?_at=2026-03-01')).toEqual([])
    expect(await shown('/fhir/_history?_sort=-_lastUpdated')).toEqual(await shown('/fhir/_history'))
    expect(await shown('/fhir/_history?_since=2016-12-31T23:59:60Z')).toHaveLength(5)
    expect(await shown('/fhir/_history?_since=2026-03-01T00:00:00+05:00')).toHaveLength(5)
  })

  it('comes in pages without a gap or a double', async () => {
    const seen: string[] = []
    let next: string | undefined = '/fhir/_history?_count=2'
    while (next) {
      const page = await read(next)
      seen.push(
        ...page.entry.map(({ response, fullUrl }: { fullUrl: string; response: { etag: string } }) => fullUrl + response.etag),
      )
      next = page.link.find(({ relation }: { relation: string }) => relation === 'next')?.url.replace('http://localhost', '')
    }
    expect([seen.length, new Set(seen).size]).toEqual([5, 5])
  })

  it.each(['_count=x', '_since=x', '_at=x', '_sort=_id', '_sort=_lastUpdated', '_at=2026&_at=2027', '_after=x', '_page=x'])(
    '%s is refused',
    async (query) => {
      expect((await get(`/fhir/_history?${query}`))[0]).toBe(400)
      expect((await get(`/fhir/Patient/_history?${query}`))[0]).toBe(400)
    },
  )

  it('is counted without being shown', async () => {
    const count = async (path: string) => {
      const { total, entry } = await read(path)
      return [total, entry]
    }
    expect(await count('/fhir/_history?_summary=count')).toEqual([5, undefined])
    expect(await count('/fhir/_history?_count=0')).toEqual([5, undefined])
    expect(await count('/fhir/Patient/_history?_summary=count')).toEqual([2, undefined])
    expect(await count('/fhir/Observation/o1/_history?_summary=count')).toEqual([3, undefined])
    expect(await count(`/fhir/_history?_summary=count&_since=${instants[2]}`)).toEqual([3, undefined])
    expect(await count('/fhir/_history?_summary=count&_since=2027-01-01')).toEqual([0, undefined])
    expect((await get('/fhir/Patient/nobody/_history?_summary=count'))[0]).toBe(404)
  })

  it('of what never was is not there', async () => {
    for (const query of ['', '?_since=2020', '?_at=2020', '?_list=none', '?_summary=count'])
      expect((await get(`/fhir/Patient/nobody/_history${query}`))[0], query).toBe(404)
    expect((await get('/fhir/Nothing/_history'))[0]).toBe(404)
    expect(await shown('/fhir/Basic/_history')).toEqual([])
  })
})

it('answers HEAD as GET, without the body', async () => {
  for (const path of [
    '/fhir/Patient/rosa',
    '/fhir/Patient',
    '/fhir/_history',
    '/fhir/metadata',
    '/fhir/Patient/rosa/_history/1',
  ]) {
    const [head, whole] = [await gateway.request(path, { method: 'HEAD' }), await gateway.request(path)]
    expect([head.status, head.headers.get('etag'), await head.text()]).toEqual([whole.status, whole.headers.get('etag'), ''])
  }
})

it.each([
  ['application/fhir+json; fhirVersion=4.0', 200],
  ['application/fhir+json; fhirVersion=3.0', 406],
  ['application/fhir+json;q=0', 406],
  ['text/turtle', 406],
  ['', 200],
])('Accept: %s is answered %i', async (accept, status) => expect((await get('/fhir/Patient/rosa', { accept }))[0]).toBe(status))

it.each([
  ['json', 200],
  ['application/fhir+json', 200],
  ['application%2Ffhir%2Bjson', 200],
  ['xml', 406],
  ['ttl', 406],
  ['html', 406],
])('_format=%s is answered %i, whatever Accept says', async (format, status) =>
  expect((await get(`/fhir/Patient/rosa?_format=${format}`, { accept: 'application/fhir+xml' }))[0]).toBe(status),
)

it.each(['application/fhir+json; charset=iso-8859-1', 'application/fhir+json; fhirVersion=5.0', 'text/plain'])(
  'does not read %s',
  async (type) =>
    expect(
      (await gateway.request('/fhir/Patient', { method: 'POST', headers: { 'content-type': type }, body: '{}' })).status,
    ).toBe(415),
)
