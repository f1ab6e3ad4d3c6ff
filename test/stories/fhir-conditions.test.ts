/** What a request says of the version that stands holds, or nothing is done and nothing is shown. https://www.rfc-editor.org/rfc/rfc9110#section-13 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(() => gateway.stop())

const patient = (id: string, active: boolean) => ({ resourceType: 'Patient', id, active })
const patch = [{ op: 'add', path: '/gender', value: 'female' }]
const labels = { resourceType: 'Parameters', parameter: [{ name: 'meta', valueMeta: { tag: [{ code: 'x' }] } }] }

/** Ways to a patient, each with what it brings. */
const ways = {
  update: { method: 'PUT', json: patient('ann', false), type: 'application/fhir+json' },
  patch: { method: 'PATCH', json: patch, type: 'application/json-patch+json' },
  delete: { method: 'DELETE' },
  label: { method: 'POST', at: '/$meta-add', json: labels, type: 'application/fhir+json' },
  read: { method: 'GET' },
} as const satisfies Record<string, { method: string; json?: object; type?: string; at?: string }>

async function ask(way: { method: string; json?: object; type?: string; at?: string }, headers: Record<string, string>) {
  await gateway.request('/fhir/Patient/ann', { method: 'PUT', json: patient('ann', true) })
  const standing = await gateway.request('/fhir/Patient/ann')
  const tag = standing.headers.get('etag')!
  const said = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replace('NOW', tag)]))
  const { method, json, type, at = '' } = way
  const answer = await gateway.request(`/fhir/Patient/ann${at}`, {
    method,
    headers: { ...said, ...(type && { 'content-type': type }) },
    ...(json && { json }),
  })
  const after = (await gateway.request('/fhir/Patient/ann')).headers.get('etag')
  return { status: answer.status, isAsBefore: after === tag }
}

const past = 'Sun, 01 Mar 2020 09:30:00 GMT'
const future = 'Fri, 01 Mar 2120 09:30:00 GMT'

it.each(Object.entries(ways))('%s', async (name, way) => {
  const refused = { status: 412, isAsBefore: true }
  for (const headers of [{ 'if-match': 'W/"77"' }, { 'if-match': '"77", W/"78"' }, { 'if-unmodified-since': past }])
    expect(await ask(way, headers), JSON.stringify(headers)).toEqual(refused)
  if (name !== 'read')
    for (const tags of ['NOW', '*', 'W/"77", NOW']) expect(await ask(way, { 'if-none-match': tags }), tags).toEqual(refused)
  for (const headers of [{ 'if-match': 'NOW' }, { 'if-match': '"77", NOW' }, { 'if-unmodified-since': future }])
    expect((await ask(way, headers)).status, JSON.stringify(headers)).toBeLessThan(300)
})

it.each(['PUT', 'PATCH', 'DELETE', 'GET'])('%s in a transaction', async (method) => {
  await gateway.request('/fhir/Patient/ann', { method: 'PUT', json: patient('ann', true) })
  const resource =
    method === 'PUT'
      ? patient('ann', false)
      : { resourceType: 'Binary', contentType: 'application/json-patch+json', data: btoa(JSON.stringify(patch)) }
  const send = async (ifMatch: string) => {
    const request = { method, url: 'Patient/ann', ifMatch }
    const entry = [{ ...((method === 'PUT' || method === 'PATCH') && { resource }), request }]
    return (await gateway.request('/fhir', { method: 'POST', json: { resourceType: 'Bundle', type: 'transaction', entry } }))
      .status
  }
  expect(await send('"77", W/"78"')).toBe(412)
  expect(await send(`"77", ${(await gateway.request('/fhir/Patient/ann')).headers.get('etag')}`)).toBe(200)
})

it.each(['alone', 'in a transaction'])('an update that nothing matches goes on with an id that was deleted, %s', async (how) => {
  const url = `Patient?identifier=urn:mrn|${how.length}`
  const resource = { ...patient(`gone-${how.length}`, true), identifier: [{ system: 'urn:mrn', value: String(how.length) }] }
  const path = `/fhir/Patient/${resource.id}`
  await gateway.request(path, { method: 'PUT', json: resource })
  await gateway.request(path, { method: 'DELETE' })
  const bundle = { resourceType: 'Bundle', type: 'transaction', entry: [{ resource, request: { method: 'PUT', url } }] }
  const answer = await (how === 'alone'
    ? gateway.request(`/fhir/${url}`, { method: 'PUT', json: resource })
    : gateway.request('/fhir', { method: 'POST', json: bundle }))
  expect(answer.status).toBe(how === 'alone' ? 201 : 200)
  expect((await gateway.request(path)).headers.get('etag')).toBe('W/"3"')
})
