/**
 * What a member says beside a reference that is not of its domain (`external`) is said of what that leads to. A caller who may not see that
 * is shown the bare address; given back so, it leaves what stands there as it is.
 */
import { targetOf } from '../../fhir/redact.ts'
import { isObject, type Json } from '../../lens/equal.ts'
import type { Steps } from '../../store/store.ts'
import type { Gathered } from '../collections/parts.ts'
import type { Context } from '../context.ts'
import { hiddenAmong } from '../fhir/redaction.ts'

const bare = new Set(['url', 'resourceType'])
const bareOf = (external: Json): Json => Object.fromEntries(Object.entries(external).filter(([name]) => bare.has(name)))
const isSpoken = (external: Json): boolean => Object.keys(external).some((name) => !bare.has(name))
const targetOfExternal = ({ url }: Json): string | undefined => (typeof url === 'string' ? targetOf(url) : undefined)

/** The value with each `external` put in place of what stands there; the very same where nothing is otherwise. */
function withExternals(value: unknown, change: (external: Json) => Json): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => withExternals(item, change))
    return items.some((item, i) => item !== value[i]) ? items : value
  }
  if (!isObject(value)) return value
  let next: Json | undefined
  for (const [name, member] of Object.entries(value)) {
    const changed = name === 'external' && isObject(member) ? change(member) : withExternals(member, change)
    if (changed !== member) next = { ...(next ?? value), [name]: changed }
  }
  return next ?? value
}

/** What is said beside references to what the caller may not see, in the same order as the members. */
function* unsaid(ctx: Context, members: readonly Gathered[]): Steps<readonly (readonly Json[])[]> {
  const { visible } = ctx.principal
  if (visible === 'everything') return []
  const spoken = members.map(({ value }) => {
    const found: Json[] = []
    withExternals(value, (external) => {
      if (isSpoken(external) && targetOfExternal(external) !== undefined) found.push(external)
      return external
    })
    return found
  })
  const targets = new Set(spoken.flat().map((one) => targetOfExternal(one)!))
  if (targets.size === 0) return []
  const hidden = yield* hiddenAmong(visible, [...targets])
  return spoken.map((some) => some.filter((one) => hidden.has(targetOfExternal(one)!)))
}

/** Members as they are shown. */
export function* asShown(ctx: Context, members: readonly Gathered[]): Steps<readonly Gathered[]> {
  const said = yield* unsaid(ctx, members)
  return members.map((held, i) => {
    const withheld = new Set(said[i])
    if (withheld.size === 0) return held
    const value = withExternals(held.value, (one) => (withheld.has(one) ? bareOf(one) : one))
    return { ...held, value: value as Gathered['value'] }
  })
}

/** What a caller gives back as it was shown, as it stands. */
export function* asItStands<T>(ctx: Context, standing: Gathered, given: T): Steps<T> {
  const [withheld = []] = yield* unsaid(ctx, [standing])
  if (withheld.length === 0) return given
  const byUrl = new Map(withheld.map((one) => [one.url, one]))
  return withExternals(given, (one) => (isSpoken(one) ? one : (byUrl.get(one.url) ?? one))) as T
}
