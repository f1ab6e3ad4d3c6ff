/** What reading one message needs everywhere: the connection's facts, and a list for what is odd. */
import type { Issue } from '../../src/domain/problem.ts'
import type { AnswerIssue } from '../../src/hl7v2/acknowledge.ts'
import type { Composite, Segment } from '../../src/hl7v2/segment.ts'
import { type Clockwork, readTime } from '../../src/hl7v2/time.ts'
import type { CodeTable } from '../../src/lens/code-table.ts'
import type { ConnectionFacts } from './adt-reading.ts'

export interface Reader {
  readonly connection: ConnectionFacts
  readonly clockwork: Clockwork
  /** Findings so far; `warn` adds to them. */
  readonly issues: readonly Issue[]
  warn(path: string, message: string, condition?: AnswerIssue['condition']): void
  /** A time had neither an offset nor a zone to take it from. */
  assumedUtc: boolean
}

export function reader(connection: ConnectionFacts, clockwork: Clockwork): Reader {
  const issues: AnswerIssue[] = []
  return {
    connection,
    clockwork,
    issues,
    warn: (path, message, condition) => {
      issues.push({ path, message, severity: 'warning', ...(condition && { condition }) })
    },
    assumedUtc: false,
  }
}

/** A time, as text of a FHIR dateTime; absent, with a warning, if it is none. */
export function time(from: Composite, by: Reader): string | undefined {
  const value = from.text(1)
  if (value === undefined) return undefined
  const read = readTime(value, by.clockwork, from.text(2))
  if (read === undefined) {
    by.warn(from.place(), 'not a time; left out', '102')
    return undefined
  }
  if (read.oddity === 'ambiguous') by.warn(from.place(), 'the clock showed this time twice that day; read as the first')
  if (read.oddity === 'skipped') by.warn(from.place(), 'the clock skipped this time that day; moved on by the gap')
  if (read.offsetFrom === 'utc') by.assumedUtc = true
  return read.text
}

/** The day of a time, as its sender wrote it: births and policies have no time of day here. */
export function day(from: Composite, by: Reader): string | undefined {
  const value = from.text(1)
  if (value === undefined) return undefined
  const read = readTime(value, {}, 'D')
  if (read === undefined) by.warn(from.place(), 'not a date; left out', '102')
  return read?.text
}

/** The days that two parts of a composite set as bounds. */
export function period(from: Composite, start: number, end: number, by: Reader): { start?: string; end?: string } | undefined {
  if (from.text(start) === undefined && from.text(end) === undefined) return undefined
  return present<{ start?: string; end?: string }>({ start: day(from.part(start), by), end: day(from.part(end), by) })
}

/** The term of a coded part; absent, with a warning, if the table has none. `silent` holds codes known to have no term. */
export function term<T extends string>(
  from: Composite,
  n: number,
  table: CodeTable<T>,
  by: Reader,
  silent?: ReadonlySet<string>,
): T | undefined {
  const code = from.text(n)?.toUpperCase()
  if (code === undefined) return undefined
  const found = table.termOf(code)
  if (found !== undefined) return found
  const known = silent?.has(`${table.system.slice(table.system.lastIndexOf('/') + 1)}|${code}`)
  if (!known) by.warn(from.place(n), 'not in the code table; left out', '103')
  return undefined
}

/** What a list of repetitions says; those that say nothing are passed over. */
export function each<T>(
  segment: Segment | undefined,
  n: number,
  read: (from: Composite, by: Reader) => T | undefined,
  by: Reader,
): readonly T[] {
  return (segment?.fields(n) ?? []).map((from) => read(from, by)).filter((value) => value !== undefined)
}

/** The same object without its undefined members: absent stays absent. `undefined` if nothing is left but empty lists. */
export function present<T extends object>(members: { [K in keyof T]: T[K] | undefined }): T | undefined {
  const said: Record<string, unknown> = {}
  let something = false
  for (const key in members) {
    const value: unknown = members[key]
    if (value === undefined) continue
    said[key] = value
    something ||= !(Array.isArray(value) && value.length === 0)
  }
  return something ? (said as T) : undefined
}
