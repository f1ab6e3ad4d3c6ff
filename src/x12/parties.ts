/** Who sends a file and who takes it: as agreed, else for a trial the agency and its one payer themselves. */
import { ClaimParties } from '../domain/claim-parties.ts'
import { fail, ok, type Result } from '../domain/problem.ts'
import type { Claim } from './claims.ts'
import { plainly } from './segment.ts'
import { payerIdOf } from './subscriber.ts'

/** Of claims that lack nothing. Fails `rule-broken` where it cannot be known. */
export function partiesOf(claims: readonly Claim[], agreed: ClaimParties | undefined): Result<ClaimParties> {
  if (agreed) return ok(agreed)
  const { billingProvider: agency, coverage } = claims[0]!.lines[0]!
  const payers = new Set(claims.map(({ lines }) => payerIdOf(lines[0]?.coverage?.payer)))
  if (payers.size > 1) return unsaid([{ path: 'claims.receiver', message: 'is not said, and the claims are for several payers' }])
  const parsed = ClaimParties.safeParse({
    submitter: {
      ...{ id: agency?.taxId?.replace(/\D/g, ''), qualifier: '30', name: plainly(agency?.name ?? '') },
      contact: { phone: agency?.phone?.replace(/\D/g, '').replace(/^1(?=\d{10}$)/, '') },
    },
    receiver: { id: payerIdOf(coverage?.payer), name: plainly(coverage?.payer?.name ?? '') },
  })
  if (parsed.success) return ok(parsed.data)
  return unsaid(
    parsed.error.issues.map(({ path }) => ({
      path: ['claims', ...path.map(String)].join('.'),
      message: 'is not said, and does not follow from the agency and its payer',
    })),
  )
}

const unsaid = (issues: readonly { readonly path: string; readonly message: string }[]) =>
  fail('rule-broken', 'Who sends claims and who takes them has to be agreed: `claims` of the tenant in the configuration.', {
    issues,
  })
