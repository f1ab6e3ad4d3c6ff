/**
 * What differs between databases, each difference named and explained. Statements are written once, in what SQLite and PostgreSQL both read;
 * the few words that SQLite alone has stand here, and PostgreSQL is taught them as functions of its own (schema/postgres.ts).
 */
import { type RawBuilder, type SqlBool, sql } from 'kysely'

/**
 * A list bound as one value, as a sub-query of its members: however long the list, the text of the statement stays the same (and a
 * Durable Object takes no more than 100 bound values).
 */
export const members = (list: readonly number[]): RawBuilder<number> => membersOf(JSON.stringify(list))

/** The same of texts. The path (to the whole) says nothing to SQLite; by it PostgreSQL, where columns have types, tells the two apart. */
export const texts = (list: readonly string[]): RawBuilder<string> => textsOf(JSON.stringify(list))

/** The same where the list is a named place of a prepared statement, bound as `asList(list)`. */
export const membersOf = (place: string): RawBuilder<number> => sql`(SELECT value FROM json_each(${place}))`
export const textsOf = (place: string): RawBuilder<string> => sql`(SELECT value FROM json_each(${place}, '$'))`
export const asList = (list: readonly number[]): string => JSON.stringify(list)

/** Pairs of numbers bound as one value, as a sub-query of rows with these columns. */
export const pairsOf = (pairs: readonly (readonly number[])[], left: string, right: string): RawBuilder<unknown> =>
  sql`(SELECT CAST(value ->> 0 AS BIGINT) AS ${sql.ref(left)}, CAST(value ->> 1 AS BIGINT) AS ${sql.ref(right)}
    FROM json_each(${JSON.stringify(pairs)}, '$') AS pair)`

/** A resource's keys as a row of `indexed` has them: as JSON, between two zeros, so that each stands between commas. */
export const keysText = (keys: readonly number[]): string => JSON.stringify([0, ...keys, 0])
export const keysIn = (text: string): number[] => JSON.parse(text).slice(1, -1)

/** The keys of a row of `indexed AS i` (and zeros), as a table `k` with a column `value`. */
export const keysOfRow: RawBuilder<unknown> = sql`json_each(i.keys) AS k`

/** Whether one of the keys of a row of `indexed AS i` is among these. */
export const hasAnyKey = (keys: readonly number[]): RawBuilder<SqlBool> =>
  keys.length > 4
    ? sql`EXISTS (SELECT 1 FROM ${keysOfRow} WHERE k.value IN ${members(keys)})`
    : sql`(${sql.join(
        keys.map((key) => sql`instr(i.keys, ${`,${key},`}) > 0`),
        sql` OR `,
      )})`

/** The numbers that a row of `posting AS p` lists, as a table `l` with a column `value`. */
export const numbersOfRow: RawBuilder<unknown> = sql`json_each(ifnull(p.list, p.first)) AS l`

/** Joins that are carried out in the order they are written: there are no statistics to plan by. PostgreSQL is told so for each connection. */
export const inTurn: RawBuilder<unknown> = sql`CROSS JOIN`

/** A text that has another one in it. */
export const hasIn = (column: string, part: string): RawBuilder<SqlBool> => sql`instr(${sql.ref(column)}, ${part}) > 0`

/**
 * A column in whose order nothing is to be read. SQLite walks a whole index to find the least value of a few rows if it may;
 * and it compares an index by an expression with expressions alone. PostgreSQL knows the sign before numbers, and learns it before texts.
 */
export const plain = (column: string): RawBuilder<unknown> => sql`+${sql.ref(column)}`
