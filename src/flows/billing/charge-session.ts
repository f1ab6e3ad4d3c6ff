/**
 * A session's service lines, in the commit of whatever signed it, signed it again, or called it an error; and lines that were held, in the
 * commit of what they waited for.
 */
import type { Encounter } from '@medplum/fhirtypes'
import sessionMapping from '../../../mappings/session.encounter.ts'
import { linesOf } from '../../billing/lines.ts'
import { reconcile } from '../../billing/reconcile.ts'
import type { ServiceLine } from '../../domain/service-line.ts'
import type { Session } from '../../domain/session.ts'
import type { Put } from '../../store/change.ts'
import { ask, type Steps } from '../../store/store.ts'
import { standingAs } from '../read-as.ts'
import { linesOfSession, putsFor } from './lines.ts'
import { sessionFacts } from './session-facts.ts'

/** All lines of a session as it stands; none move while it is being amended. */
export function* chargeSession(id: string, session: Session, encounter: Encounter, at: string): Steps<readonly Put[]> {
  const isError = session.state === 'entered-in-error'
  if (session.state !== 'signed' && !isError) return []
  const standing = yield* linesOfSession(id)
  if (isError && standing.length === 0) return []
  const wanted = isError ? [] : linesOf(yield* sessionFacts(id, session, encounter), at)
  return yield* putsFor(id, standing, reconcile(standing, wanted, at), at)
}

/** The lines of a session as they would be made now; undefined while it is not signed. */
export function* sessionLinesNow(id: string, at: string): Steps<readonly ServiceLine[] | undefined> {
  const held = standingAs(sessionMapping, yield* ask({ ask: 'resource', type: 'Encounter', id }))
  return held?.value.state === 'signed' ? linesOf(yield* sessionFacts(id, held.value, held.resource), at) : undefined
}
