/** The outbox at work, with the clock moved past every wait. */
import { listConnections } from '../../src/flows/connections.ts'
import { createBreaker } from '../../src/flows/delivery/breaker.ts'
import { deliverDue } from '../../src/flows/delivery/deliver.ts'
import { system } from '../../src/gateway.ts'
import type { TestGateway } from './gateway.ts'

/** Lets the courier of the first connection work until nothing waits. */
export async function drain(gateway: TestGateway, rounds = 200): Promise<void> {
  const ctx = await gateway.gateway.context(system())
  const breaker = createBreaker()
  const connection = (await listConnections(ctx))[0]!
  for (let round = 0; round < rounds; round++) {
    const { next } = await deliverDue(ctx, connection, breaker)
    if (next === undefined) return
    gateway.clock.advance(Math.max(1, next - gateway.clock.now))
  }
  throw new Error('deliveries still wait')
}

interface ShownDelivery {
  readonly id: string
  readonly type: string
  readonly resource: string
  readonly outcome?: string
}

export async function deliveries(gateway: TestGateway, state: string): Promise<readonly ShownDelivery[]> {
  const answer = await gateway.request(`/admin/deliveries?state=${state}&limit=500`)
  return ((await answer.json()) as { items: ShownDelivery[] }).items
}
