/**
 * JSON as a tree that loses nothing: spaces, escapes and digits are kept, so that what an edit does not touch is printed back byte for
 * byte. For text that `readJson` has accepted. https://www.rfc-editor.org/rfc/rfc8259
 */

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
interface ScalarNode {
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
  if (node.kind === 'scalar') return
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

/** Any text that JSON.parse accepts, if its names have no escapes in them. */
export function parseTree(text: string): Node {
  return new Reader(text).root()
}

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  root(): Node {
    this.#space()
    return this.#value()
  }

  #value(): Node {
    const code = this.#text.charCodeAt(this.#at)
    if (code === 0x7b) return this.#object()
    if (code === 0x5b) return this.#array()
    const start = this.#at
    if (code === 0x22) this.#string()
    else while (this.#at < this.#text.length && !isEnd(this.#text.charCodeAt(this.#at))) this.#at++
    return { kind: 'scalar', text: this.#text.slice(start, this.#at) }
  }

  #object(): ObjectNode {
    const members: Member[] = []
    this.#at++
    let before = this.#space()
    if (this.#text[this.#at] === '}') {
      this.#at++
      return { kind: 'object', members, space: before }
    }
    for (;;) {
      const start = this.#at + 1
      this.#string()
      const name = this.#text.slice(start, this.#at - 1)
      const afterName = this.#space()
      this.#at++
      const colon = `${afterName}:${this.#space()}`
      const value = this.#value()
      members.push({ before, name, colon, value, after: this.#space() })
      if (this.#text[this.#at++] === '}') return { kind: 'object', members, space: '' }
      before = this.#space()
    }
  }

  #array(): ArrayNode {
    const items: Slot[] = []
    this.#at++
    let before = this.#space()
    if (this.#text[this.#at] === ']') {
      this.#at++
      return { kind: 'array', items, space: before }
    }
    for (;;) {
      const value = this.#value()
      items.push({ before, value, after: this.#space() })
      if (this.#text[this.#at++] === ']') return { kind: 'array', items, space: '' }
      before = this.#space()
    }
  }

  #string(): void {
    for (this.#at++; this.#text[this.#at] !== '"'; this.#at++) if (this.#text[this.#at] === '\\') this.#at++
    this.#at++
  }

  #space(): string {
    const start = this.#at
    while (this.#at < this.#text.length && this.#text.charCodeAt(this.#at) <= 0x20) this.#at++
    return this.#text.slice(start, this.#at)
  }
}

/** Space, comma, closing bracket or brace. */
const isEnd = (code: number): boolean => code <= 0x20 || code === 0x2c || code === 0x5d || code === 0x7d
