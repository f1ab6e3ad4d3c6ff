/** Records written straight into a store: where a story wants more of them than there is time to tell. */
import { ok } from '../../src/domain/problem.ts'
import { system } from '../../src/gateway.ts'
import type { Change } from '../../src/store/change.ts'
import { ask, write } from '../../src/store/store.ts'
import type { ResourceToPut } from './coordination.ts'
import type { TestGateway } from './gateway.ts'

const together = 500

/** `change` makes what is written of each, at the instant of its commit. */
export async function writeStraight<T>(
  { gateway }: TestGateway,
  all: readonly T[],
  change: (one: T, at: string) => Change,
): Promise<void> {
  const { store } = await gateway.context(system())
  for (let from = 0; from < all.length; from += together) {
    const done = await store.commit(function* () {
      const { at } = yield* ask({ ask: 'now' })
      yield* write(...all.slice(from, from + together).map((one) => change(one, at)))
      return ok(undefined)
    })
    if (!done.ok) throw new Error(done.problem.detail)
  }
}

export const putStraight = (gateway: TestGateway, resources: readonly ResourceToPut[]): Promise<void> =>
  writeStraight(gateway, resources, ({ resourceType: type, id, ...rest }, at) => {
    const resource = { resourceType: type, id, meta: { versionId: '1', lastUpdated: at }, ...rest }
    return { change: 'put', type, id, version: 1, text: JSON.stringify(resource), resource, at }
  })
