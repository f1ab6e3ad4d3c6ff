/** Resources in the order of creation: where a search goes through more than it can look at in one piece. */
import { sql } from 'kysely'
import type { Asked } from './by-date.ts'
import { answer, prepare, raw, rows } from './compile.ts'
import { inTurn } from './dialect.ts'
import { segmentOf } from './index-entries.ts'
import { numbersIn } from './postings.ts'
import type { Sql } from './sql.ts'
import type { Standing } from './standing.ts'
import type { Unlisted } from './unlisted.ts'

interface Numbered {
  readonly number: number
}

export interface Walk {
  /** So many of the next ones, or some more; fewer, in the end none, where there are no more. Each comes once, in order. */
  next(least: number): Sql<readonly number[]>
}

/** So many are found at once; where there are more, the lists of all resources of the type are gone through. */
const atOnce = 10_000

/**
 * Of what may fit: what has `start`, as far as that narrows it down. `isWhole`: all of it will be wanted, and not only the first ones.
 */
export function* walkOf(standing: Standing, start: Asked | undefined, { after = 0, isWhole = false } = {}): Sql<Walk> {
  const { whole, asked } = standing.meaning
  const all = new Listed(whole.keys![0]!, standing.unlisted, after)
  const [key, another] = start?.keys ?? []
  if (key !== undefined && another === undefined) return new Listed(key, standing.unlisted, after)
  if (start?.numbers === undefined) return all
  // What is found by its time has no other order.
  if (!isWhole && start.filter?.kind !== 'lastUpdated') return new Sorted(standing, asked.indexOf(start), after)
  const found = yield* answer(raw<Numbered>(sql`SELECT number FROM (${start.numbers()}) AS found LIMIT ${atOnce + 1}`))
  return found.length > atOnce ? all : new Found(found.map(({ number }) => number).filter((number) => number > after))
}

class Found implements Walk {
  #numbers: readonly number[]

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers.toSorted((a, b) => a - b)
  }

  *next(): Sql<readonly number[]> {
    const numbers = this.#numbers
    this.#numbers = []
    return numbers
  }
}

/** So many are asked for together at least. */
const few = 200

/** What a condition is found by, asked for again and again. */
class Sorted implements Walk {
  readonly #standing: Standing
  /** Of the condition among what is asked for. */
  readonly #place: number
  #done: number
  #n = few

  constructor(standing: Standing, place: number, after: number) {
    this.#standing = standing
    this.#place = place
    this.#done = after
  }

  *next(least: number): Sql<readonly number[]> {
    const n = Math.max(this.#n, least)
    const start = this.#standing.meaning.asked[this.#place]!
    const found = yield* answer(
      raw<Numbered>(sql`SELECT d.number AS number FROM (${start.numbers!()}) AS d
        WHERE d.segment >= ${segmentOf(this.#done)} AND d.number > ${this.#done} ORDER BY d.segment, d.number LIMIT ${n}`),
    )
    this.#n = Math.min(2 * n, atOnce)
    this.#done = found.at(-1)?.number ?? this.#done
    return found.map(({ number }) => number)
  }
}

/** So many lists are read at first, then twice as many each time, up to the most. */
const [atFirst, most] = [4, 32] as const
const listsAfter = prepare<{ key: number; segment: number; first: number; n: number }>()(($) =>
  raw<{ segment: number; first: number; list: string | null }>(sql`SELECT p.segment AS segment, p.first AS first, p.list AS list
    FROM segment AS s ${inTurn} posting AS p
    WHERE s.number >= ${$('segment')} AND p.segment = s.number AND p.key = ${$('key')}
      AND (s.number > ${$('segment')} OR p.first > ${$('first')})
    ORDER BY s.number, p.first LIMIT ${$('n')}`),
)

/** What has a key, or had it: whatever others write between two turns, none is passed over. */
class Listed implements Walk {
  readonly #key: number
  /** In no list when the walk began, and not read yet. */
  #pool: number[]
  /** All up to here have been read. */
  #done: number
  #n: number = atFirst
  #isOver = false
  /** Lists of a segment may overlap: what came to the key later stands in another one. */
  #at: { segment: number; first: number }

  constructor(key: number, unlisted: Unlisted, after: number) {
    this.#key = key
    this.#done = after
    this.#pool = unlisted.withAny([key]).filter((number) => number > after)
    this.#at = { segment: segmentOf(after), first: -1 }
  }

  *next(least: number): Sql<readonly number[]> {
    while (!this.#isOver) {
      const lists = yield* rows(listsAfter, { ...this.#at, key: this.#key, n: this.#n })
      const last = lists.at(-1)
      for (const list of lists) for (const number of numbersIn(list)) if (number > this.#done) this.#pool.push(number)
      // What is still to be read is in lists that begin later.
      const end = last === undefined || lists.length < this.#n ? Number.POSITIVE_INFINITY : last.first
      if (last) this.#at = { segment: last.segment, first: last.first }
      this.#n = Math.min(2 * this.#n, most)
      this.#isOver = end === Number.POSITIVE_INFINITY
      // A list that was written anew may be read again.
      const ready = [...new Set(this.#pool.filter((number) => number <= end))].sort((a, b) => a - b)
      if (ready.length < least && !this.#isOver) continue
      this.#pool = this.#pool.filter((number) => number > end)
      this.#done = Math.min(end, ready.at(-1) ?? this.#done)
      return ready
    }
    return []
  }
}
