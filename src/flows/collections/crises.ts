/** Crises: opened by a person or by a rule, acknowledged in time or sent up the line, resolved, and followed up. */
import type { Flag, Procedure, Resource, Task } from '@medplum/fhirtypes'
import { z } from 'zod'
import { crisisEvent, crisisNumber } from '../../../mappings/codes/crisis.ts'
import mapping, { type CrisisParts } from '../../../mappings/crisis.flag.ts'
import followUpMapping from '../../../mappings/follow-up.task.ts'
import { firstAlert, isIntervention } from '../../../mappings/shared/crisis-elements.ts'
import { crisisPart } from '../../../mappings/shared/crisis-parts.ts'
import { addDays, localDate } from '../../domain/calendar.ts'
import {
  Acknowledgement,
  acknowledgeBy,
  Clinician,
  CrisisCommand,
  type CrisisEvent,
  crisisMachine,
  dispositions,
  escalationsDue,
  followUpAfter,
  Transfer,
  undone,
  unfinished,
  waiting,
} from '../../domain/crisis.ts'
import { detailsOf } from '../../domain/event-details.ts'
import { fail, ok } from '../../domain/problem.ts'
import { equal } from '../../lens/equal.ts'
import type { Put } from '../../store/change.ts'
import { ask, askAll, type Steps, write } from '../../store/store.ts'
import { movedReviews } from '../care-plans/plan-reviews.ts'
import { zoneOf } from '../clients/client-facts.ts'
import { derivedId } from '../derived-id.ts'
import { nextOf } from '../next-version.ts'
import { askEach, hasToken } from '../questions.ts'
import { readStored } from '../read-as.ts'
import { keepWork } from '../worklists/house-work.ts'
import { collection, type Rule } from './collection.ts'
import { withLabelsOf } from './labels-of.ts'
import { mayAcknowledge } from './may-acknowledge.ts'

type Part = Parameters<typeof crisisPart>[0]

const beside = (part: Part, flag: Flag, value: CrisisEvent): Part => withLabelsOf(crisisPart(part, flag, value), flag)
const ofCrisis = (part: Resource, _anchor: string, value: object): Resource =>
  beside(part as Part, mapping.write(value as CrisisEvent).Flag, value as CrisisEvent)

/** A crisis and its parts share a number, each under its parameter `identifier`. */
const sameNumber = (one: Resource) => {
  const code = crisisNumber(one as Flag)
  return code === undefined ? undefined : hasToken('identifier', { system: crisisEvent, code })
}
const alike = { like: sameNumber, wholes: sameNumber, link: ofCrisis }
const isIn = (part: Resource): boolean => isIntervention(part as Procedure)

type CrisisRule = Rule<CrisisEvent, CrisisParts>

/** A resource on `/fhir` tells the acknowledgement itself. */
const Acknowledging = z.object({ clinician: Clinician }).or(z.object({ acknowledgedBy: Acknowledgement }))

const acknowledge: CrisisRule = function* (_ctx, value, event, now) {
  const detail = detailsOf(Acknowledging, event)
  if (!detail.ok) return detail
  const told = 'acknowledgedBy' in detail.value ? detail.value.acknowledgedBy : { at: event.at ?? now, ...detail.value }
  const { clinician, at } = told
  const allowed = yield* mayAcknowledge(clinician, at)
  return allowed.ok ? ok({ ...value, acknowledgedBy: { clinician, at } }) : allowed
}

const Resolution = z.object({ disposition: z.enum(dispositions).optional() })

/** Whom a grave crisis brought close is seen again within a day, the others within three. */
const resolve: CrisisRule = function* (_ctx, value, event, now, before) {
  const detail = detailsOf(Resolution, event)
  if (!detail.ok) return detail
  const next = { ...value, ...detail.value, closedAt: event.at ?? now } as CrisisEvent
  const issues = unfinished(next)
  if (issues.length > 0) return fail('guard-failed', 'The crisis cannot be resolved as it stands.', { issues })
  const task = yield* followUpOf(before.id, next, now)
  yield* write(task)
  return ok({ ...next, followUps: [...new Set([...next.followUps, task.id])] })
}

function* followUpOf(crisisId: string, value: CrisisEvent, at: string): Steps<Put> {
  const { policyId, days } = followUpAfter(value)
  const timeZone = (yield* zoneOf(value.clientId)) ?? 'UTC'
  const dueFrom = localDate(value.closedAt!, timeZone) ?? value.closedAt!.slice(0, 10)
  const { Task } = followUpMapping.write({
    identifiers: [],
    clientId: value.clientId,
    crisisEventId: crisisId,
    policyId,
    indexDate: dueFrom,
    dueFrom,
    dueTo: addDays(dueFrom, days),
    timeZone,
    indexDayCounts: true,
    calendar: 'calendar-days',
    evidence: [],
    exclusions: [],
    attempts: [],
    state: 'open',
  })
  const id = derivedId('fob', crisisId, policyId)
  const current = yield* ask({ ask: 'resource', type: 'Task', id })
  return nextOf<Task>(withLabelsOf({ ...Task, authoredOn: at }, mapping.write(value).Flag), id, current, at)
}

const handOver: CrisisRule = function* (_ctx, value, event, now) {
  const at = event.at ?? now
  const told = z.object({ transferredTo: Transfer.extend({ at: Transfer.shape.at.default(at) }) })
  const detail = detailsOf(told, event)
  return detail.ok ? ok({ ...value, ...detail.value, closedAt: at }) : detail
}

/** An open crisis is somebody's work. */
export const workOf = (id: string, flag: Flag, value: CrisisEvent, at: string): Steps<readonly Put[]> =>
  keepWork({ why: 'acknowledge', about: flag, id, clientId: value.clientId }, waiting(value), at)

/** Is a contact after the crisis still to come? One that was missed is, too. */
function* isOwed(followUps: readonly string[]): Steps<boolean> {
  const tasks = yield* askEach('Task', followUps)
  return tasks.some((stored) => {
    const obligation = readStored(followUpMapping, stored)
    return obligation !== undefined && unmet.has(obligation.state)
  })
}
const unmet: ReadonlySet<string> = new Set(['open', 'attempted', 'missed'])

export const crises = collection<CrisisEvent, CrisisParts>({
  name: 'crises',
  prefix: 'cri',
  anchor: 'Flag',
  parts: [
    { type: 'RiskAssessment', many: false, ...alike },
    { type: 'Procedure', many: false, ...alike, only: isIn },
    { type: 'Communication', many: true, ...alike },
  ],
  mapping,
  command: CrisisCommand,
  claims: (anchor) => crisisNumber(anchor as Flag) !== undefined,
  client: 'patient',
  sort: '-date',
  machine: { field: 'state', states: crisisMachine, initial: 'open' },
  computed: ['acknowledgeBy'],
  byEvents: ['acknowledgedBy', 'escalations', 'followUps', 'closedAt'],
  // What the clock says counts, whether or not a timer ran.
  *view({ value }) {
    const { at } = yield* ask({ ask: 'now' })
    const due = escalationsDue(value, at)
    return due.length > 0 ? { escalations: [...value.escalations, ...due] } : {}
  },
  *prepare(ctx, value, before, at) {
    const issues = before ? undone(before.value, value) : []
    if (issues.length > 0) return fail('rule-broken', 'What was done in a crisis stays written down.', { issues })
    const unmet = unfinished(value)
    if (unmet.length > 0) return fail('guard-failed', 'The crisis does not stand so yet.', { issues: unmet })
    const numbered = value.identifiers.some(({ system }) => system === crisisEvent)
    const identifiers = numbered ? value.identifiers : [...value.identifiers, { system: crisisEvent, value: ctx.newId('crisis') }]
    const { acknowledgeBy: _, ...whole } = { ...value, identifiers, openedAt: value.openedAt ?? at }
    const until = acknowledgeBy(whole)
    return ok({ ...whole, ...(until !== undefined && { acknowledgeBy: until }) })
  },
  on: {
    acknowledge,
    resolve,
    transfer: handOver,
    *'follow-up'(_ctx, value, event) {
      if (yield* isOwed(value.followUps))
        return fail('guard-failed', 'The client has not been seen again yet.', {
          issues: [{ path: 'followUps', message: 'are owed: one has neither evidence nor an exclusion' }],
        })
      return ok({ ...value, ...(event.reason !== undefined && { statusReason: event.reason }) })
    },
  },
  *after(_ctx, { id, value, parts }, _before, at) {
    const { Flag: flag, RiskAssessment, Procedure, Communication } = parts
    const standing = [RiskAssessment, Procedure, ...Communication].filter((one) => one !== undefined)
    const first = derivedId('msg', id, 'opened')
    const alerts = standing.some((one) => one.id === first) ? [] : [{ ...firstAlert(value.openedAt), id: first }]
    const wanted = [...standing, ...alerts].map((part) => beside(part, flag, value))
    const changed = wanted.filter(
      (one) =>
        !equal(
          one,
          standing.find((was) => was.id === one.id),
        ),
    )
    const current = yield* askAll(changed.map((one) => ({ ask: 'resource' as const, type: one.resourceType, id: one.id! })))
    const next = changed.map((one, i) => nextOf(one, one.id!, current[i], at))
    return ok([...next, ...(yield* workOf(id, flag, value, at)), ...(yield* movedReviews(value.clientId, at))])
  },
})
