/** What is indexed and stands in no list by date yet: see dated.ts. */

export interface Place {
  readonly number: number
  /** Milliseconds: the latest instant of the resource's main date. */
  readonly when: number
}

export const newestFirst = (a: Place, b: Place): number => b.when - a.when || b.number - a.number

/** A resource's place in the lists of its keys. */
export interface Dated extends Place {
  /** Number of the main date's parameter. */
  readonly parameter: number
  /** The date covers a day or more: a search for an earlier one may mean it, too. */
  readonly long: 0 | 1
}

/** Milliseconds from which on a date is long. */
export const longest = 86_400_000

/** So many resources are listed together. */
const together = 4096
/** So few are read from memory as quickly as from lists. */
const few = 64

/** Entries that are in no list yet: what the writer has indexed since lists were last written. Searches read it, too. */
export class Unlisted {
  readonly lists = new Map<number, Dated[]>()
  #resources = 0
  /** Versions from this row on are in no list. */
  since = 0
  /** Not known: only the database knows. */
  isLost = true
  #fresh: (readonly number[])[] = []

  add(dated: Dated, keys: readonly number[]): void {
    this.#resources++
    this.#fresh.push(keys)
    for (const key of keys) {
      const list = this.lists.get(key)
      if (list) list.push(dated)
      else this.lists.set(key, [dated])
    }
  }

  keep(): void {
    if (this.#fresh.length > 0) this.#fresh = []
  }

  undo(): void {
    for (const keys of this.#fresh.reverse()) for (const key of keys) this.lists.get(key)?.pop()
    this.#resources -= this.#fresh.length
    this.keep()
  }

  forget(): void {
    this.isLost = true
    this.start(0)
  }

  /** Everything before this row is in lists. */
  start(row: number): void {
    this.lists.clear()
    this.#resources = 0
    this.since = row
    this.keep()
  }

  get isMany(): boolean {
    return this.#resources >= together
  }

  get isWorthReading(): boolean {
    return this.#resources >= few
  }
}
