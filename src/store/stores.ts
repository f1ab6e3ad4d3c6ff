/** The stores of one installation: one per tenant, and a control store above them. */
import { isPostgres } from './postgres-driver.ts'
import type { StoreOptions } from './sql-store.ts'
import { openFolder } from './sqlite-stores.ts'
import type { Store } from './store.ts'

export interface StoresOptions extends StoreOptions {
  /** Told once if another process has a store open: then it is waited for. Without it that is an error. PostgreSQL alone. */
  readonly standby?: () => void
  /** The right to write is lost: nothing can be written any more, nor be believed that is read. PostgreSQL alone. */
  readonly lost?: () => void
}

export interface Stores {
  /** Opens the store of a tenant, once; makes it where there is none. Rejects a name that is not `[a-z0-9-]{1,40}`, or `control`. */
  tenant(name: string): Promise<Store>
  readonly control: Store
  /** Ends what was begun, closes every store, and lets go of the place. */
  close(): Promise<void>
}

/** Where stores are kept. */
export interface Home {
  open(name: string): Promise<Store>
  /** Once the stores are closed. */
  close(): Promise<void>
}

/** Opens `sqlite:<folder>`, `sqlite::memory:`, or `postgres://…`. Rejects if another process has it open. */
export async function openStores(url: string, options: StoresOptions): Promise<Stores> {
  const home = isPostgres(url)
    ? await (await import('./postgres-stores.ts')).openPostgresHome(url, options)
    : openFolder(url, options)
  const tenants = new Map<string, Promise<Store>>()
  let control: Store
  try {
    control = await home.open('control')
  } catch (error) {
    await home.close()
    throw error
  }
  return {
    control,
    async tenant(name) {
      if (!/^[a-z0-9-]{1,40}$/.test(name) || name === 'control') throw new Error('not the name of a tenant')
      const known = tenants.get(name)
      if (known) return known
      const opening = home.open(name)
      tenants.set(name, opening)
      opening.catch(() => tenants.delete(name))
      return opening
    },
    async close() {
      const open = await Promise.allSettled(tenants.values())
      await Promise.all(
        [control, ...open.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))].map((store) => store.close()),
      )
      await home.close()
    },
  }
}
