/** Looking things up in the generated table of search parameters. */
import { searchTable } from '../generated/search-parameters.ts'
import type { SearchParameterRow } from './table.ts'

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

/** Canonical URL of a parameter's definition. */
export const definitionOf = (row: SearchParameterRow): string =>
  row.url.includes(':') ? row.url : `http://hl7.org/fhir/SearchParameter/${row.url}`
