/** From resources to the rows by which the search index finds them. */
import { sql } from 'kysely'
import { extractingAll } from '../fhir/search/contained.ts'
import type { Sink } from '../fhir/search/index-row.ts'
import { mainDate } from '../fhir/search/main-date.ts'
import { Parameters } from './parameters.ts'
import { type Sql, turn, type Value } from './sql.ts'
import { type Group, references, Terms, type Wanted } from './terms.ts'
import { type Dated, longest, Unlisted } from './unlisted.ts'

/** A posting's key: left of this the parameter's number, right of it the term's. Below 2^53 with up to two million parameters. */
const base = 2 ** 32
/** The same in a statement. */
export const keyBase = sql.lit(base)
/** In place of a term: the parameter named like the type, which all its resources have; parameters that are there without a value. */
export const noTerm = 0

export const keyOf = (parameter: number, term: number): number => parameter * base + term
export const termOf = (key: number): number => key % base

/**
 * Resources are indexed in segments of so many consecutive numbers. New ones touch the pages of the last segment alone, however many there
 * are in all; a search looks into each segment in turn. The tables say it, too (`number >> 13`): another size is another migration.
 */
const segmentSize = 2 ** 13
/** In a statement: `number >> segmentBits`. */
export const segmentBits = sql.lit(13)
export const segmentOf = (number: number): number => Math.floor(number / segmentSize)

/** The rows of one resource, each once. Rows stand one after the other, as their tables name the columns. */
export interface Entry {
  readonly number: number
  /** Sorted. */
  readonly keys: readonly number[]
  /** number, parameter, lo, hi: milliseconds, both ends included. */
  readonly periods: readonly Value[]
  /** number, parameter, lo, hi, unit (its term's number), printed (of the unit as printed, where it is another); 0 for none. */
  readonly amounts: readonly Value[]
  /** number, parameter, value, exact. */
  readonly words: readonly Value[]
  /** Absent where it has no main date. */
  readonly dated: Dated | undefined
}

/** A term's number, or what is wanted where it is not known yet. */
type Noted = number | Wanted

interface NotedAmount {
  readonly param: string
  readonly lo: number
  readonly hi: number
  readonly unit: Noted
  printed: Noted
}

/** Writes down what a resource is found by, by name; notes the terms that have no number yet. */
class Notes implements Sink {
  readonly params: string[] = []
  readonly terms: Noted[] = []
  readonly periods: { param: string; lo: number; hi: number }[] = []
  readonly amounts: NotedAmount[] = []
  readonly words: { param: string; value: string; exact: string }[] = []
  readonly #terms: Terms
  readonly #unknown: Wanted[]

  constructor(terms: Terms, unknown: Wanted[]) {
    this.#terms = terms
    this.#unknown = unknown
  }

  token(param: string, system: string | undefined, code: string | undefined): void {
    this.#post(param, this.#note(system, code))
  }
  reference(param: string, target: string): void {
    this.#post(param, this.#note(references, target))
  }
  uri(param: string, value: string): void {
    this.#post(param, this.#note(undefined, value))
  }
  present(param: string): void {
    this.#post(param, noTerm)
  }
  string(param: string, value: string, exact: string): void {
    this.words.push({ param, value, exact })
  }
  date(param: string, lo: number, hi: number): void {
    this.periods.push({ param, lo, hi })
  }
  number(param: string, lo: number, hi: number): void {
    this.amounts.push({ param, lo, hi, unit: noTerm, printed: noTerm })
  }
  quantity(param: string, lo: number, hi: number, system: string | undefined, code: string | undefined): void {
    const unit = system === undefined && code === undefined ? noTerm : this.#note(system, code)
    const last = this.amounts.at(-1)
    // The unit as printed comes right after the coded one: one row for both.
    if (system === undefined && last?.param === param && last.lo === lo && last.hi === hi && last.printed === noTerm)
      last.printed = unit
    else this.amounts.push({ param, lo, hi, unit, printed: noTerm })
  }

  /** The parameters that were met, and the type itself. */
  names(): Set<string> {
    const rows = [this.periods, this.amounts, this.words].flat()
    return new Set(['', ...this.params, ...rows.map(({ param }) => param)])
  }

  /** Whether all of `names` are among these. */
  isWithin(known: ReadonlyMap<string, number>): boolean {
    const has = ({ param }: { readonly param: string }) => known.has(param)
    const { params, periods, amounts, words } = this
    return (
      known.has('') && params.every((param) => known.has(param)) && periods.every(has) && amounts.every(has) && words.every(has)
    )
  }

  #post(param: string, term: Noted): void {
    this.params.push(param)
    this.terms.push(term)
  }

  #note(group: Group, value: string | undefined): Noted {
    const known = this.#terms.known(group, value)
    if (known !== undefined) return known
    const wanted: Wanted = { group, value }
    this.#unknown.push(wanted)
    return wanted
  }
}

/** What the writer remembers of numbers. */
export class Numbers {
  readonly terms = new Terms()
  readonly parameters = new Parameters()
  readonly unlisted: Unlisted

  constructor(together?: number) {
    this.unlisted = new Unlisted(together)
  }

  /** What the last plan added is kept. */
  keep(): void {
    this.terms.keep()
    this.parameters.keep()
    this.unlisted.keep()
  }

  /** What the last plan added is undone. */
  undo(): void {
    this.terms.undo()
    this.parameters.undo()
    this.unlisted.undo()
  }

  /** Plans that were kept are undone after all: only the database knows now. */
  forget(): void {
    this.terms.forget()
    this.parameters.forget()
    this.unlisted.forget()
  }
}

export interface Indexable {
  readonly number: number
  readonly type: string
  readonly resource: object
  /** Characters of its text. */
  readonly size: number
}

/** To look through what has more characters takes a while. */
const large = 128 * 1024

export function* entriesOf(resources: readonly Indexable[], { terms, parameters }: Numbers): Sql<Entry[]> {
  const unknown: Wanted[] = []
  const notes: Notes[] = []
  for (const { resource, size } of resources) {
    const taken = new Notes(terms, unknown)
    for (const _ of extractingAll(resource, taken, size > large)) yield turn
    notes.push(taken)
  }
  yield* terms.number(unknown)
  const number = (noted: Noted): number => (typeof noted === 'number' ? noted : noted.number!)

  const entries: Entry[] = []
  for (const [i, { number: resource, type }] of resources.entries()) {
    const { terms: noted, params, periods, amounts, words } = notes[i]!
    const dated = datedBy(mainDate(type), periods)
    const known = parameters.of(type)
    if (!notes[i]!.isWithin(known)) yield* parameters.learn(type, notes[i]!.names())
    const of = (param: string) => known.get(param)!
    const keys = [keyOf(of(''), noTerm)]
    for (let k = 0; k < noted.length; k++) {
      if (k % slice === slice - 1) yield turn
      keys.push(keyOf(of(params[k]!), number(noted[k]!)))
    }
    const period = ({ param, lo, hi }: (typeof periods)[number]) => [resource, of(param), lo, hi]
    const amount = ({ param, lo, hi, unit, printed }: NotedAmount) => [resource, of(param), lo, hi, number(unit), number(printed)]
    const word = ({ param, value, exact }: (typeof words)[number]) => [resource, of(param), value, exact]
    entries.push({
      number: resource,
      keys: keys.sort((a, b) => a - b).filter((key, k) => key !== keys[k - 1]),
      periods: fewDistinct(periods, period) ?? (yield* distinct(periods, period)),
      amounts: fewDistinct(amounts, amount) ?? (yield* distinct(amounts, amount)),
      words: fewDistinct(words, word) ?? (yield* distinct(words, word)),
      dated: dated && { number: resource, parameter: of(dated.param), when: dated.hi, long: dated.long },
    })
  }
  return entries
}

function datedBy(param: string | undefined, periods: Notes['periods']): { param: string; hi: number; long: 0 | 1 } | undefined {
  let lo = Number.POSITIVE_INFINITY
  let hi = Number.NEGATIVE_INFINITY
  for (const each of periods) {
    if (each.param !== param) continue
    lo = Math.min(lo, each.lo)
    hi = Math.max(hi, each.hi)
  }
  return param === undefined || lo > hi ? undefined : { param, hi, long: hi - lo < longest ? 0 : 1 }
}

/** So many rows of a kind are few: comparing each with all before it is quicker than anything cleverer. */
const few = 16
/** Of many so many are worked on between two turns. */
const slice = 4000

/** Between the rows that one resource may have many of. */
export function* rest(row: number): Sql<void> {
  if (row % slice === slice - 1) yield turn
}

/** The same for equal rows alone: NUL is in no text that is kept. */
export const textOf = (row: readonly Value[]): string => row.join('\0')

/** The rows of these, each once, if they are few. */
function fewDistinct<T>(all: readonly T[], rowOf: (one: T) => readonly Value[]): readonly Value[] | undefined {
  if (all.length > few) return undefined
  if (all.length < 2) return all.length === 0 ? noRows : rowOf(all[0]!)
  const rows = all.map(rowOf)
  return rows.filter((row, i) => !rows.some((other, k) => k < i && other.every((value, n) => value === row[n]))).flat()
}

const noRows: readonly Value[] = []

function* distinct<T>(all: readonly T[], rowOf: (one: T) => readonly Value[]): Sql<readonly Value[]> {
  const flat: Value[] = []
  const seen = new Set<string>()
  for (const [i, one] of all.entries()) {
    if (i % slice === slice - 1) yield turn
    const row = rowOf(one)
    const key = textOf(row)
    if (seen.has(key)) continue
    seen.add(key)
    flat.push(...row)
  }
  return flat
}
