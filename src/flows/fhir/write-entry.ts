/** The write that an entry of a Bundle asks for. https://hl7.org/fhir/R4/bundle-definitions.html#Bundle.entry.request */
import { fail, type Issue, ok, type Result } from '../../domain/problem.ts'
import type { BundleEntry } from '../../fhir/bundle.ts'
import { isKept } from '../../fhir/types.ts'
import type { TypeAt } from '../../fhir/validate/rule.ts'
import { readConditions } from '../../fhir/version.ts'
import type { Steps } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { allowed } from './allowed.ts'
import { checked } from './check.ts'
import type { Write } from './entry.ts'
import type { Library } from './library.ts'
import { metaPatch } from './meta.ts'
import { patchInside } from './patch-inside.ts'

export interface Acceptable {
  readonly write: Write
  /** Findings that do not refuse it. */
  readonly issues: readonly Issue[]
}

/** The write, once it may be done and its resource is fit to be kept. `typeAt`: of the transaction's other entries. */
export function* acceptable(ctx: Context, entry: BundleEntry, library: Library, typeAt: TypeAt): Steps<Result<Acceptable>> {
  const write = writeOf(entry)
  if (!write.ok) return write
  const may = allowed(ctx, write.value.kind, write.value.type)
  if (!may.ok) return may
  if (!('resource' in write.value)) return ok({ write: write.value, issues: [] })
  const findings = yield* checked(ctx, write.value.resource, write.value.type, { library, typeAt })
  if (!findings.ok) return findings
  const { resource, issues } = findings.value
  return ok({ write: { ...write.value, resource }, issues })
}

export const notKept = fail('not-found', 'Parameters go along with operations: FHIR R4 has no endpoint that keeps them.')

/**
 * The condition of a create: "just the portion of the search URL after the '?'", or (as clients of other servers say it) all of that URL.
 * A search of another type is no condition on this one. https://hl7.org/fhir/R4/http.html#ccreate
 */
export function unlessThere(type: string, ifNoneExist: string | undefined): Result<{ readonly ifNoneExist?: string }> {
  if (ifNoneExist === undefined) return ok({})
  const mark = ifNoneExist.indexOf('?')
  const before = ifNoneExist.slice(0, Math.max(mark, 0))
  if (mark < 0 || before.includes('=')) return ok({ ifNoneExist })
  if (before !== '' && before.split('/').at(-1) !== type)
    return fail('invalid', `If-None-Exist names another type than ${type}, which is to be created.`)
  return ok({ ifNoneExist: ifNoneExist.slice(mark + 1) })
}

/** Operations that write, by their names. */
const labelled: Readonly<Record<string, 'add' | 'delete'>> = { '$meta-add': 'add', '$meta-delete': 'delete' }

export function writeOf({ request, resource, fullUrl }: BundleEntry): Result<Write> {
  const { method, type, id, operation, query, ifMatch, ifNoneMatch, ifNoneExist } = request!
  const labelling = method === 'POST' && id !== undefined ? labelled[operation ?? ''] : undefined
  if (type === undefined || (operation !== undefined && !labelling))
    return fail('not-supported', `${method} of this URL is not supported in a bundle.`)
  const read = readConditions({ ifMatch, ifNoneMatch })
  if (!read.ok) return read
  const conditions = read.value
  const target = { ...(id !== undefined && { id }), ...(id === undefined && query !== undefined && { criteria: query }) }
  const name = fullUrl === undefined ? {} : { fullUrl }
  if (method === 'DELETE') return ok({ kind: 'delete', type, ...target, ...conditions })
  if (!resource) return fail('invalid', `${method} needs a resource in its entry.`)
  if ((method === 'POST' || method === 'PUT') && !labelling && !isKept(type)) return notKept
  if (labelling) {
    const patch = metaPatch(resource, labelling)
    return patch.ok ? ok({ kind: 'patch', type, id: id!, patch: patch.value, ...conditions }) : patch
  }
  if (method === 'POST') {
    const unless = unlessThere(type, ifNoneExist)
    return unless.ok ? ok({ kind: 'create', type, resource, ...name, ...unless.value }) : unless
  }
  if (method === 'PUT') return ok({ kind: 'update', type, resource, ...name, ...target, ...conditions })
  const patch = patchInside(resource)
  return patch.ok ? ok({ kind: 'patch', type, patch: patch.value, ...name, ...target, ...conditions }) : patch
}
