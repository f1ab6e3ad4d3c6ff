/** `discharges`: hospital stays that have ended, whoever told of them, and the board of those that nobody has been matched to. */
import type { Encounter, Patient, Resource } from '@medplum/fhirtypes'
import mapping, { sourceExtension, stateExtension } from '../../../mappings/discharge.encounter.ts'
import { hospitalClasses } from '../../../mappings/shared/stay.ts'
import { dayMs } from '../../domain/calendar.ts'
import { type Discharge, DischargeCommand, dischargeMachine } from '../../domain/discharge.ts'
import { historyDays } from '../../domain/follow-ups-owed.ts'
import { ok, type Result } from '../../domain/problem.ts'
import type { Change } from '../../store/change.ts'
import { ask, type Steps } from '../../store/store.ts'
import { proposeCoded } from '../care-plans/derived-needs.ts'
import { movedReviews } from '../care-plans/plan-reviews.ts'
import type { Context } from '../context.ts'
import { reachOut } from '../follow-ups/against-advice.ts'
import { conditionIds, readStays, type StayParts } from '../follow-ups/stays.ts'
import { recomputeFollowUps } from '../follow-ups/update-follow-ups.ts'
import { matchByHand, matchClient } from '../intake/match-discharge.ts'
import { withSubject } from '../intake/stay-parts.ts'
import { nextOf, storedValue } from '../next-version.ts'
import { pointsAt } from '../questions.ts'
import { deathInStay } from './after-death.ts'
import { collection, type Held } from './collection.ts'

/** A stay that has ended, one whose end or beginning was taken back, or one that was never true. */
const over: ReadonlySet<string> = new Set(['finished', 'cancelled', 'entered-in-error'])

const extended = ({ extension }: Encounter, url: string): boolean =>
  Array.isArray(extension) && extension.some((one) => one?.url === url)

const claims = (resource: Resource): boolean => {
  const encounter = resource as Encounter
  if (!hospitalClasses.has(encounter.class?.code ?? '')) return false
  return (
    over.has(encounter.status) ||
    encounter.hospitalization?.dischargeDisposition !== undefined ||
    extended(encounter, stateExtension)
  )
}

const historyMs = historyDays * dayMs
/** A stay of somebody's history, long over when it was written here, changes no follow-up. */
const concerns = (resource: Resource): boolean => {
  const encounter = resource as Encounter
  const ended = Date.parse(encounter.period?.end ?? '')
  const written = Date.parse(encounter.meta?.lastUpdated ?? '')
  return extended(encounter, sourceExtension) || Number.isNaN(ended) || written - ended < historyMs
}

/** Most states are told by the extension alone. */
const statuses: Readonly<Partial<Record<string, string>>> = {
  matched: 'finished',
  cancelled: 'planned,arrived,triaged,in-progress,onleave,cancelled,unknown',
  'entered-in-error': 'entered-in-error',
}
const inState = (state: string): readonly [string, string] => {
  const status = statuses[state]
  return status === undefined ? ['domain-state', state] : ['status', status]
}

type HeldDischarge = Held<Discharge, StayParts>

export const discharges = collection<Discharge, StayParts>({
  name: 'discharges',
  prefix: 'dis',
  anchor: 'Encounter',
  parts: [
    {
      type: 'Condition',
      many: true,
      of: (anchor) => conditionIds(anchor as Encounter).map((id) => `Condition/${id}`),
      heldBy: (reference) => pointsAt('diagnosis', reference),
    },
  ],
  mapping,
  command: DischargeCommand,
  claims,
  client: 'subject',
  inState,
  machine: { field: 'state', states: dischargeMachine, initial: 'notified' },
  computed: ['readmissionOf'],
  prepare,
  concerns,
  on: { match: (ctx, value, event) => matchByHand(ctx, value, event) },
  after,
})

/** New diagnoses get ids of their own: none may be another record's. What a person tells came through the portal. */
function* prepare(ctx: Context, value: Discharge, before: HeldDischarge | undefined, at: string): Steps<Result<Discharge>> {
  const known = new Set(before?.value.diagnoses.map((one) => one.id))
  const diagnoses = value.diagnoses.map((one) => (known.has(one.id) ? one : { ...one, id: ctx.newId('con') }))
  const told = before ? {} : { source: value.source ?? ('portal' as const), receivedAt: value.receivedAt ?? at }
  const found = value.state === 'notified' && value.clientId !== undefined ? { state: 'matched' as const } : {}
  return ok({ ...value, diagnoses, ...told, ...found })
}

/** Diagnoses are of the same person as the stay; follow-ups of that person, and of whoever it was before, are computed anew. */
function* after(
  ctx: Context,
  now: HeldDischarge,
  before: HeldDischarge | undefined,
  at: string,
): Steps<Result<readonly Change[]>> {
  const changes: Change[] = yield* sameSubject(now, at)
  for (const clientId of new Set([now.value.clientId, before?.value.clientId])) {
    if (clientId === undefined) continue
    changes.push(...(yield* recomputeFollowUps(ctx, clientId, at)), ...(yield* movedReviews(clientId, at)))
  }
  changes.push(...(yield* proposeCoded(now.id, now.value, at)))
  if (before?.value.clientId === undefined) changes.push(...(yield* known(now.value, at)))
  changes.push(...(yield* deathInStay(ctx, now, before, at)), ...(yield* reachOut(now, before, now.parts.Encounter, at)))
  return ok(changes)
}

/** Somebody has said whose it is: from now on the hospital's number is the client's, unless another bears it. */
function* known({ clientId, patientIdentifier }: Discharge, at: string): Steps<Change[]> {
  if (clientId === undefined || patientIdentifier?.system === undefined) return []
  const match = yield* matchClient([patientIdentifier])
  if (match.clientId !== undefined || match.issues.length > 0) return []
  const stored = yield* ask({ ask: 'resource', type: 'Patient', id: clientId })
  const patient = storedValue<Patient>(stored)
  const { system, value } = patientIdentifier
  if (!patient || value === undefined) return []
  return [nextOf<Patient>({ ...patient, identifier: [...(patient.identifier ?? []), { system, value }] }, clientId, stored, at)]
}

function* sameSubject(now: HeldDischarge, at: string): Steps<Change[]> {
  const { Condition } = withSubject(now.id, now.parts)
  const changed = Condition.filter((one) => !now.parts.Condition.includes(one))
  if (changed.length === 0) return []
  const [held] = yield* readStays([
    { type: 'Encounter', id: now.id, version: 0, at, sequence: 0, text: JSON.stringify(now.parts.Encounter) },
  ])
  return changed.map((one) => nextOf(one, one.id!, held?.conditions.get(one.id!), at))
}
