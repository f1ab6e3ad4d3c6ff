/** A03: a discharge has a time, even if PV1-45 is silent. */
import type { Segment } from '../../src/hl7v2/segment.ts'
import type { VisitReading } from './adt-reading.ts'
import type { Reader } from './reader.ts'

interface EventTimes {
  /** EVN-6 */
  readonly occurredAt: string | undefined
  /** EVN-2 */
  readonly recordedAt: string | undefined
  /** MSH-7 */
  readonly sentAt: string | undefined
}

/**
 * The visit with its discharge time: PV1-45, else when the event occurred, else when it was recorded, else when the message was sent. What
 * stands in for PV1-45 is flagged, because every follow-up counts its days from it.
 */
export function dischargedAt(visit: VisitReading, pv1: Segment, times: EventTimes, by: Reader): VisitReading {
  if (visit.dischargedAt !== undefined) return visit
  const [place, at] =
    times.occurredAt !== undefined
      ? ['EVN-6', times.occurredAt]
      : times.recordedAt !== undefined
        ? ['EVN-2', times.recordedAt]
        : ['MSH-7', times.sentAt]
  if (at === undefined) {
    by.warn(pv1.place(45), 'no discharge time, nor any other time', '101')
    return visit
  }
  by.warn(pv1.place(45), `no discharge time; ${place} stands for it`, '101')
  return { ...visit, dischargedAt: at }
}
