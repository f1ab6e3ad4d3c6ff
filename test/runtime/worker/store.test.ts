/** The contract in the storage of a Durable Object. */
import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { openDurableObject } from '../../../src/store/durable-object.ts'
import { openSqlStore } from '../../../src/store/sql-store.ts'
import { type Inside, morning } from '../../contract/store/support.ts'
import { storeContract } from '../../contract/store.ts'

const { TENANT } = env as unknown as { TENANT: DurableObjectNamespace }
let objects = 0

/** Each story has an object of its own, whose app is not asked for anything: the tables are the story's. */
const inside: Inside = (story) =>
  runInDurableObject(TENANT.getByName(`contract-${++objects}`), async (_, state) => {
    const clock = { now: morning }
    await state.storage.deleteAll()
    await story({
      clock,
      open: ({ epoch = 'e1' } = {}) =>
        openSqlStore(openDurableObject(state.storage), { clock: () => clock.now, newEpoch: () => epoch, patience: 0 }),
    })
  })

storeContract('a Durable Object', inside)
