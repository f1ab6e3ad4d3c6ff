/**
 * Details of events, read in one way for all collections: what is missing, or of another shape, is `invalid` like any body that is (400),
 * every fault with its place. Whether what was said may be so is the rules' to say (422), and whether its time has come the machine's (409).
 */
import type { z } from 'zod'
import { parsed } from './parsed.ts'
import type { Result } from './problem.ts'

export const detailsOf = <T>(
  schema: z.ZodType<T>,
  event: { readonly type: string; readonly [detail: string]: unknown },
): Result<T> => parsed(schema, event, `The event ${event.type} needs other details.`)
