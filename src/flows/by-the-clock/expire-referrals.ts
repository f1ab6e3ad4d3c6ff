/** Cancels referrals that nobody has answered until they expired: run it now and then. */
import type { Task } from '@medplum/fhirtypes'
import { local } from '../../../mappings/shared/extension.ts'
import { ok, type Result } from '../../domain/problem.ts'
import type { Referral } from '../../domain/referral.ts'
import { isExpired } from '../../domain/referral-rules.ts'
import type { Filter } from '../../fhir/search/query.ts'
import { lookThrough } from '../../store/store.ts'
import { hold } from '../collections/parts.ts'
import { referrals } from '../collections/referrals.ts'
import type { Context } from '../context.ts'
import { move } from '../coordination/move.ts'
import { storedValue } from '../next-version.ts'
import { allOf, hasToken, ofStatus } from '../questions.ts'
import { idIn } from '../references.ts'
import { oneByOne } from './one-by-one.ts'

const waiting: readonly Filter[] = [ofStatus('requested', 'received'), hasToken('code', { code: 'fulfill' })]

/** Answers with the number of referrals that have expired. One referral is one commit. */
export async function expireReferrals(ctx: Context): Promise<Result<number>> {
  const items = await lookThrough(ctx.store, allOf('Task', ...waiting), ctx.pause)
  const ids = items.flatMap((stored) => {
    const { extension, focus } = storedValue<Task>(stored) ?? {}
    const expires = extension?.find(({ url }) => url === local('expires-at'))?.valueDateTime
    return expires === undefined || Date.parse(expires) > ctx.clock() ? [] : (idIn(focus, 'ServiceRequest') ?? [])
  })
  return oneByOne(ctx, 'expire-referrals', new Set(ids), function* (id, at) {
    const held = yield* hold(referrals, id)
    if (!held.ok || !isExpired(held.value.value as unknown as Referral, at)) return ok(0)
    const moved = yield* move(ctx, referrals, held.value, { type: 'expire', reason: 'expired' }, at)
    return moved.ok ? ok(1) : moved
  })
}
