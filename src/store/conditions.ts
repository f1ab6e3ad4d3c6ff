/** The reading side of the search index: a filter by values as conditions on the number of a resource. */
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { normalise } from '../fhir/search/index-row.ts'
import type {
  DateFilter,
  DateValue,
  IdFilter,
  LastUpdatedFilter,
  MissingFilter,
  QuantityValue,
  StringFilter,
  TokenFilter,
  ValueFilter,
} from '../fhir/search/query.ts'
import { always, anyOf, type Condition, never, or, union } from './condition.ts'
import { hasIn, inTurn, keysOfRow, members, plain, texts } from './dialect.ts'
import { keyOf, noTerm, segmentBits } from './index-entries.ts'
import { withKeys, withSystem, withTerm } from './keyed.ts'
import { findParameter } from './parameters.ts'
import { inInterval, inRange } from './ranges.ts'
import type { Sql } from './sql.ts'
import { findAnyTerms, findReferences, findTerms } from './terms.ts'
import type { Unlisted } from './unlisted.ts'

/** Every current resource of a type; undefined if there never was one. */
export function* ofType(type: string, unlisted: Unlisted): Sql<Condition | undefined> {
  const parameter = yield* findParameter(type, '')
  return parameter === undefined ? undefined : withKeys([keyOf(parameter, noTerm)], unlisted)
}

/** Filters that ask about the resource itself. */
export function* valueCondition(
  type: string,
  filter: ValueFilter | IdFilter | LastUpdatedFilter | MissingFilter,
  unlisted: Unlisted,
): Sql<Condition> {
  if (filter.kind === 'id') return ids(type, filter)
  if (filter.kind === 'lastUpdated') return lastUpdated(type, filter)
  const parameter = yield* findParameter(type, filter.param)
  if (parameter === undefined) return filter.kind === 'missing' && filter.missing ? always : never
  switch (filter.kind) {
    case 'missing':
      return { holds: filter.missing ? sql`NOT ${has(parameter)}` : has(parameter) }
    case 'token':
      return yield* tokens(parameter, filter, unlisted)
    case 'reference':
      return oneOf(parameter, yield* findReferences(filter.values), unlisted)
    case 'starts':
      return withTerm(
        parameter,
        or(filter.values.map((value) => sql`(t.value >= ${value} AND t.value < ${after(value)})`)),
        unlisted,
      )
    case 'uri':
      return oneOf(parameter, yield* findAnyTerms(filter.values.map((value) => ({ value, system: null }))), unlisted)
    case 'string':
      return words(parameter, filter)
    case 'date':
      return dates(parameter, filter)
    case 'number':
      return amounts(parameter, filter.values.map(inInterval))
    case 'quantity': {
      const alternatives = []
      for (const value of filter.values) alternatives.push(sql<SqlBool>`(${inInterval(value)} AND ${yield* ofUnit(value)})`)
      return amounts(parameter, alternatives)
    }
  }
}

const ids = (type: string, { values }: IdFilter): Condition => ({
  holds: sql`EXISTS (SELECT 1 FROM resource WHERE number = d.number AND id IN ${texts(values)})`,
  numbers: () =>
    sql`SELECT number >> ${segmentBits} AS segment, number FROM resource WHERE type = ${type} AND id IN ${texts(values)} AND deleted = 0`,
})

function lastUpdated(type: string, { values }: LastUpdatedFilter): Condition {
  const when = or(values.map((value) => inRange(value, 'at', 'at')))
  return {
    holds: sql`EXISTS (SELECT 1 FROM resource WHERE number = d.number AND ${when})`,
    numbers: () =>
      sql`SELECT number >> ${segmentBits} AS segment, number FROM resource WHERE type = ${type} AND ${when} AND deleted = 0`,
  }
}

function* tokens(parameter: number, { values }: TokenFilter, unlisted: Unlisted): Sql<Condition> {
  const codes = values.flatMap(({ code, system }) => (code === undefined ? [] : [{ value: code, system }]))
  const keys = codes.length === 0 ? [] : (yield* findAnyTerms(codes)).map((term) => keyOf(parameter, term))
  const systems = values.filter(({ code }) => code === undefined).map(({ system }) => withSystem(parameter, system, unlisted))
  return anyOf(keys.length > 0 || systems.length === 0 ? [withKeys(keys, unlisted), ...systems] : systems)
}

/** Has one of these as a value. */
const oneOf = (parameter: number, terms: readonly number[], unlisted: Unlisted): Condition =>
  withKeys([...new Set(terms.map((term) => keyOf(parameter, term)))], unlisted)

function words(parameter: number, { match, values }: StringFilter): Condition {
  const matches = or(
    values.map((value) => {
      if (match === 'contains') return hasIn('value', value)
      if (match === 'exact') return sql<SqlBool>`(value = ${normalise(value)} AND exact = ${value})`
      return sql<SqlBool>`(value >= ${value} AND value < ${after(value)})`
    }),
  )
  return {
    holds: inRows('word', parameter, matches),
    numbers: () => inSegments('word', parameter, matches),
  }
}

/** What comes after all texts that start so. */
const after = (start: string): string => `${start}\u{10FFFF}`

function dates(parameter: number, { values }: DateFilter): Condition {
  return {
    holds: inRows('period', parameter, or(values.map((value) => inRange(value)))),
    numbers: () => union(values.flatMap((value) => startsOf(value).map((start) => inSegments('period', parameter, start)))),
  }
}

/** From here on a period is found by its end, too (the partial index says the same); shorter ones are found by their start alone. */
const long = 86_400_000

/** Conditions that an index can start from; together they hold for what the value means. */
function startsOf(value: DateValue): RawBuilder<SqlBool>[] {
  const matches = inRange(value)
  const ends = { gt: value.hi, ge: value.lo, ap: value.lo } as const
  if (!(value.prefix in ends)) return [value.prefix === 'eb' ? sql`lo < ${value.lo} AND ${matches}` : matches]
  const end = ends[value.prefix as keyof typeof ends]
  return [sql`lo > ${end - long} AND ${matches}`, sql`hi - lo >= 86400000 AND hi >= ${end} AND ${matches}`]
}

/** Numbers are only looked for among what else is asked for. */
const amounts = (parameter: number, alternatives: readonly RawBuilder<SqlBool>[]): Condition => ({
  holds: inRows('amount', parameter, or(alternatives)),
})

function* ofUnit({ system, code }: QuantityValue): Sql<RawBuilder<SqlBool>> {
  if (code !== undefined) {
    const units = members(yield* findTerms(code, system))
    return sql`(unit IN ${units} OR printed IN ${units})`
  }
  return system === undefined ? sql`TRUE` : sql`EXISTS (SELECT 1 FROM term WHERE number = unit AND system = ${system})`
}

const inRows = (table: 'period' | 'amount' | 'word', parameter: number, matches: RawBuilder<SqlBool>): RawBuilder<SqlBool> =>
  sql`EXISTS (SELECT 1 FROM ${sql.table(table)} WHERE number = d.number AND parameter = ${parameter} AND ${matches})`

const inSegments = (table: 'period' | 'word', parameter: number, matches: RawBuilder<SqlBool>): RawBuilder<unknown> =>
  sql`SELECT DISTINCT s.number AS segment, p.number AS number FROM segment AS s ${inTurn} ${sql.table(table)} AS p
    WHERE p.number >> ${segmentBits} = ${plain('s.number')} AND p.parameter = ${parameter} AND ${matches}`

/** Has any row of the parameter. */
const has = (parameter: number): RawBuilder<SqlBool> => sql`(
  EXISTS (SELECT 1 FROM indexed AS i ${inTurn} ${keysOfRow} WHERE i.number = d.number
    AND k.value >= ${keyOf(parameter, noTerm)} AND k.value < ${keyOf(parameter + 1, noTerm)})
  OR EXISTS (SELECT 1 FROM period WHERE number = d.number AND parameter = ${parameter})
  OR EXISTS (SELECT 1 FROM amount WHERE number = d.number AND parameter = ${parameter})
  OR EXISTS (SELECT 1 FROM word WHERE number = d.number AND parameter = ${parameter}))`
