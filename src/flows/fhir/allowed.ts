/** Every interaction asks the one decision first. */
import { decide, type Interaction } from '../../access/decide.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import type { Context } from '../context.ts'

export function allowed(ctx: Context, interaction: Interaction, type: string): Result<void> {
  const decision = decide(ctx.principal, { interaction, type })
  return decision.allow ? ok(undefined) : fail('forbidden', `The scopes granted do not allow ${interaction} of ${type}.`)
}
