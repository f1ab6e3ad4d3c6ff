/** A resource at the door: is it R4, does it keep R4's rules, and those of the profiles that it claims? https://hl7.org/fhir/R4/validation.html */
import { fail, type Issue, ok, type Result } from '../../domain/problem.ts'
import type { Exact } from '../../fhir/exact.ts'
import { claimsOf } from '../../fhir/profiles/profiles.ts'
import type { Node } from '../../fhir/validate/rule.ts'
import { isValid, validate } from '../../fhir/validate/validate.ts'
import type { Steps } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { consult, type Library, libraryOf } from './library.ts'

/**
 * 400 for what is not R4 JSON of its type; 422 for what breaks an invariant, a required binding or a profile that it claims (ours, or one
 * stored here), or (validation `mark`) the findings as warnings beside the accepted resource. For a profile that is not known here nobody
 * is refused, but told. `library`: where one was asked for already.
 */
export function* checked(ctx: Context, resource: Exact, type: string, library?: Library): Steps<Result<readonly Issue[]>> {
  const { structure, rules } = isValid(resource.value, type) ? sound : validate(resource.value, type)
  if (structure.length > 0) return fail('invalid', `This is not a FHIR R4 ${type}.`, { issues: structure })
  if (rules.length > 0) return broken(ctx, `This ${type} breaks rules of FHIR R4.`, rules)
  const claims = 'meta' in resource.value ? claimsOf(resource.value as Node) : []
  if (claims.length === 0) return ok([])
  const issues = yield* consult(library ?? (yield* libraryOf(ctx)), (profiles) =>
    profiles.isClaimed(resource.value) ? profiles.judge(resource.value) : profiles.left(claims),
  )
  const faults = issues.filter(({ severity }) => severity === undefined)
  return faults.length > 0 ? broken(ctx, `This ${type} does not keep a profile that it claims.`, faults) : ok(issues)
}

const sound = { structure: [], rules: [] }

/** As its registration says, otherwise as for everybody. */
export const validationOf = ({ principal, settings }: Context): 'refuse' | 'mark' => principal.validation ?? settings.validation

function broken(ctx: Context, detail: string, issues: readonly Issue[]): Result<readonly Issue[]> {
  if (validationOf(ctx) === 'mark') return ok(issues.map((issue) => ({ ...issue, severity: 'warning' as const })))
  return fail('rule-broken', detail, { issues })
}
