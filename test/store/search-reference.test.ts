/**
 * Searches compared with a slow reference: random resources, random queries, and for each answer a look at every resource there is.
 * `SEARCHES` says how many queries.
 */

import { describe, expect, test } from 'vitest'
import { isVisibleTo } from '../../src/access/visible.ts'
import { type Candidate, matcher, type World } from '../../src/fhir/search/match.ts'
import { parseSearch } from '../../src/fhir/search/parse.ts'
import type { Filter, Query } from '../../src/fhir/search/query.ts'
import { withDefinitions } from '../../src/flows/fhir/canonical-chains.ts'
import { withLooks } from '../../src/flows/fhir/looked-at.ts'
import { lookThrough, type Store, type Visibility } from '../../src/store/store.ts'
import { openStores } from '../../src/store/stores.ts'
import { allPages, type Content, idsOf, morning, remove, save, value } from '../contract/store/support.ts'
import { Dice } from '../support/search/dice.ts'
import { randomSearch, type Search } from '../support/search/queries.ts'
import { idOf, type Kind, randomResource, randomResources } from '../support/search/resources.ts'

const searches = Number(process.env.SEARCHES ?? 10_000)
const perWorld = 500

/** Resources in several commits, with earlier versions and deletions that must have left nothing behind. */
async function fill(store: Store, clock: { now: number }, dice: Dice): Promise<Candidate[]> {
  const contents = randomResources(dice)
  for (const content of contents.filter(() => dice.once(4))) {
    const i = Number(content.id.split('-')[1])
    await save(store, randomResource(dice, content.resourceType as Kind, i))
  }
  for (let i = 0; i < contents.length; i += 20) {
    clock.now += 15_000
    const [definitions, others] = partition(contents.slice(i, i + 20), ({ resourceType }) => resourceType === 'ValueSet')
    await save(store, ...others)
    // Of several versions the last one counts.
    for (const one of definitions) await save(store, one)
  }
  const gone = contents.filter(() => dice.once(10))
  for (const { resourceType, id } of gone) await remove(store, resourceType, id)
  const left = contents.filter((content) => !gone.includes(content))
  return Promise.all(left.map((content) => candidateOf(store, content)))
}

async function candidateOf(store: Store, { resourceType: type, id }: Content): Promise<Candidate> {
  const stored = await store.look({ ask: 'resource', type, id })
  return { type, id, lastUpdated: Date.parse(stored?.at ?? ''), resource: JSON.parse(stored?.text ?? '') }
}

const partition = <T>(all: readonly T[], belongs: (one: T) => boolean): readonly [T[], T[]] => [
  all.filter(belongs),
  all.filter((one) => !belongs(one)),
]

/** The same resources, as one who may see these patients knows them. */
function worldOf(candidates: readonly Candidate[], visible: Visibility) {
  const seen = candidates.filter(({ resource }) => isVisibleTo(visible, resource))
  const byId = new Map(seen.map((each) => [`${each.type}/${each.id}`, each]))
  const world: World = {
    find: (type, id) => byId.get(`${type}/${id}`),
    all: (type) => seen.filter((each) => each.type === type),
    named(type, canonical) {
      const [url, version] = canonical.split('|')
      const all = seen.filter((each) => each.type === type && (each.resource as { url?: string }).url === url)
      if (version === '') return all.sort((a, b) => b.lastUpdated - a.lastUpdated).slice(0, 1)
      return version === undefined ? [] : all.filter(({ resource }) => (resource as { version?: string }).version === version)
    },
  }
  return { seen, world }
}

const visibilities: readonly Visibility[] = [
  'everything',
  { patients: [idOf('Patient', 1), idOf('Patient', 2)] },
  { patients: [] },
]

function parsed({ type, pairs }: Search): Query {
  const query = parseSearch(type, pairs, { now: morning })
  if (!query.ok)
    throw new Error(`${type}?${new URLSearchParams(pairs.map(([...pair]) => pair))}: ${JSON.stringify(query.problem)}`)
  return query.value
}

async function compare(world: number): Promise<number> {
  const dice = new Dice(world)
  const clock = { now: morning - 60_000 }
  const stores = await openStores('sqlite::memory:', {
    clock: () => clock.now,
    newEpoch: () => 'e',
    // Few wait to be listed, some, or all.
    together: [1, 30, 4096][world % 3]!,
    patience: world % 2 === 0 ? 0 : 10,
  })
  const store = await stores.tenant('default')
  const candidates = await fill(store, clock, dice)
  const eyes = visibilities.map((visible) => ({ visible, ...worldOf(candidates, visible) }))
  let met = 0
  for (let i = 0; i < perWorld; i++) {
    const asked = randomSearch(dice)
    const { visible, seen, world } = dice.of(...eyes, eyes[0]!)
    const named = await value(lookThrough(store, withDefinitions(parsed(asked), visible)))
    const settled = await value(lookThrough(store, withLooks(named, visible)))
    const query: Query = { ...settled, count: dice.of(1000, 1000, 3), total: 'accurate' }
    // What nobody may look at is left out of these, too, but who names which definition is found the slow way.
    const filters: Filter[] = []
    for (const filter of parsed(asked).filters)
      filters.push(...(await value(lookThrough(store, withLooks({ ...query, filters: [filter] }, visible)))).filters)
    const room = dice.of(2000, 200_000, 200_000, 200_000, 200_000, 200_000)
    const expected = seen.filter((each) => each.type === query.type && matcher(each, world)(filters))
    let total: number | undefined
    const found = await allPages(async (after) => {
      const page = await store.look({ ask: 'search', query, visible, room, ...(after !== undefined && { after }) })
      total = page.total
      return page
    })
    expect({ asked, visible, ids: idsOf(found).sort(), total }).toEqual({
      asked,
      visible,
      ids: idsOf(expected).sort(),
      total: expected.length,
    })
    if (expected.length > 0) met++
  }
  await stores.close()
  return met
}

describe(`${searches} searches of every kind find what a look at every resource finds`, () => {
  test.each(Array.from({ length: Math.ceil(searches / perWorld) }, (_, i) => i + 1))('world %i', async (world) => {
    // Queries that find nothing prove little.
    expect(await compare(world)).toBeGreaterThan(perWorld / 8)
  })
})
