/** A signed session's minutes in the bundle of its month, in the commit of whatever signed it, amended it, or called it an error. */
import type { Encounter } from '@medplum/fhirtypes'
import mapping from '../../../mappings/monthly-bundle.account.ts'
import { isCountedByMonth, procedureCode } from '../../billing/code-table.ts'
import { serviceDay } from '../../billing/lines.ts'
import { bundleState, countedMinutes, type MonthlyBundle } from '../../domain/monthly-bundle.ts'
import type { Session } from '../../domain/session.ts'
import type { Put } from '../../store/change.ts'
import { ask, type Steps } from '../../store/store.ts'
import { zoneOf } from '../clients/client-facts.ts'
import { nextOf } from '../next-version.ts'
import { bundlesOf, type HeldBundle } from './bundles.ts'
import { chargeBundle } from './charge-bundle.ts'
import { billingOrgOf, clinicianOf } from './clinician.ts'
import { bundleIdOf } from './lines.ts'

/** The bundle that the session belongs to; undefined where its code is not one that is counted by the month. */
function bundleFor(session: Session, zone: string | undefined, by: string | undefined): MonthlyBundle | undefined {
  const { clientId, procedureCode: code, state, sensitivity, legalBasis, confidentiality } = session
  const day = serviceDay(session, zone)
  if (state !== 'signed' || clientId === undefined || code === undefined || day === undefined) return undefined
  const row = procedureCode(code, day)
  if (row?.least === undefined || !isCountedByMonth(row)) return undefined
  const labels = { sensitivity, legalBasis, ...(confidentiality !== undefined && { confidentiality }) }
  return {
    clientId,
    month: day.slice(0, 7),
    code,
    ...(by !== undefined && { billingOrg: { id: by } }),
    contributions: [],
    thresholdMinutes: row.least,
    ...labels,
    state: 'accumulating',
  }
}

export function* bundleSession(id: string, session: Session, encounter: Encounter, at: string): Steps<readonly Put[]> {
  // None moves while a session is being amended.
  if (session.clientId === undefined || session.procedureCode === undefined || session.state === 'amended') return []
  const zone = yield* zoneOf(session.clientId)
  const by = billingOrgOf(encounter, yield* clinicianOf(session.renderer))
  const own = bundleFor(session, zone, by)
  const ownId = own && bundleIdOf(own.clientId, own.month, own.code, by)
  const held = new Map<string, HeldBundle>((yield* bundlesOf(session.clientId)).map((one) => [one.stored.id, one]))
  if (own && !held.has(ownId!)) {
    const stored = yield* ask({ ask: 'resource', type: 'Account', id: ownId! })
    held.set(ownId!, { stored, resource: undefined, value: own })
  }
  const puts: Put[] = []
  for (const [bundleId, { stored, resource, value }] of held) {
    const others = value.contributions.filter(({ sessionId }) => sessionId !== id)
    const counts = bundleId === ownId ? [...others, { sessionId: id, minutes: countedMinutes(session) }] : others
    const contributions = counts.toSorted((a, b) => (a.sessionId < b.sessionId ? -1 : 1))
    const next = { ...value, contributions }
    const { Account: written } = mapping.write({ ...next, state: bundleState(next, at) }, resource && { Account: resource })
    if (written === resource) continue
    puts.push(nextOf(written, bundleId, stored, at))
    if (value.state === 'charged') puts.push(...(yield* chargeBundle(bundleId, next, at)))
  }
  return puts
}
