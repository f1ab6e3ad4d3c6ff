/** Elements put into and taken out of the tree of a resource, each primitive with the `_member` beside it. https://hl7.org/fhir/R4/json.html#primitive */
import {
  arrayOf,
  isNull,
  itemsIn,
  type Member,
  memberNamed,
  memberOf,
  type Node,
  type ObjectNode,
  scalarOf,
  slot,
} from '../tree.ts'
import type { Field } from '../validate/shape.ts'

/** A value for an element; of a primitive also its id and extensions. */
export interface Given {
  readonly value?: Node
  readonly beside?: Node
}

/** The items of a list element, value and `_member` side by side. */
export function itemsOf(owner: ObjectNode, field: Field): Given[] {
  const own = itemsIn(owner, field.name)
  const beside = field.sibling === undefined ? [] : itemsIn(owner, field.sibling)
  return Array.from({ length: Math.max(own.length, beside.length) }, (_, i) => given(own[i], beside[i]))
}

const given = (value: Node | undefined, beside: Node | undefined): Given => ({
  ...(value && !isNull(value) && { value }),
  ...(beside && !isNull(beside) && { beside }),
})

/** Sets a list element; an empty list is no member at all. Items that stay keep the spaces around them. */
export function setItems(owner: ObjectNode, field: Field, items: readonly Given[]): void {
  list(
    owner,
    field.name,
    items.map(({ value }) => value),
  )
  if (field.sibling !== undefined)
    list(
      owner,
      field.sibling,
      items.map(({ beside }) => beside),
    )
}

function list(owner: ObjectNode, name: string, values: readonly (Node | undefined)[]): void {
  if (values.every((value) => value === undefined)) {
    unset(owner, name)
    return
  }
  const standing = memberNamed(owner, name)?.value
  const known = new Map(standing?.kind === 'array' ? standing.items.map((item) => [item.value, item]) : undefined)
  const nothing = scalarOf(null)
  const slots = values.map((value) => (value && known.get(value)) ?? slot(value ?? nothing))
  if (standing?.kind === 'array') {
    standing.items.length = 0
    // There may be more than there can be arguments.
    for (const one of slots) standing.items.push(one)
  } else set(owner, name, { ...arrayOf(), items: slots })
}

/** Sets an element that does not repeat, in the place of `instead` where that stands. */
export function setElement(owner: ObjectNode, field: Field, { value, beside }: Given, instead: Field = field): void {
  const place = owner.members.findIndex(({ name }) => name === instead.name || name === instead.sibling)
  for (const name of [instead.name, instead.sibling]) if (name !== undefined) unset(owner, name)
  const fresh: Member[] = []
  if (value) fresh.push(memberOf(field.name, value))
  if (beside && field.sibling !== undefined) fresh.push(memberOf(field.sibling, beside))
  owner.members.splice(place < 0 ? owner.members.length : place, 0, ...fresh)
}

function set(owner: ObjectNode, name: string, value: Node): void {
  const standing = memberNamed(owner, name)
  if (standing) standing.value = value
  else owner.members.push(memberOf(name, value))
}

function unset(owner: ObjectNode, name: string): void {
  const at = owner.members.findIndex((member) => member.name === name)
  if (at >= 0) owner.members.splice(at, 1)
}
