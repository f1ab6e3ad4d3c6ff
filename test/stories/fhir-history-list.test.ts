/** `_list` of a history: "only include resource versions that are referenced in the specified list". https://hl7.org/fhir/R4/http.html#history */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { put } from '../support/coordination.ts'
import { local, startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startGateway()
  for (const family of ['A', 'B', 'C'])
    for (const id of ['ann', 'bea', 'cem']) await put(gateway, { resourceType: 'Patient', id, name: [{ family }] })
  await put(gateway, { resourceType: 'Practitioner', id: 'okafor' })
  const item = (reference: string) => ({ item: { reference } })
  const all = ['Patient/ann', 'http://localhost/fhir/Patient/bea/_history/2', 'Practitioner/okafor', '#inside', 'Patient/nobody']
  const list = { resourceType: 'List', status: 'current', mode: 'working' }
  const contained = [{ resourceType: 'Patient', id: 'inside' }]
  await put(gateway, { ...list, id: 'watched', contained, entry: [...all.map(item), { item: { display: 'somebody' } }] })
  const very = { system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'V' }
  await put(gateway, { ...list, id: 'hidden', meta: { security: [very] }, entry: [item('Patient/ann')] })
})
afterAll(() => gateway.stop())

async function versions(path: string): Promise<unknown> {
  const answer = await gateway.request(`/fhir${path}`)
  const { entry = [], total } = (await answer.json()) as {
    entry?: { fullUrl: string; response: { etag: string } }[]
    total?: number
  }
  if (answer.status !== 200) return answer.status
  return total ?? entry.map(({ fullUrl, response }) => `${fullUrl.slice('http://localhost/fhir/'.length)} ${response.etag}`)
}
const ann = ['Patient/ann W/"3"', 'Patient/ann W/"2"', 'Patient/ann W/"1"']

it('has all versions of what a list names, or the one that it names', async () => {
  const patients = [ann[0], 'Patient/bea W/"2"', ann[1], ann[2]]
  expect(await versions('/Patient/_history?_list=watched')).toEqual(patients)
  expect(await versions('/_history?_list=watched')).toEqual(['Practitioner/okafor W/"1"', ...patients])
  expect(await versions('/Patient/bea/_history?_list=watched')).toEqual(['Patient/bea W/"2"'])
  expect(await versions('/Patient/_history?_list=watched&_summary=count')).toBe(4)
})

it('goes on from page to page', async () => {
  const first = (await (await gateway.request('/fhir/Patient/_history?_list=watched&_count=3')).json()) as {
    link: { relation: string; url: string }[]
  }
  const next = first.link.find(({ relation }) => relation === 'next')!.url
  expect(await versions(next.slice('http://localhost/fhir'.length))).toEqual([ann[2]])
})

it('has nothing of what is on no list, or on none that there is', async () => {
  expect(await versions('/Patient/cem/_history?_list=watched')).toEqual([])
  expect(await versions('/Patient/_history?_list=nobody')).toEqual([])
})

it('refuses what names no list', async () => {
  expect(await versions('/Patient/_history?_list=$current-problems')).toBe(400)
  expect(await versions('/Patient/_history?_list=a_b')).toBe(400)
})

it('a list that may not be seen names nothing', async () => {
  expect(await versions('/Patient/_history?_list=hidden')).toEqual(ann)
  const desk = await gateway.gateway.desk({ ...local({ patients: 'all' }), kind: 'client', scopes: ['system/*.rs'] })
  const page = await desk.historyPage({ type: 'Patient' }, { pairs: [['_list', 'hidden']], lenient: false })
  expect(JSON.parse(page.ok ? page.value : '{}').entry ?? []).toEqual([])
  const without = await gateway.gateway.desk({ ...local(), kind: 'client', scopes: ['system/Patient.rs'] })
  expect(await without.historyPage({ type: 'Patient' }, { pairs: [['_list', 'watched']], lenient: false })).toMatchObject({
    problem: { code: 'forbidden' },
  })
})
