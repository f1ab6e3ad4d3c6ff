/**
 * From text to its tree. What is large is taken apart when somebody looks into it: of a long resource most is nobody's concern, and a node
 * for each of its values holds everybody up.
 */
import { endOfString } from './json-text.ts'
import type { ArrayNode, Member, Node, ObjectNode, Slot } from './tree.ts'

/** Any text that JSON.parse accepts, if its names have no escapes in them. */
export function parseTree(text: string): Node {
  return new Reader(text).root()
}

const quote = 0x22
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d

/** Objects and arrays of so many characters are large. */
const large = 1024

/** Of the large ones where each ends, by where it begins. */
function largeOnes(text: string): ReadonlyMap<number, number> {
  const ends = new Map<number, number>()
  const open: number[] = []
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) at = endOfString(text, at) - 1
    else if (code === openBrace || code === openBracket) open.push(at)
    else if (code === closeBrace || code === closeBracket) {
      const start = open.pop()!
      if (at - start >= large) ends.set(start, at + 1)
    }
  }
  return ends
}

class Reader {
  readonly text: string
  readonly #large: ReadonlyMap<number, number>
  #at = 0

  constructor(text: string) {
    this.text = text
    this.#large = text.length < large ? new Map() : largeOnes(text)
  }

  root(): Node {
    this.#space()
    return this.#value()
  }

  #value(): Node {
    const start = this.#at
    const code = this.text.charCodeAt(start)
    if (code === openBrace) return this.#object()
    if (code === openBracket) return this.#array()
    if (code === quote) this.#at = endOfString(this.text, start)
    else while (this.#at < this.text.length && !isEnd(this.text.charCodeAt(this.#at))) this.#at++
    return { kind: 'scalar', text: this.text.slice(start, this.#at) }
  }

  #object(): ObjectNode {
    const start = this.#at++
    const space = this.#space()
    if (this.text.charCodeAt(this.#at) === closeBrace) {
      this.#at++
      return { kind: 'object', members: [], space }
    }
    const end = this.#large.get(start)
    if (end === undefined) return { kind: 'object', members: this.members(start), space: '' }
    this.#at = end
    return new LargeObject(this, start, end)
  }

  #array(): ArrayNode {
    const start = this.#at++
    const space = this.#space()
    if (this.text.charCodeAt(this.#at) === closeBracket) {
      this.#at++
      return { kind: 'array', items: [], space }
    }
    const end = this.#large.get(start)
    if (end === undefined) return { kind: 'array', items: this.items(start), space: '' }
    this.#at = end
    return new LargeArray(this, start, end)
  }

  /** What is in an object that is not empty. */
  members(brace: number): Member[] {
    const members: Member[] = []
    this.#at = brace + 1
    do {
      const before = this.#space()
      const start = this.#at + 1
      this.#at = endOfString(this.text, this.#at)
      const name = this.text.slice(start, this.#at - 1)
      const afterName = this.#space()
      this.#at++
      const colon = `${afterName}:${this.#space()}`
      const value = this.#value()
      members.push({ before, name, colon, value, after: this.#space() })
    } while (this.text.charCodeAt(this.#at++) !== closeBrace)
    return members
  }

  /** What is in an array that is not empty. */
  items(bracket: number): Slot[] {
    const items: Slot[] = []
    this.#at = bracket + 1
    do items.push(this.#item())
    while (this.text.charCodeAt(this.#at++) !== closeBracket)
    return items
  }

  /** The same one by one: whatever is read in between. */
  *each(bracket: number): Generator<Slot, void> {
    let at = bracket
    do {
      this.#at = at + 1
      const item = this.#item()
      at = this.#at
      yield item
    } while (this.text.charCodeAt(at) !== closeBracket)
  }

  #item(): Slot {
    const before = this.#space()
    const value = this.#value()
    return { before, value, after: this.#space() }
  }

  #space(): string {
    const start = this.#at
    while (this.#at < this.text.length && this.text.charCodeAt(this.#at) <= 0x20) this.#at++
    return this.text.slice(start, this.#at)
  }
}

/** Space, comma, closing bracket or brace. */
const isEnd = (code: number): boolean => code <= 0x20 || code === 0x2c || code === closeBracket || code === closeBrace

/** From `start` up to `end` in the reader's text. */
abstract class Large<T> {
  readonly space = ''
  readonly #reader: Reader
  readonly #start: number
  readonly #end: number
  #inside: T[] | undefined

  constructor(reader: Reader, start: number, end: number) {
    this.#reader = reader
    this.#start = start
    this.#end = end
  }

  /** As long as nobody has looked into it. */
  get unread(): string | undefined {
    return this.#inside === undefined ? this.#reader.text.slice(this.#start, this.#end) : undefined
  }

  protected inside(read: (reader: Reader, start: number) => T[]): T[] {
    this.#inside ??= read(this.#reader, this.#start)
    return this.#inside
  }

  /** What is there if somebody has looked into it, else what reading it gives: that is not kept. */
  protected passing(read: (reader: Reader, start: number) => Iterable<T>): Iterable<T> {
    return this.#inside ?? read(this.#reader, this.#start)
  }
}

class LargeObject extends Large<Member> implements ObjectNode {
  readonly kind = 'object'
  get members(): Member[] {
    return this.inside((reader, start) => reader.members(start))
  }
}

class LargeArray extends Large<Slot> implements ArrayNode {
  readonly kind = 'array'
  get items(): Slot[] {
    return this.inside((reader, start) => reader.items(start))
  }
  each(): Iterable<Slot> {
    return this.passing((reader, start) => reader.each(start))
  }
}

/** Items one after the other: of a large array each is read when it is its turn, for a walk that stops in between. */
export const eachItem = (node: ArrayNode): Iterable<Slot> => (node instanceof LargeArray ? node.each() : node.items)

/** The text of what is large, as long as nobody has looked into it. */
export const unreadText = (node: Node): string | undefined => (node instanceof Large ? node.unread : undefined)
