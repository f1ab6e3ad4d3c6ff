/**
 * What no payer has taken is counted anew when the rule is kept otherwise that it was counted by: after the answer, by the clock. A session or
 * a month is a commit of its own, and how far it has come is noted with every page of lines: a crash leaves the rest to the next round.
 */
import coverageMapping from '../../../mappings/coverage.coverage.ts'
import { isUntaken } from '../../billing/reconcile.ts'
import { ok, type Result } from '../../domain/problem.ts'
import type { Change } from '../../store/change.ts'
import { BadCursor, carryOut, lookThrough, type Page, type Steps, type Stored, write } from '../../store/store.ts'
import { commit } from '../commit.ts'
import type { Context } from '../context.ts'
import { Kept } from '../kept.ts'
import { every, ofStatus } from '../questions.ts'
import { readStored } from '../read-as.ts'
import { plainId } from '../references.ts'
import { type HeldLine, readLines } from './lines.ts'
import { ruleKeysOf } from './payer-rule-for.ts'
import { sourceOf } from './recheck.ts'
import { recheckByRule } from './recheck-lines.ts'

interface Following {
  /** How often the rule of this key has changed since its lines last followed. */
  readonly changes: number
  /** Lines looked at since the last change, and where to go on. */
  readonly looked: number
  readonly after?: string
}

const following = new Kept<Following>('payer-rule-following')

/** From the first line on. */
export function* noteChangedRule(key: string): Steps<Change> {
  return following.remember(key, { changes: ((yield* following.of(key))?.changes ?? 0) + 1, looked: 0 })
}

/** The rules that lines are following now. */
export function* rulesFollowed(): Steps<readonly { readonly key: string; readonly looked: number }[]> {
  const { items } = yield* following.page({ count: 100 })
  return items.map(({ key, value: { looked } }) => ({ key, looked }))
}

/** As far as it `mayGoOn` after so many pages of lines: others wait no longer. */
export async function followPayerRules(
  { once: _, ...ctx }: Context,
  mayGoOn: (pages: number) => boolean = () => true,
): Promise<Result<'done' | 'more'>> {
  for (let pages = 0; ; pages++) {
    const [next] = (await lookThrough(ctx.store, following.page({ count: 1 }))).items
    if (next === undefined) return ok('done')
    if (!mayGoOn(pages)) return ok('more')
    const followed = await followPage(ctx, next.key, next.value)
    if (!followed.ok) return followed
  }
}

/** Lines that somebody may still have to pay; of `billed` ones those that were rejected. */
const unpaid = every('ChargeItem', ofStatus('planned', 'billable', 'billed'))
const pageOfLines = { ...unpaid, query: { ...unpaid.query, count: 100 } }

async function followPage(ctx: Context, key: string, so: Following): Promise<Result<void>> {
  const page = await pageAfter(ctx, so.after)
  if (page === 'lost') return noted(ctx, key, so, { changes: so.changes, looked: 0 })
  const seen = new Set<string>()
  const coverages = new Map<string, boolean>()
  for (const line of readLines(page.items).filter(({ value }) => isUntaken(value))) {
    const source = sourceOf(line.value)
    if (source === undefined || seen.has(source) || !(await isUnder(ctx, key, line, coverages))) continue
    seen.add(source)
    const done = await commit(ctx, 'follow payer-rule', function* (at) {
      yield* recheckByRule(line, at)
      return ok(undefined)
    })
    if (!done.ok) return done
  }
  const looked = so.looked + page.items.length
  return noted(ctx, key, so, page.next === undefined ? undefined : { changes: so.changes, looked, after: page.next })
}

async function pageAfter(ctx: Context, after: string | undefined): Promise<Page<Stored> | 'lost'> {
  try {
    return await ctx.store.look({ ...pageOfLines, ...(after !== undefined && { after }) })
  } catch (caught) {
    // The store was restored.
    if (after !== undefined && caught instanceof BadCursor) return 'lost'
    throw caught
  }
}

/** How far it has come. Changed again meanwhile: lines that were looked at before have not followed that. */
const noted = (ctx: Context, key: string, so: Following, now: Following | undefined): Promise<Result<void>> =>
  carryOut(ctx.store, function* () {
    if ((yield* following.of(key))?.changes === so.changes)
      yield* write(now === undefined ? following.forget(key) : following.remember(key, now))
  })

async function isUnder(
  ctx: Context,
  key: string,
  { value: { coverageId: id } }: HeldLine,
  coverages: Map<string, boolean>,
): Promise<boolean> {
  if (id === undefined) return false
  const known = coverages.get(id)
  if (known !== undefined) return known
  const coverage = readStored(coverageMapping, await ctx.store.look({ ask: 'resource', type: 'Coverage', id }))
  const isSo = coverage !== undefined && ruleKeysOf({ id, kind: coverage.kind, payer: plainId(coverage.payerOrg) }).includes(key)
  coverages.set(id, isSo)
  return isSo
}
