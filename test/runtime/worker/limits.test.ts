/** What an object at the edge has less of than a process: each limit is said, and nothing of what goes beyond it stays. */
import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { edgeLimits } from '../../../src/http/limits.ts'
import worker from '../../../src/worker.ts'

const ask = async (method: string, path: string, body?: unknown, type = 'application/fhir+json') => {
  const init = { method, headers: { 'content-type': type }, ...(body !== undefined && { body: JSON.stringify(body) }) }
  const answer = await worker.fetch(new Request(`http://localhost:8787${path}`, init), env as never)
  return { status: answer.status, text: await answer.text() }
}
const patient = (id: string, length = 0) => ({ resourceType: 'Patient', id, name: [{ text: 'x'.repeat(length) }] })
const transaction = (resources: readonly ReturnType<typeof patient>[]) => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: resources.map((resource) => ({ resource, request: { method: 'PUT', url: `Patient/${resource.id}` } })),
})
const many = (count: number, length: number, prefix: string) =>
  Array.from({ length: count }, (_, n) => patient(`${prefix}-${n}`, length))
const total = async (path: string) => (JSON.parse((await ask('GET', path)).text) as { total: number }).total

test('they are announced', async () => {
  const { text } = await ask('GET', '/fhir/metadata')
  expect(text).toContain(`a transaction or batch: ${edgeLimits.entries} entries, ${edgeLimits.bundle} bytes`)
  expect(text).toContain(`${edgeLimits.resource} bytes, 64 levels`)
})

test('a transaction as large as it may be, and a larger one', async () => {
  expect((await ask('POST', '/fhir', transaction(many(edgeLimits.entries, 8200, 'full')))).status).toBe(200)
  const entries = await ask('POST', '/fhir', transaction(many(edgeLimits.entries + 1, 0, 'more')))
  expect([entries.status, entries.text]).toEqual([413, expect.stringContaining('at most 1000 entries')])
  const bytes = await ask('POST', '/fhir', transaction(many(edgeLimits.entries, 8500, 'more')))
  expect([bytes.status, bytes.text]).toEqual([413, expect.stringContaining('larger than 8388608 bytes')])
  expect(await total('/fhir/Patient?_summary=count')).toBe(edgeLimits.entries)
})

test('an entry larger than a resource', async () => {
  const refused = await ask('POST', '/fhir', transaction([patient('small'), patient('large', edgeLimits.resource)]))
  expect([refused.status, refused.text]).toEqual([413, expect.stringContaining('Bundle.entry[1]')])
  expect((await ask('GET', '/fhir/Patient/small')).status).toBe(404)
})

test('a resource that patches make longer than a row', async () => {
  expect((await ask('PUT', '/fhir/Patient/grown', patient('grown', 1_000_000))).status).toBe(201)
  const grow = () =>
    ask(
      'PATCH',
      '/fhir/Patient/grown',
      [{ op: 'add', path: '/name/-', value: { text: 'y'.repeat(900_000) } }],
      'application/json-patch+json',
    )
  expect((await grow()).status).toBe(200)
  const refused = await grow()
  expect([refused.status, refused.text]).toEqual([413, expect.stringContaining('1950000 bytes')])
  const { entry } = JSON.parse((await ask('GET', '/fhir/Patient/grown/_history')).text) as { entry: unknown[] }
  expect(entry).toHaveLength(2)
})

test('a FHIR message longer than a row', async () => {
  const header = {
    resourceType: 'MessageHeader',
    eventCoding: { system: 'urn:x', code: 'y' },
    source: { endpoint: 'https://x.example' },
  }
  const entry = [header, ...many(3, 900_000, 'told')].map((resource, n) => ({
    fullUrl: `urn:uuid:00000000-0000-4000-8000-00000000000${n}`,
    resource,
  }))
  const refused = await ask('POST', '/fhir/$process-message', { resourceType: 'Bundle', type: 'message', entry })
  expect([refused.status, refused.text]).toEqual([413, expect.stringContaining('1950000 bytes')])
})
