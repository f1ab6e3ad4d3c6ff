/**
 * A claim tells a payer what a client was treated for. Of what is under 42 CFR Part 2, or very restricted, that wants a consent of the client's
 * at the moment of telling, as at every exit; what the client paid for is told to no payer. A claim that is made void tells nothing new.
 * https://www.ecfr.gov/current/title-42/part-2/section-2.33
 */
import type { Lack } from '../../domain/claim-lack.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import type { JsonObject } from '../../fhir/exact.ts'
import { lookThrough } from '../../store/store.ts'
import type { Claim } from '../../x12/claims.ts'
import { commit } from '../commit.ts'
import { type Context, nowOf } from '../context.ts'
import { becameOf, enter } from '../delivery/disclose.ts'
import { barrier, permission, type Told } from '../delivery/permission.ts'
import type { HeldLine } from './lines.ts'

type Lines = ReadonlyMap<string, HeldLine>

/** By name each payer for itself: what one was told is not what another was. */
function payerOf({ lines }: Claim): Told {
  const facility = lines[0]?.coverage?.payer?.id
  return { name: `claims:${facility ?? ''}`, kind: 'payer', purpose: 'HPAYMT', ...(facility !== undefined && { facility }) }
}

const resourceOf = ({ resource }: HeldLine): JsonObject => resource as unknown as JsonObject
const heldBy = ({ lines }: Claim, all: Lines): readonly HeldLine[] => lines.flatMap(({ line }) => all.get(line) ?? [])

/** `lines`: those of the claim among others, by their ids. */
export async function untellable(ctx: Context, claim: Claim, lines: Lines): Promise<readonly Lack[]> {
  if (claim.frequency === '8') return []
  const payer = payerOf(claim)
  for (const held of heldBy(claim, lines)) {
    const wanted = barrier(payer, resourceOf(held))
    if (wanted === undefined) continue
    if (wanted !== 'consent' || !(await lookThrough(ctx.store, permission(payer, resourceOf(held), nowOf(ctx)))))
      return [{ code: 'consent', path: 'coverage.payer' }]
  }
  return []
}

/** What these claims tell by a consent stands in the client's account before the file is handed out. Problem: `conflict`, where one was taken back. */
export async function accountFor(ctx: Context, claims: readonly Claim[], lines: Lines): Promise<Result<undefined>> {
  const telling = claims.filter(({ frequency }) => frequency !== '8')
  const due = telling.flatMap((claim) => {
    const payer = payerOf(claim)
    return heldBy(claim, lines).flatMap((held) => (barrier(payer, resourceOf(held)) === 'consent' ? [{ payer, held }] : []))
  })
  if (due.length === 0) return ok(undefined)
  return commit(ctx, 'disclose', function* (at) {
    for (const { payer, held } of due) {
      const permitted = yield* permission(payer, resourceOf(held), at)
      if (!permitted) return fail('conflict', 'A consent that permitted a claim was taken back meanwhile: ask again.')
      // A claim has no place for the notice on redisclosure: the account does not say that it went along.
      const { notice: _, ...told } = permitted
      const entered = yield* enter(ctx, payer, held.stored, told, 'x12', at)
      if (!entered.ok) return entered
      yield* becameOf(ctx, { id: entered.value, arrived: true })
    }
    return ok(undefined)
  })
}
