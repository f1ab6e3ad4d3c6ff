/** Every flavour keeps the connector's contract, with a partner of its own manners. */
import { expect, it } from 'vitest'
import { exportProfiles } from '../../mappings/exports/index.ts'
import { partners } from '../../mappings/partners/index.ts'
import { flavourNames } from '../../src/connectors/connect.ts'
import type { Fault } from '../../src/demo/sandbox/fhir-server.ts'
import { personalities } from '../../src/demo/sandbox/personalities.ts'
import { connectorContract, type Unable } from '../contract/connector.ts'
import { connectorTo } from './partners/connector-to.ts'

const unable: Readonly<Record<string, Unable>> = {
  epic: { updates: 'patients are changed by the people there', changes: 'searches name a patient' },
  'oracle-health': { changes: 'patients are searched by who they are' },
}

for (const flavour of flavourNames) {
  connectorContract(
    flavour,
    async () => {
      const coming: (Fault | undefined)[] = []
      // Looking is not what goes wrong in the contract's stories, but for the CapabilityStatement.
      const fault = ({ method, path }: { method: string; path: string }) =>
        method !== 'GET' || path === 'metadata' ? coming.shift() : undefined
      const { connector, sandbox, close } = await connectorTo(flavour, flavour, fault)
      return { connector, fault: (...faults) => void coming.push(...faults), count: (type) => sandbox.all(type).length, close }
    },
    unable[flavour],
  )
}

it('knows every flavour that has a table or a sandbox', () => {
  // A state's report is sent to partners of any flavour.
  const sandboxes = Object.keys(personalities).filter((name) => !Object.hasOwn(exportProfiles, name))
  expect(flavourNames).toEqual(expect.arrayContaining([...Object.keys(partners), ...sandboxes]))
  for (const [flavour, partner] of Object.entries(partners)) expect(partner.flavour).toBe(flavour)
})
