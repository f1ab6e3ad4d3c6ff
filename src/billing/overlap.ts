/**
 * Nobody is in two places: of two sessions at the same time, with one client or by one person, only one is billed. Those of one group are
 * together, in sessions of their own; a client who was absent was not in two places; and some services go along with another by their nature.
 */
import { epoch } from '../domain/calendar.ts'
import type { Session } from '../domain/session.ts'
import { clientWasThere } from './procedure-of.ts'

/** Another session at the same time: one that is billed, or ready to be, or one that nobody bills. */
export interface Overlap {
  readonly isBilled: boolean
  /** The lines that bill it. */
  readonly lines: readonly string[]
}

/** The fee of the site that hosts a telehealth session, its transmission, an interpreter's time. */
const goAlong: ReadonlySet<string | undefined> = new Set(['Q3014', 'T1014', 'T1013'])

/** `samePerson`: did the same person hold both? */
export function overlaps(one: Session, other: Session, samePerson: boolean): boolean {
  const sameClient = one.clientId !== undefined && one.clientId === other.clientId && clientWasThere(one) && clientWasThere(other)
  if (!sameClient && !samePerson) return false
  if (one.group !== undefined && one.group.groupSessionId === other.group?.groupSessionId) return false
  if (goAlong.has(one.procedureCode) || goAlong.has(other.procedureCode)) return false
  const [[from, to], [start, end]] = [timesOf(one), timesOf(other)]
  return from < end && start < to
}

/** Neither meets anything where it has no beginning or no end. */
const timesOf = ({ actual }: Session): readonly [start: number, end: number] => [
  epoch(actual?.start ?? '') ?? Number.NaN,
  epoch(actual?.end ?? '') ?? Number.NaN,
]
