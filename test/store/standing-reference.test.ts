/** Pages of random searches while random resources change: they show what there was at the first one, as it was, but for what is gone. */
import { expect, test } from 'vitest'
import { typesWithin } from '../../src/fhir/search/chains.ts'
import type { Store, Stored } from '../../src/store/store.ts'
import { allPages, idsOf, remove, save } from '../contract/store/support.ts'
import type { Dice } from '../support/search/dice.ts'
import { randomSearch } from '../support/search/queries.ts'
import { counts, idOf, type Kind, randomResource } from '../support/search/resources.ts'
import { openWorld, parsed, settled, visibilities } from '../support/search/world.ts'

const searches = 300

/** Changes a few, of those that were found above all; answers which, and which are gone. */
async function meddle(store: Store, dice: Dice, type: Kind, found: readonly Stored[]) {
  const changed: string[] = []
  const gone: string[] = []
  for (let i = 0; i < 3; i++) {
    const id = dice.once(2) ? dice.of(...found).id : idOf(type, dice.below(counts[type]))
    // The world's own terminology stays.
    if (id.startsWith('vs-')) continue
    const isThere = (await store.look({ ask: 'resource', type, id }))?.text !== undefined
    changed.push(id)
    if (!isThere || !dice.once(4)) await save(store, { ...randomResource(dice, type, 0), id })
    else {
      await remove(store, type, id)
      gone.push(id)
    }
  }
  const another = randomResource(dice, type, 1000 + dice.below(1000))
  await save(store, another)
  changed.push(another.id)
  return { changed, gone }
}

const versions = (items: readonly Stored[]): string[] => items.map(({ id, version }) => `${id}/${version}`)

test.each([1, 2, 3, 4])('world %i', async (world) => {
  const { store, clock, dice, close } = await openWorld(1000 + world)
  let walked = 0
  for (let i = 0; i < searches; i++) {
    const asked = randomSearch(dice)
    const query = parsed(asked)
    // What lies at the other end of a chain is asked as it is now.
    if (query.filters.flatMap(typesWithin).includes(asked.type)) continue
    const visible = dice.of(...visibilities, 'everything' as const)
    const plain = await settled(store, query, visible)
    const look = (count: number, after?: string) =>
      store.look({ ask: 'search', query: { ...plain, count }, visible, ...(after !== undefined && { after }) })
    const { items: before } = await look(1000)
    if (before.length < 3) continue
    const lost = new Set<string>()
    const found = await allPages(
      (after) => look(dice.of(1, 2, 3), after),
      async () => {
        clock.now += 1000
        const { changed, gone } = await meddle(store, dice, asked.type, before)
        // What its asker may no longer see is left out, too.
        for (const id of visible === 'everything' ? gone : changed) lost.add(id)
      },
    )
    const shown = new Set(idsOf(found))
    const expected = before.filter(({ id }) => shown.has(id) || !lost.has(id))
    expect({ asked, visible, found: versions(found) }).toEqual({ asked, visible, found: versions(expected) })
    walked++
  }
  await close()
  expect(walked).toBeGreaterThan(10)
})
