/** The lines of a month's count: made when the month is over, and made anew when what was counted has changed. */
import type { Encounter } from '@medplum/fhirtypes'
import mapping from '../../../mappings/monthly-bundle.account.ts'
import sessionMapping from '../../../mappings/session.encounter.ts'
import { bundleLinesOf } from '../../billing/bundle-lines.ts'
import { serviceDay } from '../../billing/lines.ts'
import { reconcile } from '../../billing/reconcile.ts'
import type { MonthlyBundle } from '../../domain/monthly-bundle.ts'
import type { ServiceLine } from '../../domain/service-line.ts'
import type { Session } from '../../domain/session.ts'
import type { Put } from '../../store/change.ts'
import { ask, askAll, type Steps } from '../../store/store.ts'
import { readStored, standingAs } from '../read-as.ts'
import { linesOfBundle, putsFor } from './lines.ts'
import { overlappingAny } from './overlapping.ts'
import { sessionFacts } from './session-facts.ts'

/** All lines of a bundle as it stands. */
export function* chargeBundle(id: string, bundle: MonthlyBundle, at: string): Steps<readonly Put[]> {
  const standing = yield* linesOfBundle(id)
  return yield* putsFor(id, standing, reconcile(standing, yield* wanted(id, bundle, at), at), at)
}

/** The lines of a bundle as they would be made now; undefined while its month is not charged. */
export function* bundleLinesNow(id: string, at: string): Steps<readonly ServiceLine[] | undefined> {
  const bundle = readStored(mapping, yield* ask({ ask: 'resource', type: 'Account', id }))
  return bundle?.state === 'charged' ? yield* wanted(id, bundle, at) : undefined
}

function* wanted(id: string, bundle: MonthlyBundle, at: string): Steps<readonly ServiceLine[]> {
  const sessions = yield* countedSessions(bundle)
  const [first, last] = [sessions[0], sessions.at(-1)]
  if (!first || !last) return []
  const facts = yield* sessionFacts(last.id, last.session, last.encounter, id)
  const overlapping = yield* overlappingAny(sessions, facts.timeZone)
  return bundleLinesOf({ ...facts, overlapping }, { id, bundle, began: serviceDay(first.session, facts.timeZone) }, at)
}

interface Held {
  readonly id: string
  readonly session: Session
  readonly encounter: Encounter
}

/** By their beginning. */
export function* countedSessions({ contributions }: Pick<MonthlyBundle, 'contributions'>): Steps<readonly Held[]> {
  const stored = yield* askAll(contributions.map(({ sessionId: id }) => ({ ask: 'resource' as const, type: 'Encounter', id })))
  const sessions = stored.flatMap((one): Held[] => {
    const held = standingAs(sessionMapping, one)
    return held ? [{ id: held.stored.id, session: held.value, encounter: held.resource }] : []
  })
  const startOf = ({ session }: Held): number => Date.parse(session.actual?.start ?? '') || 0
  return sessions.toSorted((a, b) => startOf(a) - startOf(b) || (a.id > b.id ? -1 : 1))
}
