/**
 * Long Bundles, read an entry at a time: to parse megabytes in one go would hold up everybody else. What is read is what `readJson` would
 * have read; only the Bundle's own text and marks are not kept.
 */
import { fail, ok, type Result } from '../domain/problem.ts'
import { tooMany } from './bundle.ts'
import { type Exact, type JsonLimits, type JsonObject, readJson } from './exact.ts'
import { afterSpace, endOfString, endOfValue } from './json-text.ts'

/** A Bundle whose entries were read. */
export type ReadBundle = Pick<Exact, 'value' | 'entries'>

interface LongLimits extends JsonLimits {
  /** Bytes of one entry, and of all that is no entry. */
  readonly part: number
  /** How many entries there may be. */
  readonly entries: number
}

/** Bundles of so many bytes are read in one go. */
const short = 256 * 1024
/** So many characters, or entries, are read between two pauses. */
const slice = 64 * 1024
const turn = 200
/** Bytes decoded between two pauses. */
const piece = 4 * 1024 * 1024

/** Fails like `readJson`, and `too-large` where a single entry is. `pause`: lets everything else that waits have its turn. */
export async function readLongBundle(
  input: Uint8Array,
  limits: LongLimits,
  pause: () => Promise<void>,
): Promise<Result<ReadBundle>> {
  if (input.length <= short || input.length > limits.bytes) return readJson(input, limits)
  const text = await decode(input, pause)
  if (text === undefined) return fail('unreadable', 'The content is not valid UTF-8.')
  const items: unknown[] = []
  const entries: (Exact | undefined)[] = []
  let around = ''
  let end = 0
  let rested = 0
  for (const span of entriesIn(text)) {
    around += text.slice(end, items.length === 0 ? span.start : end)
    end = span.end
    if (items.length === limits.entries) return tooMany(limits.entries)
    if (span.end - span.start > limits.part)
      return fail('too-large', `Bundle.entry[${items.length}] is larger than ${limits.part} bytes.`)
    const read = readJson(`{"entry":[${text.slice(span.start, span.end)}]}`, { ...limits, bytes: Number.MAX_SAFE_INTEGER })
    if (!read.ok) return unplaced(`Bundle.entry[${items.length}]: `, read.problem.detail)
    items.push((read.value.value.entry as readonly unknown[])[0])
    entries.push(read.value.entries[0])
    if (span.end - rested < slice && items.length % turn > 0) continue
    rested = span.end
    await pause()
  }
  // What follows the last entry would pass for the rest of an empty list.
  if (items.length > 0 && text[afterSpace(text, end)] !== ']')
    return fail('unreadable', `The content is not JSON behind Bundle.entry[${items.length - 1}].`)
  const rest = around + text.slice(end)
  if (rest.length > limits.part) return fail('too-large', `What is no whole entry is larger than ${limits.part} bytes.`)
  const shell = readJson(rest, limits)
  if (!shell.ok) return unplaced('', shell.problem.detail)
  return ok(items.length === 0 ? shell.value : { value: { ...shell.value.value, entry: items } as JsonObject, entries })
}

/** Undefined if the bytes are not UTF-8; a piece at a time. */
async function decode(bytes: Uint8Array, pause: () => Promise<void>): Promise<string | undefined> {
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const pieces: string[] = []
  try {
    for (let from = 0; from < bytes.length; from += piece) {
      await pause()
      pieces.push(utf8.decode(bytes.subarray(from, from + piece), { stream: true }))
    }
    pieces.push(utf8.decode())
  } catch {
    return undefined
  }
  await pause()
  return pieces.join('')
}

/** Without the place in what was cut out of the body: it would mislead. */
const unplaced = (where: string, detail: string) => fail('unreadable', where + detail.replace(/ \(at character \d+\)/, ''))

interface Span {
  readonly start: number
  readonly end: number
}

const quote = 0x22
const comma = 0x2c
const colon = 0x3a

/** What is in the list that the text's first member `entry` is. Ends early where the text is torn: what is left then is no JSON. */
function* entriesIn(text: string): Generator<Span> {
  let at = afterSpace(text, 0)
  if (text[at] !== '{') return
  at = afterSpace(text, at + 1)
  while (text.charCodeAt(at) === quote) {
    const nameEnd = endOfString(text, at)
    const isEntry = text.slice(at, nameEnd) === '"entry"'
    at = afterSpace(text, nameEnd)
    if (nameEnd === 0 || text.charCodeAt(at) !== colon) return
    at = afterSpace(text, at + 1)
    if (isEntry && text[at] === '[') {
      yield* itemsFrom(text, at + 1)
      return
    }
    at = afterSpace(text, endOfValue(text, at))
    if (text.charCodeAt(at) !== comma) return
    at = afterSpace(text, at + 1)
  }
}

function* itemsFrom(text: string, from: number): Generator<Span> {
  for (let start = afterSpace(text, from); text[start] !== ']'; ) {
    const end = endOfValue(text, start)
    if (end <= start) return
    yield { start, end }
    const next = afterSpace(text, end)
    if (text.charCodeAt(next) !== comma) return
    start = afterSpace(text, next + 1)
  }
}
