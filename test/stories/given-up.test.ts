/** A partner that is out of order for good is tried so often as its connection says, and then a person decides. */
import { expect, it } from 'vitest'
import { marisol } from '../support/coordination.ts'
import { deliveries, drain } from '../support/outbox.ts'
import { tell } from '../support/partner.ts'

it('what was tried often enough is a dead letter, and goes out when somebody sends it again', async () => {
  let isBroken = true
  const told = await tell({
    ...{ partner: 'plain', flavour: 'fhir-r4', push: ['Patient'] },
    fault: ({ method }) => (isBroken && method !== 'GET' ? { kind: 'status', status: 503, when: 'before' } : undefined),
    more: { retry: { baseMs: 1000, capMs: 60_000, maxAttempts: 3 } },
  })
  await told.send(marisol)
  const tried = told.partner.requests.filter(({ method }) => method !== 'GET').length
  expect([tried, await told.dead()]).toEqual([3, ['gave up after 3 attempts: status 503']])

  isBroken = false
  const [dead] = await deliveries(told.gateway, 'dead')
  expect((await told.gateway.request(`/admin/deliveries/${dead!.id}/replay`, { method: 'POST' })).status).toBeLessThan(300)
  await drain(told.gateway)
  expect([told.partner.all('Patient').length, await told.dead()]).toEqual([1, []])
  await told.end()
})
