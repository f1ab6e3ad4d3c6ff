/** Conditions on the keys that a resource has: asked of the resource itself, or begun with from lists and from what is in none yet. */
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { type Condition, never } from './condition.ts'
import { hasAnyKey, inTurn, keysOfRow, members, numbersOfRow, pairsOf } from './dialect.ts'
import { keyBase, keyOf, noTerm, segmentBits, termOf } from './index-entries.ts'
import type { Unlisted } from './unlisted.ts'

/** Has one of these keys. */
export function withKeys(keys: readonly number[], unlisted: Unlisted): Condition {
  const [only, another] = keys
  if (only === undefined) return never
  const holds = sql<SqlBool>`EXISTS (SELECT 1 FROM indexed AS i WHERE i.number = d.number AND ${hasAnyKey(keys)})`
  const listed = () => (another === undefined ? inLists(keys) : sql`SELECT DISTINCT * FROM (${inLists(keys)}) AS several`)
  // One key lists a resource once; of several, one may be listed and another not.
  return { holds, numbers: () => alsoUnlisted(listed(), unlisted.withAny(keys), holds, another === undefined), keys }
}

/** Any value of a system (`null`: of none; `undefined`: any at all). */
export const withSystem = (parameter: number, system: string | null | undefined, unlisted: Unlisted): Condition =>
  withTerm(
    parameter,
    system === undefined ? sql`TRUE` : system === null ? sql`t.system IS NULL` : sql`t.system = ${system}`,
    unlisted,
  )

/** A condition on the term `t`, asked of the terms that a resource has. */
export function withTerm(parameter: number, stated: RawBuilder<SqlBool>, unlisted: Unlisted): Condition {
  const first = keyOf(parameter, noTerm)
  const last = keyOf(parameter + 1, noTerm)
  const holds = sql<SqlBool>`EXISTS (SELECT 1 FROM indexed AS i ${inTurn} ${keysOfRow} ${inTurn} term AS t WHERE i.number = d.number
      AND k.value > ${first} AND k.value < ${last} AND t.number = k.value % ${keyBase} AND ${stated})`
  const listed = sql`SELECT DISTINCT s.number AS segment, l.value AS number
    FROM segment AS s ${inTurn} posting AS p ${inTurn} term AS t ${inTurn} ${numbersOfRow}
    WHERE p.segment = s.number AND p.key > ${first} AND p.key < ${last} AND t.number = p.key % ${keyBase} AND ${stated}`
  return { holds, numbers: () => alsoUnlisted(listed, unlisted.withAny(unlistedKeys(parameter, unlisted)), holds) }
}

/** What is listed under keys, as `segment` and `number`; for each key that lists it. */
export function inLists(keys: readonly number[]): RawBuilder<unknown> {
  const [only, another] = keys
  const [from, key] = another === undefined ? [sql``, sql`${only}`] : [sql`${members(keys)} AS k ${inTurn}`, sql`k.value`]
  return sql`SELECT s.number AS segment, l.value AS number FROM ${from} segment AS s ${inTurn} posting AS p ${inTurn} ${numbersOfRow}
    WHERE p.segment = s.number AND p.key = ${key}`
}

/** And those of these that it holds for. `apart`: none of them is listed. */
export const alsoUnlisted = (
  listed: RawBuilder<unknown>,
  numbers: readonly number[],
  holds: RawBuilder<SqlBool>,
  apart = false,
): RawBuilder<unknown> =>
  numbers.length === 0
    ? listed
    : sql`${listed} ${apart ? sql`UNION ALL` : sql`UNION`} SELECT d.number >> ${segmentBits} AS segment, d.number AS number
      FROM (SELECT value AS number FROM ${members(numbers)} AS n) AS d WHERE ${holds}`

/** The keys of a parameter's terms under which something is in no list. */
export const unlistedKeys = (parameter: number, unlisted: Unlisted): readonly number[] =>
  unlisted.keysBetween(keyOf(parameter, noTerm) + 1, keyOf(parameter + 1, noTerm))

/** Which resource (`number`) has which `term` under a parameter, as far as it is in no list; undefined if nothing is. */
export function unlistedTerms(parameter: number, unlisted: Unlisted): RawBuilder<unknown> | undefined {
  const pairs = unlistedKeys(parameter, unlisted).flatMap((key) => unlisted.withAny([key]).map((number) => [termOf(key), number]))
  if (pairs.length === 0) return undefined
  return sql`SELECT m.term AS term, m.number AS number
    FROM ${pairsOf(pairs, 'term', 'number')} AS m
    WHERE EXISTS (SELECT 1 FROM indexed AS i ${inTurn} ${keysOfRow}
      WHERE i.number = m.number AND k.value = ${sql.lit(keyOf(parameter, noTerm))} + m.term)`
}
