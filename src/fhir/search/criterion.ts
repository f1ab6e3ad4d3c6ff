/** One parameter of a search: its name in parts, its text, and what may be said of both. */
import { fail, ok, type Result } from '../../domain/problem.ts'
import type { Filter } from './query.ts'
import { splitEscaped } from './values.ts'

export interface Criterion {
  /** Code of the parameter. */
  readonly param: string
  /** What follows its colon. */
  readonly modifier: string | undefined
  /** The text after the equals sign. */
  readonly text: string
  /** The whole name as it may be repeated to the sender. */
  readonly label: string
}

/** What a colon parts: the code of a parameter, and its modifier. */
export function splitName(name: string): [param: string, modifier?: string] {
  const colon = name.indexOf(':')
  return colon < 0 ? [name] : [name.slice(0, colon), name.slice(colon + 1)]
}

/** Parses each alternative; undefined as soon as one is no value. */
export function all<T>(text: string, parse: (piece: string) => T | undefined): T[] | undefined {
  const values: T[] = []
  for (const piece of splitEscaped(text, ',')) {
    const value = piece === '' ? undefined : parse(piece)
    if (value === undefined) return undefined
    values.push(value)
  }
  return values
}

/** `:missing=true|false`. */
export const missing = ({ param, text }: Criterion, filter: (wanted: boolean) => Filter): Result<Filter> =>
  text === 'true' || text === 'false' ? ok(filter(text === 'true')) : unreadable(`${param}:missing`, 'true or false')

/** Problem `invalid`: the value is not what the parameter takes. */
export const unreadable = (param: string, wanted: string): Result<Filter> =>
  fail('invalid', `The value of the search parameter ${param} has to be ${wanted}.`)

/** Problem `not-supported`: there is no such parameter. */
export const unknown = (type: string, label: string): Result<Filter> =>
  fail('not-supported', `${type} has no search parameter ${label} here.`)

/** Problem `not-supported`: the parameter is not asked with this modifier. */
export const noModifier = ({ param, modifier }: Criterion): Result<Filter> =>
  fail(
    'not-supported',
    `The search parameter ${param} does not support the modifier ${/^[A-Za-z-]{1,30}$/.test(modifier ?? '') ? modifier : 'given'}.`,
  )
