/**
 * What happens while somebody goes through the pages of a search. They show what there was when the first of them was read: what was made
 * since is left out; what has changed since is judged, placed and shown by the version that it had then; what was deleted since is left out,
 * too, and so is what the asker may no longer see. What lies at the other end of a chain is asked as it is now.
 */
import { sql } from 'kysely'
import { containedBy, ofContent } from '../fhir/search/contained.ts'
import { targetsOf } from '../fhir/search/include.ts'
import { type Candidate, matcher, type World } from '../fhir/search/match.ts'
import { type Filter, type Query, simpleQuery } from '../fhir/search/query.ts'
import type { Match } from './by-date.ts'
import { milliseconds } from './commit.ts'
import { answer, prepare, raw, rows } from './compile.ts'
import { members } from './dialect.ts'
import { portion } from './page.ts'
import { comparing, type Last, type Placed } from './sort.ts'
import type { Sql } from './sql.ts'
import type { Stored, Visibility } from './store.ts'
import type { Texts } from './texts.ts'
import { visibleRow } from './visible.ts'

const changedAfter = prepare<{ type: string; row: number }>()(($) =>
  raw<{ number: number }>(sql`SELECT DISTINCT resource AS number FROM version WHERE type = ${$('type')} AND row > ${$('row')}`),
)

/** A version that is shown though there is a later one: `current` is its row. Without its text, for there may be many. */
export interface Former extends Match {
  readonly place: Placed
}

/**
 * What has changed and did fit; in no order. `find` searches as the same asker. What was deleted, or hidden from the asker, after the row `began` is told of, too: the search had begun to look at it.
 */
export function* formerMatches(
  query: Query,
  visible: Visibility,
  { until, began, last }: { readonly until: number; readonly began: number; readonly last: Last | undefined },
  find: Find,
): Sql<readonly Former[]> {
  const { type, filters } = query
  const changed = (yield* rows(changedAfter, { type, row: until })).map(({ number }) => number)
  // In the order of creation it is known where the page begins, and that it is full.
  const isInTurn = query.sort.length === 0 && query.total === 'none'
  const older = changed.filter((number) => number <= until && (!isInTurn || number > (last?.number ?? 0))).sort((a, b) => a - b)
  const size = isInTurn ? Math.min(portion, query.count + 1) : portion
  const { place } = comparing(query.sort)
  const former: Former[] = []
  for (let from = 0; from < older.length && !(isInTurn && former.length > query.count); from += size) {
    const versions = yield* formerVersions(visible, { until, began }, older.slice(from, from + size))
    const world = new Reached()
    yield* reach(filters, versions.map(candidateOf), world, find)
    for (const version of versions)
      if (matcher(candidateOf(version), world)(filters))
        former.push({ number: version.number, id: version.id, current: version.row, place: place(version) })
  }
  return former
}

interface FormerVersion extends Last, Pick<Candidate, 'type'> {
  readonly row: number
}

function* formerVersions(
  visible: Visibility,
  { until, began }: { readonly until: number; readonly began: number },
  numbers: readonly number[],
): Sql<readonly FormerVersion[]> {
  const found = yield* answer(
    raw<Omit<FormerVersion, 'resource'> & { text: string }>(sql`SELECT r.number, r.type, r.id, v.row, v.at, v.text
      FROM resource AS r CROSS JOIN version AS v
      WHERE r.number IN ${members(numbers)} AND v.resource = r.number AND v.text IS NOT NULL
        AND v.version = (SELECT version FROM version AS w WHERE w.resource = r.number AND w.row <= ${until} ORDER BY w.version DESC LIMIT 1)
        AND ${visibleRow(visible, 'v.row', 'v.type')}
        AND (r.current > ${began} OR (r.deleted = 0 AND ${visibleRow(visible, 'r.current', 'r.type')}))`),
  )
  return found.map(({ text, ...one }) => ({ ...one, resource: JSON.parse(text) }))
}

const candidateOf = ({ type, id, at, resource }: FormerVersion): Candidate => ({ type, id, lastUpdated: at, resource })

/** Former versions in their places among what was found, whose texts have been read. */
export function among(
  { sort }: Query,
  found: readonly Match[],
  texts: Texts,
  former: readonly Former[],
  last: Last | undefined,
): readonly Match[] {
  const { place, compare } = comparing(sort)
  const begin = last && place(last)
  const later = former.filter((one) => begin === undefined || compare(one.place, begin) > 0)
  if (later.length === 0) return found
  const others = found.map((match): Former => {
    const { at, text } = texts.of(match)
    return { ...match, place: place({ ...match, at: milliseconds(at), resource: JSON.parse(text!) }) }
  })
  return [...others, ...later].sort((a, b) => compare(a.place, b.place))
}

type Find = (query: Query) => Sql<readonly Stored[]>

/** Where the chains of a search lead. */
class Reached implements World {
  readonly #known = new Map<string, Candidate>()

  add(found: readonly Stored[]): readonly Candidate[] {
    return found.map(({ type, id, at, text }) => {
      const candidate = { type, id, lastUpdated: milliseconds(at), resource: JSON.parse(text!) }
      this.#known.set(`${type}/${id}`, candidate)
      return candidate
    })
  }

  find(type: string, id: string): Candidate | undefined {
    return this.#known.get(`${type}/${id}`)
  }

  all(type: string): Iterable<Candidate> {
    return [...this.#known.values()].filter((one) => one.type === type)
  }
}

function* reach(filters: readonly Filter[], from: readonly Candidate[], world: Reached, find: Find): Sql<void> {
  if (from.length === 0) return
  const go = function* (type: string, filter: Filter, further: Filter): Sql<void> {
    yield* reach([further], world.add(yield* find(simpleQuery(type, [filter], Number.MAX_SAFE_INTEGER - 1))), world, find)
  }
  for (const filter of filters) {
    if (filter.kind === 'any') yield* reach(filter.of.flat(), from, world, find)
    if (filter.kind === 'has') {
      const values = from.map(({ type, id }) => `${type}/${id}`)
      yield* go(filter.type, { kind: 'reference', param: filter.param, values }, filter.filter)
    }
    if (filter.kind !== 'chain') continue
    const targets = from.flatMap(({ resource }) => targetsOf(resource, filter.param))
    for (const { type, filter: further } of filter.to) {
      const values = targets.filter((target) => target.startsWith(`${type}/`)).map((target) => target.slice(type.length + 1))
      yield* go(type, { kind: 'id', values }, further)
      const inside = from
        .flatMap(({ resource }) => containedBy(resource, filter.param))
        .filter((one) => one.resourceType === type)
      const held = inside.map((resource) => ({ type, id: '', lastUpdated: Number.NaN, resource }))
      yield* reach([ofContent(further)], held, world, find)
    }
  }
}
