/** A way through versions, newest first, a stretch at a time: where few of them are wanted, others have their turn in between. */
import { db, prepare, row } from './compile.ts'
import type { Sql } from './sql.ts'

/** Which versions: those of a type or all, by their rows, or those of one resource by their numbers. */
export interface Along {
  readonly by: 'v.row' | 'v.version'
  readonly type?: string
  /** The first one is below this, the last one is not below that. */
  readonly below: number
  readonly from: number
}

/** So many are looked at together in the beginning, and at most. */
const [short, long] = [512, 8192]

/** The row that so many of the type come before, going backwards. */
const furtherBack = prepare<{ type: string; below: number; passed: number }>()(($) =>
  db
    .selectFrom('version')
    .select('row')
    .where('type', '=', $('type'))
    .where('row', '<', $('below'))
    .orderBy('row', 'desc')
    .limit(1)
    .offset($('passed')),
)

export class Backwards {
  readonly by: Along['by']
  readonly #type: string | undefined
  readonly #end: number
  #below: number
  #length = short

  constructor({ by, type, below, from }: Along) {
    this.by = by
    this.#type = type
    this.#below = below
    this.#end = from
  }

  get isAtEnd(): boolean {
    return this.#below <= this.#end
  }

  /** Where the stretch that comes next ends and begins: `from` is the last of it, `below` no part of it. */
  *next(): Sql<{ readonly from: number; readonly below: number }> {
    const below = this.#below
    const plain = below - this.#length
    const found =
      this.#type === undefined ? plain : (yield* row(furtherBack, { type: this.#type, below, passed: this.#length - 1 }))?.row
    return { below, from: Math.max(this.#end, found ?? this.#end) }
  }

  /** All down to this one was looked at; `isWhole`: to the end of the stretch. */
  passed(down: number, isWhole: boolean): void {
    this.#below = down
    if (isWhole) this.#length = Math.min(long, 2 * this.#length)
  }
}
