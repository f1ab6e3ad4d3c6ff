/** Caseloads: one coordinator has a client's episode, and nobody lets go of it without a successor or a supervisor's word. */
import type { List } from '@medplum/fhirtypes'
import { z } from 'zod'
import mapping, { isCaseload } from '../../../mappings/caseload.list.ts'
import { dayMs } from '../../domain/calendar.ts'
import {
  type Assignment,
  AssignmentCommand,
  assignmentRoles,
  type Caseload,
  CaseloadCommand,
  caseloadMachine,
  isOpen,
  loadOf,
  openPrimaries,
} from '../../domain/caseload.ts'
import { detailsOf } from '../../domain/event-details.ts'
import { Id } from '../../domain/kernel.ts'
import { fail, type Issue, ok, type Result } from '../../domain/problem.ts'
import { ask, type Steps, write } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { caseloadPuts, primaryElsewhere, readCaseload } from '../worklists/assignments.ts'
import { acuityWeights } from '../worklists/caseload-weights.ts'
import { overloadNotices } from '../worklists/overload.ts'
import { supervisorOf } from '../worklists/supervision.ts'
import { worklistRows } from '../worklists/worklist.ts'
import { collection, type EventInput, type Held } from './collection.ts'

type Holding = Held<Caseload, { List: List }>

const HandOver = z.object({ episodeId: Id, to: Id, handoffNoteId: Id.optional() })
const End = z.object({ episodeId: Id, role: z.enum(assignmentRoles).default('primary') })

const week = 7 * dayMs
const contacts = new Set(['call', 'follow-up', 'crisis-check'])

const refused = (path: string, message: string) =>
  fail('rule-broken', 'The caseload cannot be so.', { issues: [{ path, message }] })

/** The open assignment that an event means. */
function meant({ assignments }: Caseload, episodeId: string, role: string, day: string): Result<Assignment> {
  const found = assignments.find((one) => one.episodeId === episodeId && one.role === role && isOpen(one, day))
  return found ? ok(found) : refused('episodeId', `has no open ${role} assignment here`)
}

const replaced = (value: Caseload, old: Assignment, next: Assignment): Caseload => ({
  ...value,
  assignments: value.assignments.map((one) => (one === old ? next : one)),
})

function* assign(ctx: Context, value: Caseload, event: EventInput, at: string): Steps<Result<Caseload>> {
  const details = detailsOf(AssignmentCommand, event)
  if (!details.ok) return details
  const { endReason: _, releasedBy: __, ...said } = details.value
  const assignment = { ...said, handle: ctx.newId('asn'), from: said.from ?? at.slice(0, 10) }
  return ok({ ...value, assignments: [...value.assignments, assignment] })
}

/** To another caseload, in the same commit. */
function* handOver(ctx: Context, value: Caseload, event: EventInput, at: string, before: Holding): Steps<Result<Caseload>> {
  const details = detailsOf(HandOver, event)
  if (!details.ok) return details
  const { episodeId, to, handoffNoteId } = details.value
  const day = at.slice(0, 10)
  const own = meant(value, episodeId, 'primary', day)
  if (!own.ok) return own
  const successor = readCaseload(yield* ask({ ask: 'resource', type: 'List', id: to }))
  if (successor?.value.state !== 'current' || to === before.id) return refused('to', 'is no other caseload in use')
  const { clientId, acuity, weight } = own.value
  const next: Assignment = {
    handle: ctx.newId('asn'),
    clientId,
    episodeId,
    role: 'primary',
    ...(acuity !== undefined && { acuity }),
    ...(weight !== undefined && { weight }),
    from: day,
    ...(handoffNoteId !== undefined && { handoffNoteId }),
  }
  const theirs = { ...successor.value, assignments: [...successor.value.assignments, next] }
  yield* write(...caseloadPuts(successor, theirs, at), ...(yield* overloadNotices(to, theirs, at)))
  const note = handoffNoteId === undefined ? {} : { handoffNoteId }
  return ok(replaced(value, own.value, { ...own.value, to: day, endReason: event.reason ?? 'Handed over', ...note }))
}

/** A primary assignment ends so by the supervisor's word alone. */
function* end(_ctx: Context, value: Caseload, event: EventInput, at: string): Steps<Result<Caseload>> {
  const details = detailsOf(End, event)
  if (!details.ok) return details
  const day = at.slice(0, 10)
  const own = meant(value, details.value.episodeId, details.value.role, day)
  if (!own.ok) return own
  const actor = event.actor === undefined ? {} : { releasedBy: event.actor }
  return ok(replaced(value, own.value, { ...own.value, to: day, endReason: event.reason!, ...actor }))
}

function* doubled(value: Caseload, before: Holding | undefined, day: string): Steps<readonly Issue[]> {
  const known = new Set(before ? openPrimaries(before.value, day).map(({ episodeId }) => episodeId) : [])
  const seen = new Set<string>()
  const issues: Issue[] = []
  for (const { clientId, episodeId } of openPrimaries(value, day)) {
    if (episodeId === undefined) continue
    const elsewhere = known.has(episodeId) ? undefined : yield* primaryElsewhere(clientId, episodeId, day, before?.id)
    if (seen.has(episodeId) || elsewhere !== undefined)
      issues.push({
        path: 'assignments',
        message: `of ${episodeId}: somebody else has it; hand it over`,
        ...(elsewhere !== undefined && { about: `List/${elsewhere}` }),
      })
    seen.add(episodeId)
  }
  return issues
}

/** Primary assignments that ended without a successor, and without the supervisor of the coordinator saying so. */
function* abandoned(value: Caseload, before: Holding, day: string): Steps<readonly Issue[]> {
  const issues: Issue[] = []
  for (const old of openPrimaries(before.value, day)) {
    const now = value.assignments.find(({ handle }) => handle === old.handle)
    if (old.episodeId === undefined || (now && now.role === 'primary' && isOpen(now, day))) continue
    if ((yield* primaryElsewhere(old.clientId, old.episodeId, day, before.id)) !== undefined) continue
    const supervisor = yield* supervisorOf(`PractitionerRole/${value.coordinatorId ?? ''}`)
    if (supervisor !== undefined && now?.releasedBy === supervisor) continue
    issues.push({ path: 'assignments', message: `of ${old.episodeId}: ends with a successor, or by the supervisor’s word` })
  }
  return issues
}

function* prepare(_ctx: Context, value: Caseload, before: Holding | undefined, at: string): Steps<Result<Caseload>> {
  const day = at.slice(0, 10)
  if (value.state === 'entered-in-error') return ok(value)
  const taken = yield* doubled(value, before, day)
  if (taken.length > 0) return fail('conflict', 'An episode has one primary coordinator.', { issues: taken })
  if (value.state === 'retired' && value.assignments.some((one) => isOpen(one, day)))
    return fail('guard-failed', 'The caseload is in use.', { issues: [{ path: 'assignments', message: 'are open still' }] })
  const lost = before ? yield* abandoned(value, before, day) : []
  return lost.length > 0 ? fail('guard-failed', 'Nobody is let go of without a successor.', { issues: lost }) : ok(value)
}

export const caseloads = collection<Caseload, { List: List }>({
  name: 'caseloads',
  prefix: 'cas',
  anchor: 'List',
  parts: [],
  mapping,
  command: CaseloadCommand,
  claims: (anchor) => isCaseload(anchor as List),
  client: 'item',
  sort: 'title',
  machine: { field: 'state', states: caseloadMachine, initial: 'current' },
  shown: ['load', 'utilisation', 'overload', 'overdueCount', 'contactsDueThisWeek'],
  *view({ value }, seen) {
    const { at } = yield* ask({ ask: 'now' })
    const rows = yield* worklistRows(value, at, seen)
    const overdue = rows.filter(({ reasons }) => reasons.some(({ code }) => code === 'overdue' || code === 'sla-breached'))
    const due = rows.filter(
      ({ collection: from, kind, dueAt }) =>
        (from === 'follow-ups' || contacts.has(kind ?? '')) && dueAt !== undefined && Date.parse(dueAt) <= Date.parse(at) + week,
    )
    return {
      ...loadOf(value, at.slice(0, 10), yield* acuityWeights()),
      overdueCount: overdue.length,
      contactsDueThisWeek: due.length,
    }
  },
  prepare,
  on: { assign, 'hand-over': handOver, end },
  *after(_ctx, { id, value }, _before, at) {
    return ok(yield* overloadNotices(id, value, at))
  },
})
