/** The labels that operators took away, as lines beside the records: imported without them a record would be labelled by its codes again. */
import { z } from 'zod'
import { isVisibleTo } from '../../access/visible.ts'
import { Instant, Text } from '../../domain/kernel.ts'
import { Withdrawal } from '../../domain/label-withdrawal.ts'
import { parsed } from '../../domain/parsed.ts'
import { ok, type Result } from '../../domain/problem.ts'
import { type Visibility, write } from '../../store/store.ts'
import { tell } from '../audit/line.ts'
import type { Context } from '../context.ts'
import { listWithdrawals, withdrawals } from '../labels/withdraw-label.ts'
import { storedValue } from '../next-version.ts'
import { targetOf } from '../references.ts'

/** The file's name, without its end. */
export const withdrawnLabels = 'withdrawn-labels'

/** What is labelled as psychotherapy notes is in no export. */
export const exported: Visibility = { patients: 'all', protectedRecords: true }

const { resource, label, reason } = Withdrawal.shape
const Line = z.strictObject({ resource, label, by: Text, at: Instant, reason })

/** Of the records of these types that any export may hold, whenever they were changed. */
export async function* exportedWithdrawals(ctx: Context, types: readonly string[]): AsyncGenerator<string> {
  for (let page = { count: 100 } as { count: number; after?: string } | undefined; page; ) {
    const { items, next } = await listWithdrawals(ctx, page)
    for (const item of items) {
      const { type, id } = targetOf(item.resource)
      const value = storedValue<object>(await ctx.store.look({ ask: 'resource', type, id }))
      if (types.includes(type) && value && isVisibleTo(exported, value)) yield JSON.stringify(item)
    }
    page = next === undefined ? undefined : { count: 100, after: next }
  }
}

/** Noted before its record comes. Fails `invalid`. */
export async function importWithdrawal(ctx: Context, line: unknown): Promise<Result<'created' | 'same'>> {
  const read = parsed(Line, line, 'This takes no label away.')
  if (!read.ok) return read
  const { resource, ...withdrawn } = read.value
  return ctx.store.commit(function* () {
    const before = (yield* withdrawals.of(resource)) ?? []
    if (before.some(({ label, at }) => label === withdrawn.label && at === withdrawn.at)) return ok('same' as const)
    const all = [...before, withdrawn].sort((a, b) => (a.at < b.at ? -1 : 1))
    yield* write(withdrawals.remember(resource, all))
    yield* tell(ctx, { action: 'import', entities: [resource] })
    return ok('created' as const)
  })
}
