/** How indexed ranges compare with a value, in SQL: the same as `inRange` and `inInterval` in fhir/search/match.ts say in code. */
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { DateValue, NumberValue } from '../fhir/search/query.ts'

/**
 * Conditions on the columns named. Redundant bounds are there where they let an index be used.
 * https://hl7.org/fhir/R4/search.html#prefix
 */
export function inRange({ prefix, lo, hi }: DateValue, loColumn = 'lo', hiColumn = 'hi'): RawBuilder<SqlBool> {
  const from = sql.ref(loColumn)
  const to = sql.ref(hiColumn)
  switch (prefix) {
    case 'eq':
      return sql`(${from} >= ${lo} AND ${from} <= ${hi} AND ${to} <= ${hi})`
    case 'ne':
      return sql`(${from} < ${lo} OR ${to} > ${hi})`
    case 'gt':
      return sql`(${to} > ${hi})`
    case 'lt':
      return sql`(${from} < ${lo})`
    case 'ge':
      return sql`(${to} >= ${lo} AND (${to} > ${hi} OR ${from} >= ${lo}))`
    case 'le':
      return sql`(${from} <= ${hi} AND (${from} < ${lo} OR ${to} <= ${hi}))`
    case 'sa':
      return sql`(${from} > ${hi})`
    case 'eb':
      return sql`(${to} < ${lo})`
    case 'ap':
      return sql`(${from} <= ${hi} AND ${to} >= ${lo})`
  }
}

/** https://hl7.org/fhir/R4/search.html#number */
export function inInterval({ prefix, lo, hi }: NumberValue): RawBuilder<SqlBool> {
  switch (prefix) {
    case 'eq':
      return sql`(lo >= ${lo} AND lo < ${hi} AND hi < ${hi})`
    case 'ne':
      return sql`(lo < ${lo} OR hi >= ${hi})`
    case 'ge':
      return sql`(hi >= ${hi})`
    case 'le':
      return sql`(lo <= ${lo})`
    default:
      return inRange({ prefix, lo, hi })
  }
}
