/** Both sides of a connection are compared by themselves every so many hours, and what was found is there to be looked at. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Fault } from '../../src/demo/sandbox/fhir-server.ts'
import { ok } from '../../src/domain/problem.ts'
import { listConnections } from '../../src/flows/connections.ts'
import { createBreaker } from '../../src/flows/delivery/breaker.ts'
import { startCourier } from '../../src/flows/delivery/courier.ts'
import { reconcileDue } from '../../src/flows/pull/schedule.ts'
import { system } from '../../src/gateway.ts'
import { write } from '../../src/store/store.ts'
import { marisol, say } from '../support/coordination.ts'
import { type Told, tell } from '../support/partner.ts'

let told: Told
let fault: (path: string) => Fault | undefined
beforeEach(async () => {
  fault = () => undefined
  told = await tell({
    partner: 'Northwind',
    flavour: 'fhir-r4',
    push: ['Patient'],
    more: { reconcileHours: 12 },
    fault: ({ method, path }) => (method === 'GET' ? fault(path) : undefined),
  })
})
afterEach(() => told.end())

const hours = 3600_000
const client = (n: number) => ({ ...marisol, id: `cli-${n}` })
const send = (count: number) => told.send(...Array.from({ length: count }, (_, n) => client(n)))
const there = (n: number) => told.partner.all('Patient')[n]!
const comparison = () => say(told.gateway, 'GET', '/admin/connections/partner/reconcile')

/** Goes on as the courier would, until it would wait. */
async function untilItWaits(): Promise<number> {
  const ctx = await told.gateway.gateway.context(system())
  const [connection] = await listConnections(ctx)
  const breaker = createBreaker()
  for (let go = 0; go < 20; go++) {
    const next = (await reconcileDue(ctx, connection!, breaker))!
    if (next > told.gateway.clock.now) return next
  }
  throw new Error('it does not end')
}

it('tells what is missing on either side, what differs, and what the partner does not show', async () => {
  await send(5)
  expect((await comparison()).status).toBe(404)
  told.partner.edit('Patient', there(0).id, (one) => ({ ...one, gender: 'female', birthDate: '1990-04-01' }))
  const [hidden, gone] = [there(1).id, there(2).id]
  told.partner.remove('Patient', gone)
  await say(told.gateway, 'DELETE', '/fhir/Patient/cli-3')
  fault = (path) => (path.endsWith(hidden) ? { kind: 'status', status: 403, when: 'before' } : undefined)
  expect(await untilItWaits()).toBe(told.gateway.clock.now + 12 * hours)
  const { body } = await comparison()
  expect(body).toMatchObject({ compared: 5, found: { differs: 1, 'missing-here': 1, 'missing-there': 1, 'not-shown': 1 } })
  expect(body.items).toContainEqual({
    resource: 'Patient/cli-0',
    remote: `Patient/${there(0).id}`,
    drift: 'differs',
    elements: ['birthDate', 'gender'],
  })
  expect(await told.conflicts()).toMatchObject([{ resource: 'Patient/cli-2', deletedThere: true }])
  expect((await say(told.gateway, 'GET', '/fhir/Patient/cli-0')).body.gender).toBeUndefined()
  expect(JSON.stringify([body, told.gateway.log])).not.toMatch(/1990|Vega/)
})

it('goes on in slices, where it was when the partner was silent, and keeps the newest comparison alone', async () => {
  await send(110)
  let asked = 0
  fault = () => (++asked > 70 ? { kind: 'status', status: 503, when: 'before' } : undefined)
  const again = await untilItWaits()
  expect(again).toBeLessThan(told.gateway.clock.now + hours)
  expect((await comparison()).status).toBe(404)
  fault = () => undefined
  const before = told.partner.requests.length
  told.gateway.clock.now = again
  await untilItWaits()
  // The first slice was compared before.
  expect(told.partner.requests.length - before).toBe(60)
  expect((await comparison()).body).toMatchObject({ compared: 110, found: {}, items: [] })
  told.gateway.clock.advance(12 * hours)
  told.partner.edit('Patient', there(0).id, (one) => ({ ...one, gender: 'female' }))
  await untilItWaits()
  expect((await comparison()).body).toMatchObject({ compared: 110, found: { differs: 1 } })
})

it('takes a partner of whom nothing is there for another one, and what stands there again for no conflict', async () => {
  await send(3)
  fault = () => ({ kind: 'status', status: 404, when: 'before' })
  await untilItWaits()
  expect([(await comparison()).body.found, await told.conflicts()]).toEqual([{ 'missing-there': 3 }, []])
  fault = () => undefined
  const { id } = there(1)
  const { resource } = told.partner.writes.find((one) => one.id === id)!
  told.partner.remove('Patient', id)
  told.gateway.clock.advance(12 * hours)
  await untilItWaits()
  expect(await told.conflicts()).toMatchObject([{ deletedThere: true }])
  told.partner.put('Patient', id, { ...resource })
  told.gateway.clock.advance(12 * hours)
  await untilItWaits()
  expect(await told.conflicts()).toEqual([])
})

it('begins anew where the place it had come to is no longer known', async () => {
  await send(2)
  const { store } = await told.gateway.gateway.context(system())
  const walk = { startedAt: '2026-01-01T00:00:00.000Z', compared: 7, found: {}, items: [], after: 'of-another-store' }
  await store.commit(function* () {
    yield* write({ change: 'remember', kind: 'comparison-under-way', key: 'partner', text: JSON.stringify(walk) })
    return ok(undefined)
  })
  await untilItWaits()
  expect((await comparison()).body).toMatchObject({ compared: 2 })
})

it('comes by the courier, which sleeps once nothing is asked of anybody by itself', async () => {
  await send(1)
  const waits: number[] = []
  const courier = startCourier(await told.gateway.gateway.context(system()), (ms) => {
    waits.push(ms)
    return () => {}
  })
  await courier.wake()
  expect((await comparison()).body).toMatchObject({ compared: 1 })
  await courier.wake()
  expect(waits.at(-1)).toBe(12 * hours)
  await say(told.gateway, 'DELETE', '/admin/connections/partner')
  await courier.wake()
  expect(waits.at(-1)).toBe(Number.POSITIVE_INFINITY)
  await courier.stop()
})

it('is asked for in hours, and of partners that hold records', async () => {
  const { auth: _, ...connection } = (await say(told.gateway, 'GET', '/admin/connections/partner')).body
  expect(connection.reconcileHours).toBe(12)
  for (const reconcileHours of [0, -1, 'daily', 100_000]) {
    const refused = await say(told.gateway, 'PUT', '/admin/connections/partner', { ...connection, reconcileHours })
    expect([refused.status, refused.body.issues[0].path]).toEqual([400, 'reconcileHours'])
  }
  const mail = { name: 'post', kind: 'mail', baseUrl: 'smtps://mail.example', from: 'a@harbor.example', reconcileHours: 1 }
  expect((await say(told.gateway, 'POST', '/admin/connections', mail)).status).toBe(400)
  expect((await say(told.gateway, 'GET', '/admin/connections/nobody/reconcile')).status).toBe(404)
})
