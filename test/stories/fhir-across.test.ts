/** An app asks for what is new, of several types at once. https://hl7.org/fhir/R4/search.html#all */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { put } from '../support/coordination.ts'
import { local, startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
let midway = ''
const observation = (id: string, patient = 'ann') => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { text: 'mood' },
  subject: { reference: `Patient/${patient}` },
})
const flag = (id: string, patient = 'ann') => ({
  resourceType: 'Flag',
  id,
  status: 'active',
  code: { text: 'lives alone' },
  subject: { reference: `Patient/${patient}` },
})
const label = { meta: { tag: [{ system: 'urn:wave', code: 'first' }] } }

beforeAll(async () => {
  gateway = await startGateway()
  await put(gateway, { resourceType: 'Patient', id: 'ann', ...label })
  await put(gateway, { resourceType: 'Patient', id: 'bob' })
  // Several of the same moment, of both types.
  for (let i = 0; i < 12; i++) {
    if (i % 3 === 0) gateway.clock.advance(1000)
    if (i === 6) midway = new Date(gateway.clock.now).toISOString()
    await put(gateway, i % 2 === 0 ? { ...observation(`o${i}`), ...(i === 2 && label) } : flag(`f${i}`, i === 5 ? 'bob' : 'ann'))
  }
})
afterAll(() => gateway.stop())

interface Page {
  readonly total?: number
  readonly link: readonly { readonly relation: string; readonly url: string }[]
  readonly entry?: readonly {
    readonly fullUrl: string
    readonly resource: { readonly resourceType: string; readonly id: string; readonly meta: { readonly lastUpdated: string } }
    readonly search: { readonly mode: string }
  }[]
}
const idsOf = ({ entry = [] }: Page, mode = 'match') =>
  entry.filter(({ search }) => search.mode === mode).map(({ resource }) => resource.id)
const nextOf = ({ link }: Page) => link.find(({ relation }) => relation === 'next')?.url
const read = async (path: string): Promise<Page> => (await gateway.request(path)).json() as Promise<Page>
const ask = (query: string) => read(`/fhir?${query}`)

/** Page after page; `between` is done after each. */
async function allPages(query: string, between?: (n: number) => Promise<unknown>) {
  const first = await ask(query)
  const found = [...(first.entry ?? [])]
  let n = 0
  for (let next = nextOf(first); next !== undefined; ) {
    await between?.(++n)
    expect(next).toMatch(/^http:\/\/localhost\/fhir\?_page=[\w.-]+$/)
    const page = await read(next)
    found.push(...(page.entry ?? []))
    next = nextOf(page)
  }
  return found.map(({ resource }) => resource)
}

it('finds what is new since an instant, of the types that it names', async () => {
  const page = await ask(`_type=Observation,Flag&_lastUpdated=ge${encodeURIComponent(midway)}&_total=accurate`)
  expect(idsOf(page).sort()).toEqual(['f11', 'f7', 'f9', 'o10', 'o6', 'o8'])
  expect(page.total).toBe(6)
  expect(page.link[0]?.url).toMatch(/^http:\/\/localhost\/fhir\?_type=/)
})

it.each([
  ['_type=Patient,Observation&_tag=urn:wave|first', ['ann', 'o2']],
  ['_tag=urn:wave|first', ['ann', 'o2']],
  ['_id=ann,f1,o4', ['ann', 'f1', 'o4']],
  ['_type=Flag&_id=ann,f1,o4', ['f1']],
  ['_type=Observation,Flag&_content=lives&_lastUpdated=lt2027', ['f1', 'f11', 'f3', 'f5', 'f7', 'f9']],
  ['_type=Observation,Flag&patient=bob', ['f5']],
  ['_type=Observation,Flag&patient=nobody', []],
])('finds by %s', async (query, ids) => expect(idsOf(await ask(query)).sort()).toEqual(ids))

it('finds the same by POST', async () => {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const body = '_type=Flag&_id=ann,f1,o4'
  for (const [path, form] of [
    ['/fhir/_search', body],
    [`/fhir/_search?${body}`, '_count=5'],
  ] as const) {
    const answer = await gateway.request(path, { method: 'POST', headers, body: form })
    expect(idsOf((await answer.json()) as Page)).toEqual(['f1'])
  }
})

it('brings along what the matches refer to, once', async () => {
  for (const sort of ['', '&_sort=_lastUpdated']) {
    const page = await ask(`_type=Observation,Flag&_include=Observation:subject&_include=Flag:subject${sort}`)
    expect([idsOf(page).length, idsOf(page, 'include').sort()]).toEqual([12, ['ann', 'bob']])
  }
})

it('counts without showing', async () => {
  expect(await ask('_type=Patient,Flag&_summary=count')).toMatchObject({ total: 8, link: [{ relation: 'self' }] })
  expect((await ask('_type=Patient,Flag&_summary=count')).entry).toBeUndefined()
})

it('sorts all together by when they were written', async () => {
  const times = async (query: string) => (await allPages(query)).map(({ meta }) => meta.lastUpdated)
  for (const size of [1, 2, 3, 5, 13, 14, 50]) {
    const ascending = await times(`_type=Patient,Observation,Flag&_sort=_lastUpdated&_count=${size}`)
    expect(ascending).toHaveLength(14)
    expect(ascending).toEqual(ascending.toSorted())
    const descending = await times(`_type=Patient,Observation,Flag&_sort=-_lastUpdated&_count=${size}`)
    expect(descending).toEqual(ascending.toReversed())
  }
})

it.each(['', '&_sort=_lastUpdated', '&_sort=-_lastUpdated'])(
  'shows on all pages what there was at the first one (%s)',
  async (sort) => {
    const own = `_type=Observation,Flag&patient=ann${sort}`
    const before = (await ask(`${own}&_count=100`)).entry!.map(({ resource }) => resource)
    const after = await allPages(`${own}&_count=2&_total=accurate`, async (n) => {
      gateway.clock.advance(1000)
      await put(gateway, { ...observation(`new-${n}${sort.length}`), note: [{ text: 'later' }] })
      await put(gateway, { ...observation(`o${n * 2}`), note: [{ text: `later${n}${sort}` }] })
      await put(gateway, {
        ...flag(`f${n * 2 - 1}`, n === 3 ? 'bob' : 'ann'),
        period: { start: `202${sort.length % 10}-01-${10 + n}` },
      })
    })
    expect(after).toEqual(before)
  },
)

it('tells only what the asker may see', async () => {
  const desk = await gateway.gateway.desk(local({ patients: ['bob'] }))
  for (const more of [[], [['_sort', '_lastUpdated']]] as const) {
    const pairs = [['_type', 'Patient,Flag'], ['_total', 'accurate'], ...more] as const
    const answer = await desk.pageAcross(undefined, { pairs, lenient: false })
    const page = JSON.parse(answer.ok ? answer.value : '{}') as Page
    expect([idsOf(page).sort(), page.total]).toEqual([['bob', 'f5'], 2])
  }
})

describe('is refused', () => {
  it.each([
    ['_type=Nothing', 'invalid'],
    ['_type=Patient,Observation&birthdate=1990-01-01', 'not-supported'],
    ['birthdate=1990-01-01', 'not-supported'],
    ['_type=Patient,Observation&_sort=_id', 'not-supported'],
    ['_type=Patient,Observation&_sort=-_lastUpdated,_id', 'not-supported'],
    ['_type=Patient&_lastUpdated=yesterday', 'invalid'],
    ['_page=x', 'invalid'],
  ])('%s (%s)', async (query, code) => {
    const answer = await gateway.request(`/fhir?${query}`)
    const { issue } = (await answer.json()) as { issue: readonly { code: string }[] }
    expect([answer.status, issue[0]?.code]).toEqual([400, code])
  })

  it('but lenient, and then what each type left out is told beside', async () => {
    for (const sort of ['', '&_sort=_lastUpdated']) {
      const answer = await gateway.request(`/fhir?_type=Patient,Flag&_id=none&colour=blue${sort}`, {
        headers: { prefer: 'handling=lenient' },
      })
      const { entry = [] } = (await answer.json()) as { entry?: { resource: { issue?: unknown[] } }[] }
      expect([entry.length, entry[0]?.resource.issue?.length]).toEqual([1, 2])
    }
  })
})

it('is refused to who may not search a type that is named; where none is, those are searched that may be', async () => {
  const desk = await gateway.gateway.desk({ ...local(), kind: 'client', scopes: ['system/Flag.rs'] })
  const named = await desk.pageAcross(undefined, { pairs: [['_type', 'Flag,Patient']], lenient: false })
  expect(named).toMatchObject({ ok: false, problem: { code: 'forbidden' } })
  const every = await desk.pageAcross(undefined, { pairs: [['_id', 'ann,f1,o4']], lenient: false })
  expect(idsOf(JSON.parse(every.ok ? every.value : '{}') as Page)).toEqual(['f1'])
  const none = await gateway.gateway.desk({ ...local(), kind: 'client', scopes: [] })
  expect(await none.pageAcross(undefined, { pairs: [], lenient: false })).toMatchObject({ problem: { code: 'forbidden' } })
})
