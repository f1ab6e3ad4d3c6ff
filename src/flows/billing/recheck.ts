/** What a line bills, a session or a month's count: its lines as they stand, as they would be made now, and the moves between the two. */
import { type IsOpen, type LineMove, reconcileOpen } from '../../billing/reconcile.ts'
import type { ServiceLine } from '../../domain/service-line.ts'
import type { Steps } from '../../store/store.ts'
import { bundleLinesNow } from './charge-bundle.ts'
import { sessionLinesNow } from './charge-session.ts'
import { type HeldLine, linesOfBundle, linesOfSession } from './lines.ts'

type Source = Pick<ServiceLine, 'bundleId' | 'sessionId'>

export const sourceOf = ({ bundleId, sessionId }: Source): string | undefined => bundleId ?? sessionId

/** All lines of what this one bills. */
export const linesBeside = ({ bundleId, sessionId = '' }: Source): Steps<readonly HeldLine[]> =>
  bundleId === undefined ? linesOfSession(sessionId) : linesOfBundle(bundleId)

/** Undefined while the session is not signed, or the month not charged. */
export const linesNow = ({ bundleId, sessionId = '' }: Source, at: string): Steps<readonly ServiceLine[] | undefined> =>
  bundleId === undefined ? sessionLinesNow(sessionId, at) : bundleLinesNow(bundleId, at)

/** The moves of those lines that are open; the others stay, whatever has changed since. */
export function* recheck(source: Source, standing: readonly HeldLine[], isOpen: IsOpen, at: string): Steps<readonly LineMove[]> {
  const wanted = yield* linesNow(source, at)
  return wanted === undefined ? [] : reconcileOpen(standing, wanted, isOpen, at)
}
