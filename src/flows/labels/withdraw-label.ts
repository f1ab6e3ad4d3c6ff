/**
 * An operator takes a label away that the codes of a record gave it wrongly. It stays away as long as that code stands there; what another
 * code tells, and what somebody labels it again, holds. 42 CFR Part 2 is not taken away: it binds what a programme holds.
 */
import type { Coding, Meta } from '@medplum/fhirtypes'
import { type ContentLabel, contentLabels } from '../../domain/content-labels.ts'
import { type LabelWithdrawal, Withdrawal } from '../../domain/label-withdrawal.ts'
import { parsed } from '../../domain/parsed.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import type { JsonObject } from '../../fhir/exact.ts'
import { listed } from '../../fhir/listed.ts'
import { ask, lookThrough, type Page, type Steps, write } from '../../store/store.ts'
import { commit } from '../commit.ts'
import type { Context } from '../context.ts'
import { visible } from '../fhir/visible.ts'
import { Kept } from '../kept.ts'
import { labelledAs, storedValue } from '../next-version.ts'
import { targetOf } from '../references.ts'
import { contentsOf, isByCodes } from './content-labels.ts'

interface Withdrawn {
  readonly label: ContentLabel
  readonly by: string
  readonly at: string
  readonly reason: string
}

/** By the resource's name: all that was ever taken away from it. */
export const withdrawals = new Kept<readonly Withdrawn[]>('withdrawn-labels')

/** Newest last of each resource. */
export async function listWithdrawals(
  { store }: Context,
  page: { readonly count: number; readonly after?: string },
): Promise<Page<Withdrawn & { readonly resource: string }>> {
  const { items, ...more } = await lookThrough(store, withdrawals.page(page))
  return { items: items.flatMap(({ key, value }) => value.map((one) => ({ resource: key, ...one }))), ...more }
}

/**
 * `POST /admin/labels/withdraw`. Fails `invalid`, `not-found`, `rule-broken` where the record does not bear the label, or bears it because
 * somebody said so.
 */
export async function withdrawLabel(ctx: Context, body: unknown): Promise<Result<{ readonly version: number }>> {
  const wanted = parsed(Withdrawal, body, 'This takes no label away.')
  return wanted.ok ? commit(ctx, 'withdraw-label', () => withdraw(ctx, wanted.value)) : wanted
}

function* withdraw(
  ctx: Context,
  { resource: name, label, reason }: LabelWithdrawal,
): Steps<Result<{ readonly version: number }>> {
  const { type, id } = targetOf(name)
  const stored = yield* ask({ ask: 'resource', type, id })
  const resource = storedValue(stored)
  if (stored === undefined || resource === undefined || !visible(ctx, stored))
    return fail('not-found', 'There is no such resource.')
  const labels = securityOf(resource)
  const told = new Set(contentsOf(resource).values())
  const taken = labels.filter((one) => one.code === label)
  if (taken.length === 0) return fail('rule-broken', 'It does not bear this label.')
  if (!told.has(label) && !taken.every(isByCodes))
    return fail('rule-broken', 'Its codes did not give it this label: somebody did.')
  const { at } = yield* ask({ ask: 'now' })
  const left = labels.filter((one) => one.code !== label)
  const put = labelledAs(bearing(resource, loosened(left)), undefined, id, stored, at)
  const before = (yield* withdrawals.of(name)) ?? []
  yield* write(put, withdrawals.remember(name, [...before, { label, by: ctx.principal.id, at, reason }]))
  return ok({ version: put.version })
}

const securityOf = (resource: JsonObject): readonly Coding[] => listed((resource as { meta?: Meta }).meta?.security)

function bearing(resource: JsonObject, security: readonly Coding[]): JsonObject {
  const { security: _, ...meta } = (resource as { meta?: Meta }).meta ?? {}
  return { ...resource, meta: { ...meta, ...(security.length > 0 && { security }) } }
}

/** What the codes alone restricted is restricted no longer where they tell nothing else. */
function loosened(left: readonly Coding[]): readonly Coding[] {
  const isTelling = ({ code }: Coding): boolean => (contentLabels as readonly (string | undefined)[]).includes(code)
  return left.some(isTelling) ? left : left.filter((one) => !isByCodes(one))
}
