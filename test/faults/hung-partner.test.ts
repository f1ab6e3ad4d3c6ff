/**
 * A partner that takes what it is sent and never answers holds up nobody else: what others are owed meanwhile reaches them, and so does what
 * it is owed of other clients itself. Nor does it keep a process that is asked to end.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Fault, type SandboxServer, startSandbox } from '../../src/demo/sandbox/fhir-server.ts'
import { freePort, type Gateway, startProcess } from './process.ts'
import { until } from './until.ts'

const forever: Fault = { kind: 'hang', ms: 3600_000 }

let folder: string
let gateway: Gateway
let east: SandboxServer
let west: SandboxServer
/** What comes of so many-th write at the first partner. */
let eastern: (write: number) => Fault | undefined
let written: number

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'handoff-hung-'))
  written = 0
  east = await startSandbox({ name: 'East', fault: ({ method }) => (method === 'GET' ? undefined : eastern(++written)) })
  west = await startSandbox({ name: 'West' })
  await start()
  const retry = { baseMs: 50, capMs: 50, maxAttempts: 10 }
  for (const [name, { baseUrl }] of Object.entries({ east, west }))
    await put(`/admin/connections/${name}`, { kind: 'ehr', baseUrl, push: ['Patient'], retry })
})
afterEach(async () => {
  await gateway.kill()
  await Promise.all([east.close(), west.close()])
  rmSync(folder, { recursive: true, force: true })
})

async function start(): Promise<void> {
  gateway = await startProcess(folder, await freePort(), { HANDOFF_ALLOW_TARGETS: `${east.target},${west.target}` })
}
async function put(path: string, json: object): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${gateway.url}${path}`, { method: 'PUT', headers, body: JSON.stringify(json) })
  expect(answer.status, path).toBeLessThan(300)
}
const register = (id: string) => put(`/fhir/Patient/${id}`, { resourceType: 'Patient', id })
const arrivedAt = (partner: SandboxServer) => partner.all('Patient').length

it('another partner is told while the first one hangs', async () => {
  eastern = () => forever
  await register('a')
  await until('a', () => written === 1 && arrivedAt(west) === 1)
  for (const id of ['b', 'c']) await register(id)
  await until('b and c', () => arrivedAt(west) === 3)
})

it('the same partner is told of other clients while it hangs over one, and asked again where it was in trouble', async () => {
  eastern = (write) => (write === 1 ? forever : write === 3 ? { kind: 'status', status: 503, when: 'before' } : undefined)
  await register('a')
  await until('a', () => written === 1)
  await register('b')
  await until('b', () => arrivedAt(east) === 2)
  await register('c')
  await until('c, the second time', () => arrivedAt(east) === 3)
  expect(written).toBe(4)
})

it('a process that is asked to end finishes what has left, and leaves the rest to the next one', async () => {
  const people = 60
  eastern = () => ({ kind: 'hang', ms: 100 })
  const entry = Array.from({ length: people }, (_, n) => ({
    resource: { resourceType: 'Patient', id: `p${n}` },
    request: { method: 'PUT', url: `Patient/p${n}` },
  }))
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry })
  expect((await fetch(`${gateway.url}/fhir`, { method: 'POST', headers, body })).status).toBe(200)
  await until('some', () => written > 4)
  expect(await gateway.stop()).toBe(0)
  expect(written).toBeLessThan(people / 2)
  await start()
  await until('all', () => arrivedAt(east) === people)
  // None was under way: nobody is asked twice.
  expect(written).toBe(people)
})

it('a partner that hangs does not keep a process that is asked to end, and is asked first what it has by the next one', async () => {
  eastern = (write) => (write === 1 ? forever : undefined)
  await register('a')
  await until('a', () => written === 1)
  const asked = Date.now()
  expect(await gateway.stop()).toBe(0)
  expect(Date.now() - asked).toBeLessThan(20_000)
  await start()
  await register('b')
  await until('b', () => arrivedAt(east) === 2)
  expect(east.writes).toHaveLength(2)
}, 60_000)
