/**
 * The message header, read as leniently as possible: even a message that cannot be read wants an answer with its own control id.
 * MSH: https://www.hl7.eu/HL7v2x/v251/std251/ch02.html#Heading75
 */
import type { DecodeBytes } from './escape.ts'
import { Segment } from './segment.ts'
import { type Separators, separatorsOf } from './separators.ts'

export interface Header {
  readonly separators: Separators
  /** The whole segment. */
  readonly msh: Segment
  /** MSH-3 and MSH-4 by name, or by universal id where they have no name. */
  readonly sender: { readonly application?: string; readonly facility?: string }
  /** MSH-9.1, upper case: `ADT`. */
  readonly type: string | undefined
  /** MSH-9.2, upper case: `A03`. Version 2.1 has it in EVN-1 only. */
  readonly trigger: string | undefined
  /** MSH-10. */
  readonly controlId: string | undefined
  /** MSH-11, upper case: `P` production, `T` training, `D` debugging. */
  readonly processing: string | undefined
  /** MSH-12.1: `2.5.1`. */
  readonly version: string | undefined
}

/** Reads a line that begins with MSH; `undefined` if its separators cannot be told apart. */
export function headerLine(line: string, decode: DecodeBytes): Header | undefined {
  const separators = separatorsOf(line)
  if (!separators) return undefined
  const msh = new Segment(line, 1, { separators, decode })
  const [application, facility, type] = [msh.field(3), msh.field(4), msh.field(9)]
  const [applicationName, facilityName] = [application.text(1) ?? application.text(2), facility.text(1) ?? facility.text(2)]
  return {
    separators,
    msh,
    sender: {
      ...(applicationName !== undefined && { application: applicationName }),
      ...(facilityName !== undefined && { facility: facilityName }),
    },
    type: type.text(1)?.toUpperCase(),
    trigger: type.text(2)?.toUpperCase(),
    controlId: msh.text(10),
    processing: msh.text(11)?.toUpperCase(),
    version: msh.text(12),
  }
}

/** The header of the first line that begins with MSH and announces usable separators; `undefined` if there is none. */
export function findHeader(text: string): Header | undefined {
  const decode: DecodeBytes = (bytes) => new TextDecoder().decode(bytes)
  let at = text.indexOf('MSH')
  while (at >= 0) {
    if (at === 0 || '\r\n\u000b \ufeff'.includes(text.charAt(at - 1))) {
      const header = headerLine(text.slice(at, endOfLine(text, at)), decode)
      if (header) return header
    }
    at = text.indexOf('MSH', at + 3)
  }
  return undefined
}

function endOfLine(text: string, from: number): number {
  const ends = [text.indexOf('\r', from), text.indexOf('\n', from)].filter((end) => end >= 0)
  return Math.min(text.length, ...ends)
}
