/**
 * JSON as a tree that loses nothing: spaces, escapes and digits are kept, so that what an edit does not touch is printed back byte for
 * byte. For text that `readJson` has accepted. https://www.rfc-editor.org/rfc/rfc8259
 */
import { unreadText } from './tree-reader.ts'

export { eachItem, parseTree } from './tree-reader.ts'

export interface ObjectNode {
  readonly kind: 'object'
  readonly members: Member[]
  /** What stands between the braces where there are no members. */
  readonly space: string
}

export interface ArrayNode {
  readonly kind: 'array'
  readonly items: Slot[]
  readonly space: string
}

/** A string, number, true, false or null, as written. */
export interface ScalarNode {
  readonly kind: 'scalar'
  readonly text: string
}

export type Node = ObjectNode | ArrayNode | ScalarNode

/** A value with the spaces around it. */
export interface Slot {
  readonly before: string
  value: Node
  readonly after: string
}

export interface Member extends Slot {
  readonly name: string
  /** From the name's closing quote to the value. */
  readonly colon: string
}

export const slot = (value: Node): Slot => ({ before: '', value, after: '' })
export const memberOf = (name: string, value: Node): Member => ({ ...slot(value), name, colon: ':' })
export const arrayOf = (...values: readonly Node[]): ArrayNode => ({ kind: 'array', items: values.map(slot), space: '' })
export const objectOf = (members: readonly (readonly [name: string, value: Node])[]): ObjectNode => ({
  kind: 'object',
  members: members.map(([name, value]) => memberOf(name, value)),
  space: '',
})
export const scalarOf = (value: string | number | boolean | null): ScalarNode => ({ kind: 'scalar', text: JSON.stringify(value) })

export const isNull = (node: Node | undefined): boolean => node?.kind === 'scalar' && node.text === 'null'

/** The first member of this name, if it is an object and has one. */
export function memberNamed(node: Node | undefined, name: string): Member | undefined {
  return node?.kind === 'object' ? node.members.find((member) => member.name === name) : undefined
}

/** What is in the list of this name; nothing where there is no such list. */
export function itemsIn(node: Node | undefined, name: string): readonly Node[] {
  const list = memberNamed(node, name)?.value
  return list?.kind === 'array' ? list.items.map(({ value }) => value) : []
}

/** A string's value; undefined for all else. */
export const stringOf = (node: Node | undefined): string | undefined =>
  node?.kind === 'scalar' && node.text.startsWith('"') ? JSON.parse(node.text) : undefined

/** The same once more, so that two places do not share what may be edited. */
export function copyOf(node: Node): Node {
  if (node.kind === 'scalar') return node
  return node.kind === 'array'
    ? { ...node, items: node.items.map((item) => ({ ...item, value: copyOf(item.value) })) }
    : { ...node, members: node.members.map((member) => ({ ...member, value: copyOf(member.value) })) }
}

/** Takes these values away, each with its name, wherever they are members. */
export function dropMembers(node: Node, values: ReadonlySet<Node>): void {
  // Nobody has looked into it, and so nobody means anything in it.
  if (node.kind === 'scalar' || unreadText(node) !== undefined) return
  const inside: readonly Slot[] = node.kind === 'array' ? node.items : node.members
  for (const { value } of inside) dropMembers(value, values)
  if (node.kind === 'object')
    node.members.splice(0, node.members.length, ...node.members.filter(({ value }) => !values.has(value)))
}

/** Levels of objects and arrays. */
export function depthOf(node: Node): number {
  if (node.kind === 'scalar') return 0
  const inside: readonly Slot[] = node.kind === 'array' ? node.items : node.members
  return 1 + inside.reduce((deepest, { value }) => Math.max(deepest, depthOf(value)), 0)
}

/** The text again, byte for byte where nothing was edited. */
export function printTree(node: Node): string {
  if (node.kind === 'scalar') return node.text
  const unread = unreadText(node)
  if (unread !== undefined) return unread
  if (node.kind === 'array') {
    if (node.items.length === 0) return `[${node.space}]`
    return `[${node.items.map(({ before, value, after }) => before + printTree(value) + after).join(',')}]`
  }
  if (node.members.length === 0) return `{${node.space}}`
  const members = node.members.map(
    ({ before, name, colon, value, after }) => `${before}"${name}"${colon}${printTree(value)}${after}`,
  )
  return `{${members.join(',')}}`
}

/** Indented for people; strings and numbers stay as they are written. */
export function prettyTree(node: Node, margin = ''): string {
  if (node.kind === 'scalar') return node.text
  const deeper = `${margin}  `
  if (node.kind === 'array') {
    const items = node.items.map(({ value }) => `\n${deeper}${prettyTree(value, deeper)}`)
    return items.length === 0 ? '[]' : `[${items.join(',')}\n${margin}]`
  }
  const members = node.members.map(({ name, value }) => `\n${deeper}"${name}": ${prettyTree(value, deeper)}`)
  return members.length === 0 ? '{}' : `{${members.join(',')}\n${margin}}`
}
