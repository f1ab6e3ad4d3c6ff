/** Commits that the last days of follow-ups have passed: run it now and then. Readings say `missed` without it; partners learn it by it. */
import type { Task } from '@medplum/fhirtypes'
import { ok, type Result } from '../../domain/problem.ts'
import type { Filter } from '../../fhir/search/query.ts'
import { lookThrough, write } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { recomputeFollowUps } from '../follow-ups/update-follow-ups.ts'
import { storedValue } from '../next-version.ts'
import { eachOf, owedFollowUp } from '../questions.ts'
import { idIn } from '../references.ts'
import { oneByOne } from './one-by-one.ts'

/** Answers with the number of clients whose follow-ups changed. One client is one commit. */
export async function passDueDates(ctx: Context): Promise<Result<number>> {
  const now = ctx.clock()
  const ended: Filter = { kind: 'date', param: 'due', values: [{ prefix: 'eb', lo: now, hi: now }] }
  const clients = new Set<string>()
  // All of them: what nothing is computed for (a payer's own policy) stays as it is, and there may be much of it before the others.
  const overdue = eachOf('Task', [...owedFollowUp, ended], function* (stored) {
    const clientId = idIn(storedValue<Task>(stored)?.for, 'Patient')
    if (clientId !== undefined) clients.add(clientId)
  })
  await lookThrough(ctx.store, overdue, ctx.pause)
  return oneByOne(ctx, 'pass-due-dates', clients, function* (clientId, at) {
    const puts = yield* recomputeFollowUps(ctx, clientId, at)
    yield* write(...puts)
    return ok(Math.min(puts.length, 1))
  })
}
