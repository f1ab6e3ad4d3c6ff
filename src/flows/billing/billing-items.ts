/** Versions of lines as the feed tells them. */
import type { ChargeItem } from '@medplum/fhirtypes'
import lineMapping from '../../../mappings/service-line.charge-item.ts'
import type { BillingItem } from '../../domain/billing-item.ts'
import { codeSystemOf, type ServiceLine } from '../../domain/service-line.ts'
import type { Context } from '../context.ts'
import { inGroups } from '../in-groups.ts'
import { readAs } from '../read-as.ts'
import { plainId } from '../references.ts'
import type { HeldLine } from './lines.ts'
import { Named, said } from './named.ts'
import { NamedCoverages } from './named-coverages.ts'
import { Prices } from './prices.ts'

export function billingItems(ctx: Context, lines: readonly HeldLine[]): Promise<readonly BillingItem[]> {
  const named = new Named(ctx)
  const known = { named, coverages: new NamedCoverages(ctx, named), prices: new Prices(ctx) }
  return inGroups(ctx, lines, (line) => itemOf(known, line))
}

interface Known {
  readonly named: Named
  readonly coverages: NamedCoverages
  readonly prices: Prices
}

async function itemOf({ named, coverages, prices }: Known, { id, value, stored }: HeldLine): Promise<BillingItem> {
  const { code, modifiers, units, unitBasis, diagnoses, pointers, corrects, warnings, checks, laterClaims } = value
  const { serviceFrom, serviceTo, placeOfService, adjudicationReason, payerClaimId, adjudication } = value
  const answered = corrects === undefined ? undefined : await named.load<ChargeItem>('ChargeItem', corrects)
  const billingOrg = plainId(value.billingOrg)
  const coverage = await coverages.of(value)
  const charge = await prices.chargeOf(value, coverage)
  return {
    line: id,
    version: stored.version,
    state: value.state,
    at: stored.at,
    ...said({ frequency: frequencyOf(value), corrects, correctsClaim: readAs(lineMapping, answered)?.claimRef }),
    ...said({ session: value.sessionId, bundle: value.bundleId }),
    codeSystem: codeSystemOf(code),
    code,
    modifiers,
    ...said({ units, minutes: unitBasis?.minutes, unitRule: unitBasis?.ruleId, unitRuleVersion: unitBasis?.ruleVersion }),
    ...said({ serviceFrom, serviceTo, placeOfService }),
    diagnoses,
    pointers,
    ...said({ charge, reason: adjudicationReason, payerClaim: payerClaimId, adjudication }),
    laterClaims,
    warnings,
    checks,
    client: await named.client(value.clientId),
    otherCoverages: await coverages.besides(value),
    ...said({
      coverage,
      referral: await named.referral(value, coverage?.payer),
      authorization: await named.authorization(value),
      renderer: value.renderer && (await named.clinician(value.renderer)),
      supervising: value.supervising && (await named.clinician(value.supervising)),
      facility: await named.facility(value.facility),
      billingProvider: billingOrg === undefined ? undefined : await named.organization(billingOrg),
    }),
  }
}

/** A void line that corrects nothing takes nothing back: no claim went out. */
function frequencyOf({ state, corrects }: ServiceLine): BillingItem['frequency'] {
  if (state === 'ready') return corrects === undefined ? '1' : '7'
  return state === 'void' && corrects !== undefined ? '8' : undefined
}
