/**
 * Three ways into one, member by member, for what no table knows: what a partner has changed since both sides agreed is done to what we
 * have now. What the two said differently when they agreed (the partner leaves out a word, or adds one) is nobody's change.
 *
 * Where both changed the same to different values ours stays, and the member is told.
 */
import { equal, isObject, type Json } from './equal.ts'

/** Both sides as they agreed, and as they are now; all four in the same words. */
export interface Sides<T> {
  readonly agreed: { readonly ours: T; readonly theirs: T }
  readonly ours: T
  readonly theirs: T
}

interface MergedTree {
  readonly value: Json
  /** Names of the members that both changed. */
  readonly conflicts: readonly string[]
}

/** Lists that many parties add to: what the other side has of its own stays where it is. */
const gathered = new Set(['identifier', 'extension', 'modifierExtension'])

/** `contested`: members of which a person has yet to decide; any change of theirs is a conflict there. */
export function mergeTrees(sides: Sides<Json>, contested: ReadonlySet<string> = new Set()): MergedTree {
  const value: Json = {}
  const conflicts: string[] = []
  for (const name of namesIn(sides.ours, sides.theirs, sides.agreed.ours, sides.agreed.theirs)) {
    const merged = mergeMember(name, memberOf(sides, name), contested.has(name))
    if (merged.value !== undefined) value[name] = merged.value
    if (merged.conflict) conflicts.push(name)
  }
  return { value, conflicts }
}

interface MergedMember {
  readonly value: unknown
  readonly conflict: boolean
}
const settled = (value: unknown): MergedMember => ({ value, conflict: false })

function mergeMember(name: string, sides: Sides<unknown>, contested: boolean): MergedMember {
  const { agreed, ours, theirs } = sides
  if (equal(agreed.theirs, theirs)) return settled(ours)
  if (gathered.has(name)) return settled(gather(ours, agreed.theirs, theirs))
  const wanted = patched(name, agreed.ours, agreed.theirs, theirs)
  if (equal(ours, wanted)) return settled(ours)
  if (contested) return { value: ours, conflict: true }
  if (equal(ours, agreed.ours)) return settled(wanted)
  if ([agreed.ours, agreed.theirs, ours, theirs].every(isTree)) {
    const { value, conflicts } = mergeTrees(sides as Sides<Json>)
    return { value, conflict: conflicts.length > 0 }
  }
  const onlyAdded = within(agreed.theirs, theirs) && within(agreed.ours, ours)
  return onlyAdded ? settled(gather(ours, agreed.theirs, theirs)) : { value: ours, conflict: true }
}

/** What we agreed to, with what they have changed since. */
export function patchTree({ agreed, theirs }: Pick<Sides<Json>, 'agreed' | 'theirs'>): Json {
  return patched('', agreed.ours, agreed.theirs, theirs) as Json
}

function patched(name: string, ours: unknown, before: unknown, after: unknown): unknown {
  if (equal(before, after)) return ours
  if (gathered.has(name)) return gather(ours, before, after)
  if (isTree(ours) && isTree(before) && isTree(after)) {
    const next = namesIn(ours, before, after).map((one) => [one, patched(one, ours[one], before[one], after[one])] as const)
    return Object.fromEntries(next.filter(([, value]) => value !== undefined))
  }
  const lists = [ours, before, after].map((one) => (Array.isArray(one) ? one : undefined))
  const [mine, old, now] = lists
  if (!mine || !old || !now || mine.length !== old.length || old.length !== now.length) return after
  return now.map((item, i) => patched('', mine[i], old[i], item))
}

/** Ours, with what they have added since, and without what they have taken away. */
function gather(ours: unknown, before: unknown, after: unknown): unknown {
  const [mine, old, now] = [listOf(ours), listOf(before), listOf(after)]
  const kept = mine.filter((item) => !has(old, item) || has(now, item))
  const all = [...kept, ...now.filter((item) => !has(old, item) && !has(kept, item))]
  return all.length > 0 ? all : undefined
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const has = (list: readonly unknown[], item: unknown): boolean => list.some((one) => equal(one, item))
const within = (some: unknown, all: unknown): boolean =>
  Array.isArray(all) && (some === undefined || Array.isArray(some)) && listOf(some).every((item) => has(all, item))

/** An exact number is a leaf. */
const isTree = (value: unknown): value is Json => isObject(value) && !('rawJSON' in value)
const namesIn = (...trees: readonly Json[]): readonly string[] => [...new Set(trees.flatMap(Object.keys))]
const memberOf = ({ agreed, ours, theirs }: Sides<Json>, name: string): Sides<unknown> => ({
  agreed: { ours: agreed.ours[name], theirs: agreed.theirs[name] },
  ours: ours[name],
  theirs: theirs[name],
})
