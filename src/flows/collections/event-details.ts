/** Details of events: read by a schema, every fault with its place. */
import type { z } from 'zod'
import { fail, ok, type Result } from '../../domain/problem.ts'
import type { EventInput } from './collection.ts'

export function detailsOf<T>(schema: z.ZodType<T>, event: EventInput): Result<T> {
  const parsed = schema.safeParse(event)
  if (parsed.success) return ok(parsed.data)
  const issues = parsed.error.issues.map((issue) => ({ path: issue.path.map(String).join('.'), message: issue.message }))
  return fail('invalid', `The event ${event.type} does not say enough.`, { issues })
}
