/** An EHR vendor changes parts of resources: by JSON Patch and FHIRPath Patch, by id, by criteria, and in transactions. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await startGateway()
  await gateway.request('/fhir/Patient/rosa', { method: 'PUT', headers: fhir, body: rosa })
})
afterEach(() => gateway.stop())

const fhir = { 'content-type': 'application/fhir+json' }
const jsonPatch = { 'content-type': 'application/json-patch+json' }
const rosa =
  '{"resourceType":"Patient","id":"rosa","identifier":[{"system":"urn:mrn","value":"1"}],\n "active" : true, "gender":"female",' +
  '"extension":[{"url":"urn:x","valueDecimal":1.10}]}'

const patch = (path: string, body: unknown, headers: Record<string, string> = jsonPatch) =>
  gateway.request(path, { method: 'PATCH', headers, body: JSON.stringify(body) })
const retire = [
  { op: 'test', path: '/active', value: true },
  { op: 'replace', path: '/active', value: false },
]
const parameters = (path: string, value: object) => ({
  resourceType: 'Parameters',
  parameter: [
    {
      name: 'operation',
      part: [
        { name: 'type', valueCode: 'replace' },
        { name: 'path', valueString: path },
        { name: 'value', ...value },
      ],
    },
  ],
})
const issue = async (answer: Response) => {
  const { issue } = (await answer.json()) as { issue: { code: string; diagnostics: string }[] }
  return [answer.status, issue[0]!.code]
}

it('changes what the patch names, and nothing else', async () => {
  const before = await (await gateway.request('/fhir/Patient/rosa')).text()
  const done = await patch('/fhir/Patient/rosa', retire, { ...jsonPatch, 'if-match': 'W/"1"' })
  expect([done.status, done.headers.get('etag')]).toEqual([200, 'W/"2"'])
  const after = await done.text()
  const timeless = (text: string) => text.replace(/"lastUpdated":"[^"]+"/, '')
  expect(timeless(after)).toBe(
    timeless(before).replace('"active" : true', '"active" : false').replace('"versionId":"1"', '"versionId":"2"'),
  )
  expect(await (await gateway.request('/fhir/Patient/rosa')).text()).toBe(after)
  expect(
    (await gateway.request('/fhir/Patient?active=false&_total=accurate').then((found) => found.json())) as object,
  ).toMatchObject({
    total: 1,
  })
})

it('takes away the last of a list, and the list with it: FHIR has no empty ones', async () => {
  const done = await patch('/fhir/Patient/rosa', [
    { op: 'remove', path: '/identifier/0' },
    { op: 'add', path: '/name', value: [{ given: ['R.'] }, { family: 'Quintero' }] },
    { op: 'remove', path: '/name/0' },
  ])
  const { identifier, name } = (await done.json()) as { identifier?: unknown; name: unknown }
  expect([done.status, identifier, name]).toEqual([200, undefined, [{ family: 'Quintero' }]])
  // Until the last operation it is a list that may be added to.
  const moved = await patch('/fhir/Patient/rosa', [
    { op: 'remove', path: '/name/0' },
    { op: 'add', path: '/name/-', value: { family: 'Marsh' } },
  ])
  expect([moved.status, await moved.json()]).toMatchObject([200, { name: [{ family: 'Marsh' }] }])
  // An object of nothing is not as clear.
  expect(await issue(await patch('/fhir/Patient/rosa', [{ op: 'remove', path: '/name/0/family' }]))).toEqual([422, 'processing'])
})

it('makes no version where nothing changes', async () => {
  const done = await patch('/fhir/Patient/rosa', [{ op: 'replace', path: '/active', value: true }])
  expect([done.status, done.headers.get('etag')]).toEqual([200, 'W/"1"'])
})

it('takes FHIRPath Patch, and Prefer', async () => {
  const done = await patch('/fhir/Patient/rosa', parameters('Patient.gender', { valueCode: 'other' }), {
    ...fhir,
    prefer: 'Return=minimal',
  })
  expect([done.status, await done.text(), done.headers.get('location')]).toEqual([
    200,
    '',
    'http://localhost/fhir/Patient/rosa/_history/2',
  ])
})

it('finds its resource by criteria', async () => {
  expect((await patch('/fhir/Patient?identifier=urn:mrn|1', retire)).status).toBe(200)
  expect(await issue(await patch('/fhir/Patient?identifier=urn:mrn|2', retire))).toEqual([404, 'not-found'])
  await gateway.request('/fhir/Patient', { method: 'POST', headers: fhir, body: rosa })
  expect(await issue(await patch('/fhir/Patient?identifier=urn:mrn|1', retire))).toEqual([412, 'multiple-matches'])
  expect(await issue(await patch('/fhir/Patient?_count=1', retire))).toEqual([400, 'invalid'])
})

it.each([
  ['a test that fails', [{ op: 'test', path: '/active', value: false }], 422, 'processing'],
  ['another id', [{ op: 'replace', path: '/id', value: 'x' }], 422, 'processing'],
  ['another type', [{ op: 'replace', path: '/resourceType', value: 'Person' }], 422, 'processing'],
  ['what is no Patient any more', [{ op: 'add', path: '/nickname', value: 'R' }], 422, 'processing'],
  ['an empty list', [{ op: 'replace', path: '/identifier', value: [] }], 422, 'processing'],
  ['a code that is none', [{ op: 'replace', path: '/gender', value: 'f' }], 422, 'code-invalid'],
  ['no patch', { active: false }, 400, 'invalid'],
])('leaves everything as it was after %s', async (_, body, status, code) => {
  expect(await issue(await patch('/fhir/Patient/rosa', body))).toEqual([status, code])
  expect((await gateway.request('/fhir/Patient/rosa')).headers.get('etag')).toBe('W/"1"')
})

it('keeps to conditions, deletions and forms', async () => {
  expect(await issue(await patch('/fhir/Patient/rosa', retire, { ...jsonPatch, 'if-match': 'W/"9"' }))).toEqual([412, 'conflict'])
  expect((await patch('/fhir/Patient/rosa', retire, { 'content-type': 'application/merge-patch+json' })).status).toBe(415)
  expect((await patch('/fhir/Patient/nobody', retire)).status).toBe(404)
  expect((await patch('/fhir/Nothing/rosa', retire)).status).toBe(404)
  await gateway.request('/fhir/Patient/rosa', { method: 'DELETE' })
  expect((await patch('/fhir/Patient/rosa', retire)).status).toBe(410)
})

it('patches in a transaction, all or nothing', async () => {
  const contentType = 'application/json-patch+json; charset=utf-8'
  const binary = { resourceType: 'Binary', contentType, data: btoa(JSON.stringify(retire)) }
  const bundle = (...entry: object[]) =>
    gateway.request('/fhir', {
      method: 'POST',
      headers: fhir,
      body: JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry }),
    })
  const gender = {
    resource: parameters('Patient.gender', { valueCode: 'other' }),
    request: { method: 'PATCH', url: 'Patient?identifier=urn:mrn|1' },
  }
  const active = { resource: binary, request: { method: 'PATCH', url: 'Patient/rosa', ifMatch: 'W/"1"' } }
  expect(await issue(await bundle(active, gender))).toEqual([400, 'invalid'])
  const done = await bundle(active, { request: { method: 'GET', url: 'Patient/rosa' } })
  expect(done.status).toBe(200)
  expect(await done.json()).toMatchObject({
    entry: [{ response: { status: '200 OK', etag: 'W/"2"' } }, { resource: { active: false, gender: 'female' } }],
  })
  expect((await bundle(gender)).status).toBe(200)
  expect((await bundle({ ...active, request: { method: 'PATCH', url: 'Patient/nobody' } })).status).toBe(404)
})
