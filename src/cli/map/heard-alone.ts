/** What messages become in FHIR at a gateway that knows nobody: one in memory, with a store of its own for each message. */
import { valueIn } from '../../fhir/exact.ts'
import { receiveMessage } from '../../flows/intake/receive-message.ts'
import { system } from '../../gateway.ts'
import { createNewId } from '../../new-id.ts'
import { openStores } from '../../store/stores.ts'
import { quietGateway } from '../quiet-gateway.ts'

interface Alone {
  /** Resources by type, the only one of its type or all in a list; without ids, which are the gateway's. Empty where it takes none. */
  hear(text: string): Promise<Readonly<Record<string, unknown>>>
  close(): Promise<void>
}

export async function openAlone(): Promise<Alone> {
  // Time stands still and chance repeats itself, so that what differs is the message's doing.
  const clock = (): number => Date.UTC(2026, 0, 1)
  const random = (count: number): Uint8Array => new Uint8Array(count)
  const stores = await openStores('sqlite::memory:', { clock, newEpoch: () => 'epoch' })
  let heard = 0
  const gateway = quietGateway(stores, {
    clock,
    newId: (prefix) => createNewId(clock, random)(prefix),
    random,
    pause: async () => {},
    settings: {
      baseUrl: '',
      canonicalBase: 'https://warm-handoff.example/fhir',
      validation: 'refuse',
      tenants: [],
      provenance: 'off',
    },
  })
  return {
    async hear(text) {
      const ctx = await gateway.context(system(`alone-${++heard}`))
      await receiveMessage(ctx, new TextEncoder().encode(text))
      const { items } = await ctx.store.look({ ask: 'history', count: 1000, visible: 'everything' })
      const current = items
        .toReversed()
        .flatMap(({ type, id, text }) => (text === undefined ? [] : [{ type, id, value: valueIn(text) }]))
      const names = new Map(current.map(({ type, id }, i) => [`${type}/${id}`, `${type}/(${i + 1})`]))
      const byType = Map.groupBy(current, ({ type }) => type)
      return Object.fromEntries(
        [...byType].map(([type, all]) => {
          const values = all.map(({ value }) => withoutIds(value, names))
          return [type, values.length === 1 ? values[0] : values]
        }),
      )
    },
    close: () => stores.close(),
  }
}

function withoutIds(
  { id: _, meta: _meta, ...resource }: { readonly [member: string]: unknown },
  names: ReadonlyMap<string, string>,
): unknown {
  return JSON.parse(JSON.stringify(resource), (_key, value: unknown) =>
    typeof value === 'string' ? (names.get(value) ?? value) : value,
  )
}
