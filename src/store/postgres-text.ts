/** Statements and values as PostgreSQL takes and gives them. */
import type { Batch, Value } from './sql.ts'

/** The same statement with numbered places; names in capitals and small letters are quoted, or PostgreSQL would make them small. */
export function forPostgres(sql: string): string {
  let place = 0
  return sql.replace(/'[^']*'|"[^"]*"|\?|\b[a-z]+[A-Z]\w*/g, (part) =>
    part === '?' ? `$${++place}` : /^\w/.test(part) ? `"${part}"` : part,
  )
}

/** Whether one of the rows would take the place of another of them: a statement may not write a row twice. */
export function writesTwice({ sql, width, values }: Batch): boolean {
  if (!sql.includes(' do update ')) return false
  const namesAfter = (start: string): string[] =>
    sql
      .slice(sql.indexOf('(', sql.indexOf(start)) + 1)
      .split(')', 1)[0]!
      .split(', ')
  const columns = namesAfter('insert into ')
  const places = namesAfter(' on conflict ').map((name) => columns.indexOf(name))
  const seen = new Set<string>()
  for (let at = 0; at < values.length; at += width) seen.add(JSON.stringify(places.map((place) => values[at + place])))
  return seen.size < values.length / width
}

// The one character that no text in PostgreSQL can hold is written with one that Unicode keeps for such uses, and so is that one itself.
const [none, mark] = ['\0', '\uffff']

export function toPostgres(value: Value): string | null {
  if (typeof value !== 'string') return value === null ? null : String(value)
  if (!value.includes(none) && !value.includes(mark)) return value
  return value.replaceAll(mark, `${mark}1`).replaceAll(none, `${mark}0`)
}

const fromText = (text: string): string =>
  text.includes(mark) ? text.replaceAll(`${mark}0`, none).replaceAll(`${mark}1`, mark) : text

/** bool, and the numbers: int8, int2, int4, float4, float8, numeric. https://www.postgresql.org/docs/current/catalog-pg-type.html */
const [bool, numbers] = [16, [20, 21, 23, 700, 701, 1700]]

/** How `pg` reads the columns of rows. */
export const types = {
  getTypeParser: (type: number) =>
    numbers.includes(type) ? Number : type === bool ? (text: string) => (text === 't' ? 1 : 0) : fromText,
}
