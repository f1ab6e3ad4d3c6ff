/** A connector of some flavour, and the sandbox of a partner it speaks to. */
import { createConnect } from '../../../src/connectors/connect.ts'
import type { Connection, Connector } from '../../../src/connectors/connector.ts'
import { type SandboxOptions, type SandboxServer, startSandbox } from '../../../src/demo/sandbox/fhir-server.ts'
import { personalities } from '../../../src/demo/sandbox/personalities.ts'
import { createSafeFetch } from '../../../src/net/safe-fetch.ts'
import { parseTarget } from '../../../src/net/target.ts'

export const connection = (baseUrl: string, flavour: string): Connection => ({
  name: 'harbor',
  kind: 'ehr',
  flavour,
  baseUrl,
  auth: { type: 'none' },
  push: [],
  pull: [],
  purpose: 'TREAT',
  maxInFlight: 1,
  retry: { baseMs: 1, capMs: 1, maxAttempts: 1 },
})

interface Spoken {
  readonly connector: Connector
  readonly sandbox: SandboxServer
  close(): Promise<void>
}

/** `partner`: whose manners the sandbox has; plain ones where there are none of that name. */
export async function connectorTo(partner: string, flavour = partner, fault?: SandboxOptions['fault']): Promise<Spoken> {
  const personality = personalities[partner]
  const sandbox = await startSandbox({ name: partner, ...(personality && { personality }), ...(fault && { fault }) })
  const fetch = createSafeFetch({ allowed: [parseTarget(sandbox.target)!] })
  const opened = createConnect({ fetch, clock: () => 0, newId: (prefix) => `${prefix}-1` })(connection(sandbox.baseUrl, flavour))
  if (!opened.ok) throw new Error(opened.problem.detail)
  return { connector: opened.value, sandbox, close: () => sandbox.close() }
}
