/**
 * Whether a resource satisfies a query's filters: the meaning of `Query` in code. It serves for what is not stored yet, and as the
 * reference that SQL is compared with.
 */
import { extract } from './extract.ts'
import type { Sink } from './index-row.ts'
import type { DateValue, Filter, NumberValue, QuantityValue, Query, TokenFilter } from './query.ts'

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

export function matches(query: Query, candidate: Candidate): boolean {
  return query.type === candidate.type && matcher(candidate)(query.filters)
}

/** A function that answers for many filters on one candidate: its index values are extracted once. */
export function matcher(candidate: Candidate): (filters: readonly Filter[]) => boolean {
  let index: ReadonlyMap<string, Rows> | undefined
  const rows = (param: string): Rows | undefined => {
    index ??= collect(candidate.resource)
    return index.get(param)
  }
  return (filters) => filters.every((filter) => satisfies(filter, candidate, rows))
}

function satisfies(filter: Filter, candidate: Candidate, rows: (param: string) => Rows | undefined): boolean {
  switch (filter.kind) {
    case 'id':
      return filter.values.includes(candidate.id)
    case 'lastUpdated':
      return filter.values.some((value) => inRange(value, candidate.lastUpdated, candidate.lastUpdated))
    case 'missing':
      return (rows(filter.param) === undefined) === filter.missing
    case 'not':
      return !hasToken(filter.filter, rows(filter.filter.param))
    case 'token':
      return hasToken(filter, rows(filter.param))
  }
  const found = rows(filter.param)
  if (found === undefined) return false
  switch (filter.kind) {
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

const hasToken = (filter: TokenFilter, rows: Rows | undefined): boolean =>
  filter.values.some((value) =>
    rows?.tokens.some(([system, code]) => {
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
export function inInterval({ prefix, lo, hi }: NumberValue, rowLo: number, rowHi: number): boolean {
  switch (prefix) {
    case 'eq':
      return lo <= rowLo && rowHi < hi
    case 'ne':
      return !(lo <= rowLo && rowHi < hi)
    case 'gt':
      return rowHi > hi
    case 'lt':
      return rowLo < lo
    case 'ge':
      return rowHi >= hi
    case 'le':
      return rowLo <= lo
    case 'sa':
      return rowLo > hi
    case 'eb':
      return rowHi < lo
    case 'ap':
      return rowLo <= hi && rowHi >= lo
  }
}

function collect(resource: object): ReadonlyMap<string, Rows> {
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
