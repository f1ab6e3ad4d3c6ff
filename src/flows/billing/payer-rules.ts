/** Payer rules as the operator keeps them. Lines that a payer has taken keep the rule they were counted by; others follow, after the answer. */
import { parsed } from '../../domain/parsed.ts'
import { PayerRule, PayerRuleKey } from '../../domain/payer-rule.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { lookThrough, write } from '../../store/store.ts'
import { tell } from '../audit/line.ts'
import { wakeClock } from '../by-the-clock/clock.ts'
import { commit } from '../commit.ts'
import type { Context } from '../context.ts'
import { noteChangedRule, rulesFollowed } from './follow-payer-rule.ts'
import { payerRules } from './payer-rule-for.ts'

interface KeptPayerRule extends PayerRule {
  readonly key: string
}

interface KeptPayerRules {
  readonly items: readonly KeptPayerRule[]
  /** Rules, removed ones too, that lines are following still, and how many of all lines were looked at. */
  readonly following: readonly { readonly key: string; readonly looked: number }[]
  readonly next?: string
}

export async function listPayerRules(
  ctx: Context,
  page: { readonly count: number; readonly after?: string },
): Promise<KeptPayerRules> {
  const { items, ...more } = await lookThrough(ctx.store, payerRules.page(page))
  const following = await lookThrough(ctx.store, rulesFollowed())
  return { items: items.map(({ key, value }) => ({ key, ...value })), following, ...more }
}

/** Keeps a rule under a kind of coverage, a payer's or a coverage's id. Problem: `invalid`. */
export async function putPayerRule(ctx: Context, key: string, body: unknown): Promise<Result<KeptPayerRule>> {
  const under = PayerRuleKey.safeParse(key)
  if (!under.success) return fail('invalid', 'A payer rule is kept under a kind of coverage, or an id.')
  const rule = parsed(PayerRule, body, 'This is not a payer rule.')
  if (!rule.ok) return rule
  const written = await commit(ctx, 'put payer-rule', function* () {
    yield* write(payerRules.remember(key, rule.value), yield* noteChangedRule(key))
    yield* tell(ctx, { action: 'put-payer-rule', entities: [`payer-rule/${key}`] })
    return ok({ key, ...rule.value })
  })
  return begun(ctx, written)
}

/** Problem: `not-found`. */
export async function removePayerRule(ctx: Context, key: string): Promise<Result<void>> {
  const written = await commit<void>(ctx, 'remove payer-rule', function* () {
    if (!(yield* payerRules.of(key))) return fail('not-found', 'There is no such payer rule.')
    yield* write(payerRules.forget(key), yield* noteChangedRule(key))
    yield* tell(ctx, { action: 'remove-payer-rule', entities: [`payer-rule/${key}`] })
    return ok(undefined)
  })
  return begun(ctx, written)
}

function begun<T>(ctx: Context, written: Result<T>): Result<T> {
  if (written.ok) wakeClock(ctx.store)
  return written
}
