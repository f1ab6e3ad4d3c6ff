/** One search parameter of a request (name, modifier, values) as a filter. */
import { fail, ok, type Result } from '../../domain/problem.ts'
import { resourceTypes } from '../generated/resource-types.ts'
import { isId, isResourceType } from '../types.ts'
import { searchParameter } from './parameters.ts'
import type { SearchContext } from './parse.ts'
import type { Filter } from './query.ts'
import type { SearchParameterRow } from './table.ts'
import { dateValue, numberValue, quantityValue, splitEscaped, stringValue, tokenValue, unescaped } from './values.ts'

/** The parameter's code, what follows its colon, the text after the equals sign; `label` is the name as it may be repeated. */
export interface Condition {
  readonly param: string
  readonly modifier: string | undefined
  readonly text: string
  readonly label: string
}

/** Parses each alternative; undefined as soon as one is no value. */
function all<T>(text: string, parse: (piece: string) => T | undefined): T[] | undefined {
  const values: T[] = []
  for (const piece of splitEscaped(text, ',')) {
    const value = piece === '' ? undefined : parse(piece)
    if (value === undefined) return undefined
    values.push(value)
  }
  return values
}

const unreadable = (param: string, wanted: string): Result<Filter> =>
  fail('invalid', `The value of the search parameter ${param} has to be ${wanted}.`)

export function filterOf(type: string, condition: Condition, context: SearchContext): Result<Filter> {
  const { param, modifier, text, label } = condition
  if (text === '') return fail('invalid', `The search parameter ${label} has no value.`)
  if (param === '_id' && modifier === undefined) {
    const values = all(text, (piece) => (isId(piece) ? piece : undefined))
    return values ? ok({ kind: 'id', values }) : unreadable('_id', 'an id')
  }
  if (param === '_lastUpdated' && modifier === undefined) {
    const values = all(text, (piece) => dateValue(piece, context.now))
    return values ? ok({ kind: 'lastUpdated', values }) : unreadable('_lastUpdated', 'a date, or a date and time')
  }
  const row = searchParameter(type, param)
  return row ? indexedFilter(condition, row, context) : fail('not-supported', `${type} has no search parameter ${label} here.`)
}

function indexedFilter(
  { param, modifier, text, label }: Condition,
  row: SearchParameterRow,
  context: SearchContext,
): Result<Filter> {
  if (modifier === 'missing') {
    return text === 'true' || text === 'false'
      ? ok({ kind: 'missing', param, missing: text === 'true' })
      : unreadable(`${param}:missing`, 'true or false')
  }
  switch (row.kind) {
    case 'token': {
      if (modifier !== undefined && modifier !== 'not') return noModifier(param, modifier)
      const values = all(text, tokenValue)
      if (!values) return unreadable(param, 'code, system|code, |code or system|')
      return modifier === 'not'
        ? ok({ kind: 'not', filter: { kind: 'token', param, values } })
        : ok({ kind: 'token', param, values })
    }
    case 'string': {
      if (modifier !== undefined && modifier !== 'exact' && modifier !== 'contains') return noModifier(param, modifier)
      const values = all(text, (piece) => stringValue(piece, modifier === 'exact'))
      return values ? ok({ kind: 'string', param, match: modifier ?? 'starts', values }) : unreadable(param, 'a text')
    }
    case 'reference':
      return referenceFilter({ param, modifier, text, label }, row, context)
    default:
      if (modifier !== undefined) return noModifier(param, modifier)
  }
  switch (row.kind) {
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
    case 'uri': {
      const values = all(text, (piece) => unescaped(piece))
      return values ? ok({ kind: 'uri', param, values }) : unreadable(param, 'a URI')
    }
  }
}

const noModifier = (param: string, modifier: string): Result<Filter> =>
  fail(
    'not-supported',
    `The search parameter ${param} does not support the modifier ${/^[A-Za-z-]{1,30}$/.test(modifier) ? modifier : 'given'}.`,
  )

/** https://hl7.org/fhir/R4/search.html#reference */
function referenceFilter({ param, modifier, text }: Condition, row: SearchParameterRow, context: SearchContext): Result<Filter> {
  if (modifier === 'identifier') {
    const values = all(text, tokenValue)
    return values
      ? ok({ kind: 'token', param: `${param}:identifier`, values })
      : unreadable(`${param}:identifier`, 'system|value')
  }
  const allowed = row.target ?? resourceTypes
  if (modifier !== undefined && !isResourceType(modifier)) return noModifier(param, modifier)
  if (modifier !== undefined && !allowed.includes(modifier)) {
    return fail('invalid', `The search parameter ${param} does not refer to ${modifier}.`)
  }
  const canonicals = row.paths.some(({ type }) => type !== 'Reference')
  const values = all(text, (piece) => targetsOf(unescaped(piece), modifier ? [modifier] : allowed, canonicals, context.base))
  if (values) return ok({ kind: 'reference', param, values: values.flat() })
  return unreadable(param, modifier ? `an id, or ${modifier}/id` : 'an id, Type/id or an absolute URL')
}

/** What a value may stand for in the index: a bare id for each type that the parameter can lead to. */
function targetsOf(value: string, types: readonly string[], canonicals: boolean, base: string | undefined): string[] | undefined {
  const history = value.indexOf('/_history/')
  const current = history < 0 ? value : value.slice(0, history)
  const own = base !== undefined && current.startsWith(`${base}/`) ? current.slice(base.length + 1) : current
  if (isId(own)) return [...types.map((type) => `${type}/${own}`), ...(canonicals ? [own] : [])]
  const [type, id, ...rest] = own.split('/')
  if (isResourceType(type) && isId(id) && rest.length === 0) return types.length > 1 || types[0] === type ? [own] : undefined
  return /^[A-Za-z][A-Za-z0-9+.-]*:./.test(own) ? [own] : undefined
}
