/**
 * What no payer has taken is counted anew when the rule is kept otherwise that it was counted by. A session or a month is a commit of its
 * own, and until all have followed the rule is noted: a crash leaves the rest to the clock.
 */
import type { Coverage } from '@medplum/fhirtypes'
import coverageMapping from '../../../mappings/coverage.coverage.ts'
import { isUntaken } from '../../billing/reconcile.ts'
import { ok, type Result } from '../../domain/problem.ts'
import type { Change } from '../../store/change.ts'
import { ask, lookThrough, type Steps, write } from '../../store/store.ts'
import { commit } from '../commit.ts'
import type { Context } from '../context.ts'
import { Kept } from '../kept.ts'
import { storedValue } from '../next-version.ts'
import { every, ofStatus } from '../questions.ts'
import { plainId } from '../references.ts'
import { type HeldLine, readLines } from './lines.ts'
import { ruleKeysOf } from './payer-rule-for.ts'
import { sourceOf } from './recheck.ts'
import { recheckByRule } from './recheck-lines.ts'

/** How often the rule of a key has changed since its lines last followed. */
const changed = new Kept<number>('payer-rule-changed')

export function* noteChangedRule(key: string): Steps<Change> {
  return changed.remember(key, ((yield* changed.of(key)) ?? 0) + 1)
}

/** The answer of a change of a rule, once lines follow it. What breaks then, goes on by the clock. */
export async function followedAfter<T>(ctx: Context, written: Result<T>): Promise<Result<T>> {
  if (written.ok) await followPayerRules(ctx).catch(() => ctx.log('background-failed', { tenant: ctx.principal.tenant }))
  return written
}

/** Answers how many rules are followed now. */
export async function followPayerRules({ once: _, ...ctx }: Context): Promise<Result<number>> {
  const { items } = await lookThrough(ctx.store, changed.page({ count: 100 }))
  for (const { key, value } of items) {
    const followed = await followRule(ctx, key)
    if (!followed.ok) return followed
    const done = await ctx.store.commit(function* () {
      // Changed again meanwhile: lines that were looked at before have not followed that.
      if ((yield* changed.of(key)) === value) yield* write(changed.forget(key))
      return ok(undefined)
    })
    if (!done.ok) return done
  }
  return ok(items.length)
}

/** Lines that somebody may still have to pay; of `billed` ones those that were rejected. */
const unpaid = ofStatus('planned', 'billable', 'billed')

async function followRule(ctx: Context, key: string): Promise<Result<void>> {
  const seen = new Set<string>()
  const coverages = new Map<string, boolean>()
  for (let after: string | undefined; ; ) {
    const page = await ctx.store.look({ ...every('ChargeItem', unpaid), ...(after !== undefined && { after }) })
    for (const line of readLines(page.items).filter(({ value }) => isUntaken(value))) {
      const source = sourceOf(line.value)
      if (source === undefined || seen.has(source) || !(await isUnder(line))) continue
      seen.add(source)
      const done = await commit(ctx, 'follow payer-rule', function* () {
        const { at } = yield* ask({ ask: 'now' })
        yield* recheckByRule(line, at)
        return ok(undefined)
      })
      if (!done.ok) return done
    }
    if (page.next === undefined) return ok(undefined)
    after = page.next
  }

  async function isUnder({ value: { coverageId: id } }: HeldLine): Promise<boolean> {
    if (id === undefined) return false
    const known = coverages.get(id)
    if (known !== undefined) return known
    const coverage = storedValue<Coverage>(await ctx.store.look({ ask: 'resource', type: 'Coverage', id }))
    const reading = coverage && coverageMapping.read({ Coverage: coverage })
    const isSo =
      reading?.ok === true && ruleKeysOf({ id, kind: reading.value.kind, payer: plainId(reading.value.payerOrg) }).includes(key)
    coverages.set(id, isSo)
    return isSo
  }
}
