/**
 * The message header, read as leniently as possible: even a message that cannot be read wants an answer with its own control id.
 * MSH: https://www.hl7.eu/HL7v2x/v251/std251/ch02.html#Heading75
 */
import { Hl7Context } from '@medplum/core'
import { type DecodeBytes, readText } from './escape.ts'

/** Separators are printable ASCII, but no letter, digit, blank or double quote (which writes the null value). */
const SEPARATOR = /^[!#-/:-@[-`{-~]$/

export class Header {
  readonly context: Hl7Context
  /** MSH-2 as sent. */
  readonly encoding: string
  readonly #fields: readonly string[]
  readonly #decode: DecodeBytes

  constructor(context: Hl7Context, fields: readonly string[], decode: DecodeBytes) {
    this.context = context
    this.encoding = fields[1] ?? ''
    this.#fields = fields
    this.#decode = decode
  }

  /** MSH-n (n > 2) as it stands, separators and escapes included; `''` where absent. */
  raw(n: number): string {
    return this.#fields[n - 1] ?? ''
  }

  /** A component of the first repetition of MSH-n, decoded; `undefined` where there is none. */
  text(n: number, component = 1): string | undefined {
    const { componentSeparator, repetitionSeparator, subcomponentSeparator } = this.context
    const repetition = this.raw(n).split(repetitionSeparator, 1)[0]!
    const part = repetition.split(componentSeparator, component)[component - 1] ?? ''
    return readText(part.split(subcomponentSeparator, 1)[0]!, this.context, this.#decode)
  }

  /** MSH-9.1, upper case: `ADT`. */
  get type(): string | undefined {
    return this.text(9, 1)?.toUpperCase()
  }

  /** MSH-9.2, upper case: `A03`. Version 2.1 has it in EVN-1 only. */
  get trigger(): string | undefined {
    return this.text(9, 2)?.toUpperCase()
  }

  /** MSH-10. */
  get controlId(): string | undefined {
    return this.text(10)
  }

  /** MSH-12.1: `2.5.1`. */
  get version(): string | undefined {
    return this.text(12)
  }

  /** MSH-3 and MSH-4 by name, or by universal id where they have no name. */
  get sender(): { readonly application?: string; readonly facility?: string } {
    const application = this.text(3, 1) ?? this.text(3, 2)
    const facility = this.text(4, 1) ?? this.text(4, 2)
    return { ...(application !== undefined && { application }), ...(facility !== undefined && { facility }) }
  }

  /** MSH-11 `T` (training) or `D` (debugging): never to be mixed with what is real (`P`). */
  get test(): boolean {
    const processing = this.text(11)?.toUpperCase()
    return processing === 'T' || processing === 'D'
  }
}

/**
 * The separators that a header line announces; `undefined` if they cannot be told apart. Encoding characters that MSH-2 does not name are
 * set to the field separator, which no field contains: nothing is split at them.
 */
export function contextOf(line: string): Hl7Context | undefined {
  const field = line.charAt(3)
  if (!SEPARATOR.test(field)) return undefined
  const end = line.indexOf(field, 4)
  const encoding = line.slice(4, end < 0 ? undefined : end)
  const characters = [...encoding]
  if (characters.length === 0 || characters.length > 5 || new Set(encoding).size !== characters.length) return undefined
  if (!characters.every((character) => SEPARATOR.test(character))) return undefined
  const [component = field, repetition = field, escaping = field, subcomponent = field] = characters
  return new Hl7Context('\r', field, component, repetition, escaping, subcomponent)
}

/** The header of the first line that begins with MSH and announces usable separators; `undefined` if there is none. */
export function readHeader(text: string, decode: DecodeBytes = (bytes) => new TextDecoder().decode(bytes)): Header | undefined {
  let at = text.indexOf('MSH')
  while (at >= 0) {
    if (at === 0 || '\r\n\u000b \ufeff'.includes(text.charAt(at - 1))) {
      const line = text.slice(at, endOfLine(text, at))
      const context = contextOf(line)
      if (context) return new Header(context, [context.fieldSeparator, ...line.split(context.fieldSeparator).slice(1)], decode)
    }
    at = text.indexOf('MSH', at + 3)
  }
  return undefined
}

function endOfLine(text: string, from: number): number {
  const ends = [text.indexOf('\r', from), text.indexOf('\n', from)].filter((end) => end >= 0)
  return Math.min(text.length, ...ends)
}
