/** A store full of random resources, and how it is asked. */
import { belongsTo } from '../../../src/fhir/search/compartment.ts'
import type { Candidate } from '../../../src/fhir/search/match.ts'
import { parseSearch } from '../../../src/fhir/search/parse.ts'
import type { Query } from '../../../src/fhir/search/query.ts'
import { withDefinitions } from '../../../src/flows/fhir/canonical-chains.ts'
import { withCodes } from '../../../src/flows/fhir/concepts.ts'
import { withLooks } from '../../../src/flows/fhir/looked-at.ts'
import { lookThrough, type Store, type Visibility } from '../../../src/store/store.ts'
import { openStores } from '../../../src/store/stores.ts'
import { type Content, morning, remove, save, value } from '../../contract/store/support.ts'
import { Dice } from './dice.ts'
import type { Search } from './queries.ts'
import { idOf, type Kind, randomResource, randomResources } from './resources.ts'

/** The same for the same number. */
export async function openWorld(world: number) {
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
  return { store, clock, dice, candidates, close: () => stores.close() }
}

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
  await save(store, ...terminology)
  const gone = contents.filter(() => dice.once(10))
  for (const { resourceType, id } of gone) await remove(store, resourceType, id)
  const left = contents.filter((content) => !gone.includes(content))
  return Promise.all([...left, ...terminology].map((content) => candidateOf(store, content)))
}

/** x above y above z,1, and sets of them. */
const terminology: readonly Content[] = [
  {
    ...{ resourceType: 'CodeSystem', id: 'cs-a', url: 'urn:a', status: 'active', content: 'complete' },
    concept: [{ code: 'x', concept: [{ code: 'y', concept: [{ code: 'z,1' }] }] }],
  },
  {
    ...{ resourceType: 'ValueSet', id: 'vs-some', url: 'urn:vs:some', status: 'active' },
    compose: {
      include: [
        { system: 'urn:a', concept: [{ code: 'x' }, { code: 'p|q' }] },
        { system: 'urn:b', concept: [{ code: 'y' }] },
      ],
    },
  },
  {
    ...{ resourceType: 'ValueSet', id: 'vs-below', url: 'urn:vs:below-y', status: 'active' },
    compose: { include: [{ system: 'urn:a', filter: [{ property: 'concept', op: 'is-a', value: 'y' }] }] },
  },
]

async function candidateOf(store: Store, { resourceType: type, id }: Content): Promise<Candidate> {
  const stored = await store.look({ ask: 'resource', type, id })
  return { type, id, lastUpdated: Date.parse(stored?.at ?? ''), resource: JSON.parse(stored?.text ?? '') }
}

const partition = <T>(all: readonly T[], belongs: (one: T) => boolean): readonly [T[], T[]] => [
  all.filter(belongs),
  all.filter((one) => !belongs(one)),
]

/** Whom the resources are shown to. */
export const visibilities: readonly Visibility[] = [
  'everything',
  { patients: [idOf('Patient', 1), idOf('Patient', 2)] },
  { patients: [] },
  { patients: 'all' },
  { patients: 'all', protectedRecords: true },
  { patients: [idOf('Patient', 1), idOf('Patient', 3)], protectedRecords: true },
]

export function parsed({ type, pairs, within }: Search): Query {
  const query = parseSearch(type, pairs, { now: morning })
  if (!query.ok)
    throw new Error(`${type}?${new URLSearchParams(pairs.map(([...pair]) => pair))}: ${JSON.stringify(query.problem)}`)
  const member = within === undefined ? undefined : belongsTo({ type: 'Patient', id: within }, type)
  return member?.ok ? { ...query.value, filters: [member.value, ...query.value.filters] } : query.value
}

/** As the store is asked. */
export async function settled(store: Store, query: Query, visible: Visibility): Promise<Query> {
  const coded = await value(lookThrough(store, withCodes(query)))
  const named = await value(lookThrough(store, withDefinitions(coded, visible)))
  return value(lookThrough(store, withLooks(named, visible)))
}
