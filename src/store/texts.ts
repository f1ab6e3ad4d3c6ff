/** The texts of what a search has found: as many as there is room for on a page. */
import type { Match } from './by-date.ts'
import { db, prepare, rows } from './compile.ts'
import { asList, membersOf } from './dialect.ts'
import { filling, portion } from './page.ts'
import type { Recent } from './recent.ts'
import { stored } from './resources.ts'
import type { Sql } from './sql.ts'
import type { Stored } from './store.ts'

const textsOf = prepare<{ rows: string }>()(($) =>
  db
    .selectFrom('version')
    .select(['row', 'version', 'at', 'sequence', 'text'])
    .where('row', 'in', membersOf($('rows'))),
)

export class Texts {
  readonly #type: string
  readonly #recent: Recent
  readonly #room: number
  readonly #known = new Map<number, Stored>()

  /** `room`: characters. */
  constructor(type: string, recent: Recent, room = Number.POSITIVE_INFINITY) {
    this.#type = type
    this.#recent = recent
    this.#room = room
  }

  /** Of what has been read. */
  of({ current }: Match): Stored {
    return this.#known.get(current)!
  }

  /** How many of these fill the room. */
  filling(matches: readonly Match[]): number {
    const lengths = matches.map((match) => this.of(match).text?.length ?? 0)
    return filling(lengths, this.#room)
  }

  /** Reads the first of these: all of them, or those that fill the room and at least one more. */
  *read(matches: readonly Match[]): Sql<readonly Match[]> {
    const together = Number.isFinite(this.#room) ? portion : matches.length
    for (let to = together; to < matches.length; to += together) {
      yield* this.#load(matches.slice(to - together, to))
      const first = matches.slice(0, to)
      if (this.filling(first) < to) return first
    }
    yield* this.#load(matches)
    return matches
  }

  *#load(matches: readonly Match[]): Sql<void> {
    const ids = new Map<number, string>()
    for (const { id, current } of matches) {
      if (this.#known.has(current)) continue
      const known = this.#recent.get(current)
      if (known !== undefined) this.#known.set(current, known)
      else ids.set(current, id)
    }
    if (ids.size === 0) return
    for (const version of yield* rows(textsOf, { rows: asList([...ids.keys()]) })) {
      const read = stored(this.#type, ids.get(version.row)!, version)
      this.#known.set(version.row, read)
      this.#recent.keep(version.row, read)
    }
  }
}
