/** Conditions on the number of a resource, and how they are put together. */
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { answer, raw } from './compile.ts'
import type { Sql } from './sql.ts'
import type { Visibility } from './store.ts'

export interface Condition {
  /** True of the resource whose number is `d.number`. */
  readonly holds: RawBuilder<SqlBool>
  /** Makes a select of the numbers for which it holds, with their segments, each once: what a search can start from. */
  readonly numbers?: () => RawBuilder<unknown>
  /** The posting keys of which it asks for any, where it is nothing else: what lists by date are kept for. */
  readonly keys?: readonly number[]
  /** That these may see it, where it is nothing else. */
  readonly sight?: Visibility
}

/** Known to hold for nothing: a value that the index has never seen. */
export const never: Condition = { holds: sql`FALSE`, numbers: () => sql`SELECT 0 AS segment, 0 AS number WHERE FALSE` }
export const always: Condition = { holds: sql`TRUE` }

export const or = (alternatives: readonly RawBuilder<SqlBool>[]): RawBuilder<SqlBool> =>
  alternatives.length === 0 ? sql`FALSE` : joined(alternatives, sql` OR `)

export const and = (all: readonly RawBuilder<SqlBool>[]): RawBuilder<SqlBool> =>
  all.length === 0 ? sql`TRUE` : joined(all, sql` AND `)

/** In a row each takes a level of an expression, of which a Durable Object takes no more than 100: many are put together by halves. */
const inARow = 8

const joined = (all: readonly RawBuilder<SqlBool>[], word: RawBuilder<unknown>): RawBuilder<SqlBool> =>
  sql`(${sql.join(all.length <= inARow ? all : halves(all).map((some) => joined(some, word)), word)})`

/** Selects are put together by so many: a Durable Object takes no more than five in one. */
const together = 2

/** What any of the selects finds, as one select. `how`: `UNION`, or `UNION ALL` where nothing comes twice or it does not matter. */
export function union(selects: readonly RawBuilder<unknown>[], how = sql`UNION`): RawBuilder<unknown> {
  const [only] = selects
  if (only !== undefined && selects.length === 1) return only
  const parts = selects.length <= together ? selects.map(apart) : halves(selects).map((some) => union(some, how))
  return sql`SELECT * FROM (${sql.join(parts, sql` ${how} `)}) AS united`
}

/** A select may be a `UNION ALL` of two: of what stands before it in a row nothing would be told apart any more. */
const apart = (select: RawBuilder<unknown>): RawBuilder<unknown> => sql`SELECT * FROM (${select}) AS apart`

function halves<T>(list: readonly T[]): readonly (readonly T[])[] {
  const middle = Math.ceil(list.length / 2)
  return [list.slice(0, middle), list.slice(middle)]
}

export function anyOf(conditions: readonly Condition[]): Condition {
  const [only, another] = conditions
  if (only === undefined) return never
  if (another === undefined) return only
  const holds = or(conditions.map((each) => each.holds))
  const selects = conditions.flatMap((each) => each.numbers ?? [])
  return selects.length === conditions.length
    ? {
        holds,
        numbers: () => union(selects.map((select) => select())),
      }
    : { holds }
}

/** Begins with the first that can be begun with. */
export function allOf(conditions: readonly Condition[]): Condition {
  const [only, another] = conditions
  if (only !== undefined && another === undefined) return only
  const holds = and(conditions.map((each) => each.holds))
  const start = conditions.find(({ numbers }) => numbers !== undefined)
  const { numbers } = start ?? {}
  if (numbers === undefined) return { holds }
  const rest = conditions.filter((each) => each !== start).map((each) => each.holds)
  return { holds, numbers: () => sql`SELECT d.segment, d.number FROM (${numbers()}) AS d WHERE ${and(rest)}` }
}

/** How many rows there are in what follows `FROM`. */
export function* count(found: RawBuilder<unknown>): Sql<number> {
  const [counted] = yield* answer(raw<{ n: number }>(sql`SELECT count(*) AS n ${found}`))
  return counted?.n ?? 0
}
