/**
 * What was ahead of a client who has died is given up in the commit that tells of the death, each by its own machine and for that reason:
 * referrals, appointments and sessions to come, contacts owed, and the work of seeing to them. What has begun, what is to be signed or
 * answered for, stays with people; and if the client lives after all, people decide what is taken up again.
 */
import type { Patient, Resource } from '@medplum/fhirtypes'
import { obligationPolicy } from '../../../mappings/follow-up.task.ts'
import { workItemKind } from '../../../mappings/work-item.task.ts'
import { allowedEvents } from '../../domain/state-machine.ts'
import { endedInDeath, type Stay } from '../../domain/stay.ts'
import type { WorkItemKind } from '../../domain/work-item.ts'
import type { Filter } from '../../fhir/search/query.ts'
import type { Put } from '../../store/change.ts'
import { ask, type Steps } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { moved, prepared } from '../coordination/moved.ts'
import { recomputeFollowUps } from '../follow-ups/update-follow-ups.ts'
import { storedValue } from '../next-version.ts'
import { every, hasToken, ofStatus, patientIs, unfinishedTask } from '../questions.ts'
import { appointments } from './appointments.ts'
import type { AnyCollection } from './collection.ts'
import { followUps } from './follow-ups.ts'
import { type Gathered, gather } from './parts.ts'
import { referrals } from './referrals.ts'
import { sessions } from './sessions.ts'
import { workItems } from './work-items.ts'

const reason = 'client-deceased'

type Value = Readonly<Record<string, unknown>>
const kinds: readonly WorkItemKind[] = ['follow-up', 'call', 're-assess', 'review-plan', 'referral-chase']
const unneeded = kinds.map((code) => ({ system: workItemKind, code }))

interface Ahead {
  readonly collection: AnyCollection
  readonly found: readonly Filter[]
  /** Those that give it up, from whatever state. */
  readonly events: readonly string[]
  readonly only?: (value: Value, at: string) => boolean
}

/** Whether what was to be by now was kept or missed, is for people to say. */
const isToCome = (time: unknown, at: string): boolean =>
  time === undefined || Date.parse((time as { readonly start: string }).start) > Date.parse(at)

const ahead: readonly Ahead[] = [
  {
    collection: referrals,
    found: [ofStatus('draft', 'active', 'on-hold')],
    events: ['discard', 'withdraw', 'cancel'],
  },
  {
    collection: appointments,
    found: [ofStatus('proposed', 'pending', 'waitlist', 'booked')],
    events: ['cancel'],
    only: ({ time }, at) => isToCome(time, at),
  },
  {
    collection: sessions,
    found: [ofStatus('planned')],
    events: ['cancel'],
    only: ({ scheduled }, at) => isToCome(scheduled, at),
  },
  { collection: workItems, found: [unfinishedTask, hasToken('code', ...unneeded)], events: ['cancel'] },
  // Those of stays are computed, the death among the rest.
  {
    collection: followUps,
    found: [unfinishedTask, hasToken('code', { system: obligationPolicy })],
    events: ['undo'],
    only: ({ dischargeId, state }) => dischargeId === undefined && state !== 'missed',
  },
]

interface GivenUp {
  readonly puts: readonly Put[]
  readonly before: ReadonlyMap<string, Gathered>
}

/** Nothing is written yet. What cannot be read, or moved, stays as it is. */
function* givenUp(ctx: Context, clientId: string, at: string): Steps<GivenUp> {
  const puts: Put[] = []
  const before = new Map<string, Gathered>()
  for (const { collection, found, events, only = () => true } of ahead) {
    const { items } = yield* ask(every(collection.anchor, patientIs(clientId), ...found))
    for (const stored of items) {
      if (!collection.claims(storedValue<Resource>(stored)!)) continue
      const held = yield* gather(collection, stored)
      if (!held.ok || !only(held.value.value, at)) continue
      const ended = yield* gaveUp(ctx, collection, held.value, events, at)
      if (ended.length > 0) before.set(`${collection.name}/${stored.id}`, held.value)
      puts.push(...ended)
    }
  }
  return { puts, before }
}

function* gaveUp(
  ctx: Context,
  collection: AnyCollection,
  held: Gathered,
  events: readonly string[],
  at: string,
): Steps<readonly Put[]> {
  const { states, field } = collection.machine!
  const type = allowedEvents(states, held.value[field] as string).find((one) => events.includes(one))
  if (type === undefined) return []
  const event = { type, reason }
  const next = yield* moved(ctx, collection, held, event, at, ['requester', 'performer', 'clock'])
  const written = next.ok ? yield* prepared(ctx, { collection, id: held.id, value: next.value, before: held, at, event }) : next
  return written.ok ? written.value : []
}

/** The same for a client who died in a stay: once, when the stay is first told to have ended so. */
export function* deathInStay(ctx: Context, now: Stay, before: Stay | undefined, at: string): Steps<readonly Put[]> {
  const { clientId } = now.value
  if (clientId === undefined || !endedInDeath(now)) return []
  const wasTold = before !== undefined && before.value.clientId === clientId && endedInDeath(before)
  return wasTold ? [] : (yield* givenUp(ctx, clientId, at)).puts
}

/** A date, or the word that it is so. */
const deathOf = ({ deceasedBoolean, deceasedDateTime }: Patient): string | true | undefined =>
  deceasedDateTime ?? (deceasedBoolean === true ? true : undefined)

/**
 * Of those among the written who were told to have died, or to live after all: what was ahead, and the follow-ups as they are owed now. Who
 * came to be known here as dead is as they came.
 */
export function* afterDeaths(
  ctx: Context,
  puts: readonly Put[],
  known: ReadonlyMap<string, Gathered>,
  at: string,
): Steps<GivenUp> {
  const changes: Put[] = []
  const before = new Map<string, Gathered>()
  for (const { type, id, resource } of puts) {
    const was = type === 'Patient' ? (known.get(`clients/${id}`)?.parts.Patient as Patient | undefined) : undefined
    const [then, now] = [was && deathOf(was), deathOf(resource as Patient)]
    if (!was || then === now) continue
    const ended = then === undefined ? yield* givenUp(ctx, id, at) : undefined
    for (const [name, held] of ended?.before ?? []) before.set(name, held)
    changes.push(...(ended?.puts ?? []), ...(yield* recomputeFollowUps(ctx, id, at)))
  }
  return { puts: changes, before }
}
