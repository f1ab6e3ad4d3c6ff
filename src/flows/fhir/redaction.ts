/** Resources as this caller may read them: without what they say of others that the caller may not see. Every answer of `/fhir` asks. */
import { isUnguarded } from '../../access/visible.ts'
import { fail, type Problem } from '../../domain/problem.ts'
import { isRedacted, redacted, spokenOf } from '../../fhir/redact.ts'
import { lookThrough, restAfter, type Steps, type Stored, type Visibility } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { storedValue } from '../next-version.ts'
import type { Write, Written } from './entry.ts'
import { eachNamed } from './named.ts'

/** Texts as they may be read, in the same order; what is said of what is not here, or may be seen, stays. */
export function* readable<T extends { readonly text?: string }>(visible: Visibility, items: readonly T[]): Steps<readonly T[]> {
  if (visible === 'everything') return items
  const spoken: (readonly string[])[] = []
  for (const { text = '' } of items) {
    spoken.push(spokenOf(text))
    yield* restAfter(text)
  }
  const targets = [...new Set(spoken.flat())]
  if (targets.length === 0) return items
  const hidden = yield* hiddenAmong(visible, targets)
  if (hidden.size === 0) return items
  return items.map((item, i) =>
    spoken[i]!.some((target) => hidden.has(target)) ? { ...item, text: redacted(item.text!, hidden) } : item,
  )
}

/** Of names (`Type/id`) those that are here, and not for this caller to see. */
export function* hiddenAmong(visible: Exclude<Visibility, 'everything'>, names: readonly string[]): Steps<ReadonlySet<string>> {
  const hidden = new Set<string>()
  yield* eachNamed(names, (found) => {
    for (const { type, id, guard } of found) if (!isUnguarded(visible, guard)) hidden.add(`${type}/${id}`)
    return true
  })
  return hidden
}

/** Of the answers to writes those that somebody else wrote: what was found in place of what would have been made. */
export function* readableMatches(ctx: Context, results: readonly Written[]): Steps<readonly Written[]> {
  const found = results.filter(({ effect }) => effect === 'matched')
  if (found.length === 0) return results
  const shown = new Map(found.map((one, i) => [one, i]))
  const texts = yield* readable(ctx.principal.visible, found)
  return results.map((one) => texts[shown.get(one) ?? -1] ?? one)
}

/** The same outside of a commit. */
export const readableNow = <T extends { readonly text?: string }>(ctx: Context, items: readonly T[]): Promise<readonly T[]> =>
  lookThrough(ctx.store, readable(ctx.principal.visible, items), ctx.pause)

const lossy = fail(
  'rule-broken',
  'Some of this resource is not shown to this caller (REDACTED), and would be lost by writing it: change it on /coordination, or by somebody with the right to all of it.',
)

/** Whoever was not shown all of a resource does not write over it: what was left out would be lost, or could be felt for by patches. */
export function* wouldLose(
  ctx: Context,
  write: Write,
  current: Stored | undefined,
): Steps<{ ok: false; problem: Problem } | undefined> {
  if (current?.text === undefined || (write.kind !== 'update' && write.kind !== 'patch')) return undefined
  if (write.kind === 'update' && isRedacted(write.resource.value) && !isRedacted(storedValue(current)!)) return lossy
  const [shown] = yield* readable(ctx.principal.visible, [current])
  return shown === current ? undefined : lossy
}
