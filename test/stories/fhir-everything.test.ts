/** A patient asks for all that is kept about her; an app asks for what is new, or of a time. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { gatewayWith, put } from '../support/coordination.ts'
import type { TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
let midway = ''
const fhir = { 'content-type': 'application/fhir+json' }
const observation = (id: string, day: string | undefined, subject = 'rosa') => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { text: 'x' },
  subject: { reference: `Patient/${subject}` },
  performer: [{ reference: 'Practitioner/ana' }],
  ...(day && { effectiveDateTime: day }),
})

beforeAll(async () => {
  gateway = await gatewayWith(
    { resourceType: 'Practitioner', id: 'ana', name: [{ family: 'A' }] },
    { resourceType: 'Organization', id: 'harbor', name: 'Harbor' },
    { resourceType: 'Patient', id: 'rosa', managingOrganization: { reference: 'Organization/harbor' } },
    { resourceType: 'Patient', id: 'other' },
    observation('o1', '2026-01-01'),
    observation('theirs', '2026-01-01', 'other'),
    { resourceType: 'Flag', id: 'f1', status: 'active', code: { text: 'x' }, subject: { reference: 'Patient/rosa' } },
  )
  gateway.clock.advance(60_000)
  midway = new Date(gateway.clock.now).toISOString()
  await put(gateway, observation('o2', '2026-02-01'))
  await put(gateway, observation('o3', undefined))
})
afterAll(() => gateway.stop())

interface Page {
  readonly entry?: readonly {
    readonly resource: { resourceType: string; id: string }
    readonly search: { readonly mode: string }
  }[]
  readonly link: readonly { readonly relation: string; readonly url: string }[]
}
const idsOf = ({ entry }: Page, mode = 'match') =>
  (entry ?? []).filter(({ search }) => search.mode === mode).map(({ resource }) => resource.id)
const ask = async (query = '') => (await (await gateway.request(`/fhir/Patient/rosa/$everything${query}`)).json()) as Page

it('brings her record, what is in her compartment, and whom that names', async () => {
  const page = await ask()
  expect(idsOf(page)[0]).toBe('rosa')
  expect(idsOf(page).sort()).toEqual(['f1', 'o1', 'o2', 'o3', 'rosa'])
  expect(idsOf(page, 'include').sort()).toEqual(['ana', 'harbor'])
})

it.each([
  ['_type=Observation', ['o1', 'o2', 'o3']],
  ['_type=Patient,Flag', ['f1', 'rosa']],
  ['start=2026-01-15', ['f1', 'o2', 'o3', 'rosa']],
  ['end=2026-01-15', ['f1', 'o1', 'o3', 'rosa']],
  ['start=2026-02-01&end=2026-02-01&_type=Observation', ['o2', 'o3']],
])('can be narrowed: %s', async (query, ids) => expect(idsOf(await ask(`?${query}`)).sort()).toEqual(ids))

it('tells what is new since an instant', async () => expect(idsOf(await ask(`?_since=${midway}`)).sort()).toEqual(['o2', 'o3']))

it('comes in pages without a gap or a double', async () => {
  const seen: string[] = []
  let next: string | undefined = '?_count=2&_elements=subject'
  while (next !== undefined) {
    const page: Page = await ask(next)
    expect(idsOf(page).length).toBeLessThanOrEqual(2)
    seen.push(...idsOf(page))
    next = page.link.find(({ relation }) => relation === 'next')?.url.split('$everything')[1]
  }
  expect(seen.sort()).toEqual(['f1', 'o1', 'o2', 'o3', 'rosa'])
})

it('leaves out what it does not know where that is preferred, and its links do', async () => {
  const path = '/fhir/Patient/rosa/$everything'
  const answer = await gateway.request(`${path}?colour=blue&_count=2`, { headers: { prefer: 'handling=lenient' } })
  const { link } = (await answer.json()) as Page
  const [self, next] = ['self', 'next'].map((one) => link.find(({ relation }) => relation === one)!.url)
  expect(self).toBe(`http://localhost${path}?_count=2`)
  expect((await gateway.request(next!.replace('http://localhost', ''))).status).toBe(200)
})

it('takes Parameters, too', async () => {
  const parameter = [
    { name: '_type', valueCode: 'Observation' },
    { name: '_type', valueCode: 'Flag' },
    { name: '_count', valueInteger: 2 },
  ]
  const body = JSON.stringify({ resourceType: 'Parameters', parameter })
  const answer = await gateway.request('/fhir/Patient/rosa/$everything', { method: 'POST', headers: fhir, body })
  expect(idsOf((await answer.json()) as Page)).toHaveLength(2)
})

it.each([
  ['/fhir/Patient/nobody/$everything', 404],
  ['/fhir/Practitioner/ana/$everything', 404],
  ['/fhir/Patient/rosa/$everything?_type=Nothing', 400],
  ['/fhir/Patient/rosa/$everything?_count=0', 400],
  ['/fhir/Patient/rosa/$everything?start=x', 400],
  ['/fhir/Patient/rosa/$everything?colour=blue', 400],
  ['/fhir/Patient/rosa/$everything?_page=garbage', 400],
])('refuses %s with %i', async (path, status) => expect((await gateway.request(path)).status).toBe(status))

it('gives no page of one patient to who asks for another', async () => {
  const page = await ask('?_count=2')
  const next = page.link.find(({ relation }) => relation === 'next')!.url.replace('http://localhost', '')
  expect((await gateway.request(next)).status).toBe(200)
  expect((await gateway.request(next.replace('/rosa/', '/other/'))).status).toBe(400)
  expect((await gateway.request(next.replace('/rosa/$everything', ''))).status).toBe(400)
})
