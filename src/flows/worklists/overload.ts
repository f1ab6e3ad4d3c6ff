/** A caseload that weighs more than its coordinator can carry is told to the supervisor, as work for them; and taken back when it no longer does. */
import type { Task } from '@medplum/fhirtypes'
import workItem, { workItemKind } from '../../../mappings/work-item.task.ts'
import { addBusinessDays, federalCalendar } from '../../domain/calendar.ts'
import { type Caseload, loadOf } from '../../domain/caseload.ts'
import { isUnfinished, type WorkItem } from '../../domain/work-item.ts'
import type { Put } from '../../store/change.ts'
import type { Steps, Stored } from '../../store/store.ts'
import { derivedId } from '../derived-id.ts'
import { nextOf, storedValue } from '../next-version.ts'
import { allOf } from '../questions.ts'
import { idIn } from '../references.ts'
import { acuityWeights } from './caseload-weights.ts'
import { supervisorOf } from './supervision.ts'

interface Notice {
  readonly stored: Stored
  readonly task: Task
  readonly value: WorkItem
}

function* noticesAbout(list: string): Steps<readonly Notice[]> {
  const code = { kind: 'token' as const, param: 'code', values: [{ system: workItemKind, code: 'overload' }] }
  const about = { kind: 'reference' as const, param: 'focus', values: [list] }
  return (yield* allOf('Task', code, about)).flatMap((stored): Notice[] => {
    const task = storedValue<Task>(stored)!
    const reading = workItem.read({ Task: task })
    return reading.ok ? [{ stored, task, value: reading.value }] : []
  })
}

export function* overloadNotices(caseloadId: string, value: Caseload, at: string): Steps<readonly Put[]> {
  const { overload } = loadOf(value, at.slice(0, 10), yield* acuityWeights())
  const list = `List/${caseloadId}`
  const notices = yield* noticesAbout(list)
  const open = notices.filter((one) => isUnfinished(one.value))
  if (!overload)
    return open.map(({ stored, task, value: notice }) => {
      const taken: WorkItem = { ...notice, state: 'cancelled', reason: 'The caseload is within its capacity again' }
      return nextOf(workItem.write(taken, { Task: task }).Task, stored.id, stored, at)
    })
  if (open.length > 0) return []
  const supervising = yield* supervisorOf(`PractitionerRole/${value.coordinatorId ?? ''}`)
  const supervisor = idIn(supervising, 'PractitionerRole')
  const notice: WorkItem = {
    identifiers: [],
    kind: 'overload',
    about: list,
    what: 'A caseload weighs more than its coordinator can carry',
    dueAt: `${addBusinessDays(at.slice(0, 10), 1, federalCalendar)}T${at.slice(11)}`,
    priority: 'urgent',
    ...(supervisor !== undefined && { assignee: { id: supervisor } }),
    escalations: [],
    sensitivity: [],
    legalBasis: [],
    state: 'open',
  }
  const id = derivedId('wki', 'overload', caseloadId, String(notices.length))
  return [nextOf(workItem.write(notice).Task, id, undefined, at)]
}
