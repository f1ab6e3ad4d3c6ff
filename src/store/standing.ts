/**
 * A search that takes long lets others have their turn, and goes on showing what there was when it began: what was made since is left out;
 * what has changed since is judged by the version that it had then, once the search is at its end (meanwhile.ts).
 */
import { type RawBuilder, sql } from 'kysely'
import type { Query } from '../fhir/search/query.ts'
import type { Asked } from './by-date.ts'
import { prepare, raw, row } from './compile.ts'
import { type Condition, never } from './condition.ts'
import { ofType } from './conditions.ts'
import { loadUnlisted } from './dated.ts'
import { condition, type Sight } from './meaning.ts'
import { newestRow } from './resources.ts'
import { type Sql, turn } from './sql.ts'
import type { Unlisted } from './unlisted.ts'
import { visibleResource } from './visible.ts'

/** What a query means for the tables. */
export interface Meaning {
  /** That it is of the type. */
  readonly whole: Condition
  readonly asked: readonly Asked[]
}

/** Undefined if nothing can fit: the type has no resources at all, or a condition holds for none. */
function* meaningOf({ type, filters }: Query, sight: Sight): Sql<Meaning | undefined> {
  const looking = { ...sight, selected: new Map(), items: 0 }
  const asked: Asked[] = []
  for (const filter of filters) {
    const next = yield* condition(type, filter, looking)
    // Nothing can hold: no question has to be asked.
    if (next === never) return undefined
    asked.push({ ...next, filter })
  }
  const whole = yield* ofType(type, sight.unlisted)
  return whole && { whole, asked: [...asked, ...visibleResource(sight.visible)] }
}

const writtenAfter = prepare<{ type: string; row: number }>()(($) =>
  raw<{ row: number }>(sql`SELECT row FROM version WHERE type = ${$('type')} AND row > ${$('row')} LIMIT 1`),
)

export class Standing {
  readonly query: Query
  readonly #sight: Sight
  readonly #mayRest: boolean
  #meaning: Meaning
  /** Row of the last version that is shown. Undefined: all are, since nobody has had a turn. */
  until: number | undefined
  /** Row of the last version that there was when this search began; undefined as long as nobody has had a turn. */
  began: number | undefined
  /** Whether anything of the type was written since what is shown. */
  hasChanged = false
  #newest = 0

  private constructor(query: Query, sight: Sight, meaning: Meaning, until: number | undefined, mayRest: boolean) {
    this.query = query
    this.#sight = sight
    this.#meaning = meaning
    this.until = until
    this.#mayRest = mayRest
  }

  /** Undefined if nothing can fit. `until`: what there was up to a row. */
  static *begin(query: Query, sight: Sight, until: number | undefined, mayRest: boolean): Sql<Standing | undefined> {
    const meaning = yield* meaningOf(query, sight)
    if (meaning === undefined) return undefined
    const standing = new Standing(query, sight, meaning, until, mayRest)
    if (until !== undefined) yield* standing.#look(meaning)
    return standing
  }

  get unlisted(): Unlisted {
    return this.#sight.unlisted
  }

  /** To be asked for anew after each turn. Conditions keep their places; further ones may come behind them. */
  get meaning(): Meaning {
    return this.#meaning
  }

  /** Everything else that waits has its turn, if this takes long. */
  *turn(): Sql<void> {
    if (!this.#mayRest) return
    if (this.began === undefined) {
      this.began = yield* newestRow()
      this.#newest = this.began
      this.until ??= this.began
    }
    const { since } = this.unlisted
    yield turn
    if (this.unlisted.isLost) yield* loadUnlisted(this.unlisted)
    const newest = yield* newestRow()
    if (newest === this.#newest && since === this.unlisted.since) return
    // Conditions hold on to what was in no list.
    this.#newest = newest
    const meaning = yield* meaningOf(this.query, this.#sight)
    if (meaning !== undefined) yield* this.#look(meaning)
  }

  *#look({ whole, asked }: Meaning): Sql<void> {
    this.hasChanged = (yield* row(writtenAfter, { type: this.query.type, row: this.until! })) !== undefined
    this.#meaning = { whole, asked: this.hasChanged ? [...asked, unchanged(this.until!)] : asked }
  }
}

/** Of what is as it was, and was there then. */
const unchanged = (until: number): Condition => ({
  holds: sql`EXISTS (SELECT 1 FROM resource AS now WHERE now.number = d.number AND now.current <= ${until})`,
})

export const all = (conditions: readonly Condition[]): RawBuilder<unknown> =>
  sql.join([sql`TRUE`, ...conditions.map(({ holds }) => holds)], sql` AND `)
