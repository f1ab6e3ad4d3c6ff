/** A command at work on the store itself, while no gateway runs on it: with the rights of whoever may read its files. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Context } from '../../flows/context.ts'
import { type Io, reasonOf } from '../command.ts'
import { configurationFault, settingsFor } from '../settings.ts'

export async function withStore(io: Io, tenant: string, work: (ctx: Context) => Promise<number>): Promise<number> {
  const settings = await settingsFor(io)
  if (!settings) return configurationFault
  const tenants = ['default', ...settings.config.tenants.map(({ name }) => name)]
  if (!tenants.includes(tenant)) {
    io.err(`There is no tenant ${JSON.stringify(tenant)} in HANDOFF_CONFIG.`)
    return configurationFault
  }
  const { system } = await import('../../gateway.ts')
  const { createNewId } = await import('../../new-id.ts')
  const { openStores } = await import('../../store/stores.ts')
  const { quietGateway } = await import('../quiet-gateway.ts')
  const clock = () => Date.now()
  const random = (count: number) => crypto.getRandomValues(new Uint8Array(count))
  const newId = createNewId(clock, random)
  const stores = await openStores(settings.store, { clock, newEpoch: () => newId('epoch') }).catch((error: unknown) => {
    io.err(`The store cannot be used: ${reasonOf(error)}`)
    return undefined
  })
  if (!stores) return 1
  try {
    const gateway = quietGateway(stores, {
      clock,
      newId,
      random,
      pause: () => nextTurn(),
      settings: {
        baseUrl: settings.baseUrl ?? `http://${settings.host}:${settings.port}`,
        canonicalBase: settings.canonicalBase,
        validation: settings.validation,
        audit: settings.audit,
        tenants,
      },
    })
    return await work(await gateway.context({ ...system(tenant), id: 'command-line' }))
  } finally {
    await stores.close()
  }
}
