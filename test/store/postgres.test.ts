/** The contract on PostgreSQL, and what is particular to it. */
import { afterAll, beforeAll, describe } from 'vitest'
import { openPostgresHome } from '../../src/store/postgres-stores.ts'
import type { StoreOptions } from '../../src/store/sql-store.ts'
import type { Store } from '../../src/store/store.ts'
import { morning, type Place } from '../contract/store/support.ts'
import { storeContract } from '../contract/store.ts'
import { noPostgres, type PostgresServer, startPostgres } from '../support/postgres.ts'

let server: PostgresServer
let places = 0

async function insideWith(
  options: Pick<StoreOptions, 'together' | 'patience'>,
  story: (place: Place) => Promise<void>,
): Promise<void> {
  const name = `test-${++places}`
  const opened: Store[] = []
  const clock = { now: morning }
  const place: Place = {
    clock,
    async open({ epoch = 'e1' } = {}) {
      const home = await openPostgresHome(server.url, { clock: () => clock.now, newEpoch: () => epoch, ...options })
      const store = await home.open(name)
      opened.push(store)
      return store
    },
  }
  try {
    await story(place)
  } finally {
    for (const store of opened) await store.close()
  }
}

describe.skipIf(noPostgres !== undefined)(`with a server${noPostgres === undefined ? '' : ` (skipped: ${noPostgres})`}`, () => {
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server.stop())

  storeContract('PostgreSQL', (story) => insideWith({}, story))
  // Searches let others have their turn whenever they can.
  storeContract('PostgreSQL, listing often', (story) => insideWith({ together: 3, patience: 0 }, story))
})
