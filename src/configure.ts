/** What the configuration file says, put into the stores at the start; what is there already is left as it is. */
import type { Issue } from './domain/problem.ts'
import type { TenantSettings } from './flows/context.ts'
import { type Gateway, system } from './gateway.ts'
import type { Config } from './settings.ts'

const byDefault: Config['tenants'][number] = { name: 'default' }

/** What the file gives to each tenant for itself. */
export const tenantSettings = ({ tenants, policies }: Config): ReadonlyMap<string, TenantSettings> =>
  new Map(
    [byDefault, ...tenants].map(({ name, baseUrl, claims, minorLaws, planSignatures, privacyOfficer, signIn }) => [
      name,
      {
        ...(baseUrl !== undefined && { baseUrl }),
        ...(claims && { claims }),
        ...(minorLaws && { minorLaws }),
        ...(planSignatures && { planSignatures }),
        ...(privacyOfficer !== undefined && { privacyOfficer }),
        ...(signIn && { signIn }),
        policies: policies.filter(({ tenant }) => tenant === name).map(({ policy }) => policy),
      },
    ]),
  )

/** Answers what could not be done, each with its place in the file. */
export async function configure(gateway: Gateway, { tenants, clients, connections }: Config): Promise<readonly Issue[]> {
  const faults: Issue[] = []
  const note = (path: string, done: { ok: boolean; problem?: { detail: string; issues: readonly Issue[] } }) => {
    if (done.ok || !done.problem) return
    const { detail, issues } = done.problem
    faults.push(
      ...(issues.length > 0 ? issues : [{ message: detail }]).map((issue) => ({
        ...issue,
        path: [path, issue.path].filter(Boolean).join('.'),
      })),
    )
  }
  for (const name of gateway.settings.tenants) {
    const said = tenants.find((one) => one.name === name)
    await (await gateway.desk(system(name))).setAcuityWeights(said?.acuityWeights)
  }
  for (const [at, { client_id, ...metadata }] of clients.entries()) {
    const desk = await gateway.desk(system(metadata.tenant))
    note(`clients.${at}`, await desk.configureClient(client_id, metadata))
  }
  for (const [at, { tenant, ...connection }] of connections.entries()) {
    if (!gateway.settings.tenants.includes(tenant)) {
      note(`connections.${at}`, {
        ok: false,
        problem: { detail: '', issues: [{ path: 'tenant', message: 'is not a tenant here' }] },
      })
      continue
    }
    const desk = await gateway.desk(system(tenant))
    const name = typeof connection.name === 'string' ? connection.name : undefined
    note(`connections.${at}`, await desk.putConnection(connection, name))
  }
  return faults
}
