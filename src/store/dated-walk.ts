/** The lists of dated.ts, read from the newest on, as far as somebody wants to know. */
import { sql } from 'kysely'
import { prepare, raw, rows } from './compile.ts'
import { datedOf, readBlock } from './dated.ts'
import type { Sql } from './sql.ts'
import { type Extent, longest, newestFirst, type Place, type Unlisted } from './unlisted.ts'

/** The keys to walk. */
export interface Keys {
  readonly keys: readonly number[]
  /** Those of them that have lists by date. */
  readonly listed: readonly Extent[]
  /** Listed places of the others. */
  readonly rare: readonly Place[]
}

/** Milliseconds: nothing that is wanted is older than `least`, or begins later than `most`. */
export interface Bounds {
  readonly least: number
  readonly most: number
}

/** So many blocks are read at first, so many more then, and after that as many as there are already. */
const [blocksAtFirst, blocksThen] = [8, 16]

type At = { key: number; long: number; least: number; most: number; newest: number; chunk: number; part: number; n: number }
const blocksAfter = prepare<At>()(($) =>
  raw<{ newest: number; chunk: number; part: number; list: string }>(sql`SELECT newest, chunk, part, list FROM dated
    WHERE key = ${$('key')} AND long = ${$('long')} AND newest >= ${$('least')} AND oldest <= ${$('most')}
      AND (newest, chunk, part) < (${$('newest')}, ${$('chunk')}, ${$('part')})
    ORDER BY newest DESC, chunk DESC, part DESC LIMIT ${$('n')}`),
)

/** Before and behind all places. */
const beginning: Place = { when: Number.POSITIVE_INFINITY, number: Number.POSITIVE_INFINITY }
const end: Place = { when: Number.NEGATIVE_INFINITY, number: 0 }

/** The blocks of a key, as far as they were read. */
class Stream {
  readonly at: At
  /** Nothing that is still to be read comes before it. */
  frontier: Place
  #blocks = 0

  constructor(key: number, long: 0 | 1, { least, most }: Bounds, isEmpty: boolean) {
    this.at = { key, long, least, most, newest: Number.MAX_SAFE_INTEGER, chunk: 0, part: 0, n: blocksAtFirst }
    this.frontier = isEmpty ? end : beginning
  }

  *read(into: Place[]): Sql<void> {
    const blocks = yield* rows(blocksAfter, this.at)
    for (const block of blocks) readBlock(block, into)
    const last = blocks.at(-1)
    // Of the same instant, blocks of later chunks come first: what is left of it was made before this chunk was written.
    this.frontier = blocks.length < this.at.n || last === undefined ? end : { when: last.newest, number: last.chunk - 1 }
    this.#blocks += blocks.length
    if (last)
      Object.assign(this.at, {
        newest: last.newest,
        chunk: last.chunk,
        part: last.part,
        n: Math.max(blocksThen, this.#blocks),
      })
  }
}

/** Places of some keys in order, from a place on. Some may have become untrue; the same one may come twice. */
export class Walk {
  readonly #streams: readonly Stream[]
  #pool: Candidate[]
  readonly #after: Place
  readonly #least: number

  constructor({ listed, rare, keys }: Keys, { least, most }: Bounds, unlisted: Unlisted, after: Place | undefined) {
    this.#after = after ?? { when: Number.POSITIVE_INFINITY, number: 0 }
    this.#least = least
    // A short date that begins by then ends soon after.
    const most0 = Math.min(most + longest, this.#after.when, Number.MAX_SAFE_INTEGER)
    const most1 = Math.min(this.#after.when, Number.MAX_SAFE_INTEGER)
    this.#streams = listed.flatMap(({ key, longs }) => [
      new Stream(key, 0, { least, most: most0 }, false),
      new Stream(key, 1, { least, most: most1 }, longs === 0),
    ])
    const fresh = keys.flatMap((key) => datedOf(unlisted.lists.get(key) ?? []))
    this.#pool = this.#among([...rare, ...fresh.map(({ when, number }) => ({ when, number, isUnlisted: true }))])
  }

  /** So many of the next ones, or a few more; fewer if there are no more. */
  *next(least: number): Sql<Candidate[]> {
    for (;;) {
      const frontier = this.#streams.reduce(
        (first, stream) => (newestFirst(stream.frontier, first) < 0 ? stream.frontier : first),
        end,
      )
      const ready = this.#pool.filter((place) => newestFirst(place, frontier) <= 0)
      if (ready.length >= least || frontier === end) {
        this.#pool = this.#pool.filter((place) => newestFirst(place, frontier) > 0)
        return ready.sort(newestFirst)
      }
      for (const stream of this.#streams) {
        if (stream.frontier !== frontier) continue
        const read: Place[] = []
        yield* stream.read(read)
        this.#pool.push(...this.#among(read))
      }
    }
  }

  #among<P extends Place>(some: readonly P[]): P[] {
    return some.filter((place) => place.when >= this.#least && newestFirst(place, this.#after) > 0)
  }
}

export interface Candidate extends Place {
  /** Perhaps of a commit that is not on the disk yet. */
  readonly isUnlisted?: boolean
}
