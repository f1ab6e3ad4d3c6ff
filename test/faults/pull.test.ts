/** Partners as they should not be: what they say of strangers, pages that break off, do not end or lead elsewhere, and what is no FHIR. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { marisol, put, say } from '../support/coordination.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
let server: Server
/** Answers by path and query. */
let answers: (url: string) => { readonly status?: number; readonly body: unknown; readonly cut?: true }
let asked: string[]
let base: string

beforeEach(async () => {
  asked = []
  server = createServer((request, response) => {
    asked.push(request.url ?? '')
    const { status = 200, body, cut } = answers(request.url ?? '')
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    response.writeHead(status, { 'content-type': 'application/fhir+json', 'content-length': Buffer.byteLength(text) })
    if (cut) response.write(text.slice(0, text.length / 2), () => response.destroy())
    else response.end(text)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const target = `127.0.0.1:${(server.address() as AddressInfo).port}`
  base = `http://${target}/fhir`
  gateway = await startGateway({ allowTargets: [target] })
  await connect(['Patient', 'Observation'])
  await put(gateway, { ...marisol, identifier: [{ system: 'urn:mrn', value: 'M-1' }] })
})
afterEach(async () => {
  await gateway.stop()
  server.closeAllConnections()
  await new Promise((closed) => server.close(closed))
})

const connect = (pull: readonly string[]) =>
  say(gateway, 'POST', '/admin/connections', { name: 'east', kind: 'ehr', baseUrl: base, pull })
const pull = async () => (await say(gateway, 'POST', '/admin/connections/east/pull')).body.types
const bundle = (resources: readonly unknown[], next?: string) => ({
  resourceType: 'Bundle',
  type: 'searchset',
  ...(next !== undefined && { link: [{ relation: 'next', url: next }] }),
  entry: resources.map((resource) => ({ resource })),
})
const only = (type: string, resources: readonly unknown[]) => (url: string) => ({
  body: bundle(url.startsWith(`/fhir/${type}`) ? resources : []),
})
const meta = (minute: number, versionId = '1') => ({
  versionId,
  lastUpdated: `2026-03-02T09:${String(minute).padStart(2, '0')}:00Z`,
})
const known = { resourceType: 'Patient', id: 'p1', meta: meta(1), identifier: [{ system: 'urn:mrn', value: 'M-1' }] }
const observation = (id: string, change: object = {}) => ({
  resourceType: 'Observation',
  id,
  meta: meta(2),
  status: 'final',
  code: { text: 'Mood' },
  subject: { reference: 'Patient/p1' },
  performer: [{ reference: 'Practitioner/cli-marisol' }],
  ...change,
})
const messages = async (state: string) => (await say(gateway, 'GET', `/admin/messages?state=${state}`)).body.items
const observations = async () =>
  ((await say(gateway, 'GET', '/fhir/Observation')).body.entry ?? []).map((entry: { resource: object }) => entry.resource)
const both = (all: readonly unknown[]) => (url: string) => ({
  body: bundle(url.startsWith('/fhir/Patient') ? [known] : url.startsWith('/fhir/Observation') ? all : []),
})

it('takes what is new about a known client under an id of ours, its references by links or as addresses of theirs', async () => {
  answers = both([observation('cli-marisol')])
  await pull()
  const [taken] = await observations()
  expect(taken).toMatchObject({
    subject: { reference: `Patient/${marisol.id}` },
    performer: [{ reference: `${base}/Practitioner/cli-marisol` }],
  })
  expect(taken.id).not.toBe('cli-marisol')
  await pull()
  expect(await observations()).toEqual([taken])
  answers = both([observation('cli-marisol', { meta: meta(3, '2'), status: 'amended' })])
  await pull()
  expect(await observations()).toMatchObject([
    { id: taken.id, status: 'amended', subject: taken.subject, performer: taken.performer },
  ])
})

it('keeps what is about a stranger in the inbox, and goes on by itself once it is known who that is', async () => {
  answers = only('Observation', [observation('o1'), observation('o2', { subject: { reference: `Patient/${marisol.id}` } })])
  await pull()
  expect(await observations()).toEqual([])
  expect(await messages('held')).toMatchObject([{ issues: [{ message: 'is no client here' }] }, {}])
  answers = both([])
  await pull()
  expect(await observations()).toMatchObject([{ subject: { reference: `Patient/${marisol.id}` } }])
  expect(await messages('held')).toHaveLength(1)
})

it('does not let a resource become somebody else’s', async () => {
  answers = (url) => ({
    body: bundle(
      url.startsWith('/fhir/Patient')
        ? [known, { ...known, id: 'p2', identifier: [{ system: 'urn:mrn', value: 'M-2' }] }]
        : [observation('o1')],
    ),
  })
  await put(gateway, { ...marisol, id: 'cli-other', identifier: [{ system: 'urn:mrn', value: 'M-2' }] })
  await pull()
  answers = both([observation('o1', { meta: meta(3, '2'), subject: { reference: 'Patient/p2' } })])
  await pull()
  expect(await observations()).toMatchObject([{ subject: { reference: `Patient/${marisol.id}` } }])
  expect(await messages('held')).toHaveLength(1)
})

it('is not led elsewhere by a next link, and does not walk in circles', async () => {
  const elsewhere = 'https://elsewhere.example/fhir/Patient?page=2'
  answers = (url) => ({ body: bundle([], url.startsWith('/fhir/Patient') ? elsewhere : `${base}/Observation?page=same`) })
  expect(await pull()).toMatchObject([
    { type: 'Patient', state: 'refused', reason: expect.stringContaining('outside') },
    { type: 'Observation', state: 'refused', reason: expect.stringContaining('do not end') },
  ])
  expect(asked.length).toBeLessThan(6)
})

it('goes on from where its pages broke off, and doubles nothing', async () => {
  let broken = true
  answers = (url) => {
    if (url.includes('page=2'))
      return broken ? { status: 500, body: {} } : { body: bundle([observation('o2'), observation('o1')]) }
    if (url.startsWith('/fhir/Patient')) return { body: bundle([known]) }
    return { body: bundle([observation('o1')], `${base}/Observation?page=2`) }
  }
  expect((await pull())[1]).toMatchObject({ state: 'try-again', read: 1, kept: 1 })
  broken = false
  asked = []
  expect((await pull())[1]).toMatchObject({ state: 'done', read: 2, kept: 1 })
  expect(asked.filter((url) => url.startsWith('/fhir/Observation'))).toEqual(['/fhir/Observation?page=2'])
  expect(await observations()).toHaveLength(2)
  await pull()
  // The partner's own clock, and a little before it.
  expect(asked.some((url) => url.includes('_lastUpdated=ge2026-03-02T08%3A57%3A00.000Z'))).toBe(true)
})

/** Pages of Observations, by the end of their address; the first has none. */
const paged =
  (pages: Readonly<Record<string, { readonly status?: number; readonly body: unknown; readonly cut?: true }>>) => (url: string) =>
    url.startsWith('/fhir/Patient')
      ? { body: bundle([known]) }
      : (pages[/page=(\w+)/.exec(url)?.[1] ?? ''] ?? { status: 404, body: {} })
const nextPage = (page: string) => `${base}/Observation?page=${page}`
const ids = async () => {
  const items = (await say(gateway, 'GET', '/admin/messages?state=applied&limit=500')).body.items
  const taken = items.map(({ raw }: { raw: string }) => JSON.parse(raw))
  return taken.flatMap(({ resourceType, id }: Record<string, string>) => (resourceType === 'Observation' ? [id] : [])).sort()
}

it('takes a page that was cut off in the middle when it comes whole', async () => {
  const first = { body: bundle([observation('o1')], nextPage('b')) }
  const second = { body: bundle([observation('o2'), observation('o3')]) }
  answers = paged({ '': first, b: { ...second, cut: true } })
  expect((await pull())[1]).toMatchObject({ state: 'try-again', kept: 1 })
  answers = paged({ '': first, b: second })
  expect((await pull())[1]).toMatchObject({ state: 'done', kept: 2 })
  expect(await ids()).toEqual(['o1', 'o2', 'o3'])
})

it('passes over nothing of one instant that lies on both sides of a page’s border', async () => {
  const border = meta(30)
  const all = ['o1', 'o2', 'o3'].map((id) => observation(id, { meta: border }))
  answers = paged({ '': { body: bundle(all.slice(0, 1), nextPage('b')) } })
  // The second page is lost: the walk begins anew, once the partner had time to come round.
  expect((await pull())[1]).toMatchObject({ state: 'try-again', pages: 1 })
  answers = paged({ '': { body: bundle(all.slice(0, 2), nextPage('b')) }, b: { body: bundle(all.slice(2)) } })
  expect((await pull())[1]).toMatchObject({ state: 'done' })
  answers = paged({ '': { body: bundle([...all, observation('o4', { meta: border })]) } })
  await pull()
  expect(asked.findLast((url) => url.startsWith('/fhir/Observation'))).toContain('ge2026-03-02T09%3A25%3A00.000Z')
  expect(await ids()).toEqual(['o1', 'o2', 'o3', 'o4'])
})

it('passes over nothing where pages are in no order, repeat themselves, or begin with the newest', async () => {
  const at = (id: string, minute: number) => observation(id, { meta: meta(minute) })
  const newest = { body: bundle([at('o5', 59), at('o1', 1)], nextPage('b')) }
  answers = paged({ '': newest, b: { status: 500, body: {} } })
  expect((await pull())[1]).toMatchObject({ state: 'try-again' })
  // What is new now is old by its time: the walk has not come to its end, and the cursor stays where it was.
  answers = paged({ '': newest, b: { status: 410, body: {} } })
  await pull()
  expect(asked.filter((url) => url.startsWith('/fhir/Observation?_lastUpdated'))).toEqual([])
  const repeated = { body: bundle([at('o1', 1), at('o2', 2), at('o5', 59)]) }
  answers = paged({ '': newest, b: { body: bundle([at('o3', 3), at('o3', 3), at('o5', 59)], nextPage('c')) }, c: repeated })
  expect((await pull())[1]).toMatchObject({ state: 'done' })
  expect(await ids()).toEqual(['o1', 'o2', 'o3', 'o5'])
  await pull()
  expect(await ids()).toEqual(['o1', 'o2', 'o3', 'o5'])
})

it.each<[string, unknown]>([
  ['no JSON', '<html>'],
  ['no Bundle', { resourceType: 'OperationOutcome' }],
  ['a list', []],
  ['entries that are none', { resourceType: 'Bundle', type: 'searchset', entry: [null, 5, {}, { resource: 'x' }], link: 'x' }],
  ['other types', bundle([{ resourceType: 'Practitioner', id: 'p' }])],
  ['ids that are none', bundle([observation('a/b c'), { ...observation('x'), id: 5 }])],
  ['structures that are none', bundle([observation('o1', { status: [5], meta: 'yesterday' })])],
  ['a clock of its own', bundle([observation('o1', { meta: { versionId: '1', lastUpdated: '9999-01-01T00:00:00Z' } })])],
  ['ten megabytes', bundle([observation('o1', { note: [{ text: 'x'.repeat(10_000_000) }] })])],
])('survives %s', async (_, body) => {
  answers = (url) => (url.startsWith('/fhir/Patient') ? { body: bundle([known]) } : { body })
  const [, told] = await pull()
  expect(['done', 'refused']).toContain(told.state)
  answers = both([observation('o9')])
  expect((await pull())[1]).toMatchObject({ state: 'done' })
  expect((await observations()).map(({ code }: { code: object }) => code)).toContainEqual({ text: 'Mood' })
})

it('hears nothing old after something newer', async () => {
  answers = both([observation('o1', { meta: meta(5, '3'), status: 'amended' })])
  await pull()
  answers = both([observation('o1', { meta: meta(4, '2') })])
  await pull()
  expect(await observations()).toMatchObject([{ status: 'amended' }])
})

const announcing = {
  resourceType: 'CapabilityStatement',
  rest: [null, { mode: 'server', resource: [5, { type: 'Observation', interaction: [{ code: 'history-type' }] }] }],
}
/** The partner's Observations and what its history of them says, with one that was taken here already. */
async function withHistory(history: (url: string) => { readonly status?: number; readonly body: unknown }) {
  answers = both([observation('o1')])
  await pull()
  const plain = both([])
  answers = (url) => {
    if (url.startsWith('/fhir/metadata')) return { body: announcing }
    if (url.startsWith('/fhir/Observation/_history')) return history(url)
    return /Observation\/\w/.test(url) ? { status: 404, body: {} } : plain(url)
  }
  // What a partner announces is asked for once a day.
  gateway.clock.advance(25 * 3600_000)
}
const removed = (url: string, lastModified = '2026-03-02T09:20:00Z') => ({
  request: { method: 'DELETE', url },
  response: { status: '204', lastModified },
})
const history = (entry: readonly unknown[], next?: string) => ({ ...bundle([], next), type: 'history', entry })
const conflicts = async () => (await say(gateway, 'GET', '/admin/conflicts')).body.items

it('hears of deletions in a history page by page, and never deletes anything by that', async () => {
  await withHistory((url) => ({
    body: url.includes('page=2')
      ? history([removed('Observation/o1/_history/2'), { resource: observation('o3') }])
      : history([removed('Observation/stranger')], `${base}/Observation/_history?page=2`),
  }))
  expect((await pull())[1]).toMatchObject({ state: 'done', deleted: 1 })
  expect(await conflicts()).toMatchObject([{ resource: expect.stringMatching(/^Observation\//), deletedThere: true }])
  expect(await observations()).toHaveLength(1)
  asked = []
  await pull()
  expect(asked.find((url) => url.includes('_history'))).toContain('_since=2026-03-02T09%3A15%3A00.000Z')
  expect(await conflicts()).toHaveLength(1)
})

it('believes no history that the partner itself denies', async () => {
  await withHistory(() => ({ body: history([removed('Observation/o1')]) }))
  const denying = answers
  answers = (url) => (url.endsWith('/Observation/o1') ? { body: observation('o1') } : denying(url))
  expect((await pull())[1]).toMatchObject({ state: 'done', deleted: 0 })
  expect(await conflicts()).toEqual([])
})

it.each<[string, { readonly status?: number; readonly body: unknown }, string]>([
  ['no JSON', { body: '<html>' }, 'refused'],
  ['no Bundle', { body: announcing }, 'refused'],
  ['not allowed after all', { status: 403, body: {} }, 'refused'],
  ['broken', { status: 500, body: {} }, 'try-again'],
  [
    'entries that are none',
    { body: history([null, 5, {}, { request: 5 }, { request: { method: 'DELETE', url: 'a b' } }]) },
    'done',
  ],
  ['of another type', { body: history([removed('Patient/p1')]) }, 'done'],
  ['led elsewhere', { body: history([], 'http://elsewhere.example/fhir/Observation/_history') }, 'refused'],
  [
    'times that are none',
    { body: history([removed('Observation/o9', 'yesterday'), removed('Observation/o9', '9999-01-01')]) },
    'done',
  ],
])('survives a history that is %s', async (_, answer, state) => {
  await withHistory(() => answer)
  expect((await pull())[1]).toMatchObject({ state, deleted: 0 })
  await withHistory(() => ({ body: history([removed('Observation/o1')]) }))
  expect((await pull())[1]).toMatchObject({ state: 'done' })
  expect(await conflicts()).toHaveLength(1)
})
