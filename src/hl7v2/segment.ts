/**
 * Segments, and what is inside them. A Composite is one repetition of a field (its parts are components), or one component of it (its
 * parts are subcomponents): data types such as HD stand on both levels (MSH-3, PID-3.4) and are read the same way. All of them count from
 * 1, as in the standard; what is not there reads as empty.
 */
import { type DecodeBytes, readText } from './escape.ts'
import type { Separators } from './separators.ts'

/** Repetitions of one field beyond this are not read. */
export const mostRepetitions = 1000

/** How the values of one message are written. */
export interface Encoding {
  readonly separators: Separators
  readonly decode: DecodeBytes
}

interface Place {
  place(n?: number): string
}

export class Composite {
  readonly #raw: string
  readonly #encoding: Encoding
  readonly #parent: Place
  readonly #n: number
  readonly #repetition: number

  /** @param repetition from 1; 0 for a component, whose parts are subcomponents */
  constructor(raw: string, encoding: Encoding, parent: Place, n: number, repetition: number) {
    this.#raw = raw
    this.#encoding = encoding
    this.#parent = parent
    this.#n = n
    this.#repetition = repetition
  }

  /** Where it stands: `PID-3[2]`, and with n the place of its part: `PID-3[2].4`. */
  place(n?: number): string {
    const own = `${this.#parent.place(this.#n)}${this.#repetition > 1 ? `[${this.#repetition}]` : ''}`
    return n === undefined ? own : `${own}.${n}`
  }

  /** Decoded text of part n (of its first subcomponent); `undefined` where it is empty or null (`""`). */
  text(n = 1): string | undefined {
    const part = this.#part(n)
    if (part === '') return undefined
    const end = this.#repetition === 0 ? -1 : part.indexOf(this.#encoding.separators.subcomponent)
    return this.#read(end < 0 ? part : part.slice(0, end))
  }

  /**
   * Decoded text of part n, or of everything, with separators taken as text: for free text, where senders forget to escape
   * (`NAUSEA & VOMITING`).
   */
  whole(n?: number): string | undefined {
    return this.#read(n === undefined ? this.#raw : this.#part(n))
  }

  /** Part n as a composite of its own. */
  part(n: number): Composite {
    return new Composite(this.#repetition === 0 ? '' : this.#part(n), this.#encoding, this, n, 0)
  }

  /** The sender says there is no value (any more): `""`. An empty field says nothing. */
  get isNull(): boolean {
    return this.#raw === '""'
  }

  get isEmpty(): boolean {
    let at = 0
    while (at < this.#raw.length && this.#raw[at] === this.#separator) at++
    return at === this.#raw.length
  }

  get #separator(): string {
    const { component, subcomponent } = this.#encoding.separators
    return this.#repetition === 0 ? subcomponent : component
  }

  /** Found by counting separators: most parts of most fields are never asked for. */
  #part(n: number): string {
    const separator = this.#separator
    let from = 0
    for (let i = 1; i < n; i++) {
      const end = this.#raw.indexOf(separator, from)
      if (end < 0) return ''
      from = end + 1
    }
    const end = this.#raw.indexOf(separator, from)
    return this.#raw.slice(from, end < 0 ? undefined : end)
  }

  #read(encoded: string): string | undefined {
    return readText(encoded, this.#encoding.separators, this.#encoding.decode)
  }
}

export class Segment {
  readonly name: string
  readonly #fields: readonly string[]
  readonly #index: number
  readonly #encoding: Encoding

  /** @param index which of the segments of its name it is, from 1 */
  constructor(text: string, index: number, encoding: Encoding) {
    const { field } = encoding.separators
    this.name = text.slice(0, 3)
    // MSH-1 is the separator itself
    this.#fields = this.name === 'MSH' ? ['MSH', field, ...text.split(field).slice(1)] : text.split(field)
    this.#index = index
    this.#encoding = encoding
  }

  /** `PV1`, `DG1[2]`, and with n the place of a field: `DG1[2]-3`. */
  place(n?: number): string {
    const own = this.#index === 1 ? this.name : `${this.name}[${this.#index}]`
    return n === undefined ? own : `${own}-${n}`
  }

  /** Field n as it stands, separators and escapes included; `''` where absent. */
  raw(n: number): string {
    return this.#fields[n] ?? ''
  }

  /** The first repetition of field n, empty where there is none. */
  field(n: number): Composite {
    const raw = this.#fields[n] ?? ''
    const end = raw.indexOf(this.#encoding.separators.repetition)
    return new Composite(end < 0 ? raw : raw.slice(0, end), this.#encoding, this, n, 1)
  }

  /** The repetitions of field n that are not empty, at most mostRepetitions. */
  fields(n: number): readonly Composite[] {
    const raw = this.#fields[n]
    if (!raw) return []
    return raw
      .split(this.#encoding.separators.repetition, mostRepetitions)
      .map((one, i) => new Composite(one, this.#encoding, this, n, i + 1))
      .filter((one) => !one.isEmpty)
  }

  /** Text of a component of the first repetition of field n. */
  text(n: number, component = 1): string | undefined {
    return this.#fields[n] ? this.field(n).text(component) : undefined
  }
}
