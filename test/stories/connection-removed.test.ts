/** What a partner is owed when its connection is removed ends among the dead letters, and goes out when there is one of that name again. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Fault } from '../../src/demo/sandbox/fhir-server.ts'
import { listConnections } from '../../src/flows/connections.ts'
import { createBreaker } from '../../src/flows/delivery/breaker.ts'
import { deliverDue } from '../../src/flows/delivery/deliver.ts'
import { system } from '../../src/gateway.ts'
import { deliveries, drain } from '../support/outbox.ts'
import { type Told, tell } from '../support/partner.ts'

let told: Told
let fault: Fault | undefined
beforeEach(async () => {
  fault = { kind: 'status', status: 503, when: 'before' }
  told = await tell({
    ...{ partner: 'plain', flavour: 'fhir-r4', push: ['Patient', 'Task'] },
    fault: ({ method }) => (method === 'GET' ? undefined : fault),
    more: { retry: { baseMs: 1000, capMs: 60_000, maxAttempts: 50 } },
  })
})
afterEach(() => told.end())

const ask = (path: string, method: string, json?: object) => told.gateway.request(path, { method, ...(json && { json }) })
const states = async () =>
  Promise.all(['pending', 'waiting', 'dead', 'delivered'].map(async (state) => (await deliveries(told.gateway, state)).length))
const put = async (id: string) => {
  expect((await ask(`/fhir/Patient/${id}`, 'PUT', { resourceType: 'Patient', id })).status).toBe(201)
}
/** One round: what is due is tried once. */
const round = async () => {
  const ctx = await told.gateway.gateway.context(system())
  return deliverDue(ctx, (await listConnections(ctx))[0]!, createBreaker())
}

it('as dead letters, that nobody can send to nobody', async () => {
  await put('a')
  await round()
  await put('b')
  expect(await states()).toEqual([1, 1, 0, 0])
  const connection = await (await ask('/admin/connections/partner', 'GET')).json()
  expect((await ask('/admin/connections/partner', 'DELETE')).status).toBe(204)
  expect(await states()).toEqual([0, 0, 2, 0])
  const dead = await deliveries(told.gateway, 'dead')
  expect(dead.map(({ outcome }) => outcome)).toEqual(['connection-removed', 'connection-removed'])
  expect((await ask(`/admin/deliveries/${dead[0]!.id}/replay`, 'POST')).status).toBe(409)
  expect(await (await ask('/admin/deliveries/replay', 'POST')).json()).toEqual({ replayed: 0 })
  await put('c')
  expect(await states()).toEqual([0, 0, 2, 0])

  fault = undefined
  expect((await ask('/admin/connections/partner', 'PUT', connection)).status).toBe(201)
  expect(await (await ask('/admin/deliveries/replay', 'POST')).json()).toEqual({ replayed: 2 })
  await drain(told.gateway)
  expect([await states(), told.partner.all('Patient').length]).toEqual([[0, 0, 0, 2], 2])
})

it.each([
  ['that it has arrived', 200, [0, 0, 0, 1]],
  ['that nobody tries it again', 3600_000, [0, 0, 1, 0]],
])('but for what is on its way: of that is kept %s', async (_, ms, then) => {
  fault = { kind: 'hang', ms }
  await put('a')
  const sent = round()
  while (told.partner.all('Patient').length === 0) await new Promise((wake) => setTimeout(wake, 1))
  expect((await ask('/admin/connections/partner', 'DELETE')).status).toBe(204)
  if (ms > 1000) await told.partner.close()
  await sent
  expect(await states()).toEqual(then)
})
