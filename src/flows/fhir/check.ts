/** A resource at the door: is it R4, and does it keep R4's rules? https://hl7.org/fhir/R4/validation.html */
import { fail, type Issue, ok, type Result } from '../../domain/problem.ts'
import type { Exact } from '../../fhir/exact.ts'
import { isValid, validate } from '../../fhir/validate/validate.ts'
import type { Context } from '../context.ts'

/**
 * 400 for what is not R4 JSON of its type; 422 for what breaks an invariant or required binding, or (validation `mark`) the findings as
 * warnings beside the accepted resource.
 */
export function checked(ctx: Context, resource: Exact, type: string): Result<readonly Issue[]> {
  if (isValid(resource.value, type)) return ok([])
  const { structure, rules } = validate(resource.value, type)
  if (structure.length > 0) return fail('invalid', `This is not a FHIR R4 ${type}.`, { issues: structure })
  if (rules.length === 0) return ok([])
  if (ctx.settings.validation === 'mark') return ok(rules.map((issue) => ({ ...issue, severity: 'warning' as const })))
  return fail('rule-broken', `This ${type} breaks rules of FHIR R4.`, { issues: rules })
}
