/** Where two values differ, and what two tables make otherwise of the same resources. */
import type { Issue } from '../domain/problem.ts'
import { isObject } from './equal.ts'
import type { AnyMapping } from './trace.ts'

export interface Difference {
  /** `diagnoses[0].role`, `Encounter.class.code`. */
  readonly path: string
  /** Absent where there is nothing. */
  readonly before?: unknown
  readonly after?: unknown
}

/** Lists of other lengths differ as a whole. */
export function differences(before: unknown, after: unknown, path = ''): readonly Difference[] {
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length)
    return before.flatMap((item, i) => differences(item, after[i], `${path}[${i}]`))
  if (isObject(before) && isObject(after) && !('rawJSON' in before))
    return Object.keys({ ...before, ...after }).flatMap((key) =>
      differences(before[key], after[key], path === '' ? key : `${path}.${key}`),
    )
  return JSON.stringify(before) === JSON.stringify(after)
    ? []
    : [{ path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }]
}

/** What a table makes of some parts: its reading, and what it would write who knew no more than that. */
export function madeOf(mapping: AnyMapping, parts: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const reading = mapping.read(parts)
  if (!reading.ok) return { readable: false, issues: said(reading.issues) }
  return { readable: true, ...reading.value, ...mapping.write(reading.value), issues: said(reading.warnings) }
}

/** What one reading says and another does not; where only one could read it, that and why. */
export function changes(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): readonly Difference[] {
  const all = differences(before, after)
  return before.readable === after.readable ? all : all.filter(({ path }) => path === 'readable' || path.startsWith('issues'))
}

/** Issues as lines. */
export const said = (issues: readonly Issue[]): readonly string[] =>
  issues.map(({ path, message }) => (path === undefined ? message : `${path}: ${message}`))
