/** Commits that service levels were missed: run it now and then. Readings say so without it; partners learn it by it. */
import type { Task } from '@medplum/fhirtypes'
import mapping, { workItemKind } from '../../../mappings/work-item.task.ts'
import { ok, type Result } from '../../domain/problem.ts'
import { clocked } from '../../domain/work-item.ts'
import type { Filter } from '../../fhir/search/query.ts'
import type { Put } from '../../store/change.ts'
import { ask, lookThrough, write } from '../../store/store.ts'
import { commit } from '../commit.ts'
import type { Context } from '../context.ts'
import { nextOf, storedValue } from '../next-version.ts'
import { allOf, unfinishedTask } from '../questions.ts'

const code: Filter = { kind: 'token', param: 'code', values: [{ system: workItemKind }] }

/** Answers with the number of work items whose breach was stamped. */
export async function stampBreaches(ctx: Context): Promise<Result<number>> {
  const now = ctx.clock()
  const passed: Filter = { kind: 'date', param: 'sla-target', values: [{ prefix: 'lt', lo: now, hi: now }] }
  const items = await lookThrough(ctx.store, allOf('Task', code, unfinishedTask, passed), ctx.pause)
  if (!items.some((one) => storedValue<Task>(one)?.businessStatus === undefined)) return ok(0)
  return commit(ctx, 'stamp-breaches', function* () {
    const { at } = yield* ask({ ask: 'now' })
    const puts = (yield* allOf('Task', code, unfinishedTask, passed)).flatMap((stored): Put[] => {
      const task = storedValue<Task>(stored)!
      const reading = mapping.read({ Task: task })
      const { Task: next } = reading.ok ? mapping.write(clocked(reading.value, at), { Task: task }) : { Task: task }
      return next === task ? [] : [nextOf(next, stored.id, stored, at)]
    })
    yield* write(...puts)
    return ok(puts.length)
  })
}
