/**
 * A safe reading of one HL7 v2 message in ER7 form (https://www.hl7.eu/HL7v2x/v251/std251/ch02.html).
 *
 * - LF, CR and CRLF end a segment; empty lines are nothing; a line that is no segment is reported and left out.
 * - The separators are MSH's. Fields, components and subcomponents count from 1, as in the standard.
 * - One body is one message: batches (FHS, BHS) and a second MSH are refused, because one answer could not speak for several messages.
 * - Segments that nobody asks for (Z segments) do no harm.
 */
import { fail, type Issue, ok, type Result } from '../domain/problem.ts'
import { decodeMessage } from './charset.ts'
import { type DecodeBytes, hasControls, withoutControls } from './escape.ts'
import { findHeader, type Header, headerLine } from './header.ts'
import { type Encoding, Segment } from './segment.ts'

interface ReadOptions {
  /** The connection's character set, where MSH-18 is wrong or silent. */
  readonly charset?: string
  /** Most bytes of one message; default 1 MiB. */
  readonly maxBytes?: number
}

export const mostBytes = 1_048_576
export const mostSegments = 10_000
const segmentName = /^[A-Z][A-Z0-9]{2}$/

export class V2Message {
  readonly header: Header
  /** Label of the character set that the bytes were read in. */
  readonly charset: string
  /** What was odd but could be read: warnings only. */
  readonly issues: readonly Issue[]
  readonly #all: readonly string[]
  readonly #lines: ReadonlyMap<string, readonly string[]>
  readonly #segments = new Map<string, readonly Segment[]>()
  readonly #encoding: Encoding

  constructor(lines: readonly string[], header: Header, charset: string, issues: readonly Issue[], decode: DecodeBytes) {
    this.#all = lines
    this.#lines = Map.groupBy(lines, (line) => line.slice(0, 3))
    this.#encoding = { separators: header.separators, decode }
    this.header = header
    this.charset = charset
    this.issues = issues
  }

  /** The first segment of that name. */
  segment(name: string): Segment | undefined {
    return this.segments(name)[0]
  }

  /** All segments of that name, in their order. */
  segments(name: string): readonly Segment[] {
    const known = this.#segments.get(name)
    if (known) return known
    const segments = (this.#lines.get(name) ?? []).map((line, i) => new Segment(line, i + 1, this.#encoding))
    this.#segments.set(name, segments)
    return segments
  }

  /** All segments of a name, each under the last one of another name before it: OBX by OBR. */
  grouped(name: string, under: string): readonly { readonly head: Segment | undefined; readonly members: readonly Segment[] }[] {
    const [heads, members] = [this.segments(under)[Symbol.iterator](), this.segments(name)[Symbol.iterator]()]
    const groups: { head: Segment | undefined; members: Segment[] }[] = [{ head: undefined, members: [] }]
    for (const line of this.#all) {
      if (line.startsWith(under)) groups.push({ head: heads.next().value, members: [] })
      else if (line.startsWith(name)) groups.at(-1)!.members.push(members.next().value!)
    }
    return groups
  }
}

const unreadable = (detail: string, path?: string) =>
  fail('unreadable', detail, path === undefined ? {} : { issues: [{ path, message: detail }] })

/**
 * Reads bytes as one message. Fails with `too-large`, or `unreadable` and the place: no MSH first, separators that cannot be told apart, an
 * unknown character set, a batch, several messages. Never throws, whatever the bytes are.
 */
export function readMessage(bytes: Uint8Array, options: ReadOptions = {}): Result<V2Message> {
  const limit = options.maxBytes ?? mostBytes
  if (bytes.length > limit) return fail('too-large', `A message may have ${limit} bytes.`)
  const decoded = decodeMessage(bytes, (text) => findHeader(text)?.msh.text(18), options.charset)
  if (!decoded.ok) return decoded
  const { charset } = decoded.value
  const sent = unframed(decoded.value.text)
  const controls = hasControls(sent)
  const text = controls ? withoutControls(sent) : sent
  if (text === '') return unreadable('The message is empty.')
  if (/^[BF]HS/.test(text)) return unreadable('This is a batch: send one message at a time.', text.slice(0, 3))
  if (!text.startsWith('MSH')) return unreadable('The message does not begin with MSH.', 'MSH')
  const lines = text.split(/[\r\n]+/)
  if (lines.length > mostSegments) return fail('too-large', `A message may have ${mostSegments} segments.`)
  const decode: DecodeBytes = (some) => new TextDecoder(charset).decode(some)
  const header = headerLine(lines[0]!, decode)
  if (!header) return unreadable('The separators cannot be told apart.', 'MSH-2')
  const { field } = header.separators
  const isSegment = (line: string) => segmentName.test(line.slice(0, 3)) && (line.length === 3 || line[3] === field)
  const segments = lines.filter(isSegment)
  if (segments.some((line, i) => i > 0 && line.startsWith('MSH'))) {
    return unreadable('There is more than one message: send one at a time.', 'MSH[2]')
  }
  const issues = [...decoded.value.issues, ...oddities(controls, lines.length - segments.length)]
  return ok(new V2Message(segments, header, charset, issues, decode))
}

/** The header of bytes that may be unreadable otherwise, for the answer. */
export function headerOf(bytes: Uint8Array): Header | undefined {
  const start = bytes.subarray(0, mostBytes)
  const decoded = decodeMessage(start, () => undefined)
  return findHeader(decoded.ok ? decoded.value.text : new TextDecoder('windows-1252').decode(start))
}

/** Without the framing of MLLP, which some senders leave on, and blanks around. */
function unframed(text: string): string {
  let from = 0
  let to = text.length
  while (from < to && '\u000b\r\n \ufeff'.includes(text.charAt(from))) from++
  while (to > from && '\u001c\r\n \0'.includes(text.charAt(to - 1))) to--
  return text.slice(from, to)
}

function oddities(controls: boolean, strangers: number): readonly Issue[] {
  const issues: Issue[] = []
  if (strangers > 0)
    issues.push({ path: 'MSH', message: `${strangers} lines are no segments and were left out`, severity: 'warning' })
  if (controls) issues.push({ path: 'MSH', message: 'control characters were left out', severity: 'warning' })
  return issues
}
