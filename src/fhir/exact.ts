/**
 * Exact JSON: what was sent is kept as text, and the parsed value loses no digit. https://hl7.org/fhir/R4/json.html
 * Numbers that a double would not print as they were written are `JSON.rawJSON` objects in the value (see number.ts).
 */
import { fail, ok, type Result } from '../domain/problem.ts'
import { textOf } from '../domain/utf8.ts'
import { atOnce, type Resting } from './at-once.ts'
import { excessIn } from './json-text.ts'
import { exactNumber } from './number.ts'
import { parsed, parsing } from './parse-json.ts'
import { type Fault, type Marks, type Path, type Scan, scan, scanning } from './scan.ts'

export { digitsOf, exactNumber, toNumber } from './number.ts'
export { type Stamp, stamp, stampValue } from './stamp.ts'

/** A JSON object that is (or claims to be) a resource. Content is unknown until validated. */
export interface JsonObject {
  readonly [member: string]: unknown
}

export interface JsonLimits {
  /** Largest size in bytes (UTF-16 units where a string is given). */
  readonly bytes: number
  /** Deepest nesting of objects and arrays; `defaultDepth` if absent. */
  readonly depth?: number
  /** Most values, of any kind, that more than a few bytes may have in them; `defaultValues` if absent. */
  readonly values?: number
}

/** Deeper than any resource in earnest: a Questionnaire of ten levels needs about 30. */
export const defaultDepth = 64

/** More than any resource in earnest: 130,000 members of a Group have as many. Of 5 MiB without a limit 2.6 million could be made. */
export const defaultValues = 400_000

/** A string in the text that may refer to another resource: `Reference.reference`, or an absolute uri or url that could equal a `fullUrl`. */
interface Link {
  readonly kind: 'reference' | 'uri'
  readonly value: string
}

/** A resource as text and value. */
export interface Exact {
  readonly text: string
  readonly value: JsonObject
  readonly links: readonly Link[]
  /** For a Bundle: the resource of each entry, undefined where the entry has none. Their links are theirs alone. */
  readonly entries: readonly (Exact | undefined)[]
  /** Where things stand in the text; for `stamp`. */
  readonly marks: Marks
}

/**
 * Strict UTF-8 without BOM, RFC 8259 JSON, root an object; no member named twice, with escapes in its name, or like a prototype's; no lone
 * surrogates, no U+0000. Fails `too-large`, or `unreadable` naming the place; never quotes what was sent.
 */
export function readJson(input: Uint8Array | string, limits: JsonLimits): Result<Exact> {
  const read = readAnyJson(input, limits)
  return read.ok ? exactOf(read.value) : read
}

const exactOf = ({ text, value, found }: Json): Result<Exact> =>
  isObject(value) ? ok(assemble(text, value, found)) : fail('unreadable', 'The content is not a JSON object.')

/** JSON of any kind, as text, and parsed with the precision of doubles. */
export interface Json {
  readonly text: string
  readonly value: unknown
  readonly found: Scan
}

/** Whatever names and levels so many characters have in them, to parse them takes no time. */
const short = 128 * 1024

/** As strict as `readJson`, for bodies that are no resources. */
export function readAnyJson(input: Uint8Array | string, limits: JsonLimits): Result<Json> {
  const text = soundText(input, limits)
  if (!text.ok) return text
  const excess = excessOf(text.value, limits)
  if (excess) return excess
  const value = parsed(text.value)
  return value.ok ? atOnce(placing(text.value, value.value, limits)) : value
}

/** `readJson`, of what may be megabytes: `pause` lets everything else that waits have its turn, and so it does before whatever follows. */
export async function readLongJson(input: Uint8Array, limits: JsonLimits, pause: () => Promise<void>): Promise<Result<Exact>> {
  const steps = readingJson(input, limits)
  let step = steps.next()
  for (; !step.done; step = steps.next()) await pause()
  return step.value
}

/** The same as steps that rest. */
export function* readingJson(input: Uint8Array | string, limits: JsonLimits): Resting<Result<Exact>> {
  if (input.length <= short) return readJson(input, limits)
  const text = soundText(input, limits)
  if (!text.ok) return text
  yield { rest: true }
  const excess = excessOf(text.value, limits)
  if (excess) return excess
  yield { rest: true }
  const value = yield* parsing(text.value)
  if (!value.ok) return value
  yield { rest: true }
  const read = yield* placing(text.value, value.value, limits)
  if (!read.ok) return read
  yield { rest: true }
  return exactOf(read.value)
}

/** Sound text, as far as can be told before it is parsed. */
function soundText(input: Uint8Array | string, limits: JsonLimits): Result<string> {
  if (input.length > limits.bytes) return fail('too-large', `The content is larger than ${limits.bytes} bytes.`)
  const text = typeof input === 'string' ? input : textOf(input)
  if (text === undefined || (typeof input === 'string' && !input.isWellFormed()))
    return fail('unreadable', 'The content is not valid UTF-8.')
  if (text.charCodeAt(0) === 0xfeff) return fail('unreadable', 'The content begins with a byte order mark.')
  return ok(text)
}

/** Why it is too much to be parsed, if it is. */
function excessOf(text: string, limits: JsonLimits): ReturnType<typeof fail> | undefined {
  const { depth = defaultDepth, values = defaultValues } = limits
  const excess = text.length > short ? excessIn(text, { levels: depth, values }) : undefined
  if (excess?.of === 'levels') return refuse({ fault: 'deep', at: excess.at }, limits)
  if (excess?.of === 'values') return fail('too-large', `The content is larger than ${values} values.`)
  return excess && fail('unreadable', 'The content has too many different names of members.')
}

/** With its places, once it says each thing once, and in sound text. */
function* placing(text: string, value: unknown, limits: JsonLimits): Resting<Result<Json>> {
  // A lone string or number has no places to find.
  const steps = scanning(typeof value === 'object' && value !== null ? text : '{}', limits.depth ?? defaultDepth)
  let step = steps.next()
  for (; !step.done; step = steps.next()) yield { rest: true }
  const found = step.value
  if ('fault' in found) return refuse(found, limits)
  if (countMembers(value) !== found.members) {
    const repeated = scan(text, limits.depth ?? defaultDepth, true)
    return refuse('fault' in repeated ? repeated : { fault: 'repeated name', at: 0 }, limits)
  }
  if (/\\u(?:0000|[dD][89a-fA-F])/.test(text) && !hasSoundStrings(value)) {
    return fail('unreadable', 'A string has a lone surrogate or the character U+0000 in it.')
  }
  return ok({ text, value, found })
}

/** From text that was checked before (stored, or made by us). */
export function fromText(text: string): Exact {
  const found = scan(text, deepestStored)
  if ('fault' in found) throw new Error(`stored text is faulty: ${found.fault}`)
  return assemble(text, JSON.parse(text), found)
}

/** Where a number may stand that a double would not print as it was written. That it may find one in a string costs time and nothing else. */
const oddNumber = /(?:"\s*:|[[,])\s*(?:-0|-?\d+[.eE]|-?\d{16})/

/** The value of text that was checked before, numbers exact, where nothing else is wanted of it. */
export const valueIn = (text: string): JsonObject => (oddNumber.test(text) ? fromText(text).value : JSON.parse(text))

/** The same as steps that rest, where it is long. */
export function* readingValue(text: string): Resting<JsonObject> {
  if (text.length <= short) return valueIn(text)
  if (oddNumber.test(text)) {
    yield { rest: true }
    return fromText(text).value
  }
  const read = yield* parsing(text)
  if (!read.ok) throw new Error(`stored text is faulty: ${read.problem.detail}`)
  return read.value as JsonObject
}

/** Deeper than any caller of readJson allows. */
const deepestStored = 200

function assemble(text: string, value: JsonObject, { root, entries, numbers }: Scan): Exact {
  for (const { digits, path } of numbers) setAt(value, path, exactNumber(digits))
  const inside = (value as { entry?: readonly { resource: JsonObject }[] }).entry ?? []
  return {
    // White space around the object is no part of it, and places are counted from its brace on.
    text: text.slice(root.start, root.end),
    value,
    links: root.links,
    marks: root,
    entries: Array.from(entries, (marks, i) => {
      const resource = inside[i]?.resource
      return (
        marks && resource && { text: text.slice(marks.start, marks.end), value: resource, links: marks.links, entries: [], marks }
      )
    }),
  }
}

function setAt(value: JsonObject, path: Path, to: unknown): void {
  let place = value as Record<string | number, unknown>
  for (let i = 0; i < path.length - 1; i++) place = place[path[i] ?? ''] as Record<string | number, unknown>
  place[path.at(-1) ?? ''] = to
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function refuse({ fault, at }: Fault, limits: JsonLimits): ReturnType<typeof fail> {
  const message = {
    deep: `Objects and arrays are nested deeper than ${limits.depth ?? defaultDepth} levels`,
    'dangerous name': 'A member has the name of a prototype',
    'escaped name': 'The name of a member has an escape in it',
    'repeated name': 'An object has two members of the same name',
  }[fault]
  return fail('unreadable', `${message} (at character ${at}).`)
}

/** Members of all objects within. The depth was checked before. */
function countMembers(value: unknown): number {
  let count = 0
  if (typeof value !== 'object' || value === null) return count
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (typeof value[i] === 'object' && value[i] !== null) count += countMembers(value[i])
    return count
  }
  for (const name in value) {
    count++
    const member = (value as JsonObject)[name]
    if (typeof member === 'object' && member !== null) count += countMembers(member)
  }
  return count
}

function hasSoundStrings(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\u0000')
  return typeof value !== 'object' || value === null || Object.values(value).every(hasSoundStrings)
}
