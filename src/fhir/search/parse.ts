/** From the text of a search to a `Query`. https://hl7.org/fhir/R4/search.html */
import { fail, type Issue, ok, type ProblemCode, type Result } from '../../domain/problem.ts'
import { rendering } from '../interactions.ts'
import { isResourceType } from '../types.ts'
import { linksIn, parameterIn } from './chains.ts'
import { comparedIn } from './compared.ts'
import { controls, initialControls } from './control.ts'
import { splitName } from './criterion.ts'
import { filterOf } from './filters.ts'
import { searchLimits } from './limits.ts'
import type { Query } from './query.ts'

export interface SearchContext {
  /** Leave out parameters that are unknown here instead of refusing (`Prefer: handling=lenient`). */
  readonly lenient?: boolean
  /** Leave out parameters that are known and empty. A condition of a write has none. https://hl7.org/fhir/R4/search.html#Introduction */
  readonly mayBeEmpty?: boolean
  /** Own base URL without trailing slash: absolute references below it mean our resources. */
  readonly base?: string
  /** Milliseconds; needed only for `ap` on dates. */
  readonly now?: number
}

/**
 * Parse decoded name/value pairs (a URLSearchParams will do).
 * Fails with one issue for each parameter that is wrong: `not-supported` where one is unknown, else `invalid`. Values are never quoted.
 */
export function parseSearch(
  type: string,
  pairs: Iterable<readonly [string, string]>,
  context: SearchContext = {},
): Result<Query> {
  if (!isResourceType(type)) return fail('not-found', 'FHIR R4 has no such resource type.')
  let query: Query = { type, filters: [], ...initialControls(searchLimits.defaultCount), given: [] }
  let code: ProblemCode = 'invalid'
  const issues: Issue[] = []
  const ignored: Issue[] = []
  let seen = 0
  let values = 0
  for (const [name, text] of pairs) {
    if (rendering.includes(name)) {
      query = { ...query, given: [...query.given, [name, text]] }
      continue
    }
    if (++seen > searchLimits.parameters) return fail('invalid', 'The search has too many parameters.')
    values += piecesOf(text)
    if (values > searchLimits.values) return fail('invalid', `The search has more than ${searchLimits.values} values.`)
    // Names are the sender's text too: only what looks like one is repeated.
    const label = /^[\w:.-]{1,100}$/.test(name) ? name : 'a parameter'
    const extended = extend(query, name, text, label, context)
    if (text === '' && context.mayBeEmpty && (extended.ok || extended.problem.code !== 'not-supported')) continue
    if (extended.ok) query = { ...extended.value, given: [...query.given, [name, text]] }
    else {
      const isUnknown = extended.problem.code === 'not-supported'
      const issue = { path: label, message: extended.problem.detail }
      if (isUnknown && context.lenient && isLeft(name)) ignored.push(issue)
      else issues.push(issue)
      if (isUnknown) code = 'not-supported'
    }
  }
  // https://hl7.org/fhir/R4/search.html#summary
  if (query.summary === 'text' && query.include.length + query.revinclude.length > 0)
    issues.push({ path: '_summary', message: '_summary=text cannot be together with _include or _revinclude.' })
  const [only] = issues
  if (only) return fail(code, issues.length === 1 ? only.message : 'The search is wrong in several places.', { issues })
  const links = query.filters.reduce((all, one) => all + linksIn(one), 0)
  if (links > searchLimits.links)
    return fail('invalid', `The search follows more than ${searchLimits.links} links: chains, _has, and steps of hierarchies.`)
  // As a rule there are few of any kind.
  const compared = values > searchLimits.compared ? query.filters.reduce((all, one) => all + comparedIn(one), 0) : 0
  if (compared > searchLimits.compared)
    return fail('invalid', `The search has more than ${searchLimits.compared} values that are compared one by one.`)
  const count = query.summary === 'count' ? 0 : Math.min(query.count, searchLimits.maxCount)
  return ok({ ...query, count, ...(count === 0 && { total: 'accurate' }), ...(ignored.length > 0 && { ignored }) })
}

/** How many a text has, parted by commas. */
function piecesOf(text: string): number {
  let pieces = 1
  for (let at = text.indexOf(','); at >= 0; at = text.indexOf(',', at + 1)) pieces++
  return pieces
}

/**
 * May it be left out, where it is unknown? Not with a modifier, and no query by name: servers SHALL refuse these whatever is preferred.
 * https://hl7.org/fhir/R4/search.html#modifiers
 */
const isLeft = (name: string): boolean => name !== '_query' && !parameterIn(name).includes(':')

/** Backslashes stand before what they escape, and nowhere else. https://hl7.org/fhir/R4/search.html#escaping */
const isEscaped = (text: string): boolean => !text.includes('\\') || /^(?:[^\\]|\\[,|$\\])*$/.test(text)

/** The query with one more parameter. */
function extend(query: Query, name: string, text: string, label: string, context: SearchContext): Result<Query> {
  if (text.length > searchLimits.valueLength) return fail('invalid', `The value of ${label} is too long.`)
  if (!isEscaped(text)) return fail('invalid', `The value of ${label} has a backslash that escapes nothing.`)
  const [param, modifier] = splitName(name)
  const word = Object.hasOwn(controls, param) ? controls[param] : undefined
  if (word) {
    if (text === '' && modifier === undefined) return fail('invalid', `The parameter ${param} has no value.`)
    if (!word.repeats && query.given.some(([known]) => known === param)) return fail('invalid', `${param} may be given once.`)
    const control = word.read(query, text, modifier, query.type)
    return control.ok ? ok({ ...query, ...control.value }) : control
  }
  const filter = filterOf(query.type, name, text, label, context)
  return filter.ok ? ok({ ...query, filters: [...query.filters, filter.value] }) : filter
}
