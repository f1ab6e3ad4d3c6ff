/** `service-lines`: what signed sessions are billed as. Computed; people void a line, have it checked again, or say how its claim went. */
import type { ChargeItem } from '@medplum/fhirtypes'
import { z } from 'zod'
import mapping from '../../../mappings/service-line.charge-item.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { ServiceLine, serviceLineMachine } from '../../domain/service-line.ts'
import { type Steps, write } from '../../store/store.ts'
import { recheckBundle } from '../billing/charge-bundle.ts'
import { recheckSession } from '../billing/charge-session.ts'
import { isOurLine, linesOfBundle, linesOfSession, putsFor } from '../billing/lines.ts'
import type { Context } from '../context.ts'
import { collection, type EventInput, type Held } from './collection.ts'

type Parts = { ChargeItem: ChargeItem }
type Rule = (
  ctx: Context,
  value: ServiceLine,
  event: EventInput,
  at: string,
  before: Held<ServiceLine, Parts>,
) => Steps<Result<ServiceLine>>

const ClaimDetail = z.object({ claim: z.string().min(1).max(200).optional() })

const ofClaim: Rule = function* (_ctx, value, event, _at, { parts }) {
  const detail = ClaimDetail.safeParse(event)
  if (!detail.success)
    return fail('invalid', `The event ${event.type} names its claim otherwise.`, {
      issues: [{ path: 'claim', message: 'is 1 to 200 characters' }],
    })
  const { claim } = detail.data
  return ok({
    ...value,
    ...(claim !== undefined && { claimRef: claim }),
    ...(event.type === 'bill' && { billedVersion: Number(parts.ChargeItem.meta?.versionId) }),
    ...(event.reason !== undefined && { adjudicationReason: event.reason }),
  })
}

/** Other held lines of the session, or of the month, move with it. */
const recheck: Rule = function* (_ctx, value, _event, at, { id }) {
  const unmoved: ServiceLine = { ...value, state: 'held' }
  const { bundleId, sessionId = '' } = value
  const standing = bundleId === undefined ? yield* linesOfSession(sessionId) : yield* linesOfBundle(bundleId)
  const moves =
    bundleId === undefined ? yield* recheckSession(sessionId, standing, at) : yield* recheckBundle(bundleId, standing, at)
  const others = moves.filter((move) => move.id !== id)
  yield* write(...(yield* putsFor(bundleId ?? sessionId, standing, others, at)))
  return ok(moves.find((move) => move.id === id)?.value ?? unmoved)
}

export const serviceLines = collection<ServiceLine, Parts>({
  name: 'service-lines',
  prefix: 'chg',
  anchor: 'ChargeItem',
  parts: [],
  mapping,
  command: ServiceLine,
  claims: isOurLine,
  sealed: true,
  client: 'patient',
  sort: '-occurrence',
  machine: { field: 'state', states: serviceLineMachine, initial: 'draft' },
  derived: 'Service lines follow from signed sessions, and months of them; they move by events alone.',
  on: { recheck, bill: ofClaim, accept: ofClaim, reject: ofClaim, pay: ofClaim, deny: ofClaim, void: ofClaim },
})
