/**
 * What a transaction brings, asked by its own conditions. Where a condition is by codes, references, addresses or names, what may meet it is
 * looked up; by anything else one after the other is asked, so many times in all.
 */
import { fail, ok, type Result } from '../../domain/problem.ts'
import { stringsOf, valuesOf } from '../../fhir/search/extract.ts'
import { searchLimits } from '../../fhir/search/limits.ts'
import { matcher } from '../../fhir/search/match.ts'
import type { Filter, Query } from '../../fhir/search/query.ts'
import { rest, type Steps } from '../../store/store.ts'

export interface Fresh {
  readonly type: string
  readonly id: string
  readonly resource: object
  /** Milliseconds. */
  readonly lastUpdated: number
}

interface Item extends Fresh {
  readonly fits: (filters: readonly Filter[]) => boolean
}

/** By one parameter of a type: by each of its values, and (of texts) in the order in which they are compared. */
interface Table {
  readonly byValue: Map<string, Item[]>
  readonly byText: Map<string, Item[]>
  readonly sorted: (readonly [text: string, item: Item])[]
}

export class Brought {
  readonly #byType = new Map<string, Item[]>()
  readonly #tables = new Map<string, Table>()
  /** Some seconds' worth, in slices. */
  #left: number = searchLimits.held

  constructor(all: Iterable<Fresh>) {
    for (const one of all) add(this.#byType, one.type, { ...one, fits: matcher(one) })
  }

  /** Ids of those that meet the query, two at most: none, one, or too many. */
  *find({ type, filters }: Query): Steps<Result<readonly string[]>> {
    const found = new Set<string>()
    let asked = 0
    for (const item of yield* this.#candidates(type, filters)) {
      yield* rest(asked++)
      if (--this.#left < 0)
        return fail(
          'too-costly',
          'The conditions of this transaction cannot be held against all that it brings: ask by identifiers.',
        )
      if (item.fits(filters)) found.add(item.id)
      if (found.size > 1) break
    }
    return ok([...found])
  }

  *#candidates(type: string, filters: readonly Filter[]): Steps<Iterable<Item>> {
    for (const filter of filters) {
      const values = valuesIn(filter)
      if (values) {
        const { byValue } = yield* this.#table(type, values.param)
        return values.of.flatMap((value) => byValue.get(value) ?? [])
      }
      if (filter.kind !== 'string' || filter.match === 'contains' || /[:#]/.test(filter.param)) continue
      const { byText, sorted } = yield* this.#table(type, filter.param)
      if (filter.match === 'exact') return filter.values.flatMap((value) => byText.get(value) ?? [])
      return startingWith(sorted, filter.values)
    }
    return this.#byType.get(type) ?? []
  }

  *#table(type: string, param: string): Steps<Table> {
    const key = `${type} ${param}`
    const known = this.#tables.get(key)
    if (known) return known
    const made: Table = { byValue: new Map(), byText: new Map(), sorted: [] }
    for (const [i, item] of (this.#byType.get(type) ?? []).entries()) {
      yield* rest(i)
      for (const value of valuesOf(item.resource, param)) add(made.byValue, value, item)
      for (const [text, exact] of stringsOf(item.resource, param)) {
        add(made.byText, exact, item)
        made.sorted.push([text, item])
      }
    }
    made.sorted.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    this.#tables.set(key, made)
    return made
  }
}

/** The values of which a resource has to have one, as they are. */
function valuesIn(filter: Filter): { readonly param: string; readonly of: readonly string[] } | undefined {
  if (filter.kind === 'reference' || filter.kind === 'uri') return { param: filter.param, of: filter.values }
  if (filter.kind !== 'token') return undefined
  const codes = filter.values.map(({ code }) => code)
  return codes.includes(undefined) ? undefined : { param: filter.param, of: codes as string[] }
}

function* startingWith(sorted: Table['sorted'], starts: readonly string[]): Generator<Item> {
  for (const start of starts) {
    let [from, to] = [0, sorted.length]
    while (from < to) {
      const middle = (from + to) >> 1
      if (sorted[middle]![0] < start) from = middle + 1
      else to = middle
    }
    for (; sorted[from]?.[0].startsWith(start); from++) yield sorted[from]![1]
  }
}

function add<T>(map: Map<string, T[]>, key: string, one: T): void {
  const known = map.get(key)
  if (known) known.push(one)
  else map.set(key, [one])
}
