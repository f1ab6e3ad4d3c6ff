/**
 * Whoever may write, and not look for or read, learns nothing by writing: a condition that is met tells what a search would, and a patch is
 * put onto what others wrote.
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { registerClient } from '../support/client.ts'
import type { TestGateway } from '../support/gateway.ts'
import { guardedGateway } from '../support/guarded.ts'

const resources = [
  { resourceType: 'Patient', id: 'rosa', name: [{ family: 'Quintero' }] },
  { resourceType: 'Condition', id: 'ned-1', code: { coding: [{ code: 'F32.1' }] }, subject: { reference: 'Patient/rosa' } },
]

let gateway: TestGateway
beforeAll(async () => {
  gateway = await guardedGateway(resources)
})
afterAll(() => gateway.stop())

const writes = 'system/Patient.cud system/Observation.c'
const patient = { resourceType: 'Patient', name: [{ family: 'Quintero' }] }
const observation = (subject: string) => ({
  ...{ resourceType: 'Observation', status: 'final', code: { text: 'mood' }, subject: { reference: subject } },
})
const packed = (json: object) => ({
  resourceType: 'Binary',
  contentType: 'application/json-patch+json',
  data: btoa(JSON.stringify(json)),
})
const patch = packed([])

type Request = { method: string; path: string; json?: unknown; headers?: Record<string, string> }
const transaction = (request: object, resource?: object): Request => ({
  ...{ method: 'POST', path: '/fhir' },
  json: { resourceType: 'Bundle', type: 'transaction', entry: [{ request, ...(resource && { resource }) }] },
})
const alone = (method: string, path: string, json?: unknown, headers?: Record<string, string>): Request => ({
  ...{ method, path: `/fhir/${path}`, json, ...(headers && { headers }) },
})
const jsonPatch = { 'content-type': 'application/json-patch+json' }

/** What each needs beside the right to write. */
it.each<[way: string, Request, needed: string]>([
  ['a create', alone('POST', 'Patient', patient, { 'if-none-exist': 'family=Quintero' }), 'system/Patient.s'],
  [
    'a create by a chain',
    alone('POST', 'Patient', patient, { 'if-none-exist': '_has:Condition:subject:code=F32.1' }),
    'system/Patient.s system/Condition.s',
  ],
  ['an update', alone('PUT', 'Patient?family=Quintero', patient), 'system/Patient.s'],
  ['a patch', alone('PATCH', 'Patient?family=Quintero', [], jsonPatch), 'system/Patient.s'],
  [
    'a create in a transaction',
    transaction({ method: 'POST', url: 'Patient', ifNoneExist: 'family=Quintero' }, patient),
    'system/Patient.s',
  ],
  ['a patch in a transaction', transaction({ method: 'PATCH', url: 'Patient?family=Quintero' }, patch), 'system/Patient.s'],
  [
    'a reference in a transaction',
    transaction({ method: 'POST', url: 'Observation' }, observation('Patient?family=Quintero')),
    'system/Patient.s',
  ],
  [
    'a reference by a chain in a transaction',
    transaction({ method: 'POST', url: 'Observation' }, observation('Patient?_has:Condition:subject:code=F32.1')),
    'system/Patient.s system/Condition.s',
  ],
  ['a deletion', alone('DELETE', 'Patient?family=Lost'), 'system/Patient.s'],
])('%s', async (_, request, needed) => {
  const ask = async (scope: string, said: string) => {
    const client = await registerClient(gateway, scope)
    const { path, json, headers, ...rest } = JSON.parse(said) as Request
    const answer = await gateway.request(path, {
      ...rest,
      ...(json !== undefined && { json }),
      headers: { ...(await client.bearer(scope)), ...headers },
    })
    return { status: answer.status, text: await answer.text() }
  }
  const met = JSON.stringify(request)
  const unmet = met.replace('Quintero', 'Nobody').replace('F32.1', 'F20.0')
  const refused = await ask(writes, met)
  expect(refused.status).toBe(403)
  expect(await ask(writes, unmet)).toEqual(refused)
  const without = needed.split(' ').slice(0, -1).join(' ')
  expect((await ask(`${writes} ${without}`.trim(), met)).status).toBe(403)
  expect((await ask(`${writes} ${needed}`, met)).status).toBeLessThan(300)
})

it.each<[way: string, Request]>([
  ['a patch of nothing', alone('PATCH', 'Patient/rosa', [], jsonPatch)],
  [
    'a patch in a transaction',
    { ...transaction({ method: 'PATCH', url: 'Patient/rosa' }, patch), headers: { prefer: 'return=representation' } },
  ],
  ['a create that is met', alone('POST', 'Patient', { resourceType: 'Patient' }, { 'if-none-exist': '_id=rosa' })],
])('whoever may not read is not shown what stands there: by %s', async (_, { path, headers, ...request }) => {
  const answerTo = async (scope: string) => {
    const client = await registerClient(gateway, scope)
    const answer = await gateway.request(path, { ...request, headers: { ...(await client.bearer(scope)), ...headers } })
    return [answer.status, (await answer.text()).includes('Quintero')]
  }
  expect(await answerTo('system/Patient.cus')).toEqual([200, false])
  expect(await answerTo('system/Patient.crus')).toEqual([200, true])
})

const operation = (path: string) => ({
  name: 'operation',
  part: [
    { name: 'type', valueCode: 'replace' },
    { name: 'path', valueString: path },
    { name: 'value', valueString: 'Quintero' },
  ],
})
const guess = [{ op: 'test', path: '/name/0/family', value: 'Quintero' }]
const parameters = (path: string) => ({ resourceType: 'Parameters', parameter: [operation(path)] })
const whoIs = parameters("Patient.name.where(family = 'Quintero').family")
const fhir = { 'content-type': 'application/fhir+json' }

/** A guess that is right, and what becomes of it without the right to read. */
it.each<[way: string, Request]>([
  ['a test', alone('PATCH', 'Patient/rosa', guess, jsonPatch)],
  ['criteria', alone('PATCH', 'Patient/rosa', whoIs, fhir)],
  ['a test in a transaction', transaction({ method: 'PATCH', url: 'Patient/rosa' }, packed(guess))],
  ['criteria in a transaction', transaction({ method: 'PATCH', url: 'Patient/rosa' }, whoIs)],
])('a patch with %s asks for what stands there', async (_, { path, json, headers, ...rest }) => {
  const ask = async (scope: string) => {
    const client = await registerClient(gateway, scope)
    const asked = { ...rest, json, headers: { ...headers, ...(await client.bearer(scope)) } }
    return (await gateway.request(path, asked)).status
  }
  expect([await ask('system/Patient.u'), await ask('system/Patient.ru')]).toEqual([403, 200])
})

it.each<[way: string, json: object, headers: Record<string, string>]>([
  ['JSON Patch', [{ op: 'replace', path: '/name/0/family', value: 'Quintero' }], jsonPatch],
  ['FHIRPath Patch', parameters('Patient.name[0].family'), fhir],
])('that a %s changes nothing is told to whoever may read alone', async (_, json, headers) => {
  const ask = async (scope: string) => {
    const client = await registerClient(gateway, scope)
    const asked = { method: 'PATCH', json, headers: { ...headers, ...(await client.bearer(scope)) } }
    const answer = await gateway.request('/fhir/Patient/rosa', asked)
    return [answer.status, Number(/\d+/.exec(answer.headers.get('etag')!)![0])] as const
  }
  const [, before] = await ask('system/Patient.ru')
  expect(await ask('system/Patient.u')).toEqual([200, before + 1])
  expect(await ask('system/Patient.ru')).toEqual([200, before + 1])
})
