/** From resources to the rows by which the search index finds them. */
import { extract } from '../fhir/search/extract.ts'
import type { Sink } from '../fhir/search/index-row.ts'
import { Parameters } from './parameters.ts'
import type { Sql } from './sql.ts'
import { referenceText, Terms, termText, type Wanted } from './terms.ts'

/** A posting's key: left of this the parameter's number, right of it the term's. Below 2^53 with up to two million parameters. */
const keyBase = 2 ** 32
/** In place of a term: the parameter named like the type, which all its resources have; parameters that are there without a value. */
export const noTerm = 0

export const keyOf = (parameter: number, term: number): number => parameter * keyBase + term

/** A date: milliseconds, both ends included. */
export type Period = readonly [parameter: number, lo: number, hi: number]
/** A number or quantity. unit: the number of the term of its unit; printed: of the unit as printed, where it is another; 0 for none. */
export type Amount = readonly [parameter: number, lo: number, hi: number, unit: number, printed: number]
export type Word = readonly [parameter: number, value: string, exact: string]

/** The rows of one resource, each once. */
export interface Entry {
  readonly number: number
  readonly keys: readonly number[]
  readonly periods: readonly Period[]
  readonly amounts: readonly Amount[]
  readonly words: readonly Word[]
}

interface NotedAmount {
  readonly param: string
  readonly lo: number
  readonly hi: number
  readonly unit: string
  printed: string
}

/** Writes down what a resource is found by, by name; notes the terms that have no number yet. */
class Notes implements Sink {
  readonly params: string[] = []
  readonly terms: string[] = []
  readonly periods: { param: string; lo: number; hi: number }[] = []
  readonly amounts: NotedAmount[] = []
  readonly words: { param: string; value: string; exact: string }[] = []
  readonly #terms: Terms
  readonly #unknown: Map<string, Wanted>

  constructor(terms: Terms, unknown: Map<string, Wanted>) {
    this.#terms = terms
    this.#unknown = unknown
  }

  token(param: string, system: string | undefined, code: string | undefined): void {
    this.#post(param, this.#term(system, code))
  }
  reference(param: string, target: string): void {
    this.#post(param, this.#known(referenceText(target), { reference: target }))
  }
  uri(param: string, value: string): void {
    this.#post(param, this.#term(undefined, value))
  }
  present(param: string): void {
    this.#post(param, '')
  }
  string(param: string, value: string, exact: string): void {
    this.words.push({ param, value, exact })
  }
  date(param: string, lo: number, hi: number): void {
    this.periods.push({ param, lo, hi })
  }
  number(param: string, lo: number, hi: number): void {
    this.amounts.push({ param, lo, hi, unit: '', printed: '' })
  }
  quantity(param: string, lo: number, hi: number, system: string | undefined, code: string | undefined): void {
    const unit = system === undefined && code === undefined ? '' : this.#term(system, code)
    const last = this.amounts.at(-1)
    // The unit as printed comes right after the coded one: one row for both.
    if (system === undefined && last?.param === param && last.lo === lo && last.hi === hi && last.printed === '')
      last.printed = unit
    else this.amounts.push({ param, lo, hi, unit, printed: '' })
  }

  #post(param: string, text: string): void {
    this.params.push(param)
    this.terms.push(text)
  }

  #term(system: string | undefined, value: string | undefined): string {
    return this.#known(termText(system, value), { system, value })
  }

  #known(text: string, wanted: Wanted): string {
    if (this.#terms.known(text) === undefined && !this.#unknown.has(text)) this.#unknown.set(text, wanted)
    return text
  }
}

/** What the writer remembers of numbers. */
export class Numbers {
  readonly terms = new Terms()
  readonly parameters = new Parameters()

  /** What the last plan added is kept. */
  keep(): void {
    this.terms.keep()
    this.parameters.keep()
  }

  /** What the last plan added is undone. */
  undo(): void {
    this.terms.undo()
    this.parameters.undo()
  }

  /** Plans that were kept are undone after all: only the database knows now. */
  forget(): void {
    this.terms.forget()
    this.parameters.forget()
  }
}

export interface Indexable {
  readonly number: number
  readonly type: string
  readonly resource: object
}

export function* entriesOf(resources: readonly Indexable[], { terms, parameters }: Numbers): Sql<Entry[]> {
  const unknown = new Map<string, Wanted>()
  const notes = resources.map(({ resource }) => {
    const taken = new Notes(terms, unknown)
    extract(resource, taken)
    return taken
  })
  if (unknown.size > 0) yield* terms.numbers(unknown)

  const entries: Entry[] = []
  for (const [i, { number, type }] of resources.entries()) {
    const { terms: texts, params, periods, amounts, words } = notes[i]!
    const names = [...params, ...[...periods, ...amounts, ...words].map(({ param }) => param), '']
    const numbers = yield* parameters.of(type, names)
    const of = ({ param }: { readonly param: string }) => numbers.get(param)!
    const keys = texts.map((text, k) => keyOf(numbers.get(params[k]!)!, terms.number(text)))
    keys.push(keyOf(numbers.get('')!, noTerm))
    entries.push({
      number,
      keys: [...new Set(keys)].sort((a, b) => a - b),
      periods: distinct(periods.map((each): Period => [of(each), each.lo, each.hi])),
      amounts: distinct(
        amounts.map((each): Amount => [of(each), each.lo, each.hi, terms.number(each.unit), terms.number(each.printed)]),
      ),
      words: distinct(words.map((each): Word => [of(each), each.value, each.exact])),
    })
  }
  return entries
}

function distinct<T>(rows: T[]): T[] {
  return rows.length < 2 ? rows : [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()]
}
