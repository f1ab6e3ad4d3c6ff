/** Sort keys in SQL, and the place of a resource in that order: pages go on after it, whatever is written meanwhile. */
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { extract } from '../fhir/search/extract.ts'
import type { SortKey } from '../fhir/search/query.ts'
import { inTurn, keysOfRow, plain } from './dialect.ts'
import { keyBase, keyOf, noTerm, segmentOf } from './index-entries.ts'
import { findParameter } from './parameters.ts'
import type { Sql, Value } from './sql.ts'
import { firstResource } from './terms.ts'

/** A sort key's value of the resource `d.number`; NULL where it has none. */
export function* sortValue(type: string, { kind, param, descending }: SortKey): Sql<RawBuilder<Value>> {
  if (kind === 'id') return sql`(SELECT id FROM resource WHERE number = d.number)`
  if (kind === 'lastUpdated') return sql`(SELECT at FROM resource WHERE number = d.number)`
  const parameter = yield* findParameter(type, param)
  if (parameter === undefined) return sql`CAST(NULL AS TEXT)`
  const [extreme, end] = descending ? [sql`max`, 'hi'] : [sql`min`, 'lo']
  const rows = (table: string, column: string, more = sql``) =>
    sql<Value>`(SELECT ${extreme}(${plain(column)}) FROM ${sql.table(table)} WHERE number = d.number AND parameter = ${parameter} ${more})`
  switch (kind) {
    case 'date':
      return rows('period', end)
    case 'number':
    case 'quantity':
      return rows('amount', end)
    case 'string':
      return rows('word', 'value', sql`AND exact <> ''`)
    default:
      return sql`(SELECT ${extreme}(coalesce(t.value, r.type || '/' || r.id)) FROM indexed AS i ${inTurn} ${keysOfRow}
        LEFT JOIN term AS t ON t.number = k.value % ${keyBase}
        LEFT JOIN resource AS r ON r.number = k.value % ${keyBase} - ${firstResource}
        WHERE i.number = d.number AND k.value > ${keyOf(parameter, noTerm)} AND k.value < ${keyOf(parameter + 1, noTerm)})`
  }
}

/** Resources without a value last; then in the order of creation, or against it if the first key descends. */
export function order(keys: readonly SortKey[], values: readonly RawBuilder<Value>[]): RawBuilder<unknown> {
  const parts = keys.flatMap(({ descending }, i) => [
    sql`${values[i]} IS NULL`,
    sql`${values[i]} ${descending ? sql`DESC` : sql`ASC`}`,
  ])
  return sql.join([
    ...parts,
    ...(keys[0]?.descending ? [sql`d.segment DESC`, sql`d.number DESC`] : [sql`d.segment`, sql`d.number`]),
  ])
}

/** A resource as it was when it ended a page. */
export interface Last {
  readonly number: number
  readonly id: string
  readonly at: number
  readonly resource: object
}

/** True of what comes after `last` in the order of the keys. */
export function following(keys: readonly SortKey[], values: readonly RawBuilder<Value>[], last: Last): RawBuilder<SqlBool> {
  const segment = segmentOf(last.number)
  const tie = keys[0]?.descending
    ? sql<SqlBool>`(d.segment <= ${segment} AND d.number < ${last.number})`
    : sql<SqlBool>`(d.segment >= ${segment} AND d.number > ${last.number})`
  const there = lastValues(keys, last)
  return keys.reduceRight((rest, { descending }, i) => {
    const value = values[i]
    const was = there[i] ?? null
    if (was === null) return sql<SqlBool>`(${value} IS NULL AND ${rest})`
    const beyond = descending ? sql`${value} < ${was}` : sql`${value} > ${was}`
    return sql<SqlBool>`(${beyond} OR ${value} IS NULL OR (${value} = ${was} AND ${rest}))`
  }, tie)
}

/** The same values as in SQL, from the version that ended the page: a cursor need not carry them, and versions never change. */
export function lastValues(keys: readonly SortKey[], { id, at, resource }: Last): Value[] {
  const best: Value[] = keys.map(({ kind }) => (kind === 'id' ? id : kind === 'lastUpdated' ? at : null))
  const offer = (kinds: readonly SortKey['kind'][], param: string, lo: Value | undefined, hi = lo) => {
    for (const [i, key] of keys.entries()) {
      if (key.param !== param || !kinds.includes(key.kind)) continue
      const value = (key.descending ? hi : lo) ?? null
      const known = best[i] ?? null
      if (value !== null && (known === null || compare(value, known) < 0 !== key.descending)) best[i] = value
    }
  }
  // A parameter of references may have names as tokens: those of what stands in the resource itself.
  const terms = ['token', 'reference', 'uri'] as const
  extract(resource, {
    token: (param, _, code) => offer(terms, param, code),
    reference: (param, target) => offer(terms, param, target),
    uri: (param, value) => offer(terms, param, value),
    string: (param, value, exact) => exact !== '' && offer(['string'], param, value),
    date: (param, lo, hi) => offer(['date'], param, lo, hi),
    number: (param, lo, hi) => offer(['number'], param, lo, hi),
    quantity: (param, lo, hi) => offer(['quantity'], param, lo, hi),
    present: () => undefined,
  })
  return best
}

/** A place in the order of the keys, outside of SQL. */
export interface Placed {
  readonly values: readonly Value[]
  readonly number: number
}

/** The same order as `order`. */
export function comparing(keys: readonly SortKey[]): { place(of: Last): Placed; compare(a: Placed, b: Placed): number } {
  return {
    place: (of) => ({ values: lastValues(keys, of), number: of.number }),
    compare(a, b) {
      for (const [i, { descending }] of keys.entries()) {
        const [left, right] = [a.values[i] ?? null, b.values[i] ?? null]
        if (left === null && right === null) continue
        if (left === null || right === null) return left === null ? 1 : -1
        const difference = compare(left, right)
        if (difference !== 0) return descending ? -difference : difference
      }
      return keys[0]?.descending ? b.number - a.number : a.number - b.number
    },
  }
}

/** Texts by code point, as databases do by bytes of UTF-8; JavaScript's own order differs beyond the basic plane. */
function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' || typeof b === 'number') return Number(a) - Number(b)
  const left = [...a]
  const right = [...b]
  for (const [i, character] of left.entries()) {
    const difference = character.codePointAt(0)! - (right[i]?.codePointAt(0) ?? -1)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}
