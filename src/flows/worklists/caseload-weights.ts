/** What acuities weigh at this tenant: as its configuration says, or as usual. */
import { AcuityWeights, usualWeights } from '../../domain/caseload.ts'
import { ok, type Result } from '../../domain/problem.ts'
import { ask, type Steps, write } from '../../store/store.ts'
import { tell } from '../audit/line.ts'
import type { Context } from '../context.ts'

const where = { kind: 'setting', key: 'acuity-weights' } as const

export function* acuityWeights(): Steps<AcuityWeights> {
  const text = yield* ask({ ask: 'record', ...where })
  return text === undefined ? usualWeights : AcuityWeights.parse(JSON.parse(text))
}

/** From now on; without weights the usual ones. */
export async function setAcuityWeights(ctx: Context, weights: AcuityWeights | undefined): Promise<Result<void>> {
  const text = weights && JSON.stringify(weights)
  return ctx.store.commit(function* () {
    if ((yield* ask({ ask: 'record', ...where })) === text) return ok(undefined)
    yield* write(text === undefined ? { change: 'forget', ...where } : { change: 'remember', ...where, text })
    yield* tell(ctx, { action: 'set-acuity-weights' })
    return ok(undefined)
  })
}
