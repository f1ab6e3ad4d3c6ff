/** Pages of long resources: they end when they are full, and go on exactly there. https://hl7.org/fhir/R4/http.html#paging */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeLimits } from '../../src/http/limits.ts'
import { auditOf } from '../support/audit.ts'
import { put } from '../support/coordination.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

/** Characters: three of the long ones fill a page. */
const room = 5000
const long = 'x'.repeat(2000)

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startGateway({ limits: { ...nodeLimits, page: room } })
  await put(gateway, { resourceType: 'Patient', id: 'ann', generalPractitioner: [{ reference: 'Practitioner/dr0' }] })
  for (let i = 0; i < 8; i++) {
    gateway.clock.advance(1000)
    await put(gateway, { resourceType: 'Practitioner', id: `dr${i}`, name: [{ text: long }] })
    await put(gateway, observation(i))
    await put(gateway, {
      ...about,
      resourceType: 'Flag',
      id: `f${i}`,
      status: 'active',
      author: { reference: `Practitioner/dr${i}` },
    })
  }
})
afterAll(() => gateway.stop())

interface Content {
  readonly resourceType: string
  readonly id: string
}
const about = { code: { text: long }, subject: { reference: 'Patient/ann' } }
const observation = (i: number, more = {}) => ({
  ...{ ...about, resourceType: 'Observation', id: `o${i}`, status: 'final', performer: [{ reference: `Practitioner/dr${i}` }] },
  ...more,
})

interface Page {
  readonly total?: number
  readonly link: readonly { readonly relation: string; readonly url: string }[]
  readonly entry?: readonly {
    readonly resource: Content & {
      readonly meta: { readonly versionId: string }
      readonly issue?: readonly { readonly expression?: readonly string[] }[]
    }
    readonly search?: { readonly mode: string }
  }[]
}
const nextOf = ({ link }: Page) => link.find(({ relation }) => relation === 'next')?.url
const read = async (url: string) => (await (await gateway.request(url)).json()) as Page
const shown = ({ entry = [] }: Page, mode = 'match') =>
  entry
    .filter(({ search }) => search === undefined || search.mode === mode)
    .map(({ resource: { id, meta } }) => (meta.versionId === '1' ? id : `${id}/${meta.versionId}`))

/** What is on each page. */
async function pagesOf(first: Page, between?: () => Promise<unknown>): Promise<string[][]> {
  const pages = [shown(first)]
  for (let next = nextOf(first); next !== undefined; ) {
    await between?.()
    const page = await read(next)
    pages.push(shown(page))
    next = nextOf(page)
  }
  return pages
}
const ids = (kind: string, n = 8) => Array.from({ length: n }, (_, i) => `${kind}${i}`)
const inThrees = (all: readonly string[]) =>
  Array.from({ length: Math.ceil(all.length / 3) }, (_, i) => all.slice(3 * i, 3 * i + 3))
const oldest = ids('o').flatMap((id, i) => [id, `f${i}`])

const asked: readonly (readonly [what: string, url: string, pages: string[][]])[] = [
  ['of a search', '/Observation?_count=1000', inThrees(ids('o'))],
  ['of a search that is sorted', '/Observation?_sort=-_id', inThrees(ids('o').reverse())],
  ['of a search with fewer matches than fit', '/Observation?_count=2', [0, 2, 4, 6].map((i) => [`o${i}`, `o${i + 1}`])],
  ['of a compartment', '/Patient/ann/Observation?_count=100', inThrees(ids('o'))],
  ['of all of a compartment', '/Patient/ann/*?_type=Observation,Flag', inThrees([...ids('f'), ...ids('o')])],
  ['of several types, one after the other', '?_type=Flag,Observation&_count=100', inThrees([...ids('f'), ...ids('o')])],
  ['of several types by time', '?_type=Flag,Observation&_sort=_lastUpdated&_count=100', inThrees(oldest)],
  ['of several types, the newest first', '?_type=Flag,Observation&_sort=-_lastUpdated&_count=100', inThrees(oldest.toReversed())],
  ['of what a patient has', '/Patient/ann/$everything?_type=Observation,Flag', inThrees([...ids('f'), ...ids('o')])],
  ['of the history of a type', '/Observation/_history?_count=500', inThrees(ids('o').reverse())],
]

describe('end when they are full, and go on there', () => {
  it.each(asked)('%s', async (_, url, pages) => {
    expect(await pagesOf(await read(`/fhir${url}`))).toEqual(pages)
  })

  it.each(asked)('%s, in a batch and in a transaction', async (_, url, pages) => {
    for (const type of ['batch', 'transaction']) {
      const entry = [{ request: { method: 'GET', url: url.replace(/^\//, '') } }]
      const answer = await gateway.request('/fhir', { method: 'POST', json: { resourceType: 'Bundle', type, entry } })
      const { entry: answers } = (await answer.json()) as { entry: { resource: Page }[] }
      expect(await pagesOf(answers[0]!.resource)).toEqual(pages)
    }
  })
})

it('have a length that is told, whatever fits', async () => {
  const both = await read('/fhir/Observation?_id=o0,o1')
  const [first, second] = both.entry!.map(({ resource }) => JSON.stringify(resource).length) as [number, number]
  const limited = async (page: number) => {
    const small = await startGateway({ limits: { ...nodeLimits, page } })
    for (let i = 0; i < 3; i++) await small.request(`/fhir/Observation/o${i}`, { method: 'PUT', json: observation(i) })
    const answer = (await (await small.request('/fhir/Observation?_total=accurate')).json()) as Page
    const { rest } = (await (await small.request('/fhir/metadata')).json()) as { rest: [{ documentation: string }] }
    expect(rest[0].documentation).toContain(`${page} characters`)
    await small.stop()
    expect([answer.total, nextOf(answer) !== undefined]).toEqual([3, shown(answer).length < 3])
    return shown(answer).length
  }
  expect(first).toBe(second)
  expect(await Promise.all([1, first, first + 1, 2 * first, 2 * first + 1].map(limited))).toEqual([1, 1, 2, 2, 3])
})

it('of the histories of all, and of one, end likewise', async () => {
  for (const gender of ['female', 'male', 'other', 'unknown'])
    await put(gateway, {
      ...{ resourceType: 'RelatedPerson', id: 'mia', patient: { reference: 'Patient/ann' } },
      ...{ gender, name: [{ text: long }] },
    })
  const newest = [['mia/4', 'mia/3', 'mia/2'], ['mia']]
  expect(await pagesOf(await read('/fhir/RelatedPerson/mia/_history'))).toEqual(newest)
  const all = await pagesOf(await read('/fhir/_history?_count=1000'))
  expect(all.flat()).toEqual([
    ...newest.flat(),
    ...ids('')
      .reverse()
      .flatMap((i) => [`f${i}`, `o${i}`, `dr${i}`]),
    'ann',
  ])
  expect(all.every((page) => page.length <= 3)).toBe(true)
})

/** Where something was left out. */
const told = ({ entry = [] }: Page) =>
  entry.flatMap(({ resource: { issue = [] } }) => issue.flatMap(({ expression }) => expression ?? []))

describe('what rides along', () => {
  it.each([
    ['has as much room', '/Observation?_count=2&_include=Observation:performer', ['o0', 'o1'], ['dr0', 'dr1'], false],
    ['has no more room', '/Observation?_count=100&_include=Observation:performer', ids('o', 3), ids('dr', 3), false],
    ['ends where the page is full', '/Patient?_revinclude=Flag:patient', ['ann'], ids('f', 3), true],
    ['whatever brings it', '/Patient?_revinclude=Flag:patient&_include:iterate=Flag:author', ['ann'], ids('f', 3), true],
    [
      'of several types together',
      '?_type=Flag,Patient&_revinclude=Flag:patient&_include=*',
      ids('f', 3),
      ['ann', 'dr0', 'dr1', 'dr2'],
      false,
    ],
  ])('%s', async (_, url, matches, included, isCut) => {
    const page = await read(`/fhir${url}`)
    expect([shown(page), shown(page, 'include')]).toEqual([matches, included])
    expect(told(page)).toEqual(isCut ? ['_include'] : [])
  })

  it('ends where the page is full beside what a patient has, too', async () => {
    const performer = ids('dr').map((id) => ({ actor: { reference: `Practitioner/${id}` } }))
    const subject = { reference: 'Patient/ann' }
    await put(gateway, { ...{ resourceType: 'Procedure', id: 'of-many', status: 'completed' }, ...{ subject, performer } })
    let page = await read('/fhir/Patient/ann/$everything?_count=1')
    while (!shown(page).includes('of-many')) page = await read(nextOf(page)!)
    expect([shown(page, 'include'), told(page)]).toEqual([ids('dr', 3), ['$everything']])
    expect(told(await read('/fhir/Patient/ann/$everything?_count=1'))).toEqual([])
  })
})

it('by time tell the audit whom they show', async () => {
  await read('/fhir?_type=Flag,Observation&_sort=_lastUpdated')
  const [line] = await auditOf(gateway)
  expect(line?.entities).toEqual(['Observation/o0', 'Flag/f0', 'Observation/o1'].map((id) => `${id}/_history/1`))
})

it.each(['/Observation?_count=100', '/Observation?_sort=-_id', '?_type=Observation&_sort=-_lastUpdated'])(
  'stand still, whatever changes meanwhile: %s',
  async (url) => {
    const before = await pagesOf(await read(`/fhir${url}`))
    let n = 0
    const meddle = async () => {
      await put(gateway, observation(7 - n, { status: 'amended', language: url }))
      await put(gateway, observation(n, { status: 'amended', language: url }))
      await put(gateway, observation(100 + n++))
    }
    expect((await pagesOf(await read(`/fhir${url}`), meddle)).flat()).toEqual(before.flat())
    expect(n).toBeGreaterThan(1)
  },
)

it('of resources as long as may be are no longer than one more of them', async () => {
  const usual = await startGateway()
  const data = btoa('x'.repeat(3_000_000))
  const ids: string[] = []
  for (let i = 0; i < 12; i++) {
    const json = { resourceType: 'Binary', id: `b${i}`, contentType: 'application/pdf', data }
    expect((await usual.request(`/fhir/Binary/b${i}`, { method: 'PUT', json })).status).toBe(201)
  }
  for (let url: string | undefined = '/fhir/Binary?_count=1000'; url !== undefined; ) {
    const text = await (await usual.request(url)).text()
    expect(text.length).toBeLessThan(nodeLimits.page + nodeLimits.resource)
    const page = JSON.parse(text) as Page
    ids.push(...shown(page))
    url = nextOf(page)
  }
  expect(ids).toEqual(Array.from({ length: 12 }, (_, i) => `b${i}`))
  await usual.stop()
})
