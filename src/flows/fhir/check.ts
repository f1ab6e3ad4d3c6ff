/** A resource at the door: is it R4, does it keep R4's rules, and those of the profiles that it claims? https://hl7.org/fhir/R4/validation.html */
import { fail, type Issue, ok, type Result } from '../../domain/problem.ts'
import type { Exact } from '../../fhir/exact.ts'
import { ownProfiles } from '../../fhir/profiles/own.ts'
import { isValid, validate } from '../../fhir/validate/validate.ts'
import type { Context } from '../context.ts'

/**
 * 400 for what is not R4 JSON of its type; 422 for what breaks an invariant, a required binding or a profile of ours that it claims, or
 * (validation `mark`) the findings as warnings beside the accepted resource. Nobody is refused for a profile that is not known here.
 */
export function checked(ctx: Context, resource: Exact, type: string): Result<readonly Issue[]> {
  const { structure, rules } = isValid(resource.value, type) ? sound : validate(resource.value, type)
  if (structure.length > 0) return fail('invalid', `This is not a FHIR R4 ${type}.`, { issues: structure })
  if (rules.length > 0) return broken(ctx, `This ${type} breaks rules of FHIR R4.`, rules)
  const profiles = ownProfiles()
  if (!profiles.isClaimed(resource.value) || profiles.keeps(resource.value)) return ok([])
  const issues = profiles.judge(resource.value).filter(({ severity }) => severity === undefined)
  return broken(ctx, `This ${type} does not keep a profile that it claims.`, issues)
}

const sound = { structure: [], rules: [] }

function broken(ctx: Context, detail: string, issues: readonly Issue[]): Result<readonly Issue[]> {
  if (ctx.settings.validation === 'mark') return ok(issues.map((issue) => ({ ...issue, severity: 'warning' as const })))
  return fail('rule-broken', detail, { issues })
}
