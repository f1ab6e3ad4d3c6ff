/** Parameters that shape the answer instead of choosing matches. https://hl7.org/fhir/R4/search.html#return */
import { fail, ok, type Result } from '../../domain/problem.ts'
import { isResourceType } from '../types.ts'
import { readElements, readSummary } from '../view.ts'
import { searchLimits } from './limits.ts'
import { isLeading } from './modifiers.ts'
import { searchParameter } from './parameters.ts'
import type { Include, Query, SortKey } from './query.ts'

type Control = Pick<Query, 'sort' | 'count' | 'total' | 'include' | 'revinclude' | 'elements' | 'summary'>

export const initialControls = (count: number): Control => ({ sort: [], count, total: 'none', include: [], revinclude: [] })

interface Word {
  readonly repeats?: true
  /** The controls with this one set. */
  read(control: Control, text: string, modifier: string | undefined, type: string): Result<Control>
}

/** Parameters without modifiers. */
const plain = (read: (control: Control, text: string, type: string) => Result<Control>): Word => ({
  read: (control, text, modifier, type) =>
    modifier === undefined ? read(control, text, type) : fail('not-supported', `This parameter has no modifier.`),
})

/** Those that may be given again: each time they say more. */
const again = (read: (control: Control, text: string, type: string) => Result<Control>): Word => ({
  repeats: true,
  ...plain(read),
})

export const controls: Readonly<Record<string, Word>> = {
  _count: plain((control, text) =>
    /^\d{1,9}$/.test(text) ? ok({ ...control, count: Number(text) }) : fail('invalid', '_count has to be a whole number.'),
  ),
  // "Can repeat for inner sort orders". https://hl7.org/fhir/R4/search.html#table
  _sort: again((control, text, type) => {
    const keys: SortKey[] = [...control.sort]
    const pieces = text.split(',', searchLimits.sortKeys + 1)
    if (keys.length + pieces.length > searchLimits.sortKeys)
      return fail('invalid', `_sort has more than ${searchLimits.sortKeys} keys.`)
    for (const piece of pieces) {
      const descending = piece.startsWith('-')
      const param = descending ? piece.slice(1) : piece
      const kind = sortKind(type, param)
      if (!kind) return fail('not-supported', `_sort names a search parameter that ${type} does not have here.`)
      keys.push({ param, kind, descending })
    }
    return ok({ ...control, sort: keys })
  }),
  _total: plain((control, text) => {
    if (text === 'none') return ok({ ...control, total: 'none' })
    return text === 'accurate' || text === 'estimate'
      ? ok({ ...control, total: 'accurate' })
      : fail('invalid', '_total has to be none, estimate or accurate.')
  }),
  _summary: plain((control, text) => {
    const summary = readSummary(text)
    if (!summary.ok) return summary
    return ok({ ...control, summary: summary.value })
  }),
  _elements: plain((control, text) => {
    const elements = readElements(text)
    return elements.ok ? ok({ ...control, elements: elements.value }) : elements
  }),
  // What everybody searches by who says nothing of it. https://hl7.org/fhir/R4/search.html#contained
  _contained: plain((control, text) =>
    only(control, text, 'false', 'Contained resources are not found by themselves here: _contained is false.'),
  ),
  _containedType: plain((control, text) => only(control, text, 'container', 'What is found here are containers alone.')),
  _include: {
    repeats: true,
    read(control, text, modifier, type) {
      const include = includeOf(text, modifier, type)
      return include.ok ? ok({ ...control, include: [...control.include, include.value] }) : include
    },
  },
  _revinclude: {
    repeats: true,
    read(control, text, modifier) {
      const include = includeOf(text, modifier)
      return include.ok ? ok({ ...control, revinclude: [...control.revinclude, include.value] }) : include
    },
  },
}

const only = (control: Control, text: string, value: string, why: string): Result<Control> =>
  text === value ? ok(control) : fail('not-supported', why)

function sortKind(type: string, param: string): SortKey['kind'] | undefined {
  if (param === '_id') return 'id'
  return param === '_lastUpdated' ? 'lastUpdated' : searchParameter(type, param)?.kind
}

/** `Source:param`, `Source:param:Target`, `Source:*`; `*` alone of whatever is searched for (`type`), or of every type that refers to it. */
function includeOf(text: string, modifier: string | undefined, type?: string): Result<Include> {
  if (modifier !== undefined && modifier !== 'iterate' && modifier !== 'recurse')
    return fail('not-supported', 'The one modifier here is iterate.')
  const iterate = modifier !== undefined
  if (text === '*') return ok({ source: iterate || type === undefined ? '*' : type, param: '*', iterate })
  const [source = '', param = '', target, ...rest] = text.split(':')
  if (!isResourceType(source) || param === '' || rest.length > 0)
    return fail('invalid', 'An include has to be Type:parameter or Type:parameter:Type.')
  if (target !== undefined && !isResourceType(target)) return fail('invalid', 'An include leads to a resource type.')
  const row = searchParameter(source, param)
  if (param !== '*' && (row?.kind !== 'reference' || isLeading(row))) {
    return fail('not-supported', `An include names a parameter that is no reference of ${source} here.`)
  }
  return ok({ source, param, iterate, ...(target !== undefined && { target }) })
}
