/** From resources to the rows by which the search index finds them. */
import { extract } from '../fhir/search/extract.ts'
import type { Sink } from '../fhir/search/index-row.ts'
import type { Sql } from './sql.ts'
import { type Term, type Terms, termText } from './terms.ts'

/** A posting's key: left of this the parameter's number, right of it the term's. Below 2^53 with up to two million parameters. */
const keyBase = 2 ** 32
/** In place of a term: the parameter named like the type, which all its resources have; parameters that are there without a value. */
export const noTerm = 0

export const keyOf = (parameter: number, term: number): number => parameter * keyBase + term

/** A date (milliseconds), number or quantity. unit: the number of its unit's term, 0 if it has none. */
export type Span = readonly [parameter: number, lo: number, hi: number, unit: number]
export type Word = readonly [parameter: number, value: string, exact: string]

/** The rows of one resource, each once. */
export interface Entry {
  readonly number: number
  readonly keys: readonly number[]
  readonly spans: readonly Span[]
  readonly words: readonly Word[]
}

/** Writes down what a resource is found by, by name; notes the terms that have no number yet. */
class Notes implements Sink {
  readonly terms: { param: string; text: string }[] = []
  readonly spans: { param: string; lo: number; hi: number; unit: string }[] = []
  readonly words: { param: string; value: string; exact: string }[] = []
  readonly #terms: Terms
  readonly #unknown: Map<string, Term>

  constructor(terms: Terms, unknown: Map<string, Term>) {
    this.#terms = terms
    this.#unknown = unknown
  }

  token(param: string, system: string | undefined, code: string | undefined): void {
    this.terms.push({ param, text: this.#note(system, code) })
  }
  reference(param: string, target: string): void {
    this.terms.push({ param, text: this.#note(undefined, target) })
  }
  uri(param: string, value: string): void {
    this.terms.push({ param, text: this.#note(undefined, value) })
  }
  present(param: string): void {
    this.terms.push({ param, text: '' })
  }
  string(param: string, value: string, exact: string): void {
    this.words.push({ param, value, exact })
  }
  date(param: string, lo: number, hi: number): void {
    this.spans.push({ param, lo, hi, unit: '' })
  }
  number(param: string, lo: number, hi: number): void {
    this.spans.push({ param, lo, hi, unit: '' })
  }
  quantity(param: string, lo: number, hi: number, system: string | undefined, code: string | undefined): void {
    this.spans.push({ param, lo, hi, unit: system === undefined && code === undefined ? '' : this.#note(system, code) })
  }

  #note(system: string | undefined, value: string | undefined): string {
    const text = termText(system, value)
    if (this.#terms.known(text) === undefined && !this.#unknown.has(text)) this.#unknown.set(text, { system, value })
    return text
  }
}

export interface Indexable {
  readonly number: number
  readonly type: string
  readonly resource: object
}

export function* entriesOf(resources: readonly Indexable[], terms: Terms): Sql<Entry[]> {
  const unknown = new Map<string, Term>()
  const notes = resources.map(({ resource }) => {
    const taken = new Notes(terms, unknown)
    extract(resource, taken)
    return taken
  })
  if (unknown.size > 0) yield* terms.numbers(unknown)

  const entries: Entry[] = []
  for (const [i, { number, type }] of resources.entries()) {
    const { terms: postings, spans, words } = notes[i]!
    const keys = [keyOf(yield* terms.parameter(type), noTerm)]
    for (const { param, text } of postings) keys.push(keyOf(yield* terms.parameter(`${type}.${param}`), terms.number(text)))
    const spanRows: Span[] = []
    for (const { param, lo, hi, unit } of spans)
      spanRows.push([yield* terms.parameter(`${type}.${param}`), lo, hi, terms.number(unit)])
    const wordRows: Word[] = []
    for (const { param, value, exact } of words) wordRows.push([yield* terms.parameter(`${type}.${param}`), value, exact])
    entries.push({ number, keys: [...new Set(keys)].sort((a, b) => a - b), spans: distinct(spanRows), words: distinct(wordRows) })
  }
  return entries
}

function distinct<T>(rows: T[]): T[] {
  return rows.length < 2 ? rows : [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()]
}
