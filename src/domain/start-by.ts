/** From the acceptance of a referral to the first service: a clock. */
import type { Referral } from './referral.ts'
import { startedClock } from './sla.ts'
import type { HouseWork } from './work-item.ts'

/**
 * Whoever was accepted is to be seen within 10 business days, as networks owe it (42 CFR 438.68(e)); what is more pressing as soon as an
 * answer was due. Somebody sees to it until the service begins, is put off, or ends. `since`: when it was accepted.
 */
export function startWanted(
  { state, priority = 'routine' }: Pick<Referral, 'state' | 'priority'>,
  since: string,
  zone?: string,
): HouseWork | undefined {
  const sla = startedClock(priority === 'routine' ? 'time-to-service' : 'response', priority, since, zone)
  if (state !== 'accepted' || sla?.targetAt === undefined) return undefined
  return { kind: 'referral-chase', what: 'Accepted: see that the service begins', dueAt: sla.targetAt, priority, sla }
}
