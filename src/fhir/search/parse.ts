/** From the text of a search to a `Query`. https://hl7.org/fhir/R4/search.html */
import { fail, type Issue, ok, type ProblemCode, type Result } from '../../domain/problem.ts'
import { isResourceType } from '../types.ts'
import { type Control, controls, initialControls } from './control.ts'
import { filterOf } from './filters.ts'
import { searchParameter } from './parameters.ts'
import type { Filter, Query } from './query.ts'
import { dateValue, splitEscaped } from './values.ts'

export interface SearchContext {
  /** Skip what is unknown instead of refusing (`Prefer: handling=lenient`). */
  readonly lenient?: boolean
  /** Own base URL without trailing slash: absolute references below it mean our resources. */
  readonly base?: string
  /** Milliseconds; needed only for `ap` on dates. */
  readonly now?: number
}

/** Announced limits of one search. */
export const searchLimits = { parameters: 100, valueLength: 20_000, defaultCount: 20, maxCount: 1000 } as const

/** Settled by the door before it searches. https://hl7.org/fhir/R4/http.html#parameters */
const ofTheDoor = new Set(['_format', '_pretty'])

/**
 * Parse decoded name/value pairs (a URLSearchParams will do).
 * Fails with one issue for each parameter that is wrong: `not-supported` where one is unknown, else `invalid`. Values are never quoted.
 */
export function parseSearch(
  type: string,
  pairs: Iterable<readonly [string, string]>,
  context: SearchContext = {},
): Result<Query> {
  if (!isResourceType(type)) return fail('not-supported', 'This is not a resource type of FHIR R4.')
  const filters: Filter[] = []
  const given: [string, string][] = []
  const issues: Issue[] = []
  let code: ProblemCode = 'invalid'
  let control: Control = initialControls(searchLimits.defaultCount)
  const seen = new Set<string>()
  for (const [name, text] of pairs) {
    if (ofTheDoor.has(name)) continue
    if (given.length + issues.length >= searchLimits.parameters) return fail('invalid', 'The search has too many parameters.')
    const [param = '', modifier] = splitName(name)
    const label = /^[\w:.-]{1,100}$/.test(name) ? name : 'a parameter'
    const step = text.length > searchLimits.valueLength ? fail('invalid', `The value of ${label} is too long.`) : understand()
    if (step.ok) given.push([name, text])
    else if (step.problem.code !== 'not-supported' || !context.lenient) {
      if (step.problem.code === 'not-supported') code = 'not-supported'
      issues.push({ path: label, message: step.problem.detail })
    }

    function understand(): Result<unknown> {
      const word = Object.hasOwn(controls, param) ? controls[param] : undefined
      if (word) {
        if (!word.repeats && seen.has(param)) return fail('invalid', `${param} may be given once.`)
        seen.add(param)
        const next = word.read(control, text, modifier, type)
        if (next.ok) control = next.value
        return next
      }
      const filter = conditionOf(type, param, modifier, text, label, context)
      if (filter.ok) filters.push(filter.value)
      return filter
    }
  }
  if (issues.length > 0)
    return fail(code, issues.length === 1 && issues[0] ? issues[0].message : 'The search is wrong in several places.', { issues })
  const count = Math.min(control.count, searchLimits.maxCount)
  return ok({ type, filters, ...control, count, given, ...(count === 0 && { total: 'accurate' }) })
}

function conditionOf(
  type: string,
  param: string,
  modifier: string | undefined,
  text: string,
  label: string,
  context: SearchContext,
): Result<Filter> {
  if (text === '') return fail('invalid', `The search parameter ${label} has no value.`)
  if (param === '_id' && modifier === undefined) {
    const values = splitEscaped(text, ',')
    return values.includes('') ? fail('invalid', 'The value of _id has to be an id.') : ok({ kind: 'id', values })
  }
  if (param === '_lastUpdated' && modifier === undefined) {
    const values = splitEscaped(text, ',').map((piece) => dateValue(piece, context.now))
    return values.every((value) => value !== undefined)
      ? ok({ kind: 'lastUpdated', values })
      : fail('invalid', 'The value of _lastUpdated has to be a date, or a date and time.')
  }
  const row = searchParameter(type, param)
  if (!row) return fail('not-supported', `${type} has no search parameter ${label} here.`)
  return filterOf({ param, modifier, text }, row, context)
}

function splitName(name: string): [param: string, modifier?: string] {
  const colon = name.indexOf(':')
  return colon < 0 ? [name] : [name.slice(0, colon), name.slice(colon + 1)]
}

/**
 * One text for all queries that ask for the same matches (type and filters; their order and that of alternatives do not count):
 * for locks and caches.
 */
export function canonical(query: Query): string {
  const texts = query.filters.map((filter) => stable(filter))
  return `${query.type}?${[...new Set(texts)].sort().join('&')}`
}

/** JSON with sorted members and sorted lists. */
function stable(value: unknown): string {
  if (Array.isArray(value)) return `[${[...new Set(value.map(stable))].sort().join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).filter(([, each]) => each !== undefined)
  return `{${members
    .map(([name, each]) => `${JSON.stringify(name)}:${stable(each)}`)
    .sort()
    .join()}}`
}
