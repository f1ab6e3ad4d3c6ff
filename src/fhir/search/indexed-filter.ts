/** Values and modifiers of a plain parameter. https://hl7.org/fhir/R4/search.html#ptypes */
import { fail, ok, type Result } from '../../domain/problem.ts'
import { isId, isResourceType } from '../types.ts'
import { all, type Criterion, missing, noModifier, unreadable } from './criterion.ts'
import { inBundle, textStart } from './emit.ts'
import { withinHierarchy } from './hierarchy.ts'
import { hierarchiesOf, isLeading, modifiersOf, targetsOf } from './modifiers.ts'
import type { SearchContext } from './parse.ts'
import type { Filter, TokenValue } from './query.ts'
import type { ElementType, SearchParameterRow } from './table.ts'
import {
  dateValue,
  numberValue,
  quantityValue,
  splitEscaped,
  stringValue,
  tokenValue,
  unescaped,
  uriAbove,
  uriBelow,
} from './values.ts'

/** The filter of a parameter that the index has, by its kind and modifier. Problems: `invalid`, `not-supported`. */
export function indexedFilter(criterion: Criterion, row: SearchParameterRow, context: SearchContext): Result<Filter> {
  const { param, modifier, text } = criterion
  if (modifier === 'missing') return missing(criterion, (wanted) => ({ kind: 'missing', param, missing: wanted }))
  const known = modifier === undefined || modifiersOf(row).includes(modifier)
  if (!known && !(row.kind === 'reference' && isResourceType(modifier))) return noModifier(criterion)
  switch (row.kind) {
    case 'token':
      return tokenFilter(criterion, row, context)
    case 'string': {
      const values = all(text, (piece) => stringValue(piece, modifier === 'exact'))
      const match = modifier === 'exact' || modifier === 'contains' ? modifier : 'starts'
      return values ? ok({ kind: 'string', param, match, values }) : unreadable(param, 'a text')
    }
    case 'reference':
      return referenceFilter(criterion, row, context)
    case 'date': {
      const values = all(text, (piece) => dateValue(piece, context.now))
      return values ? ok({ kind: 'date', param, values }) : unreadable(param, 'a date, or a date and time')
    }
    case 'number': {
      const values = all(text, numberValue)
      return values ? ok({ kind: 'number', param, values }) : unreadable(param, 'a number')
    }
    case 'quantity': {
      const values = all(text, quantityValue)
      return values ? ok({ kind: 'quantity', param, values }) : unreadable(param, 'number, number|system|code or number||code')
    }
    case 'uri':
      return uriFilter(criterion)
  }
}

function tokenFilter({ param, modifier, text }: Criterion, row: SearchParameterRow, { base }: SearchContext): Result<Filter> {
  if (modifier === 'text') {
    const values = all(text, (piece) => textStart(unescaped(piece)) || undefined)
    return values ? ok({ kind: 'starts', param: `${param}:text`, values }) : unreadable(`${param}:text`, 'a text')
  }
  if (modifier === 'of-type') {
    const values = all(text, typedValue)
    return values
      ? ok({ kind: 'token', param: `${param}:of-type`, values })
      : unreadable(`${param}:of-type`, 'system|code|value: of the type, and of the identifier')
  }
  if (modifier === 'in' || modifier === 'not-in') {
    const values = all(text, (piece) => ({ code: ownName(unescaped(piece), base) }))
    if (!values) return unreadable(`${param}:${modifier}`, 'the URL of a ValueSet')
    const filter = { kind: 'concepts', param, relation: 'in', values } as const
    return ok(modifier === 'in' ? filter : { kind: 'not', filter })
  }
  const isAlone = row.paths.every(({ type }) => withoutSystem.has(type))
  const values = all(text, isAlone ? valueAlone : tokenValue)
  if (!values) return unreadable(param, isAlone ? 'a value alone: it is of no system' : 'code, system|code, |code or system|')
  if (modifier === 'below' || modifier === 'above') {
    const implied = row.paths.length === 1 ? row.paths[0]?.system : undefined
    if (implied === mediaTypes && modifier === 'below') return ok(belowMediaType(param, values))
    const placed = values.map((value) => ({ ...value, system: value.system ?? implied }))
    if (placed.some(({ system, code }) => !system || code === undefined)) return unreadable(`${param}:${modifier}`, 'system|code')
    return ok({
      kind: 'concepts',
      param,
      relation: modifier,
      values: placed.map(({ system = '', code = '' }) => ({ system, code })),
    })
  }
  const asIndexed = ({ code, ...system }: TokenValue): TokenValue => ({ ...system, ...(code && { code: code.toLowerCase() }) })
  const isCaseless = row.paths.every(({ type }) => type === 'ContactPoint' || type === 'string')
  const filter = { kind: 'token', param, values: isCaseless ? values.map(asIndexed) : values } as const
  return ok(modifier === 'not' ? { kind: 'not', filter } : filter)
}

/** Of these "the presence of the pipe symbol SHALL NOT be used". https://hl7.org/fhir/R4/search.html#token */
const withoutSystem: ReadonlySet<ElementType> = new Set(['ContactPoint', 'uri', 'boolean', 'deceased'] as const)

function valueAlone(text: string): TokenValue | undefined {
  return splitEscaped(text, '|').length === 1 ? { code: unescaped(text) } : undefined
}

const mediaTypes = 'urn:ietf:bcp:13'

/** A media type, whatever its parameters are. https://hl7.org/fhir/R4/search.html#mimetype */
function belowMediaType(param: string, values: readonly TokenValue[]): Filter {
  const starts = values.map(({ code = '' }) => `${code};`)
  return { kind: 'any', of: [[{ kind: 'token', param, values }], [{ kind: 'starts', param, values: starts }]] }
}

/** As the index has it: `identifier:of-type`. */
function typedValue(piece: string): { system: string; code: string } | undefined {
  const [system, code, value, ...rest] = splitEscaped(piece, '|').map(unescaped)
  return system && code && value && rest.length === 0 ? { system, code: `${code}|${value}` } : undefined
}

/** https://hl7.org/fhir/R4/search.html#uri */
function uriFilter({ param, modifier, text }: Criterion): Result<Filter> {
  const values = all(text, (piece) => unescaped(piece))
  if (!values) return unreadable(param, 'a URI')
  if (modifier === undefined) return ok(param === 'url' ? ofVersions(values) : { kind: 'uri', param, values })
  if (values.some((value) => !/^[a-z][a-z0-9+.-]*:\/\//i.test(value))) return unreadable(`${param}:${modifier}`, 'a URL')
  if (modifier === 'above') return ok({ kind: 'uri', param, values: values.flatMap(uriAbove) })
  const itself: Filter = { kind: 'uri', param, values: values.map((value) => uriBelow(value).itself) }
  return ok({ kind: 'any', of: [[itself], [{ kind: 'starts', param, values: values.map((value) => uriBelow(value).start) }]] })
}

/** A `|version` behind a canonical URL asks for the version. https://hl7.org/fhir/R4/search.html#uri */
function ofVersions(values: readonly string[]): Filter {
  const plain: Filter = { kind: 'uri', param: 'url', values }
  const versioned = values.filter((value) => value.includes('|'))
  if (versioned.length === 0) return plain
  const each = versioned.map((value): readonly Filter[] => {
    const bar = value.lastIndexOf('|')
    return [
      { kind: 'uri', param: 'url', values: [value.slice(0, bar)] },
      { kind: 'token', param: 'version', values: [{ code: value.slice(bar + 1).toLowerCase() }] },
    ]
  })
  return { kind: 'any', of: [[plain], ...each] }
}

/** `url` is every version, `url|1` is 1, 1.0 and 1.1. https://hl7.org/fhir/R4/search.html#versions */
function belowCanonical({ param, text }: Criterion): Result<Filter> {
  const values = all(text, (piece) => unescaped(piece))
  if (!values) return unreadable(`${param}:below`, 'a canonical URL')
  const starts = values.filter((value) => value.includes('|')).map((value) => `${value}.`)
  const itself: Filter = { kind: 'reference', param, values }
  return ok(starts.length === 0 ? itself : { kind: 'any', of: [[itself], [{ kind: 'starts', param, values: starts }]] })
}

/** https://hl7.org/fhir/R4/search.html#reference */
function referenceFilter(
  { param, modifier, text, label }: Criterion,
  row: SearchParameterRow,
  context: SearchContext,
): Result<Filter> {
  if (modifier === 'identifier') {
    const values = all(text, tokenValue)
    return values
      ? ok({ kind: 'token', param: `${param}:identifier`, values })
      : unreadable(`${param}:identifier`, 'system|value')
  }
  if (modifier === 'below' && row.paths.some(({ type }) => type === 'canonical'))
    return belowCanonical({ param, modifier, text, label })
  if (modifier === 'below' || modifier === 'above') {
    const types = hierarchiesOf(row)
    const names = all(text, (piece) => referred(unescaped(piece), types, false, context.base)?.filter(isTyped))?.flat()
    return names?.every((name) => types.includes(name.slice(0, name.indexOf('/'))))
      ? ok(withinHierarchy(param, modifier, names))
      : unreadable(`${param}:${modifier}`, `an id, or Type/id: ${types.join(' or ')}`)
  }
  const allowed = targetsOf(row)
  if (modifier !== undefined && !allowed.includes(modifier)) {
    return fail('invalid', `The search parameter ${param} does not refer to ${modifier}.`)
  }
  const canonicals = row.paths.some(({ type }) => type !== 'Reference')
  const values = all(text, (piece) => referred(unescaped(piece), modifier ? [modifier] : allowed, canonicals, context.base))
  if (values && isLeading(row))
    return ok({ kind: 'token', param, values: values.flat().map((code) => ({ system: inBundle, code })) })
  if (values) {
    const untyped = values.filter((names) => names.length > 1 && allowed.length > 1).flatMap((names) => names.filter(isTyped))
    return ok({ kind: 'reference', param, values: values.flat(), ...(untyped.length > 0 && { untyped }) })
  }
  return unreadable(param, modifier ? `an id, or ${modifier}/id` : 'an id, Type/id or an absolute URL')
}

/** `Type/id` for an address of ours. */
const ownName = (url: string, base: string | undefined): string =>
  base !== undefined && url.startsWith(`${base}/`) ? url.slice(base.length + 1) : url

const isTyped = (name: string): boolean => name.includes('/')

/** What a value may stand for in the index: a bare id for each type that the parameter can lead to. */
function referred(value: string, types: readonly string[], canonicals: boolean, base: string | undefined): string[] | undefined {
  const history = value.indexOf('/_history/')
  const current = history < 0 ? value : value.slice(0, history)
  const own = ownName(current, base)
  if (isId(own)) return [...types.map((type) => `${type}/${own}`), ...(canonicals ? [own] : [])]
  const [type, id, ...rest] = own.split('/')
  if (isResourceType(type) && isId(id) && rest.length === 0) return types.length > 1 || types[0] === type ? [own] : undefined
  return /^[A-Za-z][A-Za-z0-9+.-]*:./.test(own) ? [own] : undefined
}
