/**
 * Records what a message tells of a stay: its Encounter and Conditions, and the follow-ups that come of it, in the commit that keeps the
 * message. One visit number is one stay, whichever way and however often it is told, in whatever order.
 */
import type { Condition } from '@medplum/fhirtypes'
import dischargeMapping from '../../../mappings/discharge.encounter.ts'
import type { Discharge, DischargeFacts, VisitNumber } from '../../domain/discharge.ts'
import { fail, type Issue, ok, type Result } from '../../domain/problem.ts'
import { hear, type KeptVisit, packed, type Told, told, unpacked, type VisitRecord, without } from '../../domain/visit.ts'
import { equal } from '../../lens/equal.ts'
import type { Change, Put } from '../../store/change.ts'
import { ask, askAll, type Steps } from '../../store/store.ts'
import { proposeCoded } from '../care-plans/derived-needs.ts'
import { movedReviews } from '../care-plans/plan-reviews.ts'
import { labelsOfFacility } from '../clients/programme-labels.ts'
import { teamNotices } from '../clients/team-notices.ts'
import { discharges } from '../collections/discharges.ts'
import type { Context } from '../context.ts'
import { reachOut } from '../follow-ups/against-advice.ts'
import { type HeldStay, readStays, type StayParts } from '../follow-ups/stays.ts'
import { settle, withProgress } from '../follow-ups/update-follow-ups.ts'
import { Kept } from '../kept.ts'
import { nextOf } from '../next-version.ts'
import { every, hasToken } from '../questions.ts'
import { hearOfDeath, hearOfDeathIn } from './hear-of-death.ts'
import { matchClient, tokensOf } from './match-discharge.ts'
import { withSubject } from './stay-parts.ts'
import { baseOf, dischargeAfter, finish, type Teller, visitNumberOf } from './told-discharge.ts'

export interface Recorded {
  readonly changes: readonly Change[]
  /** What the message is about, changed by it or not: `Encounter/dis-…`. */
  readonly about: readonly string[]
  readonly issues: readonly Issue[]
}

/** What is to be written; nothing is written yet but what follows from a death. */
export function* recordVisit(ctx: Context, facts: DischargeFacts, teller: Teller, at: string): Steps<Result<Recorded>> {
  const number = visitNumberOf(facts, teller)
  if (!number)
    return fail('unreadable', 'The message does not tell which stay it is about.', {
      issues: [{ path: 'PV1-19', message: 'no visit number, and no day to tell the stay by' }],
    })
  const stay = yield* stayOf(ctx, number, facts, teller)
  const client = yield* clientOf(stay.held, facts)
  const died = client.id === undefined ? ok([]) : yield* hearOfDeath(ctx, client.id, facts.patient, at)
  if (!died.ok) return died

  const { id, held, now } = stay
  const base = baseOf(held, now, id)
  const before = told(stay.known)
  const value = dischargeAfter(id, { number, now, before, held, clientId: client.id, facts, teller, base })
  const labels = [...(now.labels ?? []), ...(yield* labelsOfFacility(value.facility))]
  const mistaken = stay.mistaken && (yield* unsay(stay.mistaken, facts, teller, at))
  const isOurs = value.encounterClass !== undefined || held?.value.encounterClass !== undefined
  const settled =
    client.id !== undefined && isOurs
      ? yield* settle(ctx, client.id, at, {
          stay: { id, value: asLabelled(value, id, base, labels) },
          ...(mistaken?.gone && { without: stay.mistaken!.id }),
        })
      : undefined
  const progressed = withProgress(value, settled?.progress)
  const written = dischargeMapping.write(progressed, base)
  const parts = withSubject(id, { ...written, Encounter: finish(written.Encounter, value, now, base.Encounter) }, labels)
  const puts = [...(yield* partPuts(parts, held, id, at)), ...(settled?.puts ?? [])]

  const needs = yield* proposeCoded(id, value, at)
  const notices = yield* teamNotices(discharges, { id, value: progressed, parts: { ...parts } }, held, at)
  const calls = yield* reachOut({ id, value }, held, parts.Encounter, at)
  const ended = yield* hearOfDeathIn(ctx, { id, value }, held, at)
  if (!ended.ok) return ended
  const reviews = client.id === undefined ? [] : yield* movedReviews(client.id, at, { id, value })
  const about = [...puts, ...died.value, ...ended.value].map((put) => `${put.type}/${put.id}`)
  return ok({
    changes: [...(mistaken?.changes ?? []), ...puts, ...needs, ...notices, ...calls, ...reviews, ...kept(stay)],
    about: [...new Set([`Encounter/${id}`, ...about])],
    issues: [...stay.issues, ...client.issues],
  })
}

/** The stay that a message is about, and what hospitals have told of it: before, and with this message. */
interface Stay {
  readonly id: string
  /** Absent where it is told of for the first time. */
  readonly held: HeldStay | undefined
  readonly known: VisitRecord
  readonly record: VisitRecord
  readonly now: Told
  /** Another one, that an earlier reading of the message took it to be about. */
  readonly mistaken: HeldStay | undefined
  readonly issues: readonly Issue[]
}

function* stayOf(ctx: Context, number: Required<VisitNumber>, facts: DischargeFacts, teller: Teller): Steps<Stay> {
  const before = yield* wroteBefore(teller)
  const found = yield* ask(every('Encounter', hasToken('identifier', ...tokensOf([number]))))
  const [named, ...more] = yield* readStays(found.items)
  const held = named ?? before
  const id = held?.id ?? ctx.newId('dis')
  const known = held ? yield* visitOf(id) : {}
  const record = hear(known, facts, teller.receivedAt)
  return {
    id,
    held,
    known,
    record,
    now: told(record),
    mistaken: before?.id === id ? undefined : before,
    issues:
      more.length > 0
        ? [{ path: 'visit', message: 'several stays have this number; the first is meant', severity: 'warning' }]
        : [],
  }
}

/** What hospitals have told of a stay, by its id. */
const visits = new Kept<KeptVisit>('visit')

function* visitOf(id: string): Steps<VisitRecord> {
  return unpacked((yield* visits.of(id)) ?? [])
}

const kept = ({ id, known, record }: Stay): readonly Change[] =>
  equal(record, known) ? [] : [visits.remember(id, packed(record))]

/** Whose stay it is: as it was matched once, else by what the message tells of the person now. */
function* clientOf(
  held: HeldStay | undefined,
  { patient }: DischargeFacts,
): Steps<{ readonly id: string | undefined; readonly issues: readonly Issue[] }> {
  if (held?.value.clientId !== undefined) return { id: held.value.clientId, issues: [] }
  const { clientId: id, issues } = yield* matchClient(patient.identifiers)
  return { id, issues }
}

/** The discharge with its labels as they will be read: what follows from it bears them, too. */
function asLabelled(value: Discharge, id: string, base: StayParts, labels: NonNullable<Told['labels']>): Discharge {
  if (labels.length === 0) return value
  const read = dischargeMapping.read(withSubject(id, dischargeMapping.write(value, base), labels))
  if (!read.ok) return value
  const { sensitivity, confidentiality, legalBasis } = read.value
  return { ...value, sensitivity, legalBasis, ...(confidentiality !== undefined && { confidentiality }) }
}

/** The stay that an earlier reading of the same message was about. */
function* wroteBefore({ about = [] }: Teller): Steps<HeldStay | undefined> {
  const id = about.find((one) => one.startsWith('Encounter/'))?.slice('Encounter/'.length)
  const stored = id === undefined ? undefined : yield* ask({ ask: 'resource', type: 'Encounter', id })
  return stored ? (yield* readStays([stored]))[0] : undefined
}

/** The message turned out to be about another stay. A stay that nothing else tells of is a duplicate, and gone. */
function* unsay(
  stay: HeldStay,
  facts: DischargeFacts,
  teller: Teller,
  at: string,
): Steps<{ readonly gone: boolean; readonly changes: readonly Change[] }> {
  const record = without(yield* visitOf(stay.id), facts, teller.receivedAt)
  const kept = visits.remember(stay.id, packed(record))
  if (Object.keys(record).length > 0) return { gone: false, changes: [kept] }
  const { Encounter } = dischargeMapping.write({ ...stay.value, state: 'duplicate' }, stay.parts)
  return { gone: true, changes: [kept, nextOf(Encounter, stay.id, stay.anchor, at)] }
}

/** New versions of the parts that changed. */
function* partPuts(parts: StayParts, held: HeldStay | undefined, id: string, at: string): Steps<readonly Put[]> {
  const puts: Put[] = parts.Encounter === held?.parts.Encounter ? [] : [nextOf(parts.Encounter, id, held?.anchor, at)]
  const changed = parts.Condition.filter((one) => !held?.parts.Condition.includes(one))
  const fresh = changed.filter((one) => !held?.conditions.has(one.id!))
  // The ids of a new stay's Conditions are made from its own, which nobody had before.
  const asked = held === undefined ? [] : fresh
  const before = yield* askAll(asked.map((one) => ({ ask: 'resource' as const, type: 'Condition', id: one.id! })))
  const current = new Map(asked.map((one, i) => [one.id!, before[i]]))
  for (const one of changed) puts.push(nextOf<Condition>(one, one.id!, held?.conditions.get(one.id!) ?? current.get(one.id!), at))
  return puts
}
