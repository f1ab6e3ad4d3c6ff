/**
 * Segments, and what is inside them. A Composite is one repetition of a field (its parts are components), or one component of it (its
 * parts are subcomponents): data types such as HD stand on both levels (MSH-3, PID-3.4) and are read the same way.
 */
import type { Hl7Context, Hl7Segment } from '@medplum/core'
import { type DecodeBytes, readText } from './escape.ts'

/** Repetitions of one field beyond this are not read. */
export const MAX_REPETITIONS = 1000

export class Composite {
  readonly #parts: readonly string[]
  readonly #context: Hl7Context
  readonly #decode: DecodeBytes
  readonly #place: () => string
  readonly #inner: boolean

  constructor(parts: readonly string[], context: Hl7Context, decode: DecodeBytes, place: () => string, inner: boolean) {
    this.#parts = parts
    this.#context = context
    this.#decode = decode
    this.#place = place
    this.#inner = inner
  }

  /** Where it stands: `PID-3[2]`, and with n the place of its part: `PID-3[2].4`. */
  place(n?: number): string {
    return n === undefined ? this.#place() : `${this.#place()}.${n}`
  }

  /** Decoded text of part n (of its first subcomponent); `undefined` where it is empty or null (`""`). */
  text(n = 1): string | undefined {
    const part = this.#parts[n - 1]
    if (part === undefined || part === '') return undefined
    if (this.#inner) return this.#read(part)
    const end = part.indexOf(this.#context.subcomponentSeparator)
    return this.#read(end < 0 ? part : part.slice(0, end))
  }

  /**
   * Decoded text of part n, or of everything, with separators taken as text: for free text, where senders forget to escape
   * (`NAUSEA & VOMITING`).
   */
  whole(n?: number): string | undefined {
    const separator = this.#inner ? this.#context.subcomponentSeparator : this.#context.componentSeparator
    return this.#read(n === undefined ? this.#parts.join(separator) : (this.#parts[n - 1] ?? ''))
  }

  /** Part n as a composite of its own. */
  part(n: number): Composite {
    const parts = this.#inner ? [] : (this.#parts[n - 1] ?? '').split(this.#context.subcomponentSeparator)
    return new Composite(parts, this.#context, this.#decode, () => this.place(n), true)
  }

  /** The sender says there is no value (any more): `""`. An empty field says nothing. */
  get isNull(): boolean {
    return this.#parts.length === 1 && this.#parts[0] === '""'
  }

  get isEmpty(): boolean {
    return this.#parts.every((part) => part === '')
  }

  #read(encoded: string): string | undefined {
    return readText(encoded, this.#context, this.#decode)
  }
}

export class Segment {
  readonly #parsed: Hl7Segment
  readonly #index: number
  readonly #decode: DecodeBytes

  constructor(parsed: Hl7Segment, index: number, decode: DecodeBytes) {
    this.#parsed = parsed
    this.#index = index
    this.#decode = decode
  }

  /** `PV1`, `DG1[2]`, and with n the place of a field: `DG1[2]-3`. */
  place(n?: number): string {
    const name = this.#index === 1 ? this.#parsed.name : `${this.#parsed.name}[${this.#index}]`
    return n === undefined ? name : `${name}-${n}`
  }

  /** The first repetition of field n, empty where there is none. */
  field(n: number): Composite {
    return this.#repetition(n, this.#repetitions(n)[0] ?? [], 0)
  }

  /** The repetitions of field n that are not empty, at most MAX_REPETITIONS. */
  fields(n: number): readonly Composite[] {
    return this.#repetitions(n)
      .slice(0, MAX_REPETITIONS)
      .map((parts, i) => this.#repetition(n, parts, i))
      .filter((repetition) => !repetition.isEmpty)
  }

  /** Text of a component of the first repetition of field n. */
  text(n: number, component = 1): string | undefined {
    return this.field(n).text(component)
  }

  #repetitions(n: number): readonly (readonly string[])[] {
    return this.#parsed.getField(n)?.components ?? []
  }

  #repetition(n: number, parts: readonly string[], index: number): Composite {
    const place = () => (index === 0 ? this.place(n) : `${this.place(n)}[${index + 1}]`)
    return new Composite(parts, this.#parsed.context, this.#decode, place, false)
  }
}
