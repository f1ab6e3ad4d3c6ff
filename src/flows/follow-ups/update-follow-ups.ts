/**
 * Follow-ups of a client, computed anew from all stays and contacts, in the commit of whatever changed one of them. The differences become
 * new versions of Tasks, and of the Encounters whose follow-up has come further.
 */
import type { Patient, Resource, Task } from '@medplum/fhirtypes'
import dischargeMapping from '../../../mappings/discharge.encounter.ts'
import followUpMapping, { obligationPolicy } from '../../../mappings/follow-up.task.ts'
import { calendarOf, federalCalendar, localDate } from '../../domain/calendar.ts'
import type { FollowUpObligation } from '../../domain/follow-up.ts'
import { type FollowUpChange, followUpChanges, progressOf, type StayProgress } from '../../domain/follow-up-changes.ts'
import { policies } from '../../domain/follow-up-policies.ts'
import { followUpsOwed, type Owed, owedKey } from '../../domain/follow-ups-owed.ts'
import { isDischarged, type Stay } from '../../domain/stay.ts'
import { guardOf } from '../../fhir/search/labels.ts'
import { literal } from '../../lens/literal.ts'
import type { Put } from '../../store/change.ts'
import { type Ask, askAll, type Page, type Steps, type Stored } from '../../store/store.ts'
import { withLabelsOf } from '../collections/labels-of.ts'
import type { Context } from '../context.ts'
import { derivedId } from '../derived-id.ts'
import { nextOf, storedValue } from '../next-version.ts'
import { every, hasToken, patientIs, withRest } from '../questions.ts'
import { type Standing, standingAs } from '../read-as.ts'
import { targetOf } from '../references.ts'
import { contactsOf, coveredBy, type HeldStay, readStays, staysOf } from './stays.ts'

type Held = Standing<FollowUpObligation, Task>

interface Settled {
  /** Tasks, and Encounters of stays other than the given one. */
  readonly puts: readonly Put[]
  readonly events: readonly FollowUpChange[]
  readonly owed: readonly Owed[]
  /** How far the given stay's follow-up is. */
  readonly progress: StayProgress | undefined
}

/** Values that are about to be written in the same commit, and count instead of what the store still has. */
interface Fresh {
  readonly stay?: Stay
  /** Id of a stay that turned out to be another one's duplicate. */
  readonly without?: string
  readonly followUp?: { readonly id: string; readonly value: FollowUpObligation }
}

/** The changes that a client's stays and contacts, as they are at this instant, make to follow-ups. Nothing is written yet. */
export function* recomputeFollowUps(ctx: Context, clientId: string, at: string): Steps<readonly Put[]> {
  return (yield* settle(ctx, clientId, at)).puts
}

export function* settle(ctx: Context, clientId: string, at: string, fresh: Fresh = {}): Steps<Settled> {
  const [encounters, tasks, patient, days] = yield* asked(clientId)
  const { stay } = fresh
  const held = yield* readStays(encounters.filter(({ id }) => id !== fresh.without && id !== stay?.id))
  const stays: readonly Stay[] = stay?.value.clientId === clientId ? [...held, stay] : held
  const standing = followUpsIn(tasks)
  const discharged = stays.filter(isDischarged)
  if (discharged.length === 0 && standing.length === 0)
    return { puts: [], events: [], owed: [], progress: progressOf(stays, []).find((one) => one.id === stay?.id) }
  const values = standing.map((one) => (one.stored.id === fresh.followUp?.id ? fresh.followUp.value : one.value))
  const inForce = [...policies, ...(ctx.settings.policies ?? [])]
  const owed = followUpsOwed({
    stays,
    contacts: discharged.length === 0 ? [] : yield* contactsOf(clientId, firstDay(discharged)),
    client: { birthDate: patient?.birthDate, deceased: patient?.deceasedDateTime ?? patient?.deceasedBoolean },
    standing: values,
    calendar: days === undefined ? federalCalendar : calendarOf((JSON.parse(days) as { holidays: string[] }).holidays),
    policies: inForce,
    covered: inForce.some(({ payers }) => payers) ? yield* coveredBy(clientId) : [],
    now: at,
  })
  const events = followUpChanges(clientId, values, owed, stays)
  const progress = progressOf(stays, owed)
  return {
    puts: [...(yield* taskPuts(events, standing, at, stays, fresh.followUp?.id)), ...progressPuts(progress, held, at)],
    events,
    owed,
    progress: progress.find((one) => one.id === stay?.id),
  }
}

const firstDay = (discharged: readonly Stay[]): string =>
  discharged.map(({ value }) => localDate(value.dischargedAt!, value.timeZone) ?? value.dischargedAt!.slice(0, 10)).toSorted()[0]!

/** All that is known from the start on, in one round trip: stays, follow-ups, the person, and the organization's own days off. */
function* asked(
  clientId: string,
): Steps<readonly [readonly Stored[], readonly Stored[], Patient | undefined, string | undefined]> {
  const stays = every('Encounter', ...staysOf(clientId))
  const tasks = every('Task', patientIs(clientId), hasToken('code', { system: obligationPolicy }))
  // A record of kind `calendar`: `{ "holidays": ["2026-11-27"] }`.
  const questions = [
    stays,
    tasks,
    { ask: 'resource', type: 'Patient', id: clientId },
    { ask: 'record', kind: 'calendar', key: 'default' },
  ] as const
  const answers = (yield* askAll(questions as readonly Ask[])) as readonly unknown[]
  const [encounters, followUps, person, days] = answers as [Page<Stored>, Page<Stored>, Stored | undefined, string | undefined]
  return [yield* withRest(stays, encounters), yield* withRest(tasks, followUps), storedValue<Patient>(person), days]
}

function followUpsIn(items: readonly Stored[]): readonly Held[] {
  return items.flatMap((stored) => standingAs(followUpMapping, stored) ?? [])
}

/** The id of a follow-up: one for each (discharge, policy), for ever. */
const followUpId = (dischargeId: string, policyId: string): string => derivedId('fob', dischargeId, policyId)

/** A follow-up tells of its stay, and of the contacts that count for it: it bears the labels of the stay, and of what is protected among these. */
function labelled(task: Task, { dischargeId, evidence }: FollowUpObligation, stays: readonly Stay[], guarded: Guarded): Task {
  const stay = stays.find(({ id }) => id === dischargeId)?.value
  const isLabelled = stay && (stay.confidentiality || stay.sensitivity.length + stay.legalBasis.length > 0)
  const wholes = [
    ...(isLabelled ? [dischargeMapping.write(stay).Encounter] : []),
    ...evidence.flatMap(({ ref }) => guarded.get(ref) ?? []),
  ]
  return wholes.reduce<Task>(withLabelsOf, task)
}

/** What is specially protected of the evidence, by its reference. */
type Guarded = ReadonlyMap<string, Resource>
function* guardedAmong(values: readonly FollowUpObligation[]): Steps<Guarded> {
  const names = [...new Set(values.flatMap(({ evidence }) => evidence.flatMap(({ ref }) => (literal(ref) ? [ref] : []))))]
  const found = yield* askAll(names.map((name) => ({ ask: 'resource' as const, ...targetOf(name) })))
  return new Map(
    found.flatMap((stored, i) => {
      const resource = storedValue<Resource>(stored)
      return resource && guardOf(resource) > 0 ? [[names[i]!, resource] as const] : []
    }),
  )
}

/** A follow-up that is itself being written (`except`) is left to its writer. */
function* taskPuts(
  events: readonly FollowUpChange[],
  standing: readonly Held[],
  at: string,
  stays: readonly Stay[],
  except: string | undefined,
): Steps<readonly Put[]> {
  const byKey = new Map(standing.map((one) => [owedKey(one.value), one]))
  const guarded = yield* guardedAmong([...events, ...standing].map(({ value }) => value))
  const wanted = events.map(({ value }) => ({
    value,
    held: byKey.get(owedKey(value)),
    id: followUpId(value.dischargeId!, value.policyId),
  }))
  const opened = wanted.filter(({ held }) => held === undefined)
  // One of that id may have been deleted: its versions go on.
  const before = yield* askAll(opened.map(({ id }) => ({ ask: 'resource' as const, type: 'Task', id })))
  const deleted = new Map(opened.map(({ id }, i) => [id, before[i]]))
  const puts = wanted.flatMap(({ value, held, id }) => {
    const current = held?.stored ?? deleted.get(id)
    if (current && current.id === except) return []
    const { Task } = followUpMapping.write(value, { Task: held?.resource ?? { ...followUpMapping.blank.Task, authoredOn: at } })
    return [nextOf({ ...labelled(Task, value, stays, guarded), lastModified: at }, current?.id ?? id, current, at)]
  })
  const others = standing.filter((one) => one.stored.id !== except && !wanted.some(({ held }) => held === one))
  const relabelled = others.flatMap(({ stored, resource: task, value }) => {
    const next = labelled(task, value, stays, guarded)
    return next === task ? [] : [nextOf(next, stored.id, stored, at)]
  })
  return [...puts, ...relabelled]
}

/** Encounters whose state, or whose tie to the stay before, is another now. */
function progressPuts(progress: readonly StayProgress[], held: readonly HeldStay[], at: string): readonly Put[] {
  return progress.flatMap(({ id, state, readmissionOf }) => {
    const stay = held.find((one) => one.id === id)
    if (!stay) return []
    const value = withProgress(stay.value, { id, state, ...(readmissionOf !== undefined && { readmissionOf }) })
    const { Encounter } = dischargeMapping.write(value, stay.parts)
    return Encounter === stay.parts.Encounter ? [] : [nextOf(Encounter, id, stay.anchor, at)]
  })
}

/** A discharge with its state as computed. */
export function withProgress(value: Stay['value'], progress: StayProgress | undefined): Stay['value'] {
  if (!progress) return value
  const { readmissionOf: _, ...rest } = value
  return {
    ...rest,
    state: progress.state,
    ...(progress.readmissionOf !== undefined && { readmissionOf: progress.readmissionOf }),
  }
}
