/** An operator changes a connection, or takes it away, while its outbox is being worked: from then on nothing leaves by what it was. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Connection } from '../../src/connectors/connector.ts'
import { type SandboxServer, startSandbox } from '../../src/demo/sandbox/fhir-server.ts'
import { personalities } from '../../src/demo/sandbox/personalities.ts'
import { listConnections } from '../../src/flows/connections.ts'
import type { Context } from '../../src/flows/context.ts'
import { createBreaker } from '../../src/flows/delivery/breaker.ts'
import { startCourier } from '../../src/flows/delivery/courier.ts'
import { deliverDue } from '../../src/flows/delivery/deliver.ts'
import { pullTypes } from '../../src/flows/pull/pull.ts'
import { system } from '../../src/gateway.ts'
import { marisol, put, say } from '../support/coordination.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { deliveries, drain } from '../support/outbox.ts'

let gateway: TestGateway
let ctx: Context
let [first, second]: SandboxServer[] = []
let failing = false
/** The connection as a round has read it. */
let asRead: Connection
const partner = '/admin/connections/partner'
const connect = (baseUrl: string) =>
  say(gateway, 'PUT', partner, { kind: 'ehr', flavour: 'fhir-r4', baseUrl, push: ['Patient'], pull: ['Patient'] })

beforeEach(async () => {
  failing = false
  const more = { clock: () => gateway.clock.now, personality: personalities.Northwind! }
  const fault = () => (failing ? ({ kind: 'status', status: 503, when: 'before' } as const) : undefined)
  ;[first, second] = [await startSandbox({ name: 'first', ...more, fault }), await startSandbox({ name: 'second', ...more })]
  gateway = await startGateway({ allowTargets: [first.target, second.target] })
  ctx = await gateway.gateway.context(system())
  await connect(first.baseUrl)
  await put(gateway, marisol)
  asRead = (await listConnections(ctx))[0]!
})
afterEach(async () => {
  await gateway.stop()
  await Promise.all([first!.close(), second!.close()])
})

it('what is due leaves for the address that it has by then', async () => {
  await connect(second!.baseUrl)
  expect(await deliverDue(ctx, asRead, createBreaker())).toMatchObject({ attempted: 0, next: gateway.clock.now })
  await drain(gateway)
  expect([first!.all('Patient').length, second!.all('Patient').length]).toEqual([0, 1])
})

it('nothing leaves for a partner that is taken away', async () => {
  await say(gateway, 'DELETE', partner)
  expect(await deliverDue(ctx, asRead, createBreaker())).toEqual({ attempted: 0, next: undefined })
  expect(first!.requests).toEqual([])
  expect(await deliveries(gateway, 'dead')).toHaveLength(1)
})

it.each([
  ['changed', () => connect(second!.baseUrl)],
  ['taken away', () => say(gateway, 'DELETE', partner)],
])('a partner is not asked on once its connection is %s', async (_, change) => {
  await drain(gateway)
  first!.put('Patient', 'p-1', { name: [{ family: 'Stranger' }] })
  await change()
  const asked = first!.requests.length
  expect(await pullTypes(ctx, asRead, () => true)).toMatchObject({ ok: true, value: [{ state: 'more', read: 0 }] })
  expect(first!.requests.length).toBe(asked)
})

it('whose address did not answer is spoken to at another one at once', async () => {
  failing = true
  const courier = startCourier(ctx, () => () => {})
  for (const id of ['cli-a', 'cli-b', 'cli-c', 'cli-d', 'cli-e', 'cli-f', 'cli-g']) await put(gateway, { ...marisol, id })
  await courier.wake()
  expect(first!.all('Patient')).toEqual([])
  await connect(second!.baseUrl)
  await put(gateway, { ...marisol, id: 'cli-new' })
  await courier.wake()
  await courier.stop()
  expect(second!.all('Patient')).not.toEqual([])
})
