/**
 * Payer rules as records: kind `payer-rule`, kept under a kind of coverage, a payer (the id of its Organization) or one coverage (its id).
 * The more particular one counts. Lines that are ready or billed keep the rule they were counted by; held ones follow on `recheck`.
 */

import { type AppliedPayerRule, PayerRule, PayerRuleKey, payerRuleOf } from '../../domain/payer-rule.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import type { CoverageKind } from '../../domain/service-line.ts'
import { ask, askAll, type Steps, write } from '../../store/store.ts'
import { commit } from '../commit.ts'
import type { Context } from '../context.ts'

const kind = 'payer-rule'

export interface KeptPayerRule extends PayerRule {
  readonly key: string
}

export async function listPayerRules(
  ctx: Context,
  page: { readonly count: number; readonly after?: string },
): Promise<{ items: readonly KeptPayerRule[]; next?: string }> {
  const { items, next } = await ctx.store.look({ ask: 'records', kind, ...page })
  return { items: items.map(({ key, text }) => ({ key, ...readRule(text) })), ...(next !== undefined && { next }) }
}

export async function putPayerRule(ctx: Context, key: string, body: unknown): Promise<Result<KeptPayerRule>> {
  const under = PayerRuleKey.safeParse(key)
  const rule = PayerRule.safeParse(body)
  if (!under.success) return fail('invalid', 'A payer rule is kept under a kind of coverage, or an id.')
  if (!rule.success) {
    const issues = rule.error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }))
    return fail('invalid', 'This is not a payer rule.', { issues })
  }
  return commit(ctx, 'put payer-rule', function* () {
    yield* write({ change: 'remember', kind, key, text: JSON.stringify(rule.data) })
    return ok({ key, ...rule.data })
  })
}

export async function removePayerRule(ctx: Context, key: string): Promise<Result<void>> {
  return commit(ctx, 'remove payer-rule', function* () {
    if ((yield* ask({ ask: 'record', kind, key })) === undefined) return fail('not-found', 'There is no such payer rule.')
    yield* write({ change: 'forget', kind, key })
    return ok(undefined)
  })
}

/** What a coverage is counted by: its own rule, its payer's, its kind's, or what is usual. */
export function* payerRuleFor(coverage: {
  readonly id: string
  readonly kind: CoverageKind | undefined
  readonly payer: string | undefined
}): Steps<AppliedPayerRule> {
  const keys = [coverage.kind, coverage.payer, coverage.id].filter((key) => key !== undefined)
  const texts = yield* askAll(keys.map((key) => ({ ask: 'record' as const, kind, key })))
  const rules = texts.flatMap((text) => (text === undefined ? [] : [readRule(text)]))
  return payerRuleOf(coverage.kind, rules)
}

const readRule = (text: string): PayerRule => JSON.parse(text) as PayerRule
