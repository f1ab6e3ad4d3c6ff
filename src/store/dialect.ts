/** What differs between databases, each difference named and explained. */
import { type RawBuilder, sql } from 'kysely'

/**
 * A list bound as one value, as a sub-query of its members: however long the list, the text of the statement stays the same (and a
 * Durable Object takes no more than 100 bound values). PostgreSQL: `unnest`.
 */
export const members = (list: readonly (string | number)[]): RawBuilder<number> =>
  sql`(SELECT value FROM json_each(${JSON.stringify(list)}))`

/** The same where the list is a named place of a prepared statement, bound as `asList(list)`. */
export const membersOf = (place: string): RawBuilder<number> => sql`(SELECT value FROM json_each(${place}))`
export const asList = (list: readonly (string | number)[]): string => JSON.stringify(list)
