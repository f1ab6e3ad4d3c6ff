/** A gateway for commands that work on a store themselves: it speaks to no partner and says nothing of what it does. */
import { createKeySource } from '../access/jwks.ts'
import { fail } from '../domain/problem.ts'
import { createGateway, type Gateway, type Seams } from '../gateway.ts'
import type { openStores } from '../store/stores.ts'

type Own = Pick<Seams, 'clock' | 'newId' | 'random' | 'pause' | 'settings'>

export const quietGateway = (stores: Awaited<ReturnType<typeof openStores>>, own: Own): Gateway =>
  createGateway({
    ...own,
    openTenant: stores.tenant,
    control: stores.control,
    connect: () => fail('not-supported', 'Nobody is spoken to here.'),
    askProvider: async () => undefined,
    keys: createKeySource({ get: async () => undefined, clock: own.clock }),
    log: () => {},
  })
