/** Objects end when they like: what they were about is done by the next one, or never was begun. */
import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import worker from '../../../src/worker.ts'

const { TENANT } = env as unknown as { TENANT: DurableObjectNamespace }
const stub = () => TENANT.getByName('default')

const ask = async <T = object>(method: string, path: string, body?: object, headers: Record<string, string> = {}) => {
  const type = path.startsWith('/fhir') ? 'application/fhir+json' : 'application/json'
  const init = { method, headers: { 'content-type': type, ...headers }, ...(body && { body: JSON.stringify(body) }) }
  const answer = await worker.fetch(new Request(`http://localhost:8787${path}`, init), env as never)
  return { status: answer.status, body: (await answer.json()) as T }
}

test('in the middle of a transaction', async () => {
  const entry = Array.from({ length: 1000 }, (_, n) => ({
    resource: { resourceType: 'Organization', id: `org-${n}`, name: `Number ${n}` },
    request: { method: 'PUT', url: `Organization/org-${n}` },
  }))
  const bundle = { resourceType: 'Bundle', type: 'transaction', entry }
  const count = async () => (await ask<{ total: number }>('GET', '/fhir/Organization?_summary=count')).body.total
  for (const wait of [0, 5, 20, 60]) {
    const sent = ask('POST', '/fhir', bundle).then(
      ({ status }) => status,
      () => 'ended',
    )
    await scheduler.wait(wait)
    await abortAllDurableObjects()
    const became = await sent
    const found = await count()
    // What was answered is there, and what was not is there as a whole or not at all.
    expect(became === 200 ? [1000] : [0, 1000]).toContain(found)
  }
  expect((await ask('POST', '/fhir', bundle)).status).toBe(200)
  expect(await count()).toBe(1000)
})

test('with something to deliver, and nobody asks for anything', async () => {
  // Nothing leaves for an address like this: each try ends at once, and the next one is due.
  const partner = {
    name: 'ehr',
    kind: 'ehr',
    baseUrl: 'https://10.0.0.1/fhir',
    push: ['Patient'],
    retry: { baseMs: 1, capMs: 1, maxAttempts: 50 },
  }
  expect((await ask('POST', '/admin/connections', partner)).status).toBe(201)
  expect((await ask('PUT', '/fhir/Patient/rosa', { resourceType: 'Patient', id: 'rosa' })).status).toBe(201)
  const tried = async () => (await ask<{ items: { attempts: number }[] }>('GET', '/admin/deliveries')).body.items[0]!.attempts
  const before = await tried()
  await abortAllDurableObjects()
  expect(await runInDurableObject(stub(), (_, { storage }) => storage.getAlarm())).not.toBeNull()
  await runDurableObjectAlarm(stub())
  expect(await tried()).toBeGreaterThan(before)
})

test('sixteen tell of the same person at once', async () => {
  const body = { resourceType: 'Patient', identifier: [{ system: 'urn:chart', value: '1' }] }
  const told = await Promise.all(
    Array.from({ length: 16 }, () =>
      ask<{ id: string }>('POST', '/fhir/Patient', body, { 'if-none-exist': 'identifier=urn:chart|1' }),
    ),
  )
  expect(told.map(({ status }) => status).sort()).toEqual([...Array(15).fill(200), 201])
  expect(new Set(told.map(({ body }) => body.id)).size).toBe(1)
})
