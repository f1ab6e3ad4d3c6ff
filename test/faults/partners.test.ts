/**
 * A day on which everything goes wrong at a partner without conditional create. What can be looked for stands there once; of what cannot,
 * no second is made: where an answer was lost, a person looks, and sends again what is not there.
 */
import { expect, it } from 'vitest'
import type { Fault } from '../../src/demo/sandbox/fhir-server.ts'
import { listConnections } from '../../src/flows/connections.ts'
import { createBreaker } from '../../src/flows/delivery/breaker.ts'
import { deliverDue } from '../../src/flows/delivery/deliver.ts'
import { system } from '../../src/gateway.ts'
import { put, type ResourceToPut } from '../support/coordination.ts'
import { seeded } from '../support/gateway.ts'
import { deliveries, drain } from '../support/outbox.ts'
import { tell } from '../support/partner.ts'

const kinds: readonly Fault[] = [
  { kind: 'status', status: 500, when: 'before' },
  { kind: 'status', status: 503, when: 'after' },
  { kind: 'status', status: 429, when: 'before', retryAfter: 1 },
  { kind: 'cut', when: 'before' },
  { kind: 'cut', when: 'after' },
]
const active = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] }
const clients = ['cli-1', 'cli-2', 'cli-3', 'cli-4']
const resources: readonly ResourceToPut[] = [
  { resourceType: 'Organization', id: 'org-harbor', name: 'Harbor Hospital' },
  ...clients.flatMap((id) => [
    {
      resourceType: 'Patient',
      id,
      name: [{ family: id, given: ['Rosa'] }],
      managingOrganization: { reference: 'Organization/org-harbor' },
    },
    ...[1, 2].map((i) => ({
      resourceType: 'Condition',
      id: `need-${id}-${i}`,
      subject: { reference: `Patient/${id}` },
      clinicalStatus: active,
      // What tells them apart there, where our identifier is not kept.
      code: { coding: [{ code: `need-${id}-${i}` }], text: `need-${id}-${i}` },
    })),
  ]),
]

it.each([
  ['epic', 1],
  ['epic', 2],
  ['oracle-health', 1],
  ['oracle-health', 2],
  ['oracle-health', 3],
])('ends at %s with no resource twice, and none forgotten (seed %i)', async (partner, seed) => {
  const random = seeded(seed)
  const chance = (): number => random(1)[0]! / 256
  let bad = true
  const push = ['Organization', 'Patient', 'Condition']
  const fault = () => (bad && chance() < 0.3 ? kinds[Math.floor(chance() * kinds.length)] : undefined)
  const told = await tell({ partner, flavour: partner, push, fault })
  await told.send(...resources)
  const texts = () => told.partner.all('Condition').map(({ code }) => (code as { text: string }).text)
  expect(new Set(texts()).size).toBe(texts().length)

  // The person who looks: what is in doubt and not there goes out again.
  bad = false
  for (const { id, type, resource } of await deliveries(told.gateway, 'dead')) {
    expect(type).toBe('Condition')
    if (!texts().includes(resource)) await told.gateway.request(`/admin/deliveries/${id}/replay`, { method: 'POST' })
  }
  await drain(told.gateway)
  const wanted = resources.flatMap(({ resourceType, id }) => (resourceType === 'Condition' ? [id] : []))
  expect(texts().sort()).toEqual(wanted.sort())
  const names = told.partner.all('Patient').map(({ name }) => (name as { family: string }[])[0]!.family)
  expect(names.sort()).toEqual(clients)
  await told.end()
})

it.each([
  ['epic', 1],
  ['fhir-r4', 2],
])('makes no second where the process that sent it is gone (%s: %i)', async (flavour, count) => {
  const [, patient, problem] = resources
  const told = await tell({
    partner: 'epic',
    flavour,
    push: ['Patient', 'Condition'],
    fault: ({ method, path }) => (method === 'POST' && path === 'Condition' ? hangOnce() : undefined),
  })
  let hung = 0
  const hangOnce = (): Fault | undefined => (hung++ === 0 ? { kind: 'hang', ms: 3_600_000 } : undefined)
  await told.send(patient!)
  await put(told.gateway, problem!)
  const ctx = await told.gateway.gateway.context(system())
  const connection = (await listConnections(ctx))[0]!
  const gone = deliverDue(ctx, connection, createBreaker())
  while (told.partner.all('Condition').length === 0) await new Promise((wake) => setTimeout(wake, 1))
  // Its lease ends, and somebody else takes over.
  told.gateway.clock.advance(121_000)
  await drain(told.gateway)
  expect(told.partner.all('Condition')).toHaveLength(count)
  expect((await deliveries(told.gateway, 'dead')).length).toBe(flavour === 'epic' ? 1 : 0)
  await told.partner.close()
  await gone
  await told.gateway.stop()
})
