/** Service-level clocks: by when something is to be done that somebody waits for. They start once and are never wound back. */
import { z } from 'zod'
import { afterBusinessDays, epoch } from './calendar.ts'
import { Moment, type Priority, Text } from './kernel.ts'
import { respondByDefault } from './referral-rules.ts'

export const Sla = z.object({
  policyId: Text,
  startedAt: Moment.optional(),
  targetAt: Moment.optional(),
  /** The clock's word, and nobody else's. */
  breachedAt: Moment.optional(),
})
export type Sla = z.infer<typeof Sla>

/**
 * Policies, and when an item that is started now is to be done: `response` within 1 hour (stat), 4 hours (asap), 1 business day (urgent) or
 * 5 (routine); `time-to-service` within 10 business days. Business days are the zone's.
 */
const targets: Readonly<Record<string, (priority: z.infer<typeof Priority>, at: string, zone?: string) => string | undefined>> = {
  response: respondByDefault,
  'time-to-service': (_priority, at, zone) => afterBusinessDays(at, 10, zone),
}
export const slaPolicies = Object.keys(targets)

/** The clock of a policy, started at this instant; undefined if there is no such policy. */
export function startedClock(policyId: string, priority: z.infer<typeof Priority>, at: string, zone?: string): Sla | undefined {
  const targetAt = Object.hasOwn(targets, policyId) ? targets[policyId]!(priority, at, zone) : undefined
  return targetAt === undefined ? undefined : { policyId, startedAt: at, targetAt }
}

/** The clock as it stands while the work is not done: what has passed its target was breached then. */
export function asTheClockSays(sla: Sla, at: string): Sla {
  const target = sla.targetAt === undefined ? undefined : epoch(sla.targetAt)
  if (sla.breachedAt !== undefined || target === undefined || target >= epoch(at)!) return sla
  return { ...sla, breachedAt: sla.targetAt! }
}
