/** Which modifiers a parameter takes: what is parsed, and what the CapabilityStatement tells. https://hl7.org/fhir/R4/search.html#modifiers */
import { resourceTypes } from '../generated/resource-types.ts'
import { searchTable } from '../generated/search-parameters.ts'
import type { ElementType, SearchParameterRow } from './table.ts'

const among = ({ paths }: SearchParameterRow, ...types: readonly ElementType[]): boolean =>
  paths.some(({ type }) => types.includes(type))

/** Types that a reference parameter may lead to. */
export const targetsOf = ({ target }: SearchParameterRow): readonly string[] => target ?? resourceTypes

/** Leads to resources by their ids, and so can be chained; canonicals and URIs lead to them by another name. */
export const isLink = (row: SearchParameterRow): boolean => row.kind === 'reference' && among(row, 'Reference')

/** Leads to definitions, by their canonical URLs alone. */
export const isByUrl = (row: SearchParameterRow): boolean => row.kind === 'reference' && !isLink(row) && !isLeading(row)

/** Types that a chain by it may lead to: those of definitions have a URL. */
export const chainedTo = (row: SearchParameterRow): readonly string[] =>
  isByUrl(row) ? targetsOf(row).filter((type) => searchTable[type]?.url !== undefined) : targetsOf(row)

/** Leads to what stands in the resource itself, which can be chained all the same. */
export const isLeading = (row: SearchParameterRow): boolean => among(row, 'leading')

/** The parameter by which resources of a type are part of others of it, if that is all it leads to: a strict hierarchy. */
export function partOf(type: string): string | undefined {
  const own = searchTable[type] ?? {}
  return ['partof', 'part-of'].find((code) => own[code]?.target?.join() === type)
}

/** Types that it leads to whose resources stand in a hierarchy. */
export const hierarchiesOf = (row: SearchParameterRow): readonly string[] =>
  isLink(row) ? (row.target ?? []).filter((type) => partOf(type) !== undefined) : []

/** Of what every resource has, and no index is needed for. */
export const ownModifiers: Readonly<Record<string, readonly string[]>> = { _id: ['missing', 'not'], _lastUpdated: ['missing'] }

/** Besides `missing`, which all take, and the types that a reference may lead to. */
export function modifiersOf(row: SearchParameterRow): readonly string[] {
  switch (row.kind) {
    case 'token':
      return [
        'not',
        ...(among(row, 'Coding', 'CodeableConcept', 'Identifier') ? ['text'] : []),
        ...(among(row, 'Coding', 'CodeableConcept', 'code') ? ['in', 'not-in', 'below', 'above'] : []),
        ...(among(row, 'Identifier') ? ['of-type'] : []),
      ]
    case 'string':
      return ['exact', 'contains']
    case 'reference':
      return [
        ...(among(row, 'Reference') ? ['identifier'] : []),
        ...(among(row, 'canonical') ? ['below'] : hierarchiesOf(row).length > 0 ? ['below', 'above'] : []),
      ]
    case 'uri':
      return ['below', 'above']
    default:
      return []
  }
}
