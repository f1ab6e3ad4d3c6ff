/** Sessions at the same time as one, of its client or of whoever held it, and whether they are billed. */
import { isCountedByMonth, procedureCode } from '../../billing/code-table.ts'
import { serviceDay } from '../../billing/lines.ts'
import { type Overlap, overlaps } from '../../billing/overlap.ts'
import { procedureOf } from '../../billing/procedure-of.ts'
import { unitsUsed } from '../../domain/service-line.ts'
import { minutesDirect, type Session } from '../../domain/session.ts'
import type { Steps } from '../../store/store.ts'
import { zoneOf } from '../clients/client-facts.ts'
import { allOf, patientIs, pointsAt } from '../questions.ts'
import { referenceTo } from '../references.ts'
import { namesOf } from '../worklists/supervision.ts'
import { bundlesOf } from './bundles.ts'
import { readSession } from './care-around.ts'
import { between, type HeldLine, linesOfBundle, linesOfSession } from './lines.ts'

interface Overlapping extends Overlap {
  readonly sessionId: string
}

/**
 * `names`: references to whoever held it. Whoever joined it besides is not asked after: they may have come and gone. Nor are sessions that
 * wait to be signed or billed: once they are, their own lines are held.
 */
export function* overlappingOf(
  sessionId: string,
  session: Session,
  day: string,
  names: readonly string[],
): Steps<readonly Overlapping[]> {
  if (session.clientId === undefined || day === '') return []
  const near = between('date', day, day)
  const byThem = pointsAt('participant', ...names)
  const found = [
    ...(yield* allOf('Encounter', patientIs(session.clientId), ...near)),
    ...(names.length === 0 ? [] : yield* allOf('Encounter', byThem, ...near)),
  ]
  const others: Overlapping[] = []
  for (const [id, stored] of new Map(found.map((one) => [one.id, one] as const))) {
    const other = id === sessionId ? undefined : readSession(stored)
    if (!other || !overlaps(session, other, isOneOf(names, other.renderer))) continue
    const isBillable = procedureOf(other, minutesDirect(other) ?? 0, undefined) !== undefined
    const lines = isBillable ? (yield* linesFor(id, other)).filter(({ value }) => unitsUsed(value) > 0) : []
    if (!isBillable || lines.length > 0) others.push({ sessionId: id, isBilled: isBillable, lines: lines.map((line) => line.id) })
  }
  return others
}

/** At the same time as one of these, which are counted together: two of them that meet would count a minute twice. */
export function* overlappingAny(
  held: readonly { readonly id: string; readonly session: Session }[],
  zone: string | undefined,
): Steps<readonly Overlap[]> {
  const counted = new Set(held.map(({ id }) => id))
  const found: Overlap[] = []
  for (const { id, session } of held) {
    const by = referenceTo(session.renderer, 'Practitioner')
    const names = by === undefined ? [] : yield* namesOf(by)
    const isCountedTwice = held.some(
      (one) => one.id !== id && overlaps(session, one.session, isOneOf(names, one.session.renderer)),
    )
    if (isCountedTwice) found.push({ isBilled: true, lines: [] })
    for (const { sessionId, ...one } of yield* overlappingOf(id, session, serviceDay(session, zone) ?? '', names))
      if (!counted.has(sessionId)) found.push(one)
  }
  return found
}

const isOneOf = (names: readonly string[], renderer: Session['renderer']): boolean =>
  names.includes(referenceTo(renderer, 'Practitioner') ?? '')

/** Its own lines, or those of the month that counts it. */
function* linesFor(id: string, session: Session): Steps<readonly HeldLine[]> {
  const { clientId, procedureCode: code } = session
  if (clientId === undefined || code === undefined) return yield* linesOfSession(id)
  const day = serviceDay(session, yield* zoneOf(clientId)) ?? ''
  const row = procedureCode(code, day)
  if (!row || !isCountedByMonth(row)) return yield* linesOfSession(id)
  const counting = (yield* bundlesOf(clientId)).find(({ value }) => value.contributions.some((one) => one.sessionId === id))
  return counting ? yield* linesOfBundle(counting.stored.id) : []
}
