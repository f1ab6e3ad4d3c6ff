/** Chained parameters, reverse chains, and lists. https://hl7.org/fhir/R4/search.html#chaining */
import { fail, ok, type Result } from '../../domain/problem.ts'
import { isId, isResourceType } from '../types.ts'
import { all, noModifier, unknown, unreadable } from './criterion.ts'
import { chainedTo, isLeading } from './modifiers.ts'
import { searchParameter } from './parameters.ts'
import type { ChainFilter, Filter } from './query.ts'

/** Announced limits: links of a chain, `_has` within `_has`, types that a link without a type may stand for. */
export const chainLimits = { links: 5, has: 3, types: 10 } as const

/** Reads the rest of the name as a parameter of the type that a link leads to. */
type Below = (type: string, rest: string) => Result<Filter>

export const isHas = (name: string): boolean => name.startsWith('_has:')
export const isChain = (name: string): boolean => name.includes('.')

/** What stands last in a name, beyond chains and `_has`: a parameter, perhaps with its modifier. */
export function parameterIn(name: string): string {
  if (isHas(name)) return parameterIn(name.split(':').slice(3).join(':'))
  return name.slice(name.lastIndexOf('.') + 1)
}

/** Links, and `_has`, in a name: no value can be read deeper than the limits say. */
function tooDeep(name: string): string | undefined {
  if (name.split('_has:').length - 1 > chainLimits.has) return `_has may stand in _has up to ${chainLimits.has} times`
  if (name.split('.').length - 1 > chainLimits.links) return `a chain may have up to ${chainLimits.links} links`
  return undefined
}

/** `_has:Observation:patient:code=…` */
export function hasFilter(type: string, name: string, label: string, below: Below): Result<Filter> {
  const deep = tooDeep(name)
  if (deep) return fail('invalid', `The search parameter ${label} is too deep: ${deep}.`)
  const [, source = '', param = '', ...rest] = name.split(':')
  if (!isResourceType(source) || param === '' || rest.length === 0)
    return fail('invalid', 'A _has has to be _has:Type:parameter:parameter.')
  const row = searchParameter(source, param)
  if (!row) return unknown(source, /^[\w-]{1,64}$/.test(param) ? param : 'as given')
  if (row.kind !== 'reference' || isLeading(row) || !chainedTo(row).includes(type))
    return fail('not-supported', `The search parameter ${param} of ${source} does not refer to ${type}.`)
  const inner = below(source, rest.join(':'))
  return inner.ok ? ok({ kind: 'has', type: source, param, filter: inner.value }) : inner
}

/** `subject:Patient.name=…`; without a type: of whichever types the parameter leads to and that can be asked so. */
export function chainFilter(type: string, name: string, label: string, below: Below): Result<Filter> {
  const deep = tooDeep(name)
  if (deep) return fail('invalid', `The search parameter ${label} is too deep: ${deep}.`)
  const dot = name.indexOf('.')
  const [param = '', wanted] = name.slice(0, dot).split(':')
  const rest = name.slice(dot + 1)
  const row = searchParameter(type, param)
  if (!row) return unknown(type, label)
  if (row.kind !== 'reference')
    return fail('not-supported', `The search parameter ${param} cannot be chained: it refers to no resource.`)
  const targets = chainedTo(row)
  if (wanted !== undefined) {
    if (!isResourceType(wanted)) return noModifier({ param, modifier: wanted, text: '', label })
    if (!targets.includes(wanted)) return fail('invalid', `The search parameter ${param} does not refer to ${wanted}.`)
    const inner = below(wanted, rest)
    return inner.ok ? ok({ kind: 'chain', param, to: [{ type: wanted, filter: inner.value }] }) : inner
  }
  const to: { type: string; filter: Filter }[] = []
  let refused: Result<Filter> | undefined
  for (const target of targets.length > chainLimits.types ? [] : targets) {
    const inner = below(target, rest)
    if (inner.ok) to.push({ type: target, filter: inner.value })
    else if (refused === undefined || (!inner.ok && inner.problem.code === 'invalid')) refused = inner
  }
  if (targets.length > chainLimits.types)
    return fail('not-supported', `The search parameter ${param} leads to many types: say which, as in ${param}:Patient.`)
  if (to.length > 0) return ok({ kind: 'chain', param, to })
  return refused ?? unknown(type, label)
}

export const functionalLists = 'Functional lists are not kept here.'

/** `_list=id`: what a List names. The functional lists (`$current-…`) are not here. https://hl7.org/fhir/R4/search.html#list */
export function listFilter(text: string): Result<Filter> {
  if (text.startsWith('$')) return fail('not-supported', functionalLists)
  const values = all(text, (piece) => (isId(piece) ? piece : undefined))
  return values
    ? ok({ kind: 'has', type: 'List', param: 'item', filter: { kind: 'id', values } })
    : unreadable('_list', 'the id of a List')
}

/** Every type that a filter looks into besides its own. */
export function typesWithin(filter: Filter): readonly string[] {
  switch (filter.kind) {
    case 'chain':
      return filter.to.flatMap((each: ChainFilter['to'][number]) => [each.type, ...typesWithin(each.filter)])
    case 'has':
      return [filter.type, ...typesWithin(filter.filter)]
    case 'any':
      return filter.of.flatMap((list) => list.flatMap(typesWithin))
    default:
      return []
  }
}

/** How many links are followed, one after the other, to answer it. */
export function linksIn(filter: Filter): number {
  switch (filter.kind) {
    case 'chain':
      // It may lead to several types, of which the one that is asked about is meant.
      return 1 + Math.max(...filter.to.map((each) => linksIn(each.filter)))
    case 'has':
      return 1 + linksIn(filter.filter)
    case 'any':
      return filter.of.reduce((all, list) => list.reduce((sum, each) => sum + linksIn(each), all), 0)
    default:
      return 0
  }
}
