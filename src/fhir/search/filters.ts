/** One search parameter of a request as a filter: which of the ways to ask it is. */
import { fail, ok, type Result } from '../../domain/problem.ts'
import { isId } from '../types.ts'
import { chainFilter, hasFilter, isChain, isHas, listFilter } from './chains.ts'
import { compositeFilter } from './composites.ts'
import { all, type Criterion, missing, noModifier, splitName, unknown, unreadable } from './criterion.ts'
import { indexedFilter } from './indexed-filter.ts'
import { lookedFilter } from './looked-filter.ts'
import { ownModifiers } from './modifiers.ts'
import { compositeParameter, searchParameter } from './parameters.ts'
import type { SearchContext } from './parse.ts'
import { constant, type Filter, type IdFilter } from './query.ts'
import { dateValue } from './values.ts'

/** `name` is the parameter's, with modifiers and chains; `label` the name as it may be repeated. */
export function filterOf(type: string, name: string, text: string, label: string, context: SearchContext): Result<Filter> {
  const filter = read(type, name, text, label, context)
  const isUnknown = !filter.ok && filter.problem.code === 'not-supported'
  return text === '' && !isUnknown ? fail('invalid', `The search parameter ${label} has no value.`) : filter
}

function read(type: string, name: string, text: string, label: string, context: SearchContext): Result<Filter> {
  const below = (inner: string, rest: string) => filterOf(inner, rest, text, label, context)
  if (isHas(name)) return hasFilter(type, name, label, below)
  if (isChain(name)) return chainFilter(type, name, label, below)
  const [param, modifier] = splitName(name)
  const criterion: Criterion = { param, modifier, text, label }
  const own = ofResource(criterion, context)
  if (own) return own
  const looked = lookedFilter(type, criterion)
  if (looked) return looked
  const composite = compositeParameter(type, param)
  if (composite) return compositeFilter(type, composite, criterion, context)
  const row = searchParameter(type, param)
  return row ? indexedFilter(criterion, row, context) : unknown(type, label)
}

/** Parameters that ask for the resource itself, not for its content. https://hl7.org/fhir/R4/search.html#all */
function ofResource(criterion: Criterion, context: SearchContext): Result<Filter> | undefined {
  const { param, modifier, text } = criterion
  if (modifier !== undefined && Object.hasOwn(ownModifiers, param)) {
    if (!ownModifiers[param]!.includes(modifier)) return noModifier(criterion)
    if (modifier === 'missing') return missing(criterion, (wanted) => constant(!wanted))
  } else if (modifier !== undefined) return undefined
  switch (param) {
    case '_id': {
      const values = all(text, (piece) => (isId(piece) ? piece : undefined))
      if (!values) return unreadable('_id', 'an id')
      const filter: IdFilter = { kind: 'id', values }
      return ok(modifier === 'not' ? { kind: 'not', filter } : filter)
    }
    case '_lastUpdated': {
      const values = all(text, (piece) => dateValue(piece, context.now))
      return values ? ok({ kind: 'lastUpdated', values }) : unreadable('_lastUpdated', 'a date, or a date and time')
    }
    case '_list':
      return listFilter(text)
    case '_query':
      return fail('not-supported', 'There are no queries by name here.')
    default:
      return undefined
  }
}
