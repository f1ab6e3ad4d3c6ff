/** What a payer after the line's own has said: it stands with the line, whose own claim has been decided and does not move. */
import type { Coverage } from '@medplum/fhirtypes'
import coverageMapping from '../../../mappings/coverage.coverage.ts'
import { sameClaim, withClaimNews } from '../../billing/claim-news.ts'
import type { Acknowledgement } from '../../domain/acknowledgement.ts'
import { claimEvents, isDecided } from '../../domain/claim-states.ts'
import { isWithoutPayer } from '../../domain/coverage.ts'
import { type LaterClaim, laterClaimMachine, laterClaimOf, stateOf } from '../../domain/later-claim.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import type { ServiceLine } from '../../domain/service-line.ts'
import { step } from '../../domain/state-machine.ts'
import type { Steps } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { inSight } from '../fhir/visible.ts'
import { readAs } from '../read-as.ts'
import { toldBefore } from './told-before.ts'

/** The line with the news. Problems: `invalid`, `conflict`, `illegal-event`. */
export function* toLaterPayer(
  ctx: Context,
  { line: id, state, coverage, ...news }: Acknowledgement & { readonly coverage: string },
  now: ServiceLine,
): Steps<Result<ServiceLine | 'repeated'>> {
  const known = laterClaimOf(now, coverage)
  if (!known && !(yield* mayPay(ctx, coverage, now)))
    return fail('invalid', 'No claim for this line goes there.', {
      issues: [{ path: 'coverage', message: 'is none of the client’s that a claim goes to' }],
    })
  const inLine = (claim: LaterClaim, { billedVersion }: ServiceLine) => ({ ...claim, billedVersion })
  const moved = step(laterClaimMachine, stateOf(known), claimEvents[state])
  if (!moved.ok) {
    const then = (line: ServiceLine) => {
      const claim = laterClaimOf(line, coverage)
      return claim && inLine(claim, line)
    }
    return yield* toldBefore(id, state, news, then, moved)
  }
  if (!isDecided(now.state)) return fail('conflict', 'The payer before has not decided of the line as it stands.')
  const before: LaterClaim = known && known.state !== 'rejected' ? known : { coverageId: coverage, state }
  if (!sameClaim(inLine(before, now), news))
    return fail('conflict', 'The line went out with another claim, or as another version.')
  const claim = withClaimNews({ ...before, state }, news)
  return ok({ ...now, laterClaims: [...now.laterClaims.filter((one) => one !== known), claim] })
}

function* mayPay(ctx: Context, id: string, { clientId }: ServiceLine): Steps<boolean> {
  const coverage = readAs(coverageMapping, yield* inSight<Coverage>(ctx, 'Coverage', id))
  return coverage?.clientId === clientId && !isWithoutPayer(coverage.kind)
}
