/** A patch, applied to the version that stands: from then on an update like any other. https://hl7.org/fhir/R4/http.html#patch */
import { fail, ok, type Problem, type Result } from '../../domain/problem.ts'
import { readingJson } from '../../fhir/exact.ts'
import { patchLimits } from '../../fhir/patch/patch.ts'
import { parseTree, printTree } from '../../fhir/tree.ts'
import type { TypeAt } from '../../fhir/validate/rule.ts'
import { restAfter, type Steps, type Stored } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { allowed } from './allowed.ts'
import { checked } from './check.ts'
import type { Settled, Write } from './entry.ts'

/** 403 where it goes by what its caller may not read, 404 or 410 where nothing stands; 422 where the patch does not fit, or leaves what is no such resource. `typeAt`: as in `checked`. */
export function* patched(
  ctx: Context,
  write: Extract<Write, { kind: 'patch' }>,
  current: Stored | undefined,
  typeAt?: TypeAt,
): Steps<Result<Extract<Settled, { kind: 'update' }>>> {
  const { type, patch, fullUrl } = write
  const mayRead = allowed(ctx, 'read', type)
  if (patch.asks && !mayRead.ok) return mayRead
  if (current?.text === undefined)
    return current ? fail('gone', `This ${type} was deleted.`) : fail('not-found', `There is no such ${type}.`)
  const tree = yield* patch(parseTree(current.text))
  if (!tree.ok) return tree
  yield* restAfter(current.text)
  const resource = yield* readingJson(printTree(tree.value), { bytes: patchLimits.result })
  if (!resource.ok) return failed(resource.problem)
  const { resourceType, id } = resource.value.value
  if (resourceType !== type || id !== current.id)
    return fail('patch-failed', 'A patch may not change the type or id of a resource.')
  const findings = yield* checked(ctx, resource.value, type, typeAt && { typeAt })
  yield* restAfter(resource.value.text)
  if (!findings.ok) return findings.problem.code === 'invalid' ? failed(findings.problem) : findings
  return ok({
    kind: 'update',
    type,
    id: current.id,
    resource: findings.value.resource,
    ...(!mayRead.ok && { isBlind: true as const }),
    ...(fullUrl !== undefined && { fullUrl }),
  })
}

/** The request was well formed; what it makes of the resource is not. */
const failed = (problem: Problem): ReturnType<typeof fail> =>
  fail('patch-failed', `The patch cannot be kept. ${problem.detail}`, { issues: problem.issues })
