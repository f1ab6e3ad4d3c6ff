/** The reading side of the search index: a filter as conditions on the number of a resource. */
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { normalise } from '../fhir/search/index-row.ts'
import type {
  DateFilter,
  Filter,
  IdFilter,
  LastUpdatedFilter,
  NumberFilter,
  QuantityFilter,
  QuantityValue,
  StringFilter,
  TokenFilter,
  TokenValue,
} from '../fhir/search/query.ts'
import { members } from './dialect.ts'
import { keyOf, noTerm } from './index-entries.ts'
import { inInterval, inRange } from './ranges.ts'
import type { Sql } from './sql.ts'
import { findParameter, findTerms } from './terms.ts'

export interface Condition {
  /** True of the resource whose number is `d.number`. */
  readonly holds: RawBuilder<SqlBool>
  /** A select of the numbers for which it holds, each once: what a search can start from. */
  readonly numbers?: RawBuilder<unknown>
}

/** Holds for none. */
const never: Condition = { holds: sql`0`, numbers: sql`SELECT 0 AS number WHERE 0` }
const always: Condition = { holds: sql`1` }

/** Every current resource of a type; undefined if there never was one. */
export function* ofType(type: string): Sql<Condition | undefined> {
  const parameter = yield* findParameter(type)
  return parameter === undefined ? undefined : withKeys([keyOf(parameter, noTerm)])
}

export function* condition(type: string, filter: Filter): Sql<Condition> {
  switch (filter.kind) {
    case 'id':
      return ids(type, filter)
    case 'lastUpdated':
      return lastUpdated(type, filter)
    case 'not': {
      const { holds } = yield* condition(type, filter.filter)
      return { holds: sql`NOT ${holds}` }
    }
  }
  const parameter = yield* findParameter(`${type}.${filter.param}`)
  if (parameter === undefined) return filter.kind === 'missing' && filter.missing ? always : never
  switch (filter.kind) {
    case 'missing':
      return { holds: filter.missing ? sql`NOT ${has(parameter)}` : has(parameter) }
    case 'token':
      return yield* tokens(parameter, filter)
    case 'reference':
    case 'uri':
      return yield* texts(parameter, filter.values)
    case 'string':
      return words(parameter, filter)
    case 'date':
    case 'number':
    case 'quantity':
      return yield* spans(parameter, filter)
  }
}

const ids = (type: string, { values }: IdFilter): Condition => ({
  holds: sql`EXISTS (SELECT 1 FROM resource WHERE number = d.number AND id IN ${members(values)})`,
  numbers: sql`SELECT number FROM resource WHERE type = ${type} AND id IN ${members(values)} AND deleted = 0`,
})

function lastUpdated(type: string, { values }: LastUpdatedFilter): Condition {
  const when = or(values.map((value) => inRange(value, 'at', 'at')))
  return {
    holds: sql`EXISTS (SELECT 1 FROM resource WHERE number = d.number AND ${when})`,
    numbers: sql`SELECT number FROM resource WHERE type = ${type} AND ${when} AND deleted = 0`,
  }
}

function withKeys(keys: readonly number[]): Condition {
  const [only, another] = keys
  if (only === undefined) return never
  if (another === undefined) {
    return {
      holds: sql`EXISTS (SELECT 1 FROM posting WHERE key = ${only} AND number = d.number)`,
      numbers: sql`SELECT number FROM posting WHERE key = ${only}`,
    }
  }
  return {
    holds: sql`EXISTS (SELECT 1 FROM posting WHERE key IN ${members(keys)} AND number = d.number)`,
    numbers: sql`SELECT DISTINCT number FROM posting WHERE key IN ${members(keys)}`,
  }
}

/** Any value of a system (`null`: of none; `undefined`: any at all): asked of the terms that a resource has. */
function withSystem(parameter: number, system: string | null | undefined): Condition {
  const first = keyOf(parameter, noTerm)
  const last = keyOf(parameter + 1, noTerm)
  const stated = system === undefined ? sql`1` : system === null ? sql`t.system IS NULL` : sql`t.system = ${system}`
  return {
    holds: sql`EXISTS (SELECT 1 FROM indexed AS i, json_each(i.keys) AS k, term AS t WHERE i.number = d.number
      AND k.value > ${first} AND k.value < ${last} AND t.number = k.value % 4294967296 AND ${stated})`,
    numbers: sql`SELECT DISTINCT p.number FROM posting AS p, term AS t
      WHERE p.key > ${first} AND p.key < ${last} AND t.number = p.key % 4294967296 AND ${stated}`,
  }
}

function* tokens(parameter: number, { values }: TokenFilter): Sql<Condition> {
  const keys = new Set<number>()
  const systems: TokenValue[] = []
  for (const value of values) {
    if (value.code === undefined) systems.push(value)
    else for (const term of yield* findTerms(value.code, value.system)) keys.add(keyOf(parameter, term))
  }
  const alternatives = systems.map(({ system }) => withSystem(parameter, system))
  return anyOf(keys.size > 0 || alternatives.length === 0 ? [withKeys([...keys]), ...alternatives] : alternatives)
}

function* texts(parameter: number, values: readonly string[]): Sql<Condition> {
  const keys = new Set<number>()
  for (const value of values) for (const term of yield* findTerms(value, null)) keys.add(keyOf(parameter, term))
  return withKeys([...keys])
}

function words(parameter: number, { match, values }: StringFilter): Condition {
  const matches = or(
    values.map((value) => {
      if (match === 'contains') return sql<SqlBool>`instr(value, ${value}) > 0`
      if (match === 'exact') return sql<SqlBool>`(value = ${normalise(value)} AND exact = ${value})`
      return sql<SqlBool>`(value >= ${value} AND value < ${`${value}\u{10FFFF}`})`
    }),
  )
  return inRows('word', parameter, matches)
}

function* spans(parameter: number, filter: DateFilter | NumberFilter | QuantityFilter): Sql<Condition> {
  if (filter.kind === 'date') return inRows('span', parameter, or(filter.values.map((value) => inRange(value))))
  if (filter.kind === 'number') return inRows('span', parameter, or(filter.values.map(inInterval)))
  const alternatives = []
  for (const value of filter.values) alternatives.push(sql<SqlBool>`(${inInterval(value)} AND ${yield* ofUnit(value)})`)
  return inRows('span', parameter, or(alternatives))
}

function* ofUnit({ system, code }: QuantityValue): Sql<RawBuilder<SqlBool>> {
  if (code !== undefined) return sql`unit IN ${members(yield* findTerms(code, system))}`
  return system === undefined ? sql`1` : sql`unit IN (SELECT number FROM term WHERE system = ${system})`
}

/** On a table with rows by resource and by value. */
function inRows(table: 'span' | 'word', parameter: number, matches: RawBuilder<SqlBool>): Condition {
  const rows = sql.table(table)
  return {
    holds: sql`EXISTS (SELECT 1 FROM ${rows} WHERE number = d.number AND parameter = ${parameter} AND ${matches})`,
    numbers: sql`SELECT DISTINCT number FROM ${rows} WHERE parameter = ${parameter} AND ${matches}`,
  }
}

/** Has any row of the parameter. */
const has = (parameter: number): RawBuilder<SqlBool> => sql`(
  EXISTS (SELECT 1 FROM indexed AS i, json_each(i.keys) AS k WHERE i.number = d.number
    AND k.value >= ${keyOf(parameter, noTerm)} AND k.value < ${keyOf(parameter + 1, noTerm)})
  OR EXISTS (SELECT 1 FROM span WHERE number = d.number AND parameter = ${parameter})
  OR EXISTS (SELECT 1 FROM word WHERE number = d.number AND parameter = ${parameter}))`

const or = (alternatives: readonly RawBuilder<SqlBool>[]): RawBuilder<SqlBool> =>
  alternatives.length === 0 ? sql`0` : sql`(${sql.join(alternatives, sql` OR `)})`

function anyOf(conditions: readonly Condition[]): Condition {
  const [only, another] = conditions
  if (only === undefined) return never
  if (another === undefined) return only
  const holds = or(conditions.map((each) => each.holds))
  const selects = conditions.flatMap((each) => each.numbers ?? [])
  return selects.length === conditions.length ? { holds, numbers: sql.join(selects, sql` UNION `) } : { holds }
}
