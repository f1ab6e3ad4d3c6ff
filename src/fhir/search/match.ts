/**
 * Whether a resource satisfies a query's filters: the meaning of `Query` in code. It serves for what is not stored yet, and as the
 * reference that SQL is compared with.
 */
import { containedBy, ofContent } from './contained.ts'
import { extract, ofItem } from './extract.ts'
import type { Sink } from './index-row.ts'
import { isNear } from './near.ts'
import type { DateValue, Filter, NumberValue, QuantityValue, Query, TokenFilter, ValueFilter } from './query.ts'
import { hasWords } from './words.ts'

/** The resource as it is (to be) stored. `lastUpdated` in milliseconds. */
export interface Candidate {
  readonly type: string
  readonly id: string
  readonly lastUpdated: number
  readonly resource: object
}

/** Index values of one parameter. */
interface Rows {
  readonly tokens: (readonly [system: string | undefined, code: string | undefined])[]
  readonly references: Set<string>
  readonly strings: (readonly [value: string, exact: string])[]
  readonly uris: Set<string>
  /** Dates, numbers and quantities. */
  readonly ranges: (readonly [lo: number, hi: number, system?: string | undefined, code?: string | undefined])[]
}

/** The other resources that a chain can lead to; without them no chain holds. */
export interface World {
  find(type: string, id: string): Candidate | undefined
  all(type: string): Iterable<Candidate>
  /** The definitions that are meant by a canonical URL with its version, or with a bare `|`. */
  named?(type: string, canonical: string): readonly Candidate[]
}

const alone: World = { find: () => undefined, all: () => [] }

export function matches(query: Query, candidate: Candidate): boolean {
  return query.type === candidate.type && matcher(candidate)(query.filters)
}

/** A function that answers for many filters on one candidate: its index values are extracted once. */
export function matcher(candidate: Candidate, world: World = alone): (filters: readonly Filter[]) => boolean {
  const subject = new Subject(candidate, world)
  return (filters) => filters.every((filter) => satisfies(filter, subject))
}

type Index = ReadonlyMap<string, Rows>

/** Chains come back to the same candidates again and again. */
const indexes = new WeakMap<Candidate, Index>()

function indexOf(candidate: Candidate): Index {
  const known = indexes.get(candidate)
  if (known) return known
  const made = collect(candidate.resource)
  indexes.set(candidate, made)
  return made
}

/** What is asked about: its index values, and the world that it stands in. */
class Subject {
  readonly candidate: Candidate
  readonly world: World

  constructor(candidate: Candidate, world: World) {
    this.candidate = candidate
    this.world = world
  }

  rows(param: string): Rows | undefined {
    return indexOf(this.candidate).get(param)
  }

  /** Holds for one of the items that composites look into. */
  someItem(holds: (item: number) => boolean): boolean {
    const items = new Set([...indexOf(this.candidate).keys()].flatMap((param) => /#(\d+)$/.exec(param)?.[1] ?? []))
    return [...items].some((item) => holds(Number(item)))
  }
}

function satisfies(filter: Filter, subject: Subject): boolean {
  const { candidate, world } = subject
  switch (filter.kind) {
    case 'id':
      return filter.values.includes(candidate.id)
    case 'lastUpdated':
      return filter.values.some((value) => inRange(value, candidate.lastUpdated, candidate.lastUpdated))
    case 'words':
      return hasWords(candidate.resource, filter)
    case 'near':
      return isNear(candidate.resource, filter)
    case 'missing':
      return (
        (subject.rows(filter.param) === undefined && containedBy(candidate.resource, filter.param).length === 0) ===
        filter.missing
      )
    case 'not':
      return !satisfies(filter.filter, subject)
    case 'any':
      return filter.of.some((list) => list.every((each) => satisfies(each, subject)))
    case 'together':
      return subject.someItem((item) =>
        filter.filters.every((each) => satisfies({ ...each, param: ofItem(each.param, item) }, subject)),
      )
    case 'chain':
      return filter.to.some(
        ({ type, filter: inner }) =>
          [...(subject.rows(filter.param)?.references ?? [])]
            .flatMap((reference) => meant(type, reference, world))
            .some((target) => matcher(target, world)([inner])) ||
          containedBy(candidate.resource, filter.param).some(
            (resource) =>
              resource.resourceType === type &&
              matcher({ type, id: '', lastUpdated: Number.NaN, resource }, world)([ofContent(inner)]),
          ),
      )
    case 'has': {
      const { url, version } = candidate.resource as { readonly url?: string; readonly version?: string }
      const names = [`${url}|${version}`, `${url}|`].filter((name) => world.named?.(candidate.type, name).includes(candidate))
      const values = [`${candidate.type}/${candidate.id}`, ...names]
      const refers: Filter = { kind: 'reference', param: filter.param, values }
      return [...world.all(filter.type)].some((each) => matcher(each, world)([refers, filter.filter]))
    }
    case 'concepts':
      throw new Error('concepts are put into codes before a search begins')
    default:
      return satisfiedBy(filter, subject.rows(filter.param))
  }
}

/** What a reference leads to, of a type. */
function meant(type: string, reference: string, world: World): readonly Candidate[] {
  if (!reference.startsWith(`${type}/`)) return world.named?.(type, reference) ?? []
  const target = world.find(type, reference.slice(type.length + 1))
  return target === undefined ? [] : [target]
}

function satisfiedBy(filter: ValueFilter, found: Rows | undefined): boolean {
  if (found === undefined) return false
  switch (filter.kind) {
    case 'token':
      return hasToken(filter, found)
    case 'starts':
      return filter.values.some((start) =>
        [...found.uris, ...found.references, ...found.tokens.map(([, code]) => code)].some((value) => value?.startsWith(start)),
      )
    case 'reference':
      return filter.values.some((value) => found.references.has(value))
    case 'uri':
      return filter.values.some((value) => found.uris.has(value))
    case 'string':
      return filter.values.some((wanted) =>
        found.strings.some(([value, exact]) => {
          if (filter.match === 'exact') return exact === wanted
          return filter.match === 'starts' ? value.startsWith(wanted) : value.includes(wanted)
        }),
      )
    case 'date':
      return filter.values.some((value) => found.ranges.some(([lo, hi]) => inRange(value, lo, hi)))
    case 'number':
      return filter.values.some((value) => found.ranges.some(([lo, hi]) => inInterval(value, lo, hi)))
    case 'quantity':
      return filter.values.some((value) =>
        found.ranges.some((row) => isUnit(value, row[2], row[3]) && inInterval(value, row[0], row[1])),
      )
  }
}

const hasToken = (filter: TokenFilter, rows: Rows): boolean =>
  filter.values.some((value) =>
    rows.tokens.some(([system, code]) => {
      const here = value.system === undefined || (value.system ?? undefined) === system
      return here && (value.code === undefined || value.code === code)
    }),
  )

const isUnit = (value: QuantityValue, system: string | undefined, code: string | undefined): boolean =>
  (value.system === undefined || value.system === system) && (value.code === undefined || value.code === code)

/** How an indexed range of instants compares with a value. https://hl7.org/fhir/R4/search.html#prefix */
export function inRange({ prefix, lo, hi }: DateValue, rowLo: number, rowHi: number): boolean {
  const within = lo <= rowLo && rowHi <= hi
  switch (prefix) {
    case 'eq':
      return within
    case 'ne':
      return !within
    case 'gt':
      return rowHi > hi
    case 'lt':
      return rowLo < lo
    case 'ge':
      return rowHi > hi || within
    case 'le':
      return rowLo < lo || within
    case 'sa':
      return rowLo > hi
    case 'eb':
      return rowHi < lo
    case 'ap':
      return rowLo <= hi && rowHi >= lo
  }
}

/** How an indexed number (or interval) compares with a value. https://hl7.org/fhir/R4/search.html#number */
export function inInterval(value: NumberValue, rowLo: number, rowHi: number): boolean {
  const { prefix, lo, hi } = value
  switch (prefix) {
    case 'eq':
      return lo <= rowLo && rowHi < hi
    case 'ne':
      return !(lo <= rowLo && rowHi < hi)
    case 'ge':
      return rowHi >= hi
    case 'le':
      return rowLo <= lo
    default:
      return inRange(value, rowLo, rowHi)
  }
}

function collect(resource: object): Index {
  const index = new Map<string, Rows>()
  const of = (param: string): Rows => {
    const known = index.get(param)
    if (known) return known
    const rows: Rows = { tokens: [], references: new Set(), strings: [], uris: new Set(), ranges: [] }
    index.set(param, rows)
    return rows
  }
  const sink: Sink = {
    token: (param, system, code) => of(param).tokens.push([system, code]),
    reference: (param, target) => of(param).references.add(target),
    string: (param, value, exact) => of(param).strings.push([value, exact]),
    date: (param, lo, hi) => of(param).ranges.push([lo, hi]),
    number: (param, lo, hi) => of(param).ranges.push([lo, hi]),
    quantity: (param, lo, hi, system, code) => of(param).ranges.push([lo, hi, system, code]),
    uri: (param, value) => of(param).uris.add(value),
    present: (param) => of(param),
  }
  extract(resource, sink)
  return index
}
