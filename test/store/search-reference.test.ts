/**
 * Searches compared with a slow reference: random resources, random queries, and for each answer a look at every resource there is.
 * `SEARCHES` says how many queries.
 */

import { describe, expect, test } from 'vitest'
import { isVisibleTo } from '../../src/access/visible.ts'
import { type Candidate, matcher, type World } from '../../src/fhir/search/match.ts'
import type { ConceptsFilter, Filter, Query, TokenFilter, TokenValue } from '../../src/fhir/search/query.ts'
import { withLooks } from '../../src/flows/fhir/looked-at.ts'
import { comparing } from '../../src/store/sort.ts'
import { lookThrough, type Stored, type Visibility } from '../../src/store/store.ts'
import { allPages, idsOf, value } from '../contract/store/support.ts'
import { randomSearch } from '../support/search/queries.ts'
import { openWorld, parsed, settled, visibilities } from '../support/search/world.ts'

const searches = Number(process.env.SEARCHES ?? 10_000)
const perWorld = 500

/** What the concepts of the world's terminology come to. */
function codesOf({ relation, values }: ConceptsFilter): readonly TokenValue[] {
  const of = (system: string, ...codes: readonly string[]) => codes.map((code) => ({ system, code }))
  const [some, below] = [[...of('urn:a', 'x', 'p|q'), ...of('urn:b', 'y')], of('urn:a', 'y', 'z,1')]
  const ladder = ['x', 'y', 'z,1']
  return values.flatMap(({ code = '' }) => {
    if (relation === 'in') return code === 'urn:vs:below-y' ? below : some
    const at = ladder.indexOf(code)
    return of('urn:a', ...(relation === 'below' ? ladder.slice(at) : ladder.slice(0, at + 1)))
  })
}

/** The same filter with the codes that are meant. */
function told(filter: Filter): Filter {
  if (filter.kind === 'concepts') return { kind: 'token', param: filter.param, values: codesOf(filter) }
  if (filter.kind === 'not') return { kind: 'not', filter: told(filter.filter) as TokenFilter }
  if (filter.kind === 'has') return { ...filter, filter: told(filter.filter) }
  if (filter.kind === 'any') return { ...filter, of: filter.of.map((list) => list.map(told)) }
  return filter.kind === 'chain' ? { ...filter, to: filter.to.map((one) => ({ ...one, filter: told(one.filter) })) } : filter
}

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

/** Ids of what comes too late, by the keys that were asked for. */
function outOfOrder(query: Query, found: readonly Stored[]): readonly string[] {
  const { place, compare } = comparing(query.sort)
  const places = found.map(({ id, at, text }) => place({ number: 0, id, at: Date.parse(at), resource: JSON.parse(text ?? '') }))
  return found.flatMap(({ id }, i) => (i > 0 && compare(places[i - 1]!, places[i]!) > 0 ? [id] : []))
}

/** What only a look could tell is known by now. */
function asLooked(filter: Filter): Filter {
  if (filter.kind === 'words' || filter.kind === 'near') return { kind: 'id', values: filter.found ?? [] }
  if (filter.kind === 'has') return { ...filter, filter: asLooked(filter.filter) }
  return filter.kind === 'chain' ? { ...filter, to: filter.to.map((one) => ({ ...one, filter: asLooked(one.filter) })) } : filter
}

async function compare(world: number): Promise<number> {
  const { store, dice, candidates, close } = await openWorld(world)
  const eyes = visibilities.map((visible) => ({ visible, ...worldOf(candidates, visible) }))
  let met = 0
  for (let i = 0; i < perWorld; i++) {
    const asked = randomSearch(dice)
    const { visible, seen, world } = dice.of(...eyes, eyes[0]!)
    const query: Query = { ...(await settled(store, parsed(asked), visible)), count: dice.of(1000, 1000, 3), total: 'accurate' }
    // What nobody may look at is left out of these, too, but who names which definition is found the slow way.
    const filters: Filter[] = []
    for (const filter of parsed(asked).filters)
      filters.push(
        ...(await value(lookThrough(store, withLooks({ ...query, filters: [told(filter)] }, visible)))).filters.map(
          visible === 'everything' ? (one) => one : asLooked,
        ),
      )
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
    expect({ asked, visible, wrong: outOfOrder(query, found) }).toEqual({ asked, visible, wrong: [] })
    if (expected.length > 0) met++
  }
  await close()
  return met
}

describe(`${searches} searches of every kind find what a look at every resource finds`, () => {
  test.each(Array.from({ length: Math.ceil(searches / perWorld) }, (_, i) => i + 1))('world %i', async (world) => {
    // Queries that find nothing prove little.
    expect(await compare(world)).toBeGreaterThan(perWorld / 8)
  })
})
