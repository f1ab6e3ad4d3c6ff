/**
 * What was stored before the rules by which records are labelled for their codes, or before this version of them, is labelled so after the
 * next start: as new versions, which partners are sent. What a person took away stays away.
 */
import { contentRules } from '../../domain/content-labels.ts'
import { ok } from '../../domain/problem.ts'
import { resourceTypes } from '../../fhir/types.ts'
import { ask, carryOut, lookThrough, type Stored, write } from '../../store/store.ts'
import { commit } from '../commit.ts'
import type { Context } from '../context.ts'
import type { Later } from '../delivery/courier.ts'
import { advance, isEmpty, type Progress, startParts } from '../fhir/anew.ts'
import { Kept } from '../kept.ts'
import { labelledAs, storedValue } from '../next-version.ts'
import { contentsOf, labelledBut } from './content-labels.ts'
import { withdrawals } from './withdraw-label.ts'

/** Without a type where all is done. */
const underWay = new Kept<Omit<Progress, 'type'> & Partial<Progress>>('content-labels')
const aim = String(contentRules)

/** Does a part of what is to be done; answers whether there is more. */
export async function labelAnew(ctx: Context): Promise<boolean> {
  const { store } = ctx
  const known = await lookThrough(store, underWay.of('progress'))
  const { type, ...from } = known?.aim === aim ? known : { aim, type: (await isEmpty(store)) ? undefined : resourceTypes[0] }
  if (known?.aim === aim && type === undefined) return false
  const next = type === undefined ? undefined : await advance(store, { ...from, type }, (items) => label(ctx, items))
  await carryOut(store, () => write(underWay.remember('progress', next ?? { aim })))
  return next !== undefined
}

export const startLabelling = (ctx: Context, later: Later) => startParts(ctx, later, labelAnew)

const label = (ctx: Context, items: readonly Stored[]) =>
  commit(ctx, 'label-anew', function* (at) {
    for (const { type, id } of items) {
      const stored = yield* ask({ ask: 'resource', type, id })
      const resource = storedValue(stored)
      const told = resource && [...contentsOf(resource).values()]
      if (resource === undefined || told?.length === 0) continue
      const away = ((yield* withdrawals.of(`${type}/${id}`)) ?? []).map(({ label }) => label)
      const security = labelledBut(away, resource, told!)
      if (security) yield* write(labelledAs(resource, security, id, stored, at))
    }
    return ok(undefined)
  })
