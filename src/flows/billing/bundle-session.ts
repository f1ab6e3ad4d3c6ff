/** A signed session's minutes in the bundle of its month, in the commit of whatever signed it, amended it, or called it an error. */
import type { Account } from '@medplum/fhirtypes'
import mapping, { accountKind } from '../../../mappings/monthly-bundle.account.ts'
import { isCountedByMonth, procedureCode } from '../../billing/code-table.ts'
import { serviceDay } from '../../billing/lines.ts'
import { bundleState, countedMinutes, type MonthlyBundle } from '../../domain/monthly-bundle.ts'
import type { Session } from '../../domain/session.ts'
import type { Filter } from '../../fhir/search/query.ts'
import type { Put } from '../../store/change.ts'
import { ask, type Steps, type Stored } from '../../store/store.ts'
import { zoneOf } from '../client-facts.ts'
import { nextOf, storedValue } from '../keep.ts'
import { chargeBundle } from './charge-bundle.ts'
import { allOf, bundleIdOf, ofPatient } from './lines.ts'

export const ofKind: Filter = { kind: 'token', param: 'type', values: [{ system: accountKind, code: 'monthly-bundle' }] }

/** The bundle that the session belongs to; undefined where its code is not one that is counted by the month. */
function bundleFor(session: Session, zone: string | undefined): MonthlyBundle | undefined {
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
    contributions: [],
    thresholdMinutes: row.least,
    ...labels,
    state: 'accumulating',
  }
}

interface HeldBundle {
  readonly stored: Stored | undefined
  readonly resource: Account | undefined
  readonly value: MonthlyBundle
}

export function* bundleSession(id: string, session: Session, at: string): Steps<readonly Put[]> {
  // None moves while a session is being amended.
  if (session.clientId === undefined || session.procedureCode === undefined || session.state === 'amended') return []
  const zone = yield* zoneOf(session.clientId)
  const own = bundleFor(session, zone)
  const ownId = own && bundleIdOf(own.clientId, own.month, own.code)
  const held = new Map<string, HeldBundle>()
  for (const stored of yield* allOf('Account', ofPatient(session.clientId), ofKind)) {
    const resource = storedValue<Account>(stored)!
    const reading = mapping.read({ Account: resource })
    if (reading.ok) held.set(stored.id, { stored, resource, value: reading.value })
  }
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
