/** The collection of a name, for whoever may do this with it. */
import { fail, ok, type Result } from '../../domain/problem.ts'
import type { AnyCollection } from '../collections/collection.ts'
import { collectionNamed } from '../collections/index.ts'
import type { Context } from '../context.ts'
import { allowed } from '../fhir/allowed.ts'

/** Problems: `not-found`, `forbidden`. */
export function named(
  ctx: Context,
  name: string,
  interaction: 'create' | 'read' | 'update' | 'delete' | 'search-type',
): Result<AnyCollection> {
  const collection = collectionNamed(name)
  if (!collection) return fail('not-found', 'There is no such collection.')
  const may = allowed(ctx, interaction, collection.anchor)
  return may.ok ? ok(collection) : may
}
