/**
 * Details of events, read in one way for all collections: what is missing, or of another shape, is `invalid` like any body that is (400),
 * every fault with its place. Whether what was said may be so is the rules' to say (422), and whether its time has come the machine's (409).
 */
import type { z } from 'zod'
import { fail, ok, type Result } from './problem.ts'

export function detailsOf<T>(
  schema: z.ZodType<T>,
  event: { readonly type: string; readonly [detail: string]: unknown },
): Result<T> {
  const parsed = schema.safeParse(event)
  if (parsed.success) return ok(parsed.data)
  const issues = parsed.error.issues.map((issue) => ({ path: issue.path.map(String).join('.'), message: issue.message }))
  return fail('invalid', `The event ${event.type} needs other details.`, { issues })
}
