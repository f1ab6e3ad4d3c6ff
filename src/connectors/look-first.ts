/**
 * For partners without conditional create: our identifier is looked for, and only where it is not found is something created. Looking and
 * creating are two requests, so those for one thing go one after the other. Where a partner cannot be asked for our identifier, a
 * create goes out as it is, and is not one to be repeated.
 */
import { valueIn } from '../fhir/exact.ts'
import { type Connector, delivered, type Identifier, type Outcome, type Remote, refused } from './connector.ts'
import type { PlainConnector } from './fhir-r4.ts'
import { listPatch } from './list-patch.ts'

export interface Habits {
  /** Types that can be found again: by our identifier, or by a name that nobody else there has. */
  readonly found: Readonly<Record<string, 'identifier' | 'name'>>
  /** Types that are updated by PUT. */
  readonly updated: readonly string[]
  /** Lists that are changed by JSON Patch, by type; all else of such a type is changed by the people there. */
  readonly patched?: Readonly<Record<string, readonly string[]>>
}

const nameless = refused(0, 'Something that would have to be removed has no id at the partner: change it there.')

/** Wraps a plain connector; `found`, `updated` and `patched` tell what the partner can do with which types. */
export function lookFirst(plain: PlainConnector, { found, updated, patched = {} }: Habits): Connector {
  const underWay = new Map<string, Promise<unknown>>()

  async function alone<T>(key: string, act: () => Promise<T>): Promise<T> {
    const before = underWay.get(key) ?? Promise.resolve()
    const now = before.then(act, act)
    underWay.set(key, now)
    try {
      return await now
    } finally {
      if (underWay.get(key) === now) underWay.delete(key)
    }
  }

  async function look(type: string, text: string, identifier: Identifier): Promise<Outcome<Remote | undefined>> {
    if (found[type] === 'identifier') return plain.find(type, identifier)
    const { name } = valueIn(text)
    const alike = await plain.search(type, { name: String(name) })
    if (alike.outcome !== 'delivered') return alike
    return delivered(alike.value.find((one) => valueIn(one.text).name === name))
  }

  return {
    ...plain,
    repeats: (type) => Object.hasOwn(found, type),
    changes: (type, element) => updated.includes(type) || (patched[type] ?? []).includes(element),
    async update(type, id, text, version, standing) {
      const lists = patched[type]
      if (!lists || standing === undefined) return plain.update(type, id, text, version)
      const operations = listPatch(valueIn(standing), valueIn(text), lists)
      if (!operations) return nameless
      if (operations.length > 0) return plain.patch(type, id, operations, version)
      return delivered({ type, id, text: standing, ...(version !== undefined && { version }) })
    },
    create(type, text, identifier) {
      if (!Object.hasOwn(found, type)) return plain.create(type, text, identifier)
      const sought = found[type] === 'name' ? String(valueIn(text).name) : `${identifier.system}|${identifier.value}`
      return alone(`${type} ${sought}`, async (): Promise<Outcome<Remote>> => {
        const earlier = await look(type, text, identifier)
        if (earlier.outcome !== 'delivered') return earlier
        return earlier.value ? delivered(earlier.value) : plain.create(type, text, identifier)
      })
    },
  }
}
