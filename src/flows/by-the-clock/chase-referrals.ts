/** Asks somebody to go after referrals that nobody has answered in time: run it now and then. Readings call them stale without it. */
import type { Task } from '@medplum/fhirtypes'
import { ok, type Result } from '../../domain/problem.ts'
import type { Referral } from '../../domain/referral.ts'
import { lookThrough, write } from '../../store/store.ts'
import { hold } from '../collections/parts.ts'
import { chase, chasing, referrals } from '../collections/referrals.ts'
import type { Context } from '../context.ts'
import { storedValue } from '../next-version.ts'
import { allOf, earlierThan, ofStatus } from '../questions.ts'
import { idIn } from '../references.ts'
import { oneByOne } from './one-by-one.ts'

const status = ofStatus('requested', 'received')

/** Answers with the number of referrals that somebody is asked to go after now. One referral is one commit. */
export async function chaseReferrals(ctx: Context): Promise<Result<number>> {
  const passed = earlierThan('due', ctx.clock())
  const items = await lookThrough(ctx.store, allOf('Task', status, passed), ctx.pause)
  const unasked: string[] = []
  // Asked already: what stays unanswered costs no commit a minute.
  for (const id of new Set(items.flatMap((stored) => idIn(storedValue<Task>(stored)?.focus, 'ServiceRequest') ?? [])))
    if (!(await ctx.store.look({ ask: 'resource', type: 'Task', id: chasing(id) }))) unasked.push(id)
  return oneByOne(ctx, 'chase-referrals', unasked, function* (id, at) {
    const held = yield* hold(referrals, id)
    if (!held.ok) return ok(0)
    const puts = yield* chase(id, held.value.parts.ServiceRequest as never, held.value.value as unknown as Referral, at)
    yield* write(...puts)
    return ok(puts.length)
  })
}
