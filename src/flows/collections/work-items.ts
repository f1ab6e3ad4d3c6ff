/** Work items: handed to somebody, begun, put off, done; passed on to a supervisor where that does not work. */
import type { Task } from '@medplum/fhirtypes'
import { z } from 'zod'
import mapping, { statusesOf, workItemKind } from '../../../mappings/work-item.task.ts'
import { detailsOf } from '../../domain/event-details.ts'
import { Moment } from '../../domain/kernel.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { slaPolicies, startedClock } from '../../domain/sla.ts'
import { clocked, raised, type WorkItem, WorkItemCommand, workItemMachine } from '../../domain/work-item.ts'
import { ask, type Steps } from '../../store/store.ts'
import { zoneOf } from '../clients/client-facts.ts'
import type { Context } from '../context.ts'
import { idIn, referenceTo } from '../references.ts'
import { supervisorOf } from '../worklists/supervision.ts'
import { acknowledged } from './acknowledged-crisis.ts'
import { collection, type EventInput, type Held } from './collection.ts'
import { reasoned } from './with-reason.ts'

type Holding = Held<WorkItem, { Task: Task }>

const AssignDetail = z.object({ assignee: WorkItemCommand.shape.assignee })
const DeferDetail = z.object({ dueAt: WorkItemCommand.shape.dueAt })
const EscalateDetail = z.object({ to: WorkItemCommand.shape.assignee.optional(), at: Moment.optional() })

/** Put off into the past would be overdue at once. */
function* defer(_ctx: Context, value: WorkItem, event: EventInput, at: string): Steps<Result<WorkItem>> {
  const detail = detailsOf(DeferDetail, event)
  if (!detail.ok) return detail
  if (Date.parse(detail.value.dueAt) <= Date.parse(at))
    return fail('rule-broken', 'It is put off to a later time.', { issues: [{ path: 'dueAt', message: 'has passed' }] })
  return ok({ ...reasoned(value, 'reason', event), dueAt: detail.value.dueAt })
}

function* assign(_ctx: Context, value: WorkItem, event: EventInput): Steps<Result<WorkItem>> {
  const detail = detailsOf(AssignDetail, event)
  return detail.ok ? ok({ ...reasoned(value, 'reason', event), assignee: detail.value.assignee }) : detail
}

/** To whom the event says, or the supervisor of whoever has it; one step more urgent. */
function* escalate(ctx: Context, value: WorkItem, event: EventInput, at: string): Steps<Result<WorkItem>> {
  const detail = detailsOf(EscalateDetail, event)
  if (!detail.ok) return detail
  const supervisor =
    detail.value.to === undefined ? yield* supervisorOf(referenceTo(value.assignee, 'PractitionerRole')) : undefined
  const assignee = detail.value.to ?? (supervisor === undefined ? undefined : { id: idIn(supervisor, 'PractitionerRole')! })
  if (assignee === undefined)
    return fail('rule-broken', 'Nobody is known to whom this could be passed on.', {
      issues: [{ path: 'to', message: 'is needed: no supervisor of the assignee is on record' }],
    })
  const to = referenceTo(assignee, 'PractitionerRole')
  const escalation = {
    handle: ctx.newId('esc'),
    at: event.at ?? at,
    ...(to !== undefined && { to }),
    ...(event.reason !== undefined && { reason: event.reason }),
  }
  return ok({ ...value, assignee, priority: raised(value.priority), escalations: [...value.escalations, escalation] })
}

/** A clock is started by the name of its policy; what it says then is its own. */
function* prepare(_ctx: Context, value: WorkItem, before: Holding | undefined, at: string): Steps<Result<WorkItem>> {
  const { sla } = value
  const running = before && clocked(before.value, at).sla
  if (sla === undefined || sla.policyId === running?.policyId) {
    const kept = (['startedAt', 'targetAt', 'breachedAt'] as const).every(
      (name) => sla?.[name] === undefined || sla[name] === running?.[name],
    )
    if (kept && (running === undefined || sla !== undefined)) return ok(running ? { ...value, sla: running } : value)
    return fail('rule-broken', 'A clock that runs is not set.', { issues: [{ path: 'sla', message: 'is the clock’s to say' }] })
  }
  const zone = value.clientId === undefined ? undefined : yield* zoneOf(value.clientId)
  const clock = startedClock(sla.policyId, value.priority ?? 'routine', at, zone)
  if (clock) return ok({ ...value, sla: clock })
  return fail('rule-broken', 'There is no such service level.', {
    issues: [{ path: 'sla.policyId', message: `must be one of ${slaPolicies.join(', ')}` }],
  })
}

const kindOf = ({ code }: Task): string | undefined => code?.coding?.find(({ system }) => system === workItemKind)?.code

export const workItems = collection<WorkItem, { Task: Task }>({
  name: 'work-items',
  prefix: 'wki',
  anchor: 'Task',
  parts: [],
  mapping,
  command: WorkItemCommand,
  claims: (anchor) => (anchor as Task).code?.coding?.some(({ system }) => system === workItemKind) === true,
  among: ['code', `${workItemKind}|`],
  client: 'patient',
  sort: 'due',
  due: 'due',
  inState: (state) => ['status', statusesOf(state)],
  machine: { field: 'state', states: workItemMachine, initial: 'open' },
  computed: ['escalations'],
  *view({ value }) {
    const { at } = yield* ask({ ask: 'now' })
    const { sla } = clocked(value, at)
    return sla === undefined ? {} : { sla }
  },
  prepare,
  concerns: (anchor) => (anchor as Task).status === 'completed' && kindOf(anchor as Task) === 'crisis-check',
  /** Whoever has done the work of an open crisis has acknowledged it. */
  *after(ctx, { value }, _before, at) {
    return yield* acknowledged(ctx, value, at)
  },
  on: { assign, defer, escalate },
})
