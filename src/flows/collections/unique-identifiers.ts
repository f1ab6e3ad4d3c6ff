/** One record for one identifier (system and value): a second one is a conflict, not a silent duplicate. */
import type { Patient, Resource } from '@medplum/fhirtypes'
import { fail, type Issue, ok, type Result } from '../../domain/problem.ts'
import { listed } from '../../fhir/listed.ts'
import type { Steps } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { tellable } from '../fhir/visible.ts'
import { storedValue } from '../next-version.ts'
import { withAny } from '../questions.ts'

interface Identified {
  readonly identifiers: readonly { readonly system?: string | undefined; readonly value?: string | undefined }[]
  readonly npi?: string | undefined
}

interface Named {
  readonly path: string
  readonly system: string | undefined
  readonly value: string | undefined
}

/** Both in one: there is no space in a system. */
const keyOf = ({ system, value }: { readonly system?: string | undefined; readonly value?: string | undefined }): string =>
  `${system} ${value}`

/**
 * Fails `conflict` naming the identifiers that other records of the type have, as far as the caller may be told of those: of a hidden one
 * nobody is told even that it is there. An identifier without a system identifies nobody, and one that did not change is not asked about.
 * `counts`: does the other record count (one merged into another does not)?
 */
export function* uniqueIdentifiers(
  ctx: Context,
  type: string,
  value: Identified,
  before: { readonly id: string; readonly value: Identified } | undefined,
  counts: (other: Resource) => boolean = () => true,
): Steps<Result<void>> {
  const standing = new Set(before && identifiersOf(before.value).map(keyOf))
  const fresh = identifiersOf(value).filter(
    (one) => one.system !== undefined && one.value !== undefined && !standing.has(keyOf(one)),
  )
  if (fresh.length === 0) return ok(undefined)
  // Together: there may be very many, which hardly anybody has.
  const values = fresh.map(({ system, value }) => ({ system: system!, code: value! }))
  const bearers = yield* withAny(type, 'identifier', values, tellable(ctx))
  const others = bearers.filter((one) => one.id !== before?.id).map((one) => storedValue<Resource>(one)!)
  const taken = new Set(others.filter(counts).flatMap((other) => listed((other as Patient).identifier).map(keyOf)))
  const issues: Issue[] = fresh.flatMap((one) =>
    taken.has(keyOf(one)) ? [{ path: one.path, message: 'belongs to another record here' }] : [],
  )
  return issues.length > 0 ? fail('conflict', 'Another record has this identifier.', { issues }) : ok(undefined)
}

/** A record's identifiers by their places; its NPI is one. */
const identifiersOf = ({ identifiers, npi }: Identified): readonly Named[] => [
  ...identifiers.map(({ system, value }, i) => ({ path: `identifiers[${i}]`, system, value })),
  ...(npi === undefined ? [] : [{ path: 'npi', system: 'http://hl7.org/fhir/sid/us-npi', value: npi }]),
]
