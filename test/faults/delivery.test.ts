/**
 * An EHR on a bad day: it answers 500 before or after it has applied a request, cuts the connection, throttles, and hangs. In the end
 * every resource stands there exactly once, as we have it, and nothing of a client arrived out of order.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createConnect } from '../../src/connectors/connect.ts'
import { type Fault, type SandboxRequest, type SandboxServer, startSandbox } from '../../src/demo/sandbox/fhir-server.ts'
import { listConnections } from '../../src/flows/connections.ts'
import { createBreaker } from '../../src/flows/delivery/breaker.ts'
import { deliverDue } from '../../src/flows/delivery/deliver.ts'
import { system } from '../../src/gateway.ts'
import { createSafeFetch } from '../../src/net/safe-fetch.ts'
import { parseTarget } from '../../src/net/target.ts'
import { put as putInto, type ResourceToPut } from '../support/coordination.ts'
import { seeded, startGateway, type TestGateway } from '../support/gateway.ts'
import { drain, deliveries as inState } from '../support/outbox.ts'

const handoffId = 'https://warm-handoff.example/fhir/NamingSystem/handoff-id'
let gateway: TestGateway
let ehr: SandboxServer
let faults: (request: SandboxRequest, number: number) => Fault | undefined

beforeEach(async () => {
  faults = () => undefined
  ehr = await startSandbox({
    name: 'Harbor EHR',
    fault: (request, number) => faults(request, number),
    decorate: (resource) => ({
      ...resource,
      extension: [...((resource.extension as object[]) ?? []), { url: 'urn:harbor:chart', valueString: 'blue' }],
    }),
  })
  const clock = { read: () => 0 }
  const fetch = createSafeFetch({ allowed: [parseTarget(ehr.target)!] })
  gateway = await startGateway({ connect: createConnect({ fetch, clock: () => clock.read(), newId: (prefix) => `${prefix}-1` }) })
  clock.read = () => gateway.clock.now
  await connect(['Patient', 'Encounter', 'Task', 'QuestionnaireResponse'])
})
afterEach(async () => {
  await gateway.stop()
  await ehr.close()
})

const connect = (push: string[], pull: string[] = []) =>
  gateway.request('/admin/connections/harbor', {
    method: 'PUT',
    json: {
      kind: 'ehr',
      baseUrl: ehr.baseUrl,
      push,
      pull,
      maxInFlight: 8,
      retry: { baseMs: 1000, capMs: 60_000, maxAttempts: 50 },
    },
  })
const put = (resource: ResourceToPut) => putInto(gateway, resource)
const deliveries = (state: string) => inState(gateway, state)

const ours = (type: string) =>
  ehr.all(type).map((resource) => [resource.identifier ?? []].flat().find((one) => one.system === handoffId)?.value)

it('is sent each resource once, parents first, with its own references and our mark', async () => {
  await put({
    resourceType: 'Task',
    id: 'tsk-1',
    status: 'requested',
    intent: 'order',
    for: { reference: 'Patient/cli-1' },
    focus: { reference: 'Encounter/enc-1' },
  })
  await put({
    resourceType: 'Encounter',
    id: 'enc-1',
    status: 'planned',
    class: { code: 'AMB' },
    subject: { reference: 'Patient/cli-1' },
    serviceProvider: { reference: 'Organization/never-sent' },
  })
  await put({ resourceType: 'Patient', id: 'cli-1', name: [{ family: 'Rivera' }] })
  await drain(gateway)
  expect(ehr.writes.map((write) => write.type)).toEqual(['Patient', 'Encounter', 'Task'])
  const [patient, encounter, task] = ['Patient', 'Encounter', 'Task'].map((type) => ehr.all(type)[0]!)
  expect(encounter!.subject).toEqual({ reference: `Patient/${patient!.id}` })
  expect(task!.focus).toEqual({ reference: `Encounter/${encounter!.id}` })
  expect(encounter!.serviceProvider).toEqual({ type: 'Organization', identifier: { system: handoffId, value: 'never-sent' } })
  expect(ours('Patient')).toEqual(['cli-1'])
})

it('keeps what only the partner has, and what the partner changed, when we change something else', async () => {
  await put({ resourceType: 'Patient', id: 'cli-1', gender: 'female', name: [{ family: 'Rivera' }] })
  await drain(gateway)
  const { id } = ehr.all('Patient')[0]!
  ehr.edit('Patient', id, (resource) => ({ ...resource, birthDate: '1990-04-01', maritalStatus: { text: 'married' } }))
  await put({ resourceType: 'Patient', id: 'cli-1', gender: 'female', name: [{ family: 'Rivera-Ortiz' }] })
  await drain(gateway)
  expect(ehr.all('Patient')[0]).toMatchObject({
    name: [{ family: 'Rivera-Ortiz' }],
    birthDate: '1990-04-01',
    maritalStatus: { text: 'married' },
    extension: [{ url: 'urn:harbor:chart', valueString: 'blue' }],
  })
})

it('keeps the partner’s value where both changed one element, and tells a person', async () => {
  await put({ resourceType: 'Patient', id: 'cli-1', name: [{ family: 'Rivera' }] })
  await drain(gateway)
  ehr.edit('Patient', ehr.all('Patient')[0]!.id, (resource) => ({ ...resource, name: [{ family: 'Rivera-Chen' }] }))
  await put({ resourceType: 'Patient', id: 'cli-1', name: [{ family: 'Rivera-Ortiz' }] })
  await drain(gateway)
  expect(ehr.all('Patient')[0]!.name).toEqual([{ family: 'Rivera-Chen' }])
  const conflicts = (await (await gateway.request('/admin/conflicts')).json()) as {
    items: { resource: string; elements: string[] }[]
  }
  expect(conflicts.items).toMatchObject([{ resource: 'Patient/cli-1', elements: ['name'] }])
})

describe.each([
  ['is sent', async () => drain(gateway)],
  [
    'is pulled',
    async () => {
      expect((await gateway.request('/admin/connections/harbor/pull', { method: 'POST' })).status).toBe(200)
      await drain(gateway)
    },
  ],
])('what the partner has of an answer that never came is not its change, when next it %s', (_, meets) => {
  const gender = async () =>
    [(await (await gateway.request('/fhir/Patient/cli-1')).json()).gender, ehr.all('Patient')[0]!.gender] as unknown[]
  const say = (gender: string) => put({ resourceType: 'Patient', id: 'cli-1', gender, name: [{ family: 'Rivera' }] })
  beforeEach(async () => {
    await connect(['Patient'], ['Patient'])
    await say('female')
    await drain(gateway)
    gateway.clock.advance(60_000)
    faults = ({ method }) => (method === 'PUT' ? { kind: 'cut', when: 'after' } : undefined)
    await say('male')
    const ctx = await gateway.gateway.context(system())
    await deliverDue(ctx, (await listConnections(ctx))[0]!, createBreaker())
    faults = () => undefined
    expect(await gender()).toEqual(['male', 'male'])
    ehr.edit('Patient', ehr.all('Patient')[0]!.id, (resource) => ({ ...resource, maritalStatus: { text: 'married' } }))
  })

  it.each(['other', 'female'])('what we say since (%s) stands on both sides', async (since) => {
    await say(since)
    await meets()
    expect(await gender()).toEqual([since, since])
    expect((await (await gateway.request('/admin/conflicts')).json()).items).toEqual([])
    expect(ehr.all('Patient')[0]!.maritalStatus).toEqual({ text: 'married' })
  })
})

it('puts a type without identifiers under our id', async () => {
  await put({ resourceType: 'QuestionnaireResponse', id: 'asm-1', status: 'completed', subject: { reference: 'Patient/cli-1' } })
  await put({ resourceType: 'Patient', id: 'cli-1' })
  await drain(gateway)
  expect(ehr.all('QuestionnaireResponse')).toMatchObject([{ id: 'asm-1', meta: { tag: [{ system: handoffId, code: 'asm-1' }] } }])
})

it('sends nothing of a visit whose patient is not known', async () => {
  await put({
    resourceType: 'Encounter',
    id: 'enc-1',
    status: 'finished',
    class: { code: 'IMP' },
    subject: { identifier: { system: 'urn:mrn', value: '1' } },
  })
  await drain(gateway)
  expect(ehr.requests).toEqual([])
})

it('lays what the partner refuses with the dead letters, with its OperationOutcome, to be sent again', async () => {
  faults = (request) => (request.method === 'POST' ? { kind: 'status', status: 422, when: 'before' } : undefined)
  await put({ resourceType: 'Patient', id: 'cli-1' })
  await drain(gateway)
  const [dead] = await deliveries('dead')
  expect(dead!.outcome).toContain('OperationOutcome')
  faults = () => undefined
  expect((await gateway.request(`/admin/deliveries/${dead!.id}/replay`, { method: 'POST' })).status).toBe(200)
  await drain(gateway)
  expect(ours('Patient')).toEqual(['cli-1'])
  expect(await deliveries('dead')).toEqual([])
})

it('waits as long as Retry-After asks', async () => {
  let throttled = true
  faults = () => (throttled ? { kind: 'status', status: 429, when: 'before', retryAfter: 120 } : undefined)
  await put({ resourceType: 'Patient', id: 'cli-1' })
  const ctx = await gateway.gateway.context(system())
  const connection = (await listConnections(ctx))[0]!
  const before = gateway.clock.now
  const { next } = await deliverDue(ctx, connection, createBreaker())
  expect(next! - before).toBeGreaterThanOrEqual(120_000)
  throttled = false
  await drain(gateway)
  expect(ours('Patient')).toEqual(['cli-1'])
})

describe('a day on which everything goes wrong', () => {
  const kinds: readonly Fault[] = [
    { kind: 'status', status: 500, when: 'before' },
    { kind: 'status', status: 503, when: 'after' },
    { kind: 'status', status: 429, when: 'before', retryAfter: 1 },
    { kind: 'cut', when: 'before' },
    { kind: 'cut', when: 'after' },
    { kind: 'hang', ms: 20 },
  ]

  it.each([1, 2, 3])('ends with every resource there exactly once, equal to ours, in order (seed %i)', async (seed) => {
    const random = seeded(seed)
    const chance = (): number => random(1)[0]! / 256
    faults = () => (chance() < 0.4 ? kinds[Math.floor(chance() * kinds.length)] : undefined)
    const clients = Array.from({ length: 6 }, (_, i) => `cli-${i}`)
    for (const id of clients) await put({ resourceType: 'Patient', id, name: [{ family: `Name 0 of ${id}` }] })
    for (let change = 1; change <= 5; change++) {
      for (const id of clients) {
        await put({ resourceType: 'Patient', id, name: [{ family: `Name ${change} of ${id}` }] })
        await put({
          resourceType: 'Encounter',
          id: `enc-${id}-${change}`,
          status: 'planned',
          class: { code: 'AMB' },
          subject: { reference: `Patient/${id}` },
        })
      }
      if (change % 2 === 0) await drain(gateway)
    }
    await drain(gateway)

    expect(await deliveries('dead')).toEqual([])
    expect(ours('Patient').sort()).toEqual(clients)
    expect(ours('Encounter').sort()).toEqual(
      clients.flatMap((id) => [1, 2, 3, 4, 5].map((change) => `enc-${id}-${change}`)).sort(),
    )
    for (const resource of ehr.all('Patient')) {
      const id = [resource.identifier ?? []].flat()[0]!.value
      expect(resource.name).toEqual([{ family: `Name 5 of ${id}` }])
    }
    // In order: no client's name ever goes back, and no encounter comes before its client.
    const step = new Map<string, number>()
    for (const { type, id, resource } of ehr.writes) {
      if (type === 'Patient') {
        const now = Number(/^Name (\d)/.exec((resource.name as { family: string }[])[0]!.family)![1])
        expect(now).toBeGreaterThanOrEqual(step.get(id) ?? 0)
        step.set(id, now)
      } else expect(step.has((resource.subject as { reference: string }).reference.split('/')[1]!)).toBe(true)
    }
  })
})
