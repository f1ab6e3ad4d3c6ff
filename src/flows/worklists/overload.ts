/** A caseload that weighs more than its coordinator can carry is told to the supervisor, as work for them; and taken back when it no longer does. */
import type { Task } from '@medplum/fhirtypes'
import workItem, { workItemKind } from '../../../mappings/work-item.task.ts'
import { afterBusinessDays } from '../../domain/calendar.ts'
import { type Caseload, loadOf } from '../../domain/caseload.ts'
import { isUnfinished, type WorkItem } from '../../domain/work-item.ts'
import type { Put } from '../../store/change.ts'
import type { Steps } from '../../store/store.ts'
import { derivedId } from '../derived-id.ts'
import { nextOf } from '../next-version.ts'
import { allOf, hasToken, pointsAt } from '../questions.ts'
import { restated, type Standing, standingAs } from '../read-as.ts'
import { idIn } from '../references.ts'
import { acuityWeights } from './caseload-weights.ts'
import { supervisorOf } from './supervision.ts'

function* noticesAbout(list: string): Steps<readonly Standing<WorkItem, Task>[]> {
  const code = hasToken('code', { system: workItemKind, code: 'overload' })
  const about = pointsAt('focus', list)
  return (yield* allOf('Task', code, about)).flatMap((stored) => standingAs(workItem, stored) ?? [])
}

export function* overloadNotices(caseloadId: string, value: Caseload, at: string): Steps<readonly Put[]> {
  const { overload } = loadOf(value, at.slice(0, 10), yield* acuityWeights())
  const list = `List/${caseloadId}`
  const notices = yield* noticesAbout(list)
  const open = notices.filter((one) => isUnfinished(one.value))
  if (!overload)
    return open.flatMap((held) => {
      const taken: WorkItem = { ...held.value, state: 'cancelled', reason: 'The caseload is within its capacity again' }
      return restated(workItem, held, taken, at)
    })
  if (open.length > 0) return []
  const supervising = yield* supervisorOf(`PractitionerRole/${value.coordinatorId ?? ''}`)
  const supervisor = idIn(supervising, 'PractitionerRole')
  const notice: WorkItem = {
    identifiers: [],
    kind: 'overload',
    about: list,
    what: 'A caseload weighs more than its coordinator can carry',
    dueAt: afterBusinessDays(at, 1)!,
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
