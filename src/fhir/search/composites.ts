/** Composite parameters: `code-value-quantity=…$…`. https://hl7.org/fhir/R4/search.html#combining */
import { fail, ok, type Result } from '../../domain/problem.ts'
import { type Criterion, noModifier, unreadable } from './criterion.ts'
import { indexedFilter } from './indexed-filter.ts'
import { searchParameter } from './parameters.ts'
import type { SearchContext } from './parse.ts'
import type { Filter, ValueFilter } from './query.ts'
import type { CompositePart, CompositeRow, CompositeWay } from './table.ts'
import { splitEscaped } from './values.ts'

/** `code-value-quantity=…$…`: of one item, where the parameter is one of an item. Problems: `invalid`, `not-supported`. */
export function compositeFilter(
  type: string,
  { ways }: CompositeRow,
  criterion: Criterion,
  context: SearchContext,
): Result<Filter> {
  const { param, text } = criterion
  if (criterion.modifier !== undefined) return noModifier(criterion)
  const of: (readonly Filter[])[] = []
  for (const piece of splitEscaped(text, ',')) {
    const pieces = splitEscaped(piece, '$')
    for (const way of ways) {
      if (pieces.length !== way.parts.length || pieces.includes('')) {
        return unreadable(param, `${way.parts.map((part) => part.param).join('$')}, a value for each`)
      }
      const filters = partsOf(type, way, pieces, criterion, context)
      if (!filters.ok) return filters
      of.push(filters.value)
    }
  }
  return ok({ kind: 'any', of })
}

function partsOf(
  type: string,
  { each, parts }: CompositeWay,
  pieces: readonly string[],
  { label }: Criterion,
  context: SearchContext,
): Result<readonly Filter[]> {
  const outside: Filter[] = []
  const inside: Filter[] = []
  for (const [i, part] of parts.entries()) {
    const filter = partFilter(type, part, pieces[i]!, label, context)
    if (!filter.ok) return filter
    const list = each === undefined || part.outside ? outside : inside
    list.push(filter.value)
  }
  return ok(inside.length > 0 ? [...outside, { kind: 'together', filters: inside as ValueFilter[] }] : outside)
}

function partFilter(type: string, { param }: CompositePart, text: string, label: string, context: SearchContext): Result<Filter> {
  const row = searchParameter(type, param)
  if (!row) return fail('not-supported', `${type} has no search parameter ${label} here.`)
  return indexedFilter({ param, modifier: undefined, text, label }, row, context)
}
