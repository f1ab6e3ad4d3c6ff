/** Commits that service levels were missed: run it now and then. Readings say so without it; partners learn it by it. */
import type { Task } from '@medplum/fhirtypes'
import mapping, { workItemKind } from '../../../mappings/work-item.task.ts'
import { ok, type Result } from '../../domain/problem.ts'
import { clocked } from '../../domain/work-item.ts'
import { lookThrough, write } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { storedValue } from '../next-version.ts'
import { allOf, askEach, earlierThan, hasToken, unfinishedTask } from '../questions.ts'
import { restated, standingAs } from '../read-as.ts'
import { oneByOne } from './one-by-one.ts'

const code = hasToken('code', { system: workItemKind })
/** So many are stamped in one commit. */
const together = 100

/** Answers with the number of work items whose breach was stamped. */
export async function stampBreaches(ctx: Context): Promise<Result<number>> {
  const passed = earlierThan('sla-target', ctx.clock())
  const late = await lookThrough(ctx.store, allOf('Task', code, unfinishedTask, passed), ctx.pause)
  const open = late.filter((one) => storedValue<Task>(one)?.businessStatus === undefined)
  const parts = Array.from({ length: Math.ceil(open.length / together) }, (_, i) => open.slice(i * together, (i + 1) * together))
  return oneByOne(ctx, 'stamp-breaches', parts, function* (part, at) {
    const there = yield* askEach(
      'Task',
      part.map(({ id }) => id),
    )
    const puts = there.flatMap((stored) => {
      const held = standingAs(mapping, stored)
      return held ? restated(mapping, held, clocked(held.value, at), at) : []
    })
    yield* write(...puts)
    return ok(puts.length)
  })
}
