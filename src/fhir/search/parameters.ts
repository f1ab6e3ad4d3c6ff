/** Looking things up in the generated table of search parameters. */
import { compositeTable, searchTable } from '../generated/search-parameters.ts'
import type { CompositeRow, SearchParameterRow } from './table.ts'

/** A parameter of a type (those of every type included), by its code; undefined if it is not built. */
export function searchParameter(type: string, code: string): SearchParameterRow | undefined {
  for (const parameters of [searchTable[type], searchTable.Resource]) {
    if (parameters !== undefined && Object.hasOwn(parameters, code)) return parameters[code]
  }
  return undefined
}

/** All parameters of a type that are built, by code; `_id` and `_lastUpdated`, which no index is needed for, are not among them. */
export const searchParametersOf = (type: string): Readonly<Record<string, SearchParameterRow>> => ({
  ...searchTable.Resource,
  ...(Object.hasOwn(searchTable, type) ? searchTable[type] : {}),
})

/** A composite parameter of a type, by its code. */
export function compositeParameter(type: string, code: string): CompositeRow | undefined {
  const rows = compositesOf(type)
  return Object.hasOwn(rows, code) ? rows[code] : undefined
}

export const compositesOf = (type: string): Readonly<Record<string, CompositeRow>> =>
  (Object.hasOwn(compositeTable, type) && compositeTable[type]) || {}

/** Canonical URL of a parameter's definition. */
export const definitionOf = (row: { readonly url: string }): string =>
  row.url.includes(':') ? row.url : `http://hl7.org/fhir/SearchParameter/${row.url}`
