/** Every flow asks the one decision first. */
import { decide, type Interaction } from '../../access/decide.ts'
import type { Result } from '../../domain/problem.ts'
import type { Context } from '../context.ts'

export const allowed = (ctx: Context, interaction: Interaction, type: string): Result<undefined> =>
  decide(ctx.principal, interaction, type)
