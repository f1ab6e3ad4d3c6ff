/**
 * A claim tells a payer what a client was treated for. Of what is under 42 CFR Part 2, or very restricted, that wants a consent of the client's
 * at the moment of telling, as at every exit; what the client paid for is told to no payer. A claim that is made void tells nothing new.
 * https://www.ecfr.gov/current/title-42/part-2/section-2.33
 */
import type { Lack } from '../../domain/claim-lack.ts'
import type { JsonObject } from '../../fhir/exact.ts'
import { lookThrough } from '../../store/store.ts'
import type { Claim } from '../../x12/claims.ts'
import type { Context } from '../context.ts'
import { barrier, permission } from '../delivery/permission.ts'
import type { HeldLine } from './lines.ts'

/** `lines`: those of the claim among others, by their ids. */
export async function untellable(ctx: Context, claim: Claim, lines: ReadonlyMap<string, HeldLine>): Promise<readonly Lack[]> {
  if (claim.frequency === '8') return []
  const facility = claim.lines[0]?.coverage?.payer?.id
  const payer = { name: 'claims', kind: 'payer' as const, purpose: 'HPAYMT', ...(facility !== undefined && { facility }) }
  const at = new Date(ctx.clock()).toISOString()
  for (const { line } of claim.lines) {
    const resource = lines.get(line)?.resource as unknown as JsonObject | undefined
    const wanted = resource && barrier(payer, resource)
    if (wanted === undefined) continue
    if (wanted !== 'consent' || !(await lookThrough(ctx.store, permission(payer, resource!, at))))
      return [{ code: 'consent', path: 'coverage.payer' }]
  }
  return []
}
