/** The gateway in the runtime of the edge: it opens its store, answers, keeps what it acknowledged. */

import { abortAllDurableObjects } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import worker from '../../../src/worker.ts'
import { dischargeMessage } from '../../support/hl7v2.ts'

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

  test('a transaction is carried out', async () => {
    const entry = ['Rosa', 'Omar'].map((given, at) => ({
      fullUrl: `urn:uuid:00000000-0000-4000-8000-00000000000${at}`,
      resource: { resourceType: 'Patient', name: [{ family: 'Quintero', given: [given] }] },
      request: { method: 'POST', url: 'Patient' },
    }))
    const answer = await ask('/fhir', {
      method: 'POST',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry }),
    })
    expect(answer.status).toBe(200)
    const bundle = (await answer.json()) as { entry: { response: { status: string } }[] }
    expect(bundle.entry.map(({ response }) => response.status)).toEqual([
      expect.stringMatching(/^201/),
      expect.stringMatching(/^201/),
    ])
  })

  test('a search goes on by its link', async () => {
    const page = async (path: string) =>
      (await (await ask(path)).json()) as { link: { relation: string; url: string }[]; entry: { resource: { id: string } }[] }
    const first = await page('/fhir/Patient?_count=1')
    const next = new URL(first.link.find(({ relation }) => relation === 'next')!.url)
    const second = await page(next.pathname + next.search)
    expect(second.entry[0]!.resource.id).not.toBe(first.entry[0]!.resource.id)
    expect((await ask(`${next.pathname}${next.search.slice(0, -4)}AAAA`)).status).toBe(400)
  })

  test('a discharge by HL7 v2 is acknowledged, and is there', async () => {
    const sent = await ask('/hl7v2', {
      method: 'POST',
      headers: { 'content-type': 'application/hl7-v2' },
      body: dischargeMessage(),
    })
    expect(new TextDecoder().decode(await sent.arrayBuffer())).toMatch(/MSA\|AA\|SB-1001/)
    const found = (await (await ask('/fhir/Encounter')).json()) as { entry: unknown[] }
    expect(found.entry).toHaveLength(1)
  })

  test('what is acknowledged is there for the next object', async () => {
    const made = await ask('/fhir/Patient', {
      method: 'POST',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify({ resourceType: 'Patient', name: [{ family: 'Quintero', given: ['Rosa'] }] }),
    })
    expect(made.status).toBe(201)
    const { id } = (await made.json()) as { id: string }
    await abortAllDurableObjects()
    const read = await ask(`/fhir/Patient/${id}`)
    expect(read.status).toBe(200)
    expect(await read.json()).toMatchObject({ id, name: [{ family: 'Quintero' }] })
  })
})
