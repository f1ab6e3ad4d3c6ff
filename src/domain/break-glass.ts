/** Reading what is specially protected of one client in an emergency, without the right to it. 45 CFR 164.312(a)(2)(ii) */
import { z } from 'zod'
import { Id, Text } from './kernel.ts'

/** Longest and usual, in hours. */
const most = 4

export const BreakGlass = z.strictObject({
  /** Made out as for a token, and new: whoever asks proves themselves once more. */
  client_assertion: z.string().max(10_000),
  /** The person who reads: their Practitioner. */
  practitionerId: Id,
  reason: Text.max(1000),
  hours: z.number().positive().max(most).default(most),
})
export type BreakGlass = z.infer<typeof BreakGlass>
