/** What is exported, imported elsewhere and exported again is the same. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type * as fhir from '@medplum/fhirtypes'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { operator } from '../support/audit.ts'
import { runCommand } from '../support/cli.ts'
import { startGateway } from '../support/gateway.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'handoff-test-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const at = (name: string): string => join(folder, name)
const run = (store: string, ...args: string[]) => runCommand(args, { env: { HANDOFF_STORE: `sqlite:${at(store)}` } })
const contents = (name: string) =>
  Object.fromEntries(readdirSync(at(name)).map((file) => [file, readFileSync(join(at(name), file), 'utf8')]))

const rosa = `{
  "resourceType": "Patient", "id": "rosa", "meta": { "tag": [ { "system": "urn:t", "code": "a" } ] },
  "name": [ { "family": "Quinte\\u0072o", "given": [ "Rosa" ] } ] }`
const pulse = `{"resourceType":"Observation","id":"o1","status":"final","code":{"text":"pulse"},"subject":{"reference":"Patient/rosa"},
  "valueQuantity":{"value":61.10,"unit":"/min"}}`

/** A store with a few records, one of them in its second version, and one that was deleted. */
async function furnished(store: string): Promise<void> {
  const gateway = await startGateway({ store: `sqlite:${at(store)}` })
  const put = (path: string, body: string) =>
    gateway.request(`/fhir/${path}`, { method: 'PUT', body, headers: { 'content-type': 'application/fhir+json' } })
  await put('Observation/o1', pulse)
  for (const text of ['Rosa', '']) expect((await put('Patient/rosa', rosa.replace('Rosa', text || 'Rosa Luz'))).ok).toBe(true)
  const luis = { resourceType: 'Patient', id: 'luis', gender: 'male' }
  await gateway.request('/fhir/Patient/luis', { method: 'PUT', json: luis })
  await gateway.request('/fhir/Patient/gone', { method: 'PUT', json: { ...luis, id: 'gone' } })
  await gateway.request('/fhir/Patient/gone', { method: 'DELETE' })
  await gateway.stop()
}

it('comes back as it was, to the byte', async () => {
  await furnished('first')
  expect(await run('first', 'export', '--out', at('a'))).toEqual({ code: 0, out: ['Observation  1', 'Patient  2'], err: [] })
  expect(contents('a')['Observation.ndjson']).toContain('"value":61.10')
  expect(contents('a')['Patient.ndjson']).toMatch(/^\{"resourceType":"Patient","id":"rosa",.*Quinte\\u0072o.*\n\{.*"luis".*\n$/)
  expect(statSync(join(at('a'), 'Patient.ndjson')).mode & 0o777).toBe(0o600)

  expect((await run('second', 'import', at('a'))).out).toEqual(['3 created, 0 updated, 0 as they were, 0 refused'])
  await run('second', 'export', '--out', at('b'))
  expect(contents('b')).toEqual(contents('a'))
  expect((await run('second', 'import', at('a'))).out).toEqual(['0 created, 0 updated, 3 as they were, 0 refused'])

  const gateway = await startGateway({ store: `sqlite:${at('second')}` })
  const found = (await (await gateway.request('/fhir/Observation?subject=Patient/rosa')).json()) as { entry: object[] }
  expect(found.entry).toHaveLength(1)
  const audit = await gateway.request('/admin/audit?client=command-line&patient=rosa', { headers: operator })
  expect(((await audit.json()) as { items: object[] }).items).toMatchObject([{ action: 'import' }, { action: 'import' }])
  await gateway.stop()
})

it('takes the labels along that an operator took away, and does not give them again', async () => {
  const wrong = ['ned-1', 'ned-2'].map((id) => ({
    ...{ resourceType: 'Condition', id, subject: { reference: 'Patient/luis' } },
    code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'F10.20' }] },
  }))
  let gateway = await startGateway({ store: `sqlite:${at('first')}` })
  for (const json of wrong) await gateway.request(`/fhir/Condition/${json.id}`, { method: 'PUT', json })
  const json = { resource: 'Condition/ned-1', label: 'SUD', reason: 'Coded by mistake' }
  expect((await gateway.request('/admin/labels/withdraw', { method: 'POST', headers: operator, json })).status).toBe(200)
  await gateway.stop()
  expect((await run('first', 'export', '--out', at('a'))).out).toEqual(['Condition  2', 'withdrawn-labels  1'])
  expect((await run('first', 'export', '--type', 'Patient', '--out', at('none'))).out).toEqual([])

  expect((await run('second', 'import', at('a'))).out).toEqual(['3 created, 0 updated, 0 as they were, 0 refused'])
  expect((await run('second', 'import', at('a'))).out).toEqual(['0 created, 0 updated, 3 as they were, 0 refused'])
  await run('second', 'export', '--out', at('b'))
  expect(contents('b')).toEqual(contents('a'))
  gateway = await startGateway({ store: `sqlite:${at('second')}` })
  const security = async (id: string) =>
    ((await (await gateway.request(`/fhir/Condition/${id}`)).json()) as fhir.Resource).meta?.security
  expect(await security('ned-1')).toBeUndefined()
  expect((await security('ned-2'))?.map(({ code }) => code)).toEqual(['R', 'SUD'])
  await gateway.stop()
})

it('tells of no label that was taken from what is in no export', async () => {
  const condition = {
    ...{ resourceType: 'Condition', id: 'ned-1', subject: { reference: 'Patient/luis' } },
    code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'F10.20' }] },
  }
  const gateway = await startGateway({ store: `sqlite:${at('store')}` })
  await gateway.request('/fhir/Condition/ned-1', { method: 'PUT', json: condition })
  const wrong = { resource: 'Condition/ned-1', label: 'SUD', reason: 'Coded by mistake' }
  expect((await gateway.request('/admin/labels/withdraw', { method: 'POST', headers: operator, json: wrong })).status).toBe(200)
  const note = { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'PSYTHPN' }] }
  const json = { ...condition, meta: note }
  expect((await gateway.request('/fhir/Condition/ned-1', { method: 'PUT', json })).status).toBe(200)
  await gateway.stop()
  expect(await run('store', 'export', '--out', at('out'))).toEqual({ code: 0, out: [], err: [] })
})

it('refuses a line that takes no label away', async () => {
  const line = { resource: 'Condition/ned-1', label: 'SUD', by: 'local', at: '2026-03-02T09:30:00.000Z', reason: 'Quintero' }
  const lines = [{ ...line, label: '42CFRPart2' }, { ...line, at: 'Quintero' }, { ...line, resource: 'Quintero' }, [line], line]
  writeFileSync(at('withdrawn-labels.ndjson'), `${lines.map((one) => JSON.stringify(one)).join('\n')}\nQuintero`)
  const { code, out, err } = await run('store', 'import', at('withdrawn-labels.ndjson'))
  expect([code, out]).toEqual([1, ['1 created, 0 updated, 0 as they were, 5 refused']])
  expect(err.map((one) => one.split('  ')[1])).toEqual(['invalid', 'invalid', 'invalid', 'invalid', 'unreadable'])
  expect(err.join()).not.toContain('Quintero')
})

it('takes Bundles, whose entries refer to each other, and tells what it refuses with its line', async () => {
  const uuid = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff'
  const entry = [
    { fullUrl: `urn:uuid:${uuid}`, resource: { resourceType: 'Patient', gender: 'female' } },
    {
      fullUrl: 'urn:uuid:6f9619ff-8b86-4d01-b42d-00cf4fc964fe',
      resource: { resourceType: 'Condition', id: 'c1', subject: { reference: `urn:uuid:${uuid}` } },
    },
  ]
  writeFileSync(at('bundle.json'), JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry }))
  const lines = [
    '{"resourceType":"Patient","id":"p1"}',
    '',
    '{"resourceType":"Patient","id":"p2","gender":"Quintero"}',
    '{"resourceType":"Patient"}',
    '{"resourceType":"Encounter","id":"e1","serviceProvider":{"reference":"Organization?identifier=1"},"status":"planned","class":{"code":"AMB"}}',
    'Quintero',
    '{"resourceType":"Patient","id":"p3"}',
  ]
  writeFileSync(at('lines.ndjson'), lines.join('\n'))
  const { code, out, err } = await run('store', 'import', at('bundle.json'), at('lines.ndjson'))
  expect([code, out]).toEqual([1, ['4 created, 0 updated, 0 as they were, 4 refused']])
  expect(err.map((line) => line.replace(`${folder}/`, '').split('  ').slice(0, 2)).sort()).toEqual([
    ['lines.ndjson:3', 'rule-broken'],
    ['lines.ndjson:4', 'invalid'],
    ['lines.ndjson:5', 'unresolved-reference'],
    ['lines.ndjson:6', 'unreadable'],
  ])
  expect(err.join()).not.toContain('Quintero')
  await run('store', 'export', '--type', 'Condition', '--out', at('out'))
  expect(contents('out')).toEqual({
    'Condition.ndjson': `{"resourceType":"Condition","id":"c1","subject":{"reference":"Patient/${uuid}"}}\n`,
  })
})

it('writes nothing over, and does not touch a store that is in use', async () => {
  await furnished('store')
  await run('store', 'export', '--out', at('out'))
  expect(await run('store', 'export', '--out', at('out'))).toMatchObject({
    code: 1,
    err: [expect.stringContaining('is there already')],
  })
  const gateway = await startGateway({ store: `sqlite:${at('store')}` })
  expect(await run('store', 'import', at('out'))).toMatchObject({ code: 1, err: [expect.stringContaining('cannot be used')] })
  await gateway.stop()
})

it('exports what changed since', async () => {
  await furnished('store')
  expect((await run('store', 'export', '--since', '2026-03-02', '--out', at('a'))).out).toEqual(['Observation  1', 'Patient  2'])
  expect((await run('store', 'export', '--since', '2026-03-03', '--out', at('b'))).out).toEqual([])
})

it.each([
  [2, ['import']],
  [2, ['import', '/nowhere']],
  [2, ['export']],
  [2, ['export', '--type', 'Nothing', '--out', 'x']],
  [2, ['export', '--since', 'yesterday', '--out', 'x']],
  [78, ['import', '--tenant', 'nobody', '.']],
])('answers %i to %j', async (code, args) => {
  expect((await run('store', ...args)).code).toBe(code)
})
