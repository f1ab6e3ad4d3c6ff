/** Links to next pages: what they tell (nothing), whom they serve, and for how long. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Principal } from '../../src/access/principal.ts'
import { local, startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await startGateway({ tenants: ['other'] })
  for (let i = 0; i < 5; i++) {
    const resource = { resourceType: 'Patient', id: `p${i}`, name: [{ family: 'Quintero' }] }
    await gateway.request(`/fhir/Patient/p${i}`, { method: 'PUT', json: resource })
  }
})
afterEach(() => gateway.stop())

interface Page {
  readonly link: readonly { relation: string; url: string }[]
  readonly entry: readonly { resource: { id: string } }[]
}

const nextOf = ({ link }: Page) => link.find(({ relation }) => relation === 'next')?.url
const idsOf = ({ entry }: Page) => entry.map(({ resource }) => resource.id)
const post = (form: string) =>
  gateway.request('/fhir/Patient/_search', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form,
  })
const firstPage = async () => (await (await post('name=quintero&_count=2&_sort=-_id')).json()) as Page
const tokenIn = (url: string | undefined) => new URL(url ?? '').searchParams.get('_page') ?? ''

async function told(path: string): Promise<readonly unknown[]> {
  const answer = await gateway.request(path)
  const { issue } = (await answer.json()) as { issue?: { code: string }[] }
  return [answer.status, issue?.[0]?.code]
}

it('lead through all pages, and say nothing of what was asked', async () => {
  const ids: string[] = []
  let page = await firstPage()
  for (let next = nextOf(page); next !== undefined; next = nextOf(page)) {
    ids.push(...idsOf(page))
    expect(next).toMatch(/^http:\/\/localhost\/fhir\/Patient\?_page=[\w.-]+$/)
    for (const part of tokenIn(next).split('.'))
      expect(atob(part.replaceAll('-', '+').replaceAll('_', '/'))).not.toMatch(/quintero/i)
    page = (await (await gateway.request(next)).json()) as Page
  }
  expect([...ids, ...idsOf(page)]).toEqual(['p4', 'p3', 'p2', 'p1', 'p0'])
})

it('lead on from criteria that are too long for a URL', async () => {
  const many = Array.from({ length: 1000 }, (_, i) => `other-${i}`)
  const page = (await (await post(`_id=${many},p1,p2,p3&_count=2`)).json()) as Page
  const next = nextOf(page)
  expect(next?.length).toBeLessThan(1000)
  expect(idsOf((await (await gateway.request(next!)).json()) as Page)).toEqual(['p3'])
})

it('end after an hour', async () => {
  const next = nextOf(await firstPage())!
  gateway.clock.advance(3_599_000)
  expect(await told(next)).toEqual([200, undefined])
  gateway.clock.advance(2_000)
  expect(await told(next)).toEqual([410, 'deleted'])
})

it('serve nobody else, in this tenant or another', async () => {
  const page = tokenIn(nextOf(await firstPage()))
  const own = local()
  const ask = async (principal: Principal) =>
    (await gateway.gateway.desk(principal)).searchPage({ type: 'Patient', pairs: [['_page', page]] })
  expect((await ask(own)).ok).toBe(true)
  expect(await ask({ ...own, id: 'somebody' })).toMatchObject({ ok: false, problem: { code: 'forbidden' } })
  expect(await ask({ ...own, tenant: 'other' })).toMatchObject({ ok: false, problem: { code: 'forbidden' } })
})

it('cannot be made, changed, or used for something else', async () => {
  const next = nextOf(await firstPage())!
  const token = tokenIn(next)
  const last = token.at(-5) === 'A' ? 'B' : 'A'
  const forged = `${token.slice(0, -5)}${last}${token.slice(-4)}`
  for (const page of ['', 'x', '....', 'a.b.c.d.e', forged]) {
    expect(await told(`/fhir/Patient?_page=${encodeURIComponent(page)}`)).toEqual([400, 'invalid'])
  }
  expect(await told(next.replace('/Patient?', '/Observation?'))).toEqual([400, 'invalid'])
  expect(await told(`${next}&name=x`)).toEqual([400, 'invalid'])
})

it('of histories lead on likewise, and end likewise', async () => {
  const first = (await (await gateway.request('/fhir/Patient/_history?_count=2')).json()) as Page
  const next = nextOf(first)!
  expect(next).toMatch(/^http:\/\/localhost\/fhir\/Patient\/_history\?_page=[\w.-]+$/)
  const second = (await (await gateway.request(next)).json()) as Page
  expect([idsOf(first), idsOf(second)]).toEqual([
    ['p4', 'p3'],
    ['p2', 'p1'],
  ])
  for (const other of ['/Patient?', '/_history?', '/Patient/p1/_history?']) {
    expect(await told(next.replace('/Patient/_history?', other))).toEqual([400, 'invalid'])
  }
  expect(await told(`${next}&_since=2020-01-01`)).toEqual([400, 'invalid'])
  expect(await told(nextOf(await firstPage())!.replace('/Patient?', '/Patient/_history?'))).toEqual([400, 'invalid'])
  gateway.clock.advance(3_601_000)
  expect(await told(next)).toEqual([410, 'deleted'])
})

it('keep how answers are to be written, and so do those of the pages they lead to', async () => {
  const written = '_format=application%2Ffhir%2Bjson&_pretty=true'
  for (const path of ['Patient', 'Patient/_history', 'Patient/p1/*', '', 'Patient/p1/$everything']) {
    const first = await gateway.request(`/fhir${path && `/${path}`}?${written}&_count=1`)
    const text = await first.text()
    const page = JSON.parse(text) as Page
    expect(page.link[0]).toEqual({ relation: 'self', url: `http://localhost/fhir${path && `/${path}`}?${written}&_count=1` })
    const next = nextOf(page)
    if (path.startsWith('Patient/p1')) continue
    expect(next).toMatch(/\?_page=[\w.-]+&_format=application%2Ffhir%2Bjson&_pretty=true$/)
    const second = await (await gateway.request(next!)).text()
    expect([text, second].map((one) => one.includes('\n  "resourceType"'))).toEqual([true, true])
    expect(nextOf(JSON.parse(second))).toContain('&_format=application%2Ffhir%2Bjson&_pretty=true')
    const plain = await (await gateway.request(next!.slice(0, next!.indexOf('&')))).text()
    expect(nextOf(JSON.parse(plain))).toMatch(/\?_page=[\w.-]+$/)
  }
})

it('tell beside the matches that not all could be included', async () => {
  const entry = Array.from({ length: 1001 }, (_, i) => ({
    resource: { resourceType: 'Basic', id: `b${i}`, code: { text: 'x' }, subject: { reference: `Patient/p${i === 0 ? 1 : 2}` } },
    request: { method: 'PUT', url: `Basic/b${i}` },
  }))
  const bundle = { resourceType: 'Bundle', type: 'batch', entry }
  expect((await gateway.request('/fhir', { method: 'POST', json: bundle })).status).toBe(200)
  const modes = async (path: string) => {
    const found = (await (await gateway.request(path)).json()) as { entry: { search: { mode: string } }[] }
    return Object.groupBy(found.entry, ({ search }) => search.mode)
  }
  const few = await modes('/fhir/Patient?_id=p1,p2,p3&_count=1&_revinclude=Basic:patient')
  expect([few.match?.length, few.outcome]).toEqual([1, undefined])
  const { match, include, outcome } = await modes('/fhir/Patient?_id=p1,p2&_revinclude=Basic:patient')
  expect([match?.length, include?.length, outcome?.length]).toEqual([2, 1000, 1])
  expect(JSON.stringify(outcome)).toContain('1000')
})

it('tell beside the matches that there would be more, further away than they go', async () => {
  for (let i = 11; i >= 0; i--) {
    const partOf = i < 11 && { partOf: { reference: `Organization/step-${i + 1}` } }
    await gateway.request(`/fhir/Organization/step-${i}`, {
      method: 'PUT',
      json: { resourceType: 'Organization', id: `step-${i}`, name: 'x', ...partOf },
    })
  }
  const modes = async (path: string) => {
    const found = (await (await gateway.request(`/fhir/Organization?${path}`)).json()) as {
      entry: { search: { mode: string } }[]
    }
    const { match, include, outcome } = Object.groupBy(found.entry, ({ search }) => search.mode)
    return [match?.length, include?.length, outcome?.length]
  }
  expect(await modes('_id=step-1&_include:iterate=Organization:partof')).toEqual([1, 10, undefined])
  expect(await modes('_id=step-0&_include:iterate=Organization:partof')).toEqual([1, 10, 1])
  expect(await modes('_id=step-11&_revinclude:iterate=Organization:partof')).toEqual([1, 10, 1])
  expect(await modes('_id=step-0&_include=Organization:partof')).toEqual([1, 1, undefined])
})
