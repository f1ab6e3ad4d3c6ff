/** What a coordinator has to do: work items that are theirs, and what is owed to their clients; the most pressing first. */
import type { List } from '@medplum/fhirtypes'
import caseload, { isCaseload } from '../../../mappings/caseload.list.ts'
import followUp from '../../../mappings/follow-up.task.ts'
import workItem, { workItemKind } from '../../../mappings/work-item.task.ts'
import { type Caseload, isOpen } from '../../domain/caseload.ts'
import { isOverdue } from '../../domain/follow-up.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { clocked, isUnfinished, type WorkItem } from '../../domain/work-item.ts'
import { type WorklistItem, type WorklistRow, worklistOf } from '../../domain/worklist.ts'
import type { Filter } from '../../fhir/search/query.ts'
import { lookThrough, rest, type Steps, type Stored } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { allowed } from '../fhir/allowed.ts'
import { shown } from '../fhir/visible.ts'
import { storedValue } from '../next-version.ts'
import { allOf, hasToken, owedFollowUp, pointsAt, unfinishedTask } from '../questions.ts'
import { readStored } from '../read-as.ts'

const work = hasToken('code', { system: workItemKind })
/** Nobody is no reference at all. */
const among = (param: string, values: readonly string[]): Filter => pointsAt(param, ...(values.length > 0 ? values : ['nobody']))
/** So many clients are named in one search. */
const together = 50

const isSomebodyElses = ({ assignee }: WorkItem, coordinatorId: string | undefined): boolean =>
  assignee !== undefined &&
  'id' in assignee &&
  !('type' in assignee && assignee.type === 'CareTeam') &&
  assignee.id !== coordinatorId

export function itemOf({ id }: Stored, value: WorkItem, at: string, acuity?: number): WorklistItem {
  const { kind, clientId, what, state, priority, dueAt, sla } = clocked(value, at)
  return { collection: 'work-items', id, kind, clientId, what, state, priority, dueAt, breachedAt: sla?.breachedAt, acuity }
}

/** In order; what belongs to no client of the caseload's is there if it is assigned to the coordinator. `seen`: may the asker see it? */
export function* worklistRows(
  value: Caseload,
  at: string,
  seen: (stored: Stored) => boolean = () => true,
): Steps<readonly WorklistRow[]> {
  const day = at.slice(0, 10)
  const acuities = new Map<string, number | undefined>()
  for (const { clientId, acuity } of value.assignments.filter((one) => isOpen(one, day))) {
    acuities.set(clientId, Math.max(acuity ?? 0, acuities.get(clientId) ?? 0) || undefined)
  }
  const clients = [...acuities.keys()].map((id) => `Patient/${id}`)
  const own = value.coordinatorId === undefined ? [] : [`PractitionerRole/${value.coordinatorId}`]
  const found = [...(yield* allOf('Task', work, unfinishedTask, among('owner', own)))]
  const obligations: Stored[] = []
  for (let from = 0; from < clients.length; from += together) {
    const theirs = among('patient', clients.slice(from, from + together))
    found.push(...(yield* allOf('Task', work, unfinishedTask, theirs)))
    obligations.push(...(yield* allOf('Task', ...owedFollowUp, theirs)))
    yield { rest: true }
  }
  const items = new Map<string, WorklistItem>()
  for (const [i, stored] of found.entries()) {
    yield* rest(i)
    if (!seen(stored)) continue
    const item = readStored(workItem, stored)
    if (!item || !isUnfinished(item) || isSomebodyElses(item, value.coordinatorId)) continue
    items.set(stored.id, itemOf(stored, item, at, acuities.get(item.clientId ?? '')))
  }
  for (const [i, stored] of obligations.entries()) {
    yield* rest(i)
    if (!seen(stored)) continue
    const obligation = readStored(followUp, stored)
    if (!obligation || isOverdue(obligation, at)) continue
    const { clientId, policyId, state, dueTo } = obligation
    const acuity = acuities.get(clientId ?? '')
    items.set(stored.id, { collection: 'follow-ups', id: stored.id, kind: policyId, clientId, state, dueAt: dueTo, acuity })
  }
  return worklistOf([...items.values()], at)
}

/** `GET /coordination/caseloads/{id}/worklist`. `after` is the `next` of the page before: a place in the list. */
export async function worklist(
  ctx: Context,
  id: string,
  page: { readonly limit: number; readonly after?: string },
): Promise<Result<{ readonly items: readonly WorklistRow[]; readonly next: string | null }>> {
  const may = allowed(ctx, 'search-type', 'List', 'Task')
  if (!may.ok) return may
  const from = Number(page.after ?? 0)
  if (!Number.isInteger(from) || from < 0)
    return fail('invalid', 'This is no cursor of a worklist.', { issues: [{ path: 'after', message: 'was not given out here' }] })
  const stored = await ctx.store.look({ ask: 'resource', type: 'List', id })
  const list = storedValue<List>(stored)
  if (!stored || !list || !isCaseload(list) || !shown(ctx, stored)) return fail('not-found', 'There is no such caseload.')
  const reading = caseload.read({ List: list })
  if (!reading.ok) return fail('rule-broken', 'This List cannot be read as a caseload.', { issues: reading.issues })
  const { at } = await ctx.store.look({ ask: 'now' })
  const rows = await lookThrough(
    ctx.store,
    worklistRows(reading.value, at, (one) => shown(ctx, one)),
    ctx.pause,
  )
  const items = rows.slice(from, from + page.limit)
  return ok({ items, next: from + items.length < rows.length ? String(from + items.length) : null })
}
