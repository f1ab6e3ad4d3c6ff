/**
 * Long Bundles, by themselves or within Parameters, read an entry at a time: to decode and parse megabytes in one go would hold up everybody
 * else. What is read is what `readJson` would have read; only the Bundle's own text and marks are not kept.
 */
import { fail, ok, type Problem, type Result } from '../domain/problem.ts'
import { tooMany } from './bundle.ts'
import { entriesIn, holderOf, isEndOfList } from './entry-spans.ts'
import { type Exact, type JsonLimits, readJson, readLongJson } from './exact.ts'

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
/** So many bytes, or entries, are read between two pauses. */
const slice = 64 * 1024
const turn = 200

/** Fails like `readJson`, and `too-large` where a single entry is. `pause`: lets everything else that waits have its turn. */
export async function readLongBundle(
  input: Uint8Array,
  limits: LongLimits,
  pause: () => Promise<void>,
): Promise<Result<ReadBundle>> {
  if (input.length <= short || input.length > limits.bytes) return readJson(input, limits)
  const items: unknown[] = []
  const entries: (Exact | undefined)[] = []
  let head = 0
  let end = 0
  let rested = 0
  for (const span of entriesIn(input)) {
    if (items.length === 0) head = span.start
    end = span.end
    if (items.length === limits.entries) return tooMany(limits.entries)
    if (span.end - span.start > limits.part)
      return fail('too-large', `Bundle.entry[${items.length}] is larger than ${limits.part} bytes.`)
    const alone = joined(before, input.subarray(span.start, span.end), behind)
    const own = { ...limits, bytes: alone.length }
    const read = alone.length > slice ? await readLongJson(alone, own, pause) : readJson(alone, own)
    if (!read.ok) return unplaced(`Bundle.entry[${items.length}]: `, read.problem)
    items.push((read.value.value.entry as readonly unknown[])[0])
    entries.push(read.value.entries[0])
    if (span.end - rested < slice && items.length % turn > 0) continue
    rested = span.end
    await pause()
  }
  // What follows the last entry would pass for the rest of an empty list.
  if (items.length > 0 && !isEndOfList(input, end))
    return fail('unreadable', `The content is not JSON behind Bundle.entry[${items.length - 1}].`)
  const rest = joined(input.subarray(0, head), input.subarray(end))
  if (rest.length > limits.part) return fail('too-large', `What is no whole entry is larger than ${limits.part} bytes.`)
  const shell = await readLongJson(rest, limits, pause)
  if (!shell.ok) return unplaced('', shell.problem)
  if (items.length === 0) return shell
  const { value } = shell.value
  const holder = holderOf(value)!
  holder.entry = items
  return ok({ value, entries: holder === value ? entries : [] })
}

const ascii = new TextEncoder()
/** Around an entry, for it to be read as one. */
const [before, behind] = [ascii.encode('{"entry":['), ascii.encode(']}')]

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Without the place in what was cut out of the body: it would mislead. */
const unplaced = (where: string, { code, detail }: Problem) => fail(code, where + detail.replace(/ \(at character \d+\)/, ''))
