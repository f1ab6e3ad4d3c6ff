/**
 * Where things stand in the text of a resource: the places that storing it rewrites, and the numbers that a double would not print back.
 * One pass over text that JSON.parse has accepted. https://www.rfc-editor.org/rfc/rfc8259
 */
import { atOnce } from './at-once.ts'
import { uriElements } from './generated/resource-types.ts'
import { endOfString } from './json-text.ts'
import { printsAsWritten } from './number.ts'

/** Member names and indexes from the resource down. */
export type Path = readonly (string | number)[]

/** From `start` up to `end`, which is not included. */
export interface Span {
  readonly start: number
  readonly end: number
}

interface PlacedLink extends Span {
  readonly kind: 'reference' | 'uri'
  readonly value: string
  readonly path: Path
}

/** The places of one resource. Offsets count from the start of the text that was scanned; spans of strings include the quotes. */
export interface Marks {
  start: number
  end: number
  type: Span | undefined
  id: Span | undefined
  meta: { start: number; end: number } | undefined
  versionId: Span | undefined
  lastUpdated: Span | undefined
  readonly links: PlacedLink[]
  /** Narratives with links or images in them. */
  readonly narratives: { readonly span: Span; readonly path: Path }[]
}

export interface Scan {
  readonly root: Marks
  /** Of a Bundle: its entries' resources, by index. */
  readonly entries: (Marks | undefined)[]
  /** Member names seen: more than the parsed value has if one object names a member twice. */
  readonly members: number
  /** Numbers that would not print as they were written. The path is from the root. */
  readonly numbers: { readonly digits: string; readonly path: Path }[]
}

/** Why the text is refused, and where in it. */
export interface Fault {
  readonly fault: 'deep' | 'dangerous name' | 'escaped name' | 'repeated name'
  readonly at: number
}

const uriNames: ReadonlySet<string> = new Set(uriElements)

const quote = 0x22
const backslash = 0x5c
const colon = 0x3a
const comma = 0x2c
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d
const minus = 0x2d
const letterD = 0x64
const letterR = 0x72
const letterU = 0x75

/** `findRepeated`: also look for an object that names a member twice (slower; for when the count of members told that there is one). */
export const scan = (text: string, maxDepth: number, findRepeated = false): Scan | Fault =>
  atOnce(scanning(text, maxDepth, findRepeated))

/** Of a long text so many characters are looked at between two stops. */
const slice = 1024 * 1024

/** The same, with stops. */
export function* scanning(text: string, maxDepth: number, findRepeated = false): Generator<void, Scan | Fault> {
  const stack = new Stack(text, maxDepth)
  const { isArray, nameStart, nameEnd, index } = stack
  const names: Set<string>[] = []
  const root = newMarks()
  const entries: (Marks | undefined)[] = []
  const numbers: { digits: string; path: Path }[] = []
  const { length } = text
  let marks = root
  /** Depth of the resource that `marks` is of: 1, or 4 in an entry of a Bundle. */
  let top = 1
  let depth = 0
  let members = 0
  let i = 0
  let stop = slice
  while (i < length) {
    if (i > stop) {
      stop = i + slice
      yield
    }
    const code = text.charCodeAt(i)
    if (code === quote) {
      let level = depth
      if (isArray[depth] === 1) level--
      else {
        members++
        const start = i
        do if (text.charCodeAt(++i) === backslash) return { fault: 'escaped name', at: start }
        while (text.charCodeAt(i) !== quote)
        nameStart[depth] = start + 1
        nameEnd[depth] = i
        if (isDangerous(text, start + 1, i)) return { fault: 'dangerous name', at: start }
        if (findRepeated) {
          const name = stack.name(depth)
          if (names[depth]?.has(name)) return { fault: 'repeated name', at: start }
          names[depth]?.add(name)
        }
        do i++
        while (text.charCodeAt(i) !== colon)
        do i++
        while (text.charCodeAt(i) <= 0x20)
        if (text.charCodeAt(i) !== quote) continue
      }
      const end = endOfString(text, i)
      // Of all strings few matter, and the first letter of the name or value tells most of the others apart.
      const name = text.charCodeAt(nameStart[level] ?? 0)
      if (depth <= top + 1 && isOwn(name)) markOwn(stack, marks, depth, top, level, i, end)
      const mayLink = name === letterR || name === letterD || (name === letterU && isCapital(text.charCodeAt(i + 1)))
      if (mayLink || isAbsolute(text, i + 1)) markLink(stack, marks, depth, top, level, i, end)
      i = end
    } else if (code === comma) {
      if (isArray[depth] === 1) index[depth] = (index[depth] ?? 0) + 1
      i++
    } else if (code === openBrace || code === openBracket) {
      if (++depth > maxDepth) return { fault: 'deep', at: i }
      isArray[depth] = code === openBracket ? 1 : 0
      index[depth] = 0
      if (findRepeated) names[depth] = new Set()
      if (depth === 1) root.start = i
      else if (depth === 4 && top === 1 && code === openBrace && stack.isEntryResource()) {
        marks = newMarks()
        marks.start = i
        entries[index[2] ?? 0] = marks
        top = 4
      } else if (depth === top + 1 && code === openBrace && stack.is(top, 'meta')) marks.meta = { start: i, end: i }
      i++
    } else if (code === closeBrace || code === closeBracket) {
      i++
      if (depth === top + 1 && marks.meta !== undefined && marks.meta.end === marks.meta.start) marks.meta.end = i
      if (depth === top) {
        marks.end = i
        marks = root
        top = 1
      }
      depth--
    } else if (isDigit(code) || code === minus) {
      const start = i
      do i++
      while (isNumberPart(text.charCodeAt(i)))
      if (isPlain(text, start, i)) continue
      const digits = text.slice(start, i)
      if (!printsAsWritten(digits)) numbers.push({ digits, path: stack.path(1, depth) })
    } else i++
  }
  return { root, entries, members, numbers }
}

const roomFor = (levels: number) => ({
  isArray: new Uint8Array(levels),
  nameStart: new Int32Array(levels),
  nameEnd: new Int32Array(levels),
  index: new Int32Array(levels),
})

/** One scan after the other has it, but for those that stop in between: to make it anew takes as long as to scan a short text. */
let room = roomFor(0)

/** The objects and arrays that are open, by depth, from 1. */
class Stack {
  readonly text: string
  readonly isArray: Uint8Array
  /** The member last named in the object. */
  readonly nameStart: Int32Array
  readonly nameEnd: Int32Array
  /** The item that the array has come to. */
  readonly index: Int32Array

  constructor(text: string, maxDepth: number) {
    if (room.isArray.length < maxDepth + 2) room = roomFor(maxDepth + 2)
    const { isArray, nameStart, nameEnd, index } = text.length > slice ? roomFor(maxDepth + 2) : room
    this.text = text
    this.isArray = isArray.fill(0)
    this.nameStart = nameStart.fill(0)
    this.nameEnd = nameEnd.fill(0)
    this.index = index.fill(0)
  }

  name(level: number): string {
    return this.text.slice(this.nameStart[level], this.nameEnd[level])
  }

  is(level: number, name: string): boolean {
    const start = this.nameStart[level] ?? 0
    return (this.nameEnd[level] ?? 0) - start === name.length && this.text.startsWith(name, start)
  }

  isEntryResource(): boolean {
    return this.is(3, 'resource') && this.isArray[3] === 0 && this.isArray[2] === 1 && this.is(1, 'entry')
  }

  path(from: number, depth: number): Path {
    const path: (string | number)[] = []
    for (let level = from; level <= depth; level++)
      path.push(this.isArray[level] === 1 ? (this.index[level] ?? 0) : this.name(level))
    return path
  }
}

/** First letters of id, lastUpdated, resourceType, versionId. */
const isOwn = (letter: number): boolean => letter === 0x69 || letter === 0x6c || letter === letterR || letter === 0x76

/** A string of the resource's own or of its meta, from `start` (its quote) up to `end`. */
function markOwn(stack: Stack, marks: Marks, depth: number, top: number, level: number, start: number, end: number): void {
  if (depth === top) {
    if (stack.is(level, 'id')) marks.id = { start, end }
    else if (stack.is(level, 'resourceType')) marks.type = { start, end }
  } else if (depth === level && stack.is(top, 'meta')) {
    if (stack.is(level, 'versionId')) marks.versionId = { start, end }
    else if (stack.is(level, 'lastUpdated')) marks.lastUpdated = { start, end }
  }
}

/** A string that may refer to another resource. */
function markLink(stack: Stack, marks: Marks, depth: number, top: number, level: number, start: number, end: number): void {
  const { text } = stack
  if (stack.is(level, 'reference')) {
    marks.links.push({ kind: 'reference', value: decode(text, start, end), start, end, path: stack.path(top, depth) })
  } else if (stack.is(level, 'div')) {
    if (/href|src/.test(text.slice(start, end))) marks.narratives.push({ span: { start, end }, path: stack.path(top, depth) })
  } else if (isAddress(stack, level, start + 1) && !isVocabulary(stack, level) && uriNames.has(stack.name(level))) {
    marks.links.push({ kind: 'uri', value: decode(text, start, end), start, end, path: stack.path(top, depth) })
  }
}

/** What may be another's address: an absolute one, or (of a document, not of a Bundle's request) `Binary/7`. */
const isAddress = (stack: Stack, level: number, at: number): boolean =>
  isAbsolute(stack.text, at) ||
  (isCapital(stack.text.charCodeAt(at)) && stack.is(level, 'url') && !stack.is(level - 1, 'request'))

/** Code systems and the URLs of extensions: absolute, but never another resource of the bundle; and most of all URLs are these. */
const isVocabulary = (stack: Stack, level: number): boolean =>
  stack.is(level, 'system') ||
  (stack.is(level, 'url') && level > 2 && (stack.is(level - 2, 'extension') || stack.is(level - 2, 'modifierExtension')))

const newMarks = (): Marks => ({
  start: 0,
  end: 0,
  type: undefined,
  id: undefined,
  meta: undefined,
  versionId: undefined,
  lastUpdated: undefined,
  links: [],
  narratives: [],
})

const decode = (text: string, start: number, end: number): string => {
  const inner = text.slice(start + 1, end - 1)
  return inner.includes('\\') ? JSON.parse(`"${inner}"`) : inner
}

/** `urn:` or `http…`: what a fullUrl begins with. */
const isAbsolute = (text: string, at: number): boolean => {
  const first = text.charCodeAt(at)
  return (first === 0x75 && text.startsWith('urn:', at)) || (first === 0x68 && text.startsWith('http', at))
}

/** Names that reach into the prototype of an object. */
const isDangerous = (text: string, start: number, end: number): boolean => {
  const first = text.charCodeAt(start)
  if (first !== 0x5f && first !== 0x70 && first !== 0x63) return false
  const length = end - start
  if (length === 9) return text.startsWith('__proto__', start) || text.startsWith('prototype', start)
  return length === 11 && text.startsWith('constructor', start)
}

const isCapital = (code: number): boolean => code >= 0x41 && code <= 0x5a
const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39
const isNumberPart = (code: number): boolean =>
  isDigit(code) || code === 0x2e || code === 0x65 || code === 0x45 || code === 0x2b || code === minus

/** Surely printed back as written: at most 15 digits, no sign, no exponent, no zero at the end of a fraction or at its beginning. */
function isPlain(text: string, start: number, end: number): boolean {
  if (end - start > 15) return false
  let point = 0
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i)
    if (code === 0x2e) point = i
    else if (!isDigit(code)) return false
  }
  return point === 0 || (text.charCodeAt(point + 1) !== 0x30 && text.charCodeAt(end - 1) !== 0x30)
}
