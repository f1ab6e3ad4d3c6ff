/** What an index was made by: one short text for each parameter, another as soon as the parameter finds something else. */
import { fingerprint } from '../../access/secret.ts'
import { searchParametersOf } from '../../fhir/search/parameters.ts'
import { resourceTypes } from '../../fhir/types.ts'

/** To be raised when `fhir/search/emit.ts` or `extract.ts` give other values than before. */
const extractor = 1

let made: ReadonlyMap<string, string> | undefined

/** By `Type.code`, for all parameters that there are; under the empty name that of the extraction itself. */
export function signatures(): ReadonlyMap<string, string> {
  made ??= new Map([
    ['', String(extractor)],
    ...resourceTypes.flatMap((type) =>
      Object.entries(searchParametersOf(type)).map(([code, row]) => [`${type}.${code}`, short(JSON.stringify(row))] as const),
    ),
  ])
  return made
}

export const short = (text: string): string => fingerprint(text).slice(0, 12)
