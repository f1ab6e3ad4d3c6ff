/** Every flow asks the one decision first. */
import { decide, type Interaction } from '../../access/decide.ts'
import { ok, type Result } from '../../domain/problem.ts'
import { typesWithin } from '../../fhir/search/chains.ts'
import type { Query } from '../../fhir/search/query.ts'
import type { Context } from '../context.ts'

/** With all of these types. */
export function allowed({ principal }: Context, interaction: Interaction, ...types: readonly string[]): Result<undefined> {
  for (const type of types) {
    const may = decide(principal, interaction, type)
    if (!may.ok) return may
  }
  return ok(undefined)
}

/** The same of what somebody looks for, or makes a write hang on: a chain tells something of whatever it leads through. */
export const mayLookFor = (ctx: Context, type: string, { filters }: Query): Result<undefined> =>
  allowed(ctx, 'search-type', type, ...filters.flatMap(typesWithin))
