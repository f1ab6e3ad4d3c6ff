/** A03: a discharge has a time, even if PV1-45 is silent. */
import type { VisitFacts } from '../../src/domain/discharge.ts'
import type { Segment } from '../../src/hl7v2/segment.ts'
import type { Reader } from './reader.ts'

/** Times of the event, by their places. */
type EventTimes = Readonly<Record<'EVN-6' | 'EVN-2' | 'MSH-7', string | undefined>>

/**
 * The visit with its discharge time: PV1-45, else when the event occurred, else when it was recorded, else when the message was sent. What
 * stands in for PV1-45 is flagged, because every follow-up counts its days from it.
 */
export function withDischargeTime(visit: VisitFacts, pv1: Segment, times: EventTimes, by: Reader): VisitFacts {
  if (typeof visit.dischargedAt === 'string') return visit
  for (const place of ['EVN-6', 'EVN-2', 'MSH-7'] as const) {
    const dischargedAt = times[place]
    if (dischargedAt === undefined) continue
    by.warn(pv1.place(45), `no discharge time; ${place} stands for it`, '101')
    return { ...visit, dischargedAt }
  }
  by.warn(pv1.place(45), 'no discharge time, nor any other time', '101')
  return visit
}
