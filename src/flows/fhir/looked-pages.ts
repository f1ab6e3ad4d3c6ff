/** What has to be read one by one to answer a search, a page at a time, as far as the limits of looking go. */
import { fail, ok, type Result } from '../../domain/problem.ts'
import { lookLimits } from '../../fhir/search/looked-filter.ts'
import type { Query } from '../../fhir/search/query.ts'
import { ask, type Steps, type Stored, type Visibility } from '../../store/store.ts'

export class LookedPages {
  readonly #query: Query
  readonly #visible: Visibility
  #seen = 0
  #read = 0
  #after: string | undefined
  #isOver = false

  constructor(query: Query, visible: Visibility) {
    this.#query = query
    this.#visible = visible
  }

  /** The next page; undefined behind the last one. `too-costly` where more would have to be read than is allowed. */
  *next(): Steps<Result<readonly Stored[]> | undefined> {
    if (this.#isOver) return undefined
    const { items, next } = yield* ask({
      ask: 'search',
      query: this.#query,
      visible: this.#visible,
      room: lookLimits.characters / 10,
      ...(this.#after !== undefined && { after: this.#after }),
    })
    this.#after = next
    this.#isOver = next === undefined
    this.#seen += items.length
    for (const { text = '' } of items) this.#read += text.length
    return this.#seen > lookLimits.resources || this.#read > lookLimits.characters ? tooMuch : ok(items)
  }
}

const tooMuch = fail('too-costly', 'Too many resources would have to be read for this: ask for something else besides.')
