/** Search conditions inside a commit, each asked once however often it is named. */
import { fail, ok, type Result } from '../../domain/problem.ts'
import { parseSearch } from '../../fhir/search/parse.ts'
import { isAlways, type Query } from '../../fhir/search/query.ts'
import { ask, askAll, rest, type Steps, type Stored, type Visibility } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { Brought, type Fresh } from './brought.ts'
import { withCodes } from './concepts.ts'
import type { Write } from './entry.ts'
import { withLooks } from './looked-at.ts'

interface Wanted {
  readonly type: string
  readonly text: string
  readonly key: string
}

export class Criteria {
  readonly #ctx: Context
  readonly #queries = new Map<string, Query>()
  readonly #found = new Map<string, readonly Stored[]>()
  readonly #deleted = new Set<string>()
  /** One more than tells one from several, for each that may be deleted. */
  readonly #enough: number
  #brought: Brought | undefined

  constructor(ctx: Context, writes: readonly Write[]) {
    this.#ctx = ctx
    const deletions = writes.filter(({ kind }) => kind === 'delete')
    for (const write of deletions) if ('id' in write && write.id !== undefined) this.deletes(write.type, write.id)
    this.#enough = 2 + deletions.length
  }

  /** What a deletion of this transaction is about: it was before all that matches it, and so is not there. */
  deletes(type: string, id: string): void {
    this.#deleted.add(`${type}/${id}`)
  }

  /**
   * Asks for so many matches of each condition as tell: none, one, or too many. They are what the caller may see, and what the caller has
   * made itself: said again, it is not made twice, and nobody is told by a condition that somebody else's record is there.
   */
  *search(wanted: readonly Wanted[]): Steps<Result<void>> {
    const fresh: Wanted[] = []
    for (const [i, one] of wanted.entries()) {
      yield* rest(i)
      if (this.#queries.has(one.key)) continue
      const query = parseSearch(one.type, new URLSearchParams(one.text), {
        base: `${this.#ctx.settings.baseUrl}/fhir`,
        now: this.#ctx.clock(),
      })
      if (!query.ok) return query
      // A condition of nothing would be met by everything: `?_count=1`, `?_id:missing=false`, an empty If-None-Exist.
      if (query.value.filters.every(isAlways)) return fail('invalid', `The condition on ${one.type} has no search criteria.`)
      const coded = yield* withCodes(query.value)
      const looked = coded.ok ? yield* withLooks(coded.value, this.#ctx.principal.visible) : coded
      if (!looked.ok) return looked
      this.#queries.set(one.key, { ...looked.value, count: this.#enough, sort: [], total: 'none' })
      fresh.push(one)
    }
    yield* this.#ask(fresh, this.#ctx.principal.visible)
    if (this.#ctx.principal.visible !== 'everything')
      yield* this.#askForOwn(fresh.filter((one) => this.#found.get(one.key)!.length === 0))
    return ok(undefined)
  }

  *#ask(wanted: readonly Wanted[], visible: Visibility): Steps<void> {
    const pages = yield* askAll(wanted.map(({ key }) => ({ ask: 'search' as const, query: this.#queries.get(key)!, visible })))
    for (const [index, { key }] of wanted.entries()) this.#found.set(key, pages[index]!.items)
  }

  *#askForOwn(wanted: readonly Wanted[]): Steps<void> {
    yield* this.#ask(wanted, 'everything')
    for (const { key } of wanted) {
      const items = this.#found.get(key)!
      const writers = items.length === 0 ? [] : yield* ask({ ask: 'writers', of: items })
      this.#found.set(
        key,
        items.filter((_, i) => writers[i]!.createdBy === this.#ctx.principal.id),
      )
    }
  }

  /** What the store had, without what this very transaction deletes. */
  matches({ key }: Wanted): readonly Stored[] {
    return (this.#found.get(key) ?? []).filter((stored) => !this.#deleted.has(`${stored.type}/${stored.id}`))
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
}

const fresh = ({ write, id }: Target, lastUpdated: number): Fresh[] =>
  (write.kind === 'create' || write.kind === 'update') && id !== undefined
    ? [{ type: write.type, id, lastUpdated, resource: write.resource.value }]
    : []
