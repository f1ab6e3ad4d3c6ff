/**
 * kill -9 while deliveries are under way that the partner has taken and not yet answered for: the next process takes them up at once, looks
 * before it writes, and lanes that were held go on in their order.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startSandbox } from '../../src/demo/sandbox/fhir-server.ts'
import { freePort, startProcess } from './process.ts'
import { until } from './until.ts'

const people = ['a', 'b', 'c']

it('what was in flight when the process was killed is taken up by the next one at once, and stands at the partner once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'handoff-kill-delivery-'))
  const port = await freePort()
  let isSilent = true
  const partner = await startSandbox({
    name: 'East',
    fault: ({ method }) => (isSilent && method !== 'GET' ? { kind: 'hang', ms: 3600_000 } : undefined),
  })
  const start = () => startProcess(folder, port, { HANDOFF_ALLOW_TARGETS: partner.target })
  const ask = async (method: string, path: string, json?: object) => {
    const body = json && { body: JSON.stringify(json), headers: { 'content-type': 'application/json' } }
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, ...body })
    expect(answer.status, `${method} ${path}`).toBeLessThan(300)
    return answer.json()
  }
  let gateway = await start()
  const connection = { kind: 'ehr', baseUrl: partner.baseUrl, push: ['Patient', 'Flag'], maxInFlight: people.length }
  await ask('PUT', '/admin/connections/east', connection)
  const entry = people.flatMap((id) =>
    [
      { resourceType: 'Patient', id },
      { resourceType: 'Flag', id, status: 'active', code: { text: 'Call first' }, subject: { reference: `Patient/${id}` } },
    ].map((resource) => ({ resource, request: { method: 'PUT', url: `${resource.resourceType}/${id}` } })),
  )
  await ask('POST', '/fhir', { resourceType: 'Bundle', type: 'transaction', entry })
  await until('people', () => partner.all('Patient').length === people.length)
  await gateway.kill()
  isSilent = false
  gateway = await start()
  const delivered = async () => (await ask('GET', '/admin/deliveries?state=delivered')).items.length
  await until('deliveries', async () => (await delivered()) === 2 * people.length)
  expect(partner.all().map(({ resourceType }) => resourceType)).toEqual([
    ...people.map(() => 'Patient'),
    ...people.map(() => 'Flag'),
  ])
  expect(await gateway.stop()).toBe(0)
  await partner.close()
  rmSync(folder, { recursive: true, force: true })
}, 120_000)
