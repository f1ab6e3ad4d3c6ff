/** Search conditions inside a commit, each asked once however often it is named. */
import { fail, ok, type Result } from '../../domain/problem.ts'
import { isUtf8 } from '../../fhir/interactions.ts'
import { parseSearch } from '../../fhir/search/parse.ts'
import { isAlways, type Query } from '../../fhir/search/query.ts'
import { ask, askAll, rest, type Steps, type Stored, type Visibility } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { mayLookFor } from './allowed.ts'
import { Brought, type Fresh } from './brought.ts'
import { withDefinitions } from './canonical-chains.ts'
import { withCodes } from './concepts.ts'
import type { At, Write } from './entry.ts'
import { withLooks } from './looked-at.ts'

interface Wanted {
  readonly type: string
  readonly text: string
  readonly key: string
}

interface Found {
  readonly items: readonly Stored[]
  /** There were no more. */
  readonly isAll: boolean
}

/** One more than one: several. */
const enough = 2
/** So many conditions are asked between two turns of everything else. */
const together = 50

export class Criteria {
  readonly #ctx: Context
  readonly #queries = new Map<string, Query>()
  readonly #found = new Map<string, Found>()
  readonly #leftOut = new Set<string>()
  #brought: Brought | undefined

  constructor(ctx: Context, writes: readonly Write[]) {
    this.#ctx = ctx
    for (const write of writes) if (write.kind === 'delete' && write.id !== undefined) this.leaveOut(write.type, write.id)
  }

  /** What is not there, or not as it stands: a deletion of this transaction was before all that matches it. */
  leaveOut(type: string, id: string): void {
    this.#leftOut.add(`${type}/${id}`)
  }

  /**
   * Asks for so many matches of each condition as tell: none, one, or too many. They are what the caller may see, and what the caller has
   * made itself: said again, it is not made twice, and nobody is told by a condition that somebody else's record is there. Each comes with
   * the place of the write that it is a condition of.
   */
  *search(wanted: readonly (Wanted & { readonly place: number })[], at: At): Steps<Result<void>> {
    const fresh: Wanted[] = []
    for (const [i, one] of wanted.entries()) {
      yield* rest(i)
      if (this.#queries.has(one.key)) continue
      const query = yield* this.#queryOf(one)
      if (!query.ok) return at(one.place, query)
      this.#queries.set(one.key, { ...query.value, count: enough, sort: [], total: 'none' })
      fresh.push(one)
    }
    for (let from = 0; from < fresh.length; from += together) {
      if (from > 0) yield { rest: true }
      yield* this.#look(fresh.slice(from, from + together))
    }
    return ok(undefined)
  }

  *#queryOf({ type, text }: Wanted): Steps<Result<Query>> {
    if (!isUtf8(text)) return fail('unreadable', `The condition on ${type} is percent-encoded, but not as text in UTF-8.`)
    const query = parseSearch(type, new URLSearchParams(text), {
      base: `${this.#ctx.settings.baseUrl}/fhir`,
      now: this.#ctx.clock(),
    })
    if (!query.ok) return query
    const may = mayLookFor(this.#ctx, type, query.value)
    if (!may.ok) return may
    // A condition of nothing would be met by everything: `?_count=1`, `?_id:missing=false`, an empty If-None-Exist.
    if (query.value.filters.every(isAlways)) return fail('invalid', `The condition on ${type} has no search criteria.`)
    const coded = yield* withCodes(query.value)
    const { visible } = this.#ctx.principal
    const named = coded.ok ? yield* withDefinitions(coded.value, visible) : coded
    return named.ok ? yield* withLooks(named.value, visible) : named
  }

  *#look(wanted: readonly Wanted[]): Steps<void> {
    const { visible } = this.#ctx.principal
    yield* this.#ask(wanted, visible)
    if (visible === 'everything') return
    const unseen = wanted.filter(({ key }) => this.#found.get(key)!.items.length === 0)
    yield* this.#ask(unseen, 'everything')
    for (const { key } of unseen) {
      const { items, isAll } = this.#found.get(key)!
      const writers = items.length === 0 ? [] : yield* ask({ ask: 'writers', of: items })
      const own = items.filter((_, i) => writers[i]!.createdBy === this.#ctx.principal.id)
      this.#found.set(key, { items: own, isAll })
    }
  }

  *#ask(wanted: readonly Wanted[], visible: Visibility): Steps<void> {
    const queries = wanted.map(({ key }) => this.#queries.get(key)!)
    const pages = yield* askAll(queries.map((query) => ({ ask: 'search' as const, query, visible })))
    for (const [i, { items }] of pages.entries())
      this.#found.set(wanted[i]!.key, { items, isAll: items.length < queries[i]!.count })
  }

  /** What the store has, without what is left out: as many as tell none, one, or several. */
  *matches(wanted: Wanted): Steps<readonly Stored[]> {
    for (;;) {
      const query = this.#queries.get(wanted.key)
      const { items, isAll } = this.#found.get(wanted.key) ?? { items: [], isAll: true }
      const there = items.filter((stored) => !this.#leftOut.has(`${stored.type}/${stored.id}`))
      const most = enough + this.#leftOut.size
      if (isAll || query === undefined || there.length >= enough || query.count >= most) return there
      // Some of what was found is left out: there may be more behind it.
      this.#queries.set(wanted.key, { ...query, count: Math.min(4 * query.count, most) })
      yield { rest: true }
      yield* this.#look([wanted])
    }
  }

  /** Ids of resources that the transaction itself brings: two at most. */
  *among(wanted: Wanted, targets: readonly Target[]): Steps<Result<readonly string[]>> {
    this.#brought ??= new Brought(targets.flatMap((target) => fresh(target, this.#ctx.clock())))
    return yield* this.#brought.find(this.#queries.get(wanted.key)!)
  }
}

interface Target<W extends Write = Write> {
  readonly write: W
  readonly id: string | undefined
  readonly matched: boolean
}

const fresh = ({ write, id, matched }: Target, lastUpdated: number): Fresh[] =>
  (write.kind === 'create' || write.kind === 'update') && id !== undefined && !matched
    ? [{ type: write.type, id, lastUpdated, resource: write.resource.value }]
    : []
