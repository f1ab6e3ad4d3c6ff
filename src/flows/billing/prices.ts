/** Prices of lines that bear none of their own, by their payers' rules as they stand, for the day of the service. Looked up once for a page. */
import { chargeFor } from '../../billing/price.ts'
import type { BillingItem } from '../../domain/billing-item.ts'
import type { AppliedPayerRule } from '../../domain/payer-rule.ts'
import type { ServiceLine } from '../../domain/service-line.ts'
import { lookThrough } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { payerRuleFor } from './payer-rule-for.ts'

export class Prices {
  readonly #ctx: Context
  readonly #rules = new Map<string, Promise<AppliedPayerRule>>()

  constructor(ctx: Context) {
    this.#ctx = ctx
  }

  async chargeOf(line: ServiceLine, coverage: BillingItem['coverage']): Promise<ServiceLine['charge']> {
    const { charge, code, units, serviceFrom } = line
    if (charge || coverage?.kind === undefined || units === undefined || serviceFrom === undefined) return charge
    const key = `${coverage.id} ${serviceFrom}`
    const { id, kind, payer } = coverage
    const rule = this.#rules.get(key) ?? lookThrough(this.#ctx.store, payerRuleFor({ id, kind, payer: payer?.id }, serviceFrom))
    this.#rules.set(key, rule)
    const { fee } = (await rule).codes[code] ?? {}
    return fee === undefined ? undefined : chargeFor(fee, units)
  }
}
