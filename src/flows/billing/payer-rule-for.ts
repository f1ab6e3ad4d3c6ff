/**
 * Payer rules are records, kept under a kind of coverage, a payer (the id of its Organization) or one coverage (its id). The more
 * particular one counts.
 */
import { type AppliedPayerRule, type PayerRule, payerRuleOf } from '../../domain/payer-rule.ts'
import type { CoverageKind } from '../../domain/service-line.ts'
import type { Steps } from '../../store/store.ts'
import { Kept } from '../kept.ts'

export const payerRules = new Kept<PayerRule>('payer-rule')

interface Covering {
  readonly id: string
  readonly kind: CoverageKind | undefined
  readonly payer: string | undefined
}

/** Under what the rules of a coverage are kept, from the general to the particular. */
export const ruleKeysOf = ({ kind, payer, id }: Covering): readonly string[] =>
  [kind, payer, id].filter((key) => key !== undefined)

/** What a coverage is counted by on a day: its own rule, its payer's, its kind's, or what is usual. */
export function* payerRuleFor(coverage: Covering, day: string): Steps<AppliedPayerRule> {
  const rules = (yield* payerRules.ofEach(ruleKeysOf(coverage))).filter((rule) => rule !== undefined)
  return payerRuleOf(coverage.kind, rules, day)
}
