/**
 * "Where a search does not act on the referenced version, search results SHOULD contain a OperationOutcome with a warning that indicates the
 * discrepancy." https://hl7.org/fhir/R4/search.html#versions
 */
import type { Issue } from '../../domain/problem.ts'
import { parseReference } from '../../fhir/reference.ts'
import { writtenTargetsOf } from '../../fhir/search/include.ts'
import type { Query } from '../../fhir/search/query.ts'
import type { Stored } from '../../store/store.ts'
import { storedValue } from '../next-version.ts'

/** The chains of a query that led from one of its matches by a reference to a version, each once. */
export function pastVersions({ filters }: Query, matches: readonly Stored[]): readonly Issue[] {
  const params = new Set(filters.flatMap((filter) => (filter.kind === 'chain' ? [filter.param] : [])))
  if (params.size === 0) return []
  const naming = matches.filter(({ text }) => text?.includes('/_history/'))
  const names = (param: string) => (stored: Stored) =>
    writtenTargetsOf(storedValue<object>(stored)!, param).some((target) => 'version' in parseReference(target))
  return [...params].flatMap((param) =>
    naming.some(names(param))
      ? [
          {
            path: param,
            message: 'was followed to resources as they are now, though some of the references name a version of them',
          },
        ]
      : [],
  )
}
