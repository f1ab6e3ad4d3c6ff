/**
 * A codec is one small two-way translation: `read` a raw FHIR value into a domain value, `write` it back.
 *
 * What it owes, and the law tests check: `read(write(v)) = v`, and writing never needs more than the value and, where the translation
 * loses something (a synonym, an extension), the raw value that stood there before.
 */
import type { Issue } from '../domain/problem.ts'

/** A value that could not be read; the reason is in the issues. */
export const unread: unique symbol = Symbol('unread')
export type Unread = typeof unread

/** Asked of the type, which takes no call: most values are compared with it. */
export const isUnread = (value: unknown): value is Unread => typeof value === 'symbol'

/** Where readers report what they could not read. Paths are relative to the reader and grow on the way up. */
export type Report = Issue[]

/** For readings whose issues nobody wants: it stays empty. */
export const silently: Report = Object.assign([], { push: () => 0 })

export interface Codec<Raw, Value> {
  readonly name: string
  read(raw: Raw, report: Report): Value | Unread
  /** `prior` is the raw value that stands there now, if any. */
  write(value: Value, prior: Raw | undefined): Raw
}

/** For values that both sides write alike; tables know it, and do without the call. */
export const asItIs = <T>(value: T): T => value

/** A table of words to look up what others sent: it has no words but its own, none of those that every object has (`constructor`). */
export const words = <T extends object>(table: T): T => Object.assign(Object.create(null), table) as T

/** Reports one issue at the reader's own place. */
export function cannot(report: Report, message: string): Unread {
  report.push({ path: '', message })
  return unread
}

/** Puts a step in front of the paths of all issues reported since `from`. */
export function within(step: string, report: Report, from: number): void {
  if (step === '') return
  for (let i = from; i < report.length; i++) {
    const issue = report[i]!
    const path = issue.path ?? ''
    report[i] = { ...issue, path: path === '' ? step : path.startsWith('[') ? step + path : `${step}.${path}` }
  }
}

/** Turns the errors reported since `from` into warnings: the value is left as it is, untouched and unread, and said so. */
export function tolerate(report: Report, from: number): void {
  for (let i = from; i < report.length; i++) report[i] = { ...report[i]!, severity: 'warning' }
}

/** Two codecs one after the other. */
export function chain<A, B, C>(first: Codec<A, B>, second: Codec<B, C>): Codec<A, C> {
  return {
    name: `${first.name} · ${second.name}`,
    read(raw, report) {
      const middle = first.read(raw, report)
      return isUnread(middle) ? unread : second.read(middle, report)
    },
    write(value, prior) {
      const before = prior === undefined ? unread : first.read(prior, [])
      return first.write(second.write(value, isUnread(before) ? undefined : before), prior)
    },
  }
}
