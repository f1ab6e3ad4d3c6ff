/** One record for one identifier (system and value): a second one is a conflict, not a silent duplicate. */
import type { Resource } from '@medplum/fhirtypes'
import { fail, type Issue, ok, type Result } from '../../domain/problem.ts'
import { askAll, type Steps } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { tellable } from '../fhir/visible.ts'
import { storedValue } from '../next-version.ts'

interface Named {
  readonly path: string
  readonly system: string | undefined
  readonly value: string | undefined
}

/**
/**
 * Fails `conflict` naming the identifiers that other records of the type have, as far as the caller may be told of those: of a hidden one
 * nobody is told even that it is there. An identifier without a system identifies nobody, and one that did not change is not asked about.
 * `counts`: does the other record count (one merged into another does not)?
 */
export function* uniqueIdentifiers(
  ctx: Context,
  type: string,
  id: string | undefined,
  identifiers: readonly Named[],
  known: readonly Named[] = [],
  counts: (other: Resource) => boolean = () => true,
): Steps<Result<void>> {
  const isKnown = ({ system, value }: Named): boolean => known.some((one) => one.system === system && one.value === value)
  const fresh = identifiers.filter((one) => one.system !== undefined && one.value !== undefined && !isKnown(one))
  const answers = yield* askAll(
    fresh.map(({ system, value }) => ({
      ask: 'search' as const,
      query: {
        type,
        filters: [{ kind: 'token' as const, param: 'identifier', values: [{ system: system!, code: value! }] }],
        sort: [],
        count: 10,
        total: 'none' as const,
        include: [],
        revinclude: [],
        given: [],
      },
      visible: tellable(ctx),
    })),
  )
  const issues: Issue[] = fresh.flatMap(({ path }, i) => {
    const others = answers[i]!.items.filter((one) => one.id !== id && counts(storedValue<Resource>(one)!))
    return others.length > 0 ? [{ path, message: 'belongs to another record here' }] : []
  })
  return issues.length > 0 ? fail('conflict', 'Another record has this identifier.', { issues }) : ok(undefined)
}

/** A record's identifiers by their places; its NPI is one. */
export const identifiersOf = (value: {
  readonly identifiers: readonly { readonly system?: string | undefined; readonly value?: string | undefined }[]
  readonly npi?: string | undefined
}): readonly Named[] => [
  ...value.identifiers.map(({ system, value }, i) => ({ path: `identifiers[${i}]`, system, value })),
  ...(value.npi === undefined ? [] : [{ path: 'npi', system: 'http://hl7.org/fhir/sid/us-npi', value: value.npi }]),
]
