/** A gateway and one partner with the manners of a real server: what is put in here, and what arrives there. */

import { type Fault, type SandboxRequest, type SandboxServer, startSandbox } from '../../src/demo/sandbox/fhir-server.ts'
import { personalities } from '../../src/demo/sandbox/personalities.ts'
import type { Conflict } from '../../src/flows/conflicts/conflict.ts'
import type { PulledType } from '../../src/flows/pull/pull.ts'
import { put, type ResourceToPut } from './coordination.ts'
import { startGateway, type TestGateway } from './gateway.ts'
import { deliveries, drain } from './outbox.ts'

export interface Story {
  /** Whose manners the partner has; plain ones where nobody of that name is known. */
  readonly partner: string
  /** The flavour of the connection to it. */
  readonly flavour: string
  readonly push: readonly string[]
  /** An EHR unless it is said. */
  readonly kind?: 'ehr' | 'payer' | 'cbo'
  readonly pull?: readonly string[]
  /** Types whose history the partner has. */
  readonly histories?: readonly string[]
  /** Other members of the connection. */
  readonly more?: object
  /** When it is, in milliseconds since the epoch. */
  readonly now?: number
  /** The Organization here that the partner is. */
  readonly facility?: string
  readonly fault?: (request: SandboxRequest, number: number) => Fault | undefined
  /** How writes are judged here. */
  readonly validation?: 'refuse' | 'mark'
}

export interface Told {
  readonly gateway: TestGateway
  readonly partner: SandboxServer
  /** Puts resources and delivers what they are owed. */
  send(...resources: readonly ResourceToPut[]): Promise<void>
  /** Pulls what the partner has changed; of each type what came of it. */
  pull(): Promise<readonly PulledType[]>
  /** What became of dead letters, in the partner's words or ours. */
  dead(): Promise<readonly string[]>
  /** Elements for a person to settle. */
  conflicts(): Promise<readonly Conflict[]>
  end(): Promise<void>
}

export async function tell({
  partner: whose,
  flavour,
  push,
  pull = [],
  kind = 'ehr',
  facility,
  fault,
  histories,
  more,
  now,
  validation,
}: Story): Promise<Told> {
  let clock = () => Date.now()
  const partner = await startSandbox({
    name: whose,
    clock: () => clock(),
    personality: { ...personalities[whose], ...(histories && { histories }) },
    ...(fault && { fault }),
  })
  const gateway = await startGateway({ allowTargets: [partner.target], ...(validation && { validation }) })
  clock = () => gateway.clock.now
  if (now !== undefined) gateway.clock.now = now
  const made = await gateway.request('/admin/connections', {
    method: 'POST',
    json: {
      name: 'partner',
      kind,
      flavour,
      baseUrl: partner.baseUrl,
      push,
      pull,
      ...(facility !== undefined && { facility }),
      retry: { baseMs: 1000, capMs: 60_000, maxAttempts: 50 },
      ...more,
    },
  })
  if (made.status !== 201) throw new Error(await made.text())
  return {
    gateway,
    partner,
    async send(...resources) {
      for (const resource of resources) await put(gateway, resource)
      await drain(gateway)
    },
    async pull() {
      const answer = await gateway.request('/admin/connections/partner/pull', { method: 'POST' })
      if (answer.status !== 200) throw new Error(await answer.text())
      return ((await answer.json()) as { types: PulledType[] }).types
    },
    dead: async () => (await deliveries(gateway, 'dead')).map(({ outcome = '' }) => outcome),
    async conflicts() {
      const answer = await gateway.request('/admin/conflicts')
      return ((await answer.json()) as { items: Conflict[] }).items
    },
    async end() {
      await gateway.stop()
      await partner.close()
    },
  }
}
