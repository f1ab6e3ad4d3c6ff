/**
 * The frame: what a resource holds outside the places of some rows. Two resources are stripped side by side, so that an item of a
 * `where` that stands on one side alone (the row made it, or took it away) is not counted as the frame's.
 */
import { unread } from '../../src/lens/codec.ts'
import { contains, equal } from '../../src/lens/equal.ts'
import type { Field } from '../../src/lens/field.ts'
import { type Segment, segmentsOf } from '../../src/lens/segments.ts'

type Json = Record<string, unknown>
export type AnyField = Field<unknown, unknown>

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Both without what stands at the places of the fields. */
export function outside(fields: readonly AnyField[], before: unknown, after: unknown): [unknown, unknown] {
  let pair: [unknown, unknown] = [before, after]
  for (const field of fields) {
    const [left, right] = pair
    for (const path of field.places) {
      const segments = segmentsOf(path)
      const [a, b] = pair
      // Where the field reads nothing any more, here or at all, none of what it could read is left.
      const taken = saysNothing(field, left, segments) !== saysNothing(field, right, segments)
      pair = strip([withoutClaimed(field, a, segments, left, taken), withoutClaimed(field, b, segments, right, taken)], segments)
    }
  }
  return [pruned(pair[0]), pruned(pair[1])]
}

/** The field reads nothing, or nothing that it would not read without the list at this place. */
function saysNothing(field: AnyField, whole: unknown, segments: readonly Segment[]): boolean {
  const reading = field.get(whole, [])
  return reading === undefined || same(reading, field.get(emptied(whole, listAt(segments)), []))
}

const listAt = (segments: readonly Segment[]): readonly Segment[] =>
  'label' in (segments.at(-1) ?? {}) ? segments.slice(0, -1) : segments

const emptied = (whole: unknown, path: readonly Segment[]): unknown =>
  update(whole, path, (list) => (Array.isArray(list) ? [] : list))

/** Without empty objects and lists: what is left where something was taken out. An element id alone is nothing either. */
function pruned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pruned).filter((item) => !isEmpty(item))
  if (!isObject(value) || 'rawJSON' in value) return value
  const members = Object.entries(value).map(([key, member]) => [key, pruned(member)] as const)
  return Object.fromEntries(members.filter(([, member]) => !isEmpty(member)))
}

/** A list loses the items that the field reads (in the whole, with its other places); what it does not read is the frame's. */
function withoutClaimed(
  field: AnyField,
  resource: unknown,
  segments: readonly Segment[],
  whole: unknown,
  taken: boolean,
): unknown {
  const path = listAt(segments)
  const read = (list: readonly unknown[]): unknown =>
    field.get(
      update(whole, path, () => list),
      [],
    )
  return update(resource, path, (list) => {
    if (!Array.isArray(list)) return list
    if (taken) return list.filter((item) => same(read([item]), read([])))
    // Another place of the field may have taken an item out of this very list already.
    const reading = read(list)
    const unclaimed = list.filter((_, index) => same(read(without(list, index)), reading))
    if (unclaimed.length < list.length || same(reading, read([]))) return unclaimed
    // One of several that are alike, of which the field reads one.
    return without(
      list,
      list.findIndex((item) => same(read([item]), reading)),
    )
  })
}

const same = (a: unknown, b: unknown): boolean => (a === unread || b === unread ? a === b : equal(a, b))

function update(value: unknown, segments: readonly Segment[], change: (value: unknown) => unknown): unknown {
  const [first, ...rest] = segments
  if (first === undefined) return change(value)
  if ('member' in first) {
    if (!isObject(value) || !(first.member in value)) return value
    return { ...value, [first.member]: update(value[first.member], rest, change) }
  }
  if (!('pattern' in first) || !Array.isArray(value)) return value
  const index = value.findIndex((item) => contains(item, first.pattern))
  return value.map((item, i) => (i === index ? update(item, rest, change) : item))
}

function strip([a, b]: [unknown, unknown], segments: readonly Segment[]): [unknown, unknown] {
  const [first, ...rest] = segments
  if (first === undefined) return [undefined, undefined]
  if ('label' in first) return [a, b]
  if ('member' in first) {
    const list = (value: unknown): boolean => isObject(value) && Array.isArray(value[first.member]) && rest.length === 0
    if (rest.length === 0 && (list(a) || list(b))) return [whole(a, first.member), whole(b, first.member)]
    const [was, is] = [memberOf(a, first.member), memberOf(b, first.member)]
    const [x, y] = strip([was, is], rest)
    return [withMember(a, first.member, is === undefined && onlyHangs(x) ? undefined : x), withMember(b, first.member, y)]
  }
  const i = Array.isArray(a) ? a.findIndex((item) => contains(item, first.pattern)) : -1
  const j = Array.isArray(b) ? b.findIndex((item) => contains(item, first.pattern)) : -1
  // Taken away on one side, or whole: all that contain the pattern.
  if (i < 0 || j < 0 || rest.length === 0) return [withoutAll(a, first.pattern), withoutAll(b, first.pattern)]
  const [x, y] = strip([(a as unknown[])[i], (b as unknown[])[j]], rest)
  // With nothing but its pattern left it is the rows' own, and where they put it theirs to say.
  if (isOnly(x, first.pattern) && isOnly(y, first.pattern)) return [withoutAll(a, first.pattern), withoutAll(b, first.pattern)]
  return [(a as unknown[]).with(i, x), (b as unknown[]).with(j, y)]
}

const withoutAll = (list: unknown, pattern: unknown): unknown =>
  Array.isArray(list) ? list.filter((item) => !contains(item, pattern)) : list
const isOnly = (item: unknown, pattern: unknown): boolean => equal({ ...(item as Json), id: undefined }, pattern)
const memberOf = (value: unknown, key: string): unknown => (isObject(value) ? value[key] : undefined)
const without = (list: readonly unknown[], index: number): unknown[] => list.filter((_, i) => i !== index)

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  (Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).every((key) => key === 'id'))

/** An element that says nothing any more may go, with its id and extensions. */
const onlyHangs = (value: unknown): boolean =>
  isObject(value) && Object.keys(value).every((key) => key === 'id' || key === 'extension')

/** The member's new content (and none of its sibling for primitives), gone if empty. */
function withMember(value: unknown, key: string, next: unknown): unknown {
  if (!isObject(value)) return value
  const { [key]: _, [`_${key}`]: __, ...others } = value
  return isEmpty(next) ? others : { ...others, [key]: next }
}

/** A list with its unclaimed items left. */
const whole = (value: unknown, key: string): unknown => withMember(value, key, memberOf(value, key))
