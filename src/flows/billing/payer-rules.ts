/** Payer rules as the operator keeps them. Lines that are ready or billed keep the rule they were counted by; held ones follow on `recheck`. */
import { parsed } from '../../domain/parsed.ts'
import { PayerRule, PayerRuleKey } from '../../domain/payer-rule.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { ask, write } from '../../store/store.ts'
import { tell } from '../audit/line.ts'
import { commit } from '../commit.ts'
import type { Context } from '../context.ts'
import { payerRuleRecord as kind, readPayerRule } from './payer-rule-for.ts'

interface KeptPayerRule extends PayerRule {
  readonly key: string
}

export async function listPayerRules(
  ctx: Context,
  page: { readonly count: number; readonly after?: string },
): Promise<{ items: readonly KeptPayerRule[]; next?: string }> {
  const { items, next } = await ctx.store.look({ ask: 'records', kind, ...page })
  return { items: items.map(({ key, text }) => ({ key, ...readPayerRule(text) })), ...(next !== undefined && { next }) }
}

export async function putPayerRule(ctx: Context, key: string, body: unknown): Promise<Result<KeptPayerRule>> {
  const under = PayerRuleKey.safeParse(key)
  if (!under.success) return fail('invalid', 'A payer rule is kept under a kind of coverage, or an id.')
  const rule = parsed(PayerRule, body, 'This is not a payer rule.')
  if (!rule.ok) return rule
  return commit(ctx, 'put payer-rule', function* () {
    yield* write({ change: 'remember', kind, key, text: JSON.stringify(rule.value) })
    yield* tell(ctx, { action: 'put-payer-rule', entities: [`payer-rule/${key}`] })
    return ok({ key, ...rule.value })
  })
}

export async function removePayerRule(ctx: Context, key: string): Promise<Result<void>> {
  return commit(ctx, 'remove payer-rule', function* () {
    if ((yield* ask({ ask: 'record', kind, key })) === undefined) return fail('not-found', 'There is no such payer rule.')
    yield* write({ change: 'forget', kind, key })
    yield* tell(ctx, { action: 'remove-payer-rule', entities: [`payer-rule/${key}`] })
    return ok(undefined)
  })
}
