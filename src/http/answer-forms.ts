/** What answers look like, where a schema tells of them: problems, lists, and members of collections. */
import { z } from 'zod'
import { Id } from '../domain/kernel.ts'
import { problems } from '../domain/problem.ts'

const Issue = z.object({
  path: z.string().optional(),
  message: z.string(),
  severity: z.enum(['error', 'warning', 'information']).optional(),
})

/** https://www.rfc-editor.org/rfc/rfc9457 */
export const ProblemDetails = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.enum(Object.keys(problems)).meta({ description: 'Stable.' }),
  issues: z.array(Issue),
  allowed: z.array(z.string()).meta({ description: 'Of a refused event: the events that are allowed.' }).optional(),
})

/** https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
export const OAuthError = z.object({ error: z.string(), error_description: z.string().optional() })

/** A page as `jsonPage` writes it. */
export const listed = (item: z.ZodType = z.unknown()): z.ZodType =>
  z.object({ items: z.array(item), next: z.string().nullable() })

/** Another schema of the description, by its name there. */
const named = (name: string): z.ZodType => z.unknown().meta({ $ref: `#/components/schemas/${name}` })

/** A member as POST and PUT take it. */
export const commandOf = (collection: string): z.ZodType => named(`${collection}.command`)
/** What moves its state. */
export const eventOf = (collection: string): z.ZodType => named(`${collection}.event`)
/** As it is told: its fields, and what stands beside them. */
export const memberOf = (collection: string): z.ZodType =>
  named(collection).and(z.object({ id: Id, warnings: z.array(Issue).optional() }))
