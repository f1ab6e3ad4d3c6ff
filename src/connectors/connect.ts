/** Flavours by name. A flavour is one small file that makes a Connector; it is tested by the contract suite in a dozen lines. */
import { fail, ok } from '../domain/problem.ts'
import type { AuthTools } from './auth/credentials.ts'
import type { Connect, Connection, Connector } from './connector.ts'
import { epic } from './epic.ts'
import { fhirR4 } from './fhir-r4.ts'
import { hapi } from './hapi.ts'
import { medplum } from './medplum.ts'
import { oracleHealth } from './oracle-health.ts'

const flavours: Readonly<Record<string, (connection: Connection, tools: AuthTools) => Connector>> = {
  'fhir-r4': (connection, tools) => fhirR4(connection, tools),
  epic,
  hapi,
  medplum,
  'oracle-health': oracleHealth,
}

export const flavourNames: readonly string[] = Object.keys(flavours)

/** One connector for each connection as configured, kept as long as its configuration stands (it holds tokens). */
export function createConnect(tools: AuthTools): Connect {
  const open = new Map<string, Connector>()
  return (connection) => {
    const make = Object.hasOwn(flavours, connection.flavour) ? flavours[connection.flavour] : undefined
    if (!make) return fail('not-supported', `There is no flavour of that name; there are ${flavourNames.join(', ')}.`)
    if (connection.baseUrl === undefined) return fail('invalid', 'This connection has no baseUrl.')
    const key = JSON.stringify(connection)
    const known = open.get(key) ?? make(connection, tools)
    open.set(key, known)
    return ok(known)
  }
}
