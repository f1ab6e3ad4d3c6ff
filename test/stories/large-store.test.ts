/** A house that has been at work for years: its lists find what they are asked for among everything else, say when there is more, and hold up nobody. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mostLooked } from '../../src/http/parameters.ts'
import { adminToken, startGateway, type TestGateway } from '../support/gateway.ts'
import { putStraight, writeStraight } from '../support/straight.ts'

const canonical = 'https://warm-handoff.example/fhir'
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i)
const extension = (name: string, valueCode: string) => ({ url: `${canonical}/StructureDefinition/${name}`, valueCode })

let gateway: TestGateway
let pauses = 0
beforeAll(async () => {
  gateway = await startGateway({ paused: () => void pauses++ })
})
afterAll(() => gateway.stop())

const get = async (path: string): Promise<{ items: { id: string }[]; next: string | null }> => {
  const answer = await gateway.request(path, { headers: { authorization: `Bearer ${adminToken}` } })
  expect(answer.status, path).toBe(200)
  return (await answer.json()) as { items: { id: string }[]; next: string | null }
}
const ids = async (path: string) => (await get(path)).items.map(({ id }) => id)
const page = async (path: string): Promise<string> => {
  const answer = await gateway.request(path)
  expect(answer.status, path).toBe(200)
  return answer.text()
}
/** Where a list of a page goes on. */
const more = (html: string, heading: string): string | undefined =>
  new RegExp(`<a href="([^"]+)" aria-label="More: ${heading}"`).exec(html)?.[1]?.replaceAll('&amp;', '&')
/** What matches on a list's pages, from a link on. */
async function found(from: string, heading: string, pattern: RegExp): Promise<readonly string[]> {
  const all: string[] = []
  for (let next: string | undefined = from; next !== undefined; ) {
    const html = await page(next)
    all.push(...[...html.matchAll(pattern)].map(([match]) => match))
    next = more(html, heading)
  }
  return all
}

const followUp = (id: string, status: string, dueTo: string) => ({
  resourceType: 'Task',
  id,
  status,
  intent: 'order',
  code: { coding: [{ system: `${canonical}/CodeSystem/obligation-policy`, code: 'FUH-7@MY2026' }] },
  for: { reference: 'Patient/rosa' },
  restriction: { period: { end: dueTo } },
})
const workItem = (id: string, status: string) => ({
  resourceType: 'Task',
  id,
  status,
  intent: 'order',
  code: { coding: [{ system: `${canonical}/CodeSystem/work-item-kind`, code: 'call' }] },
  for: { reference: 'Patient/rosa' },
  restriction: { period: { end: '2026-03-01' } },
})
const stay = (id: string, ...more: readonly object[]) => ({
  resourceType: 'Encounter',
  id,
  status: 'finished',
  class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
  extension: more,
  subject: { identifier: { system: 'urn:example:hospital', value: id } },
  period: { end: '2026-03-01T10:00:00Z' },
})
const line = (id: string, ...more: readonly object[]) => ({
  resourceType: 'ChargeItem',
  id,
  status: 'billable',
  extension: [
    { url: `${canonical}/StructureDefinition/charge-line`, extension: [{ url: 'placeOfService', valueCode: '11' }] },
    ...more,
  ],
  code: { coding: [{ system: 'http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets', code: 'H0004' }] },
  subject: { reference: 'Patient/rosa' },
  occurrencePeriod: { start: '2026-03-01', end: '2026-03-01' },
})

describe('among more than a page looks through', () => {
  const many = numbers(mostLooked + 1)
  beforeAll(async () => {
    await putStraight(gateway, [
      ...many.map((i) => workItem(`call-${i}`, 'completed')),
      ...many.map((i) => followUp(`kept-${i}`, 'completed', '2026-02-01')),
      ...many.map((i) => stay(`stay-${i}`)),
      ...[
        workItem('call-open', 'on-hold'),
        followUp('late', 'requested', '2026-02-20'),
        followUp('due', 'requested', '2026-03-09'),
      ],
      ...[followUp('long-ago', 'failed', '2025-12-31'), followUp('tried', 'in-progress', '2026-03-10')],
      stay('nobodys', extension('domain-state', 'notified')),
      ...numbers(60).map((i) => line(`line-${i}`)),
      line('asked', extension('line-warning', 'rule-unknown')),
      ...numbers(60).map((i) => line(`later-${i}`)),
    ])
  })

  test.each([
    ['follow-ups?state=open', ['due']],
    ['follow-ups?state=attempted', ['tried']],
    ['follow-ups?state=missed', ['long-ago', 'late']],
    ['work-items?state=deferred', ['call-open']],
    ['discharges?state=notified', ['nobodys']],
  ])('the first page of %s has the few that are so', async (path, expected) => {
    expect(await ids(`/coordination/${path}`)).toEqual(expected)
  })

  test('a list of one kind of Task begins with the first of that kind', async () => {
    expect(await ids('/coordination/follow-ups?limit=2')).toEqual(['long-ago', 'kept-0'])
    expect(await ids('/coordination/work-items?limit=1')).toEqual(['call-0'])
  })

  test('the console shows whom a follow-up is owed, but not those missed long ago, and stays that are nobody’s', async () => {
    for (const path of ['/console', '/console/follow-ups']) {
      const html = await page(path)
      for (const shown of ['2026-02-20', '2026-03-09', 'nobodys']) expect(html, path).toContain(shown)
      expect(html, path).not.toContain('2025-12-31')
    }
    expect(await page('/console/follow-ups')).toContain('2026-03-10')
  })

  test('the one line that a payer may question is there, however many others are of the same day', async () => {
    const html = await page('/console/billing')
    expect(html).toContain('<code>asked</code>')
    expect(html).not.toContain('<code>later-')
  })
})

describe('lists of the console', () => {
  const dead = 120
  beforeAll(async () => {
    await writeStraight(gateway, numbers(dead), (i, at) => ({
      change: 'deliver',
      delivery: {
        ...{ id: `dlv-${i}`, connection: 'ehr', lane: 'rosa', type: 'Task', resource: 'due', version: 1, at, due: at },
        ...{ state: 'dead', attempts: 1, inFlight: false },
      },
    }))
    await writeStraight(gateway, ['msg-one'], (id, at) => ({
      change: 'receive',
      message: {
        ...{
          id,
          key: id,
          source: 'st-brendan',
          kind: 'hl7v2',
          raw: 'MSH',
          digest: id,
          state: 'applied',
          issues: [],
          answer: '',
          at,
        },
        wrote: numbers(30).map((i) => `Observation/o-${i}`),
      },
    }))
  })

  test('say when there is more, and lead through all of it, each once', async () => {
    const first = await page('/console/deliveries')
    const expected = numbers(dead).map((i) => `/console/deliveries/dlv-${i}/replay`)
    const actions = /\/console\/deliveries\/dlv-\d+\/replay/g
    expect(first.match(actions)).toHaveLength(50)
    const next = more(first, 'Dead letters')!
    expect(await page(next)).not.toContain('Delivered')
    const rest = await found(next, 'Dead letters', actions)
    expect([...first.match(actions)!, ...rest].toSorted()).toEqual(expected.toSorted())
    expect(more(first, 'Delivered')).toBeUndefined()
  })

  test('go on from the overview on pages of their own', async () => {
    const overview = await page('/console')
    expect(more(overview, 'Dead letters')).toBe('/console/deliveries?list=dead')
    expect(more(overview, 'Messages that could not be read')).toBeUndefined()
    expect((await found('/console/deliveries?list=dead', 'Dead letters', /dlv-\d+\/replay/g)).length).toBe(dead)
  })

  test('a place that was not given out is a refusal', async () => {
    const answer = await gateway.request('/console/deliveries?list=dead&after=nowhere')
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('That did not work')])
  })

  test('name some of what a message wrote, and count the others', async () => {
    const html = await page('/console/messages')
    expect(html.match(/Observation\/o-/g)).toHaveLength(20)
    expect(html).toContain('and 10 more')
  })
})

describe('others have their turn while', () => {
  const many = numbers(200)
  const inTurns = async (path: string): Promise<number> => {
    pauses = 0
    await page(path)
    return pauses
  }
  beforeAll(async () => {
    await putStraight(gateway, [
      {
        ...{ resourceType: 'List', id: 'caseload', status: 'current', mode: 'working' },
        code: { coding: [{ system: `${canonical}/CodeSystem/list-kind`, code: 'caseload' }] },
        entry: many.map((i) => ({ item: { reference: `Patient/p-${i}` }, date: '2026-01-01' })),
      },
      {
        ...{ resourceType: 'List', id: 'long', status: 'current', mode: 'working' },
        code: { coding: [{ system: `${canonical}/CodeSystem/list-kind`, code: 'caseload' }] },
        entry: numbers(400).map((i) => ({ item: { reference: `Patient/a-long-id-of-somebody-${i}` }, date: '2026-01-01' })),
      },
    ])
    await writeStraight(gateway, numbers(30), (i, at) => ({
      change: 'remember',
      kind: 'conflict',
      key: `cfl-${i}`,
      text: JSON.stringify({
        ...{ id: `cfl-${i}`, connection: 'ehr', resource: 'Task/due', elements: ['status'], at },
        fields: { status: { ours: 'requested', theirs: 'failed' } },
      }),
    }))
  })

  test('a worklist is made, client after client', async () => {
    expect(await inTurns('/coordination/caseloads/caseload/worklist')).toBeGreaterThanOrEqual(many.length / 50)
    expect(await inTurns('/coordination/caseloads/caseload')).toBeGreaterThanOrEqual(many.length / 50)
  })

  test('measures are counted', async () => {
    expect(await inTurns('/coordination/measures?from=2026-02')).toBeGreaterThanOrEqual(mostLooked / 100)
  })

  test('conflicts are listed', async () => {
    pauses = 0
    expect((await get('/admin/conflicts')).items).toHaveLength(30)
    expect(pauses).toBeGreaterThanOrEqual(29)
  })

  test('mappings are traced, of records that are not too long for it', async () => {
    expect(await inTurns('/console/mappings/caseload.list')).toBeGreaterThanOrEqual(many.length)
    expect(await page('/console/mappings')).toMatch(/caseload\.list<\/a><\/td><td>1<\/td><td>1<\/td>/)
  })
})
