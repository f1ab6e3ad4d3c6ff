/**
 * Writing onto the partner's resource: what we changed since we last agreed goes onto what the partner has now; what only the partner
 * has or changed stays. Where both changed the same element to different values, the partner's stays and the element is a conflict for a
 * person to settle: nothing is overwritten unseen.
 */
import type { JsonObject } from '../../fhir/exact.ts'
import { equal } from '../../lens/equal.ts'
import { metaOnto } from './labels.ts'

interface Overlay {
  readonly resource: JsonObject
  /** Elements that both sides changed. */
  readonly conflicts: readonly string[]
}

/** The partner's own to give; of `meta`, labels and tags are both sides'. */
export const theirsAlone: ReadonlySet<string> = new Set(['id', 'meta', 'resourceType', 'text'])
/** Lists that many parties add to: ours are joined in, theirs stay. */
const shared = new Set(['identifier', 'extension', 'modifierExtension'])

/** `before` and `base`: our version and the partner's as last agreed; without them everything of ours is written. */
export function overlay(ours: JsonObject, theirs: JsonObject, before?: JsonObject, base?: JsonObject): Overlay {
  const { meta: _, ...others } = theirs
  const meta = metaOnto(ours, theirs, before, base)
  const next: Record<string, unknown> = { ...others, ...(meta && { meta }) }
  const conflicts: string[] = []
  for (const key of new Set([...Object.keys(ours), ...Object.keys(before ?? {})])) {
    if (theirsAlone.has(key)) continue
    const mine = ours[key]
    if (equal(mine, theirs[key])) continue
    if (before && equal(mine, before[key])) continue
    if (shared.has(key)) next[key] = joined(theirs[key], before?.[key], mine)
    else if (base && !equal(theirs[key], base[key])) conflicts.push(key)
    else if (mine === undefined) delete next[key]
    else next[key] = mine
  }
  return { resource: next, conflicts }
}

/** Their list without what we had and dropped, and with what we have. */
function joined(theirs: unknown, before: unknown, mine: unknown): unknown[] {
  const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
  const dropped = list(before).filter((item) => !list(mine).some((other) => equal(item, other)))
  const kept = list(theirs).filter((item) => !dropped.some((other) => equal(item, other)))
  return [...kept, ...list(mine).filter((item) => !kept.some((other) => equal(item, other)))]
}
