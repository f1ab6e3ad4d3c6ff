/** The gateway in the runtime of the edge: it opens its store, answers, keeps what it acknowledged. */

import { evictDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import worker from '../../../src/worker.ts'

const ask = (path: string, init: RequestInit = {}) =>
  worker.fetch(new Request(`http://localhost:8787${path}`, init), env as never)

describe('at the edge', () => {
  test('the process is alive, and its store answers', async () => {
    expect((await ask('/livez')).status).toBe(200)
    expect((await ask('/readyz')).status).toBe(200)
  })

  test('what may be read tells about itself', async () => {
    const answer = await ask('/fhir/metadata')
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ resourceType: 'CapabilityStatement', fhirVersion: '4.0.1' })
  })

  test('a client is registered once under its Idempotency-Key', async () => {
    const body = JSON.stringify({ client_name: 'x', scope: 'system/Patient.rs', jwks_uri: 'https://client.example/jwks' })
    const register = () =>
      ask('/admin/clients', { method: 'POST', headers: { 'content-type': 'application/json', 'idempotency-key': 'k' }, body })
    const first = await (await register()).text()
    expect(await (await register()).text()).toBe(first)
  })

  test('what is acknowledged is there for the next object', async () => {
    const made = await ask('/fhir/Patient', {
      method: 'POST',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify({ resourceType: 'Patient', name: [{ family: 'Quintero', given: ['Rosa'] }] }),
    })
    expect(made.status).toBe(201)
    const { id } = (await made.json()) as { id: string }
    const { TENANT } = env as unknown as { TENANT: DurableObjectNamespace }
    await evictDurableObject(TENANT.getByName('default'))
    const read = await ask(`/fhir/Patient/${id}`)
    expect(read.status).toBe(200)
    expect(await read.json()).toMatchObject({ id, name: [{ family: 'Quintero' }] })
  })
})
