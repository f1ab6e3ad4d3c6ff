/** Every flow asks the one decision first. */
import { decide, type Interaction } from '../../access/decide.ts'
import { ok, type Result } from '../../domain/problem.ts'
import { typesWithin } from '../../fhir/search/chains.ts'
import type { Query } from '../../fhir/search/query.ts'
import type { Context } from '../context.ts'

export const allowed = (ctx: Context, interaction: Interaction, type: string): Result<undefined> =>
  decide(ctx.principal, interaction, type)

/** The same of what somebody looks for, or makes a write hang on: a chain tells something of whatever it leads through. */
export function mayLookFor(ctx: Context, type: string, { filters }: Query): Result<undefined> {
  for (const each of [type, ...filters.flatMap(typesWithin)]) {
    const may = allowed(ctx, 'search-type', each)
    if (!may.ok) return may
  }
  return ok(undefined)
}
