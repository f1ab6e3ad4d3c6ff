/** Checks of the members of an object: how many values, of which types, in which slices. */
import { affords, type Node } from '../validate/rule.ts'
import type { Field } from '../validate/shape.ts'
import { type Finding, fault, type Walk, within } from '../validate/walk.ts'

export type ObjectCheck = (object: Node, walk: Walk) => boolean
/** Of a value, or what stands beside it (`_birthDate`), or both. */
export type ItemCheck = (value: unknown, beside: unknown, field: Field, walk: Walk) => boolean

export const broken = (walk: Walk, message: string, path = '', kind: Finding['kind'] = 'invalid'): false =>
  fault(walk, path, message, kind)

/** All of the checks as one; where faults are not collected, it stops at the first. None: undefined. */
export function all(checks: readonly ObjectCheck[]): ObjectCheck | undefined {
  if (checks.length < 2) return checks[0]
  return (object, walk) => {
    if (!affords(walk, checks.length)) return true
    let isSound = true
    for (const check of checks) {
      if (check(object, walk)) continue
      if (walk.found === undefined) return false
      isSound = false
    }
    return isSound
  }
}

/** The fields of an element that stand in an object: of a choice the one that is there, otherwise its only one. */
type FieldsIn = (object: Node) => readonly Field[]

export function fieldsIn(fields: readonly Field[]): FieldsIn {
  if (fields.length === 1) return () => fields
  const byMember = new Map(fields.flatMap((field) => [[field.name, [field]] as const, [field.sibling, [field]] as const]))
  return (object) => {
    for (const name in object) {
      const field = byMember.get(name)
      if (field !== undefined) return field
    }
    return none
  }
}
const none: readonly Field[] = []

/** How many values stand at a field. */
function count(object: Node, { name, sibling, isMany }: Field): number {
  const value: unknown = object[name]
  const beside: unknown = sibling === undefined ? undefined : object[sibling]
  if (value === undefined && beside === undefined) return 0
  return isMany ? Math.max(lengthOf(value), lengthOf(beside)) : 1
}

const lengthOf = (list: unknown): number => (Array.isArray(list) ? list.length : 0)

/** As often as the profile wants it. */
export function counted(name: string, at: FieldsIn, min: number, max: number): ObjectCheck {
  return (object, walk) => {
    let found = 0
    for (const field of at(object)) found += count(object, field)
    if (found < min) return broken(walk, min === 1 ? 'is required' : `has to be there ${min} times`, name)
    return (
      found <= max || broken(walk, max === 0 ? 'must not be there' : `may be there ${max === 1 ? 'once' : `${max} times`}`, name)
    )
  }
}

/** A choice, not of the types that the profile leaves out. */
export function absent(name: string, at: FieldsIn, others: readonly Field[]): ObjectCheck {
  return (object, walk) =>
    at(object).every((field) => !others.includes(field)) || broken(walk, 'is of a type that the profile does not allow', name)
}

/** Every value of an element, with paths to those that are found wanting. */
export function eachItem(object: Node, at: FieldsIn, check: ItemCheck, walk: Walk): boolean {
  let isSound = true
  for (const field of at(object)) {
    const length = count(object, field)
    for (let i = 0; i < length && affords(walk); i++) {
      const from = walk.found?.length ?? 0
      if (check(valueAt(object[field.name], field, i), field.sibling && valueAt(object[field.sibling], field, i), field, walk))
        continue
      isSound = within(walk, from, field.isMany ? `${field.element}[${i}]` : field.element)
      if (walk.found === undefined) return false
    }
  }
  return isSound
}

/** A missing one of two lists side by side is null in JSON. */
const valueAt = (value: unknown, { isMany }: Field, at: number): unknown =>
  isMany ? (Array.isArray(value) ? (value[at] ?? undefined) : undefined) : value

interface Slice {
  readonly label: string
  readonly item: ItemCheck | undefined
  readonly min: number
  readonly max: number
}

/** The place of the slice that a value belongs to; -1: none, undefined: it cannot be told. */
export type Sorter = (value: unknown, field: Field, walk: Walk) => number | undefined

/** Each value in its slice, each slice as often as the profile wants it. */
export function sliced(name: string, slices: readonly Slice[], sort: Sorter, at: FieldsIn, isClosed: boolean): ObjectCheck {
  return (object, walk) => {
    const counts = new Array<number>(slices.length).fill(0)
    let isSure = true
    const look: ItemCheck = (value, beside, field) => {
      const sorted = affords(walk, slices.length) ? sort(value, field, walk) : undefined
      const place = affords(walk, 0) ? sorted : undefined
      if (place === undefined) isSure = false
      if (place === undefined || place < 0)
        return !isClosed || place === undefined || broken(walk, 'is none of the slices that the profile allows')
      counts[place]!++
      const { item } = slices[place]!
      return item === undefined || item(value, beside, field, walk)
    }
    let isSound = eachItem(object, at, look, walk)
    // Those that nobody has looked at may be of any slice.
    isSure &&= affords(walk, slices.length)
    for (let i = 0; i < slices.length; i++) {
      const { label, min, max } = slices[i]!
      if (isSure && counts[i]! < min)
        isSound = broken(walk, `has to have ${min === 1 ? '' : `${min} of `}the slice ${label}`, name)
      if (counts[i]! > max)
        isSound = broken(walk, max === 0 ? `must not have the slice ${label}` : `may have ${max} of the slice ${label}`, name)
    }
    return isSound
  }
}
