/** What a command says has to make sound resources: R4's rules across fields (a period ends after it begins) are not in any schema. */
import { fail, type Problem } from '../../domain/problem.ts'
import { isValid, validate } from '../../fhir/validate/validate.ts'
import type { Put } from '../../store/change.ts'
import type { Stored } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { storedValue } from '../keep.ts'

/**
 * Refuses what would break R4 where a write on `/fhir` would be refused for it. What was broken before (it came so) may be changed all
 * the same.
 */
export function unsound(
  ctx: Context,
  puts: readonly Put[],
  before: readonly Stored[] = [],
): { readonly ok: false; readonly problem: Problem } | undefined {
  if (ctx.settings.validation === 'mark') return undefined
  for (const { type, id, resource } of puts) {
    if (isValid(resource)) continue
    const was = before.find((one) => one.type === type && one.id === id)
    if (was && !isValid(storedValue(was))) continue
    const { structure, rules } = validate(resource)
    return fail('rule-broken', `The ${type} that this makes would break FHIR R4.`, { issues: [...structure, ...rules] })
  }
  return undefined
}
