/**
 * Work that the house hands to people: opened where a record asks for it, done once it no longer does. One item for one cause, found again by
 * its id; what a person has finished is not opened anew.
 */
import type { Resource, Task } from '@medplum/fhirtypes'
import mapping from '../../../mappings/work-item.task.ts'
import { type HouseWork, isUnfinished, type WorkItem } from '../../domain/work-item.ts'
import { equal } from '../../lens/equal.ts'
import type { Put } from '../../store/change.ts'
import { ask, type Steps } from '../../store/store.ts'
import { withLabelsOf } from '../collections/labels-of.ts'
import { derivedId } from '../derived-id.ts'
import { nextOf, storedValue } from '../next-version.ts'
import { readAs } from '../read-as.ts'
import { idIn, referenceTo } from '../references.ts'
import { coordinatorOf } from './assignments.ts'
import { supervisorOf } from './supervision.ts'

export interface Cause {
  /** What tells it from other work about the same record. */
  readonly why: string
  /** The record that it is about; its labels are the work's. */
  readonly about: Resource
  readonly id: string
  readonly clientId: string
}

export const workItemId = ({ why, type, id }: { readonly why: string; readonly type: string; readonly id: string }): string =>
  derivedId('wki', why, `${type}/${id}`)

/** What is wanted of this cause now; nothing, where it is settled. A function is asked by when the work was opened: its days are counted from there. */
export function* keepWork(
  cause: Cause,
  asked: HouseWork | undefined | ((since: string) => HouseWork | undefined),
  at: string,
): Steps<readonly Put[]> {
  const id = workItemId({ ...cause, type: cause.about.resourceType })
  const stored = yield* ask({ ask: 'resource', type: 'Task', id })
  const task = storedValue<Task>(stored)
  const wanted = typeof asked === 'function' ? asked(task?.authoredOn ?? at) : asked
  if (!task) return wanted && !stored ? [yield* opened(cause, wanted, id, at)] : []
  const told = readAs(mapping, task)
  const item = told && isUnfinished(told) ? told : undefined
  const next = item && (wanted ? yield* brought(item, wanted) : { ...item, state: 'done' as const })
  // Labels that the record was given since are the work's, too, whatever has become of it.
  const written = withLabelsOf(next ? mapping.write(next, { Task: task }).Task : task, cause.about)
  return equal(written, task) ? [] : [nextOf(written, id, stored, at)]
}

/** The labels of its cause, where there is such work; nothing else of it changes. */
export function* labelWork(cause: Cause, at: string): Steps<readonly Put[]> {
  const id = workItemId({ ...cause, type: cause.about.resourceType })
  const stored = yield* ask({ ask: 'resource', type: 'Task', id })
  const task = storedValue<Task>(stored)
  const written = task && withLabelsOf(task, cause.about)
  return written === undefined || written === task ? [] : [nextOf(written, id, stored, at)]
}

function* opened({ about, id, clientId }: Cause, wanted: HouseWork, item: string, at: string): Steps<Put> {
  const coordinator = wanted.assignee ? undefined : yield* coordinatorOf(clientId, at.slice(0, 10))
  const value: WorkItem = {
    escalations: [],
    ...wanted,
    identifiers: [],
    clientId,
    about: `${about.resourceType}/${id}`,
    ...(coordinator !== undefined && { assignee: { id: coordinator } }),
    sensitivity: [],
    legalBasis: [],
    state: 'open',
  }
  return nextOf<Task>(withLabelsOf({ ...mapping.write(value).Task, authoredOn: at }, about), item, undefined, at)
}

/** A clock that has run out stays so; a person may have put the item off, or handed it on. */
function* brought(item: WorkItem, { sla, escalations = [], assignee: _, ...wanted }: HouseWork): Steps<WorkItem> {
  const fresh = escalations.filter((one) => !item.escalations.some((other) => other.at === one.at))
  const clock = sla && item.sla?.breachedAt === undefined ? { sla } : {}
  const next = { ...item, ...(item.state === 'deferred' ? {} : wanted), ...clock }
  if (fresh.length === 0) return next
  const supervisor = idIn(
    { reference: (yield* supervisorOf(referenceTo(item.assignee, 'PractitionerRole'))) ?? '' },
    'PractitionerRole',
  )
  return {
    ...next,
    escalations: [...item.escalations, ...fresh],
    ...(supervisor !== undefined && { assignee: { id: supervisor } }),
  }
}
