/** A goal whose measurements get worse is reviewed within two business days: work for whoever has the client. */
import type { Goal as GoalResource, Observation } from '@medplum/fhirtypes'
import goalMapping from '../../../mappings/goal.goal.ts'
import workItemMapping from '../../../mappings/work-item.task.ts'
import { afterBusinessDays } from '../../domain/calendar.ts'
import { type Goal, isOver } from '../../domain/goal.ts'
import type { Coding } from '../../domain/kernel.ts'
import type { Trend } from '../../domain/trend.ts'
import { type HouseWork, isUnfinished } from '../../domain/work-item.ts'
import type { Put } from '../../store/change.ts'
import { askAll, type Steps, type Stored } from '../../store/store.ts'
import { allOf, patientIs } from '../questions.ts'
import { readStored, type Standing, standingAs } from '../read-as.ts'
import { type Cause, keepWork, workItemId } from '../worklists/house-work.ts'
import { seriesOf, trendsOf } from './measurement-series.ts'

/** How far back work of an earlier measurement may still be open. */
const lately = 12

/** Of the client's goals that one of these codes measures. `fresh`: Observations about to be written. */
export function* reviewWorsening(
  clientId: string,
  codes: readonly Coding[],
  fresh: readonly Observation[],
  at: string,
): Steps<readonly Put[]> {
  const puts: Put[] = []
  const isMeasured = (code: Coding): boolean => codes.some((one) => one.system === code.system && one.code === code.code)
  for (const stored of yield* allOf('Goal', patientIs(clientId))) {
    const goal = standingAs(goalMapping, stored)
    if (!goal || isOver(goal.value)) continue
    for (const { measure, trend } of yield* trendsOf(goal.value, fresh)) {
      if (isMeasured(measure)) puts.push(...(yield* reviewed(goal, measure, trend, fresh, at)))
    }
  }
  return puts
}

/** One item as long as it goes on; the next measurement after somebody has looked may ask for another look. */
function* reviewed(
  { stored: { id }, resource, value: { clientId } }: Standing<Goal, GoalResource>,
  measure: Coding,
  trend: Trend,
  fresh: readonly Observation[],
  at: string,
): Steps<readonly Put[]> {
  const points = (yield* seriesOf(clientId, measure, fresh)).slice(-lately)
  const causes = points.map((point): Cause => ({ why: `worsening ${point.id}`, about: resource, id, clientId }))
  const tasks = yield* askAll(
    causes.map((cause) => ({ ask: 'resource' as const, type: 'Task', id: workItemId({ ...cause, type: 'Goal' }) })),
  )
  const open = causes.filter((_, i) => isOpenWork(tasks[i]))
  if (trend !== 'worsening') {
    const puts: Put[] = []
    for (const cause of open) puts.push(...(yield* keepWork(cause, undefined, at)))
    return puts
  }
  return open.length > 0 ? [] : yield* keepWork(causes.at(-1)!, review(at), at)
}

function isOpenWork(stored: Stored | undefined): boolean {
  const item = readStored(workItemMapping, stored)
  return item !== undefined && isUnfinished(item)
}

const review = (at: string): HouseWork => ({
  kind: 'review-plan',
  what: 'What a goal is measured by gets worse',
  dueAt: afterBusinessDays(at, 2)!,
  priority: 'urgent',
})
