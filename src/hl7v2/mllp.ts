/**
 * Framing of messages on a stream of bytes: Minimal Lower Layer Protocol, `0x0B message 0x1C 0x0D`.
 * https://www.hl7.org/documentcenter/public/wg/inm/mllp_transport_specification.PDF
 *
 * What comes out depends on the bytes alone, never on how they were cut into chunks. A frame ends at 0x1C 0x0D only: to take a bare
 * 0x1C for an end could pass off half a message as a whole one.
 */
import { type Problem, problem } from '../domain/problem.ts'
import { mostBytes } from './message.ts'

const startBlock = 0x0b
const endBlock = 0x1c
const CR = 0x0d

/** One event in the stream: a whole message, or something that is none and why. */
export type Framed = { readonly message: Uint8Array<ArrayBuffer> } | { readonly problem: Problem }

interface MllpDecoder {
  /** Takes the next bytes and yields what they complete. The chunk may be reused afterwards. */
  push(chunk: Uint8Array): readonly Framed[]
  /** A message was begun and has not ended yet. */
  isWithin(): boolean
  /** The stream is over: yields a problem if it ended in the middle of a frame. */
  end(): readonly Framed[]
}

/** The frame around a message. */
export function frame(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(message.length + 3)
  out[0] = startBlock
  out.set(message, 1)
  out[message.length + 1] = endBlock
  out[message.length + 2] = CR
  return out
}

const cutOff = (): Framed => ({ problem: problem('unreadable', 'A frame broke off before its end.') })
const outside = (): Framed => ({ problem: problem('unreadable', 'There are bytes outside of any frame.') })

/**
 * A decoder for one connection. After a problem it goes on with the next frame: bytes outside of frames are reported once per run (line
 * ends are let pass), a frame that breaks off or grows beyond `maxBytes` is reported and dropped.
 */
export function mllpDecoder(options: { readonly maxBytes?: number } = {}): MllpDecoder {
  const maxBytes = options.maxBytes ?? mostBytes
  let state: 'between' | 'noise' | 'inside' | 'skipping' = 'between'
  let buffer = new Uint8Array(4096)
  let length = 0
  /** The last byte was 0x1C. */
  let ending = false

  const append = (bytes: Uint8Array): void => {
    if (length + bytes.length > buffer.length) {
      const larger = new Uint8Array(Math.max(2 * buffer.length, length + bytes.length))
      larger.set(buffer.subarray(0, length))
      buffer = larger
    }
    buffer.set(bytes, length)
    length += bytes.length
  }

  const begin = (): void => {
    state = 'inside'
    length = 0
    ending = false
  }

  /** One byte that means something in a frame, or follows one that might. */
  const mark = (byte: number, out: Framed[]): void => {
    if (byte === startBlock) {
      if (state === 'inside') out.push(cutOff())
      begin()
    } else if (ending && byte === CR) {
      if (state === 'inside') out.push({ message: buffer.slice(0, length) })
      state = 'between'
      ending = false
    } else {
      if (ending) keep(Uint8Array.of(endBlock), out)
      ending = byte === endBlock
      if (!ending) keep(Uint8Array.of(byte), out)
    }
  }

  const keep = (bytes: Uint8Array, out: Framed[]): void => {
    if (state !== 'inside') return
    if (length + bytes.length <= maxBytes) append(bytes)
    else {
      out.push({ problem: problem('too-large', `A message may have ${maxBytes} bytes.`) })
      state = 'skipping'
    }
  }

  const push = (chunk: Uint8Array): readonly Framed[] => {
    const out: Framed[] = []
    let at = 0
    while (at < chunk.length) {
      if (state === 'between' || state === 'noise') {
        const byte = chunk[at++]!
        if (byte === startBlock) begin()
        else if (state === 'between' && byte !== CR && byte !== 0x0a) {
          state = 'noise'
          out.push(outside())
        }
      } else if (ending) {
        mark(chunk[at++]!, out)
      } else {
        const next = nextMark(chunk, at)
        keep(chunk.subarray(at, next), out)
        if (next < chunk.length) mark(chunk[next]!, out)
        at = next + 1
      }
    }
    return out
  }

  return {
    push,
    isWithin: () => state === 'inside' || state === 'skipping',
    end() {
      const open = state === 'inside'
      state = 'between'
      return open ? [cutOff()] : []
    },
  }
}

/** Where the next 0x0B or 0x1C stands, or the end of the chunk. */
function nextMark(chunk: Uint8Array, from: number): number {
  let at = from
  while (at < chunk.length && chunk[at] !== startBlock && chunk[at] !== endBlock) at++
  return at
}
