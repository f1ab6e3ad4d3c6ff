/** What is indexed and stands in no list yet: neither under its keys (postings.ts) nor by date (dated.ts). */

export interface Place {
  readonly number: number
  /** Milliseconds: the latest instant of the resource's main date. */
  readonly when: number
}

export const newestFirst = (a: Place, b: Place): number => b.when - a.when || b.number - a.number

/** A resource's place in the lists by date of its keys. */
export interface Dated extends Place {
  /** Number of the main date's parameter. */
  readonly parameter: number
  /** The date covers a day or more: a search for an earlier one may mean it, too. */
  readonly long: 0 | 1
}

/** Milliseconds from which on a date is long. */
export const longest = 86_400_000

/** A resource under one of its keys. */
export interface Item {
  readonly number: number
  /** Absent where it has no main date. */
  readonly dated?: Dated | undefined
  /** The key's postings have it: only its date is another one now. */
  readonly isPosted?: true
}

/** How a key is listed. */
export interface Extent {
  readonly key: number
  /** Of its lists by date, counted up to some. */
  readonly blocks: number
  /** Whether some of them are of long dates. */
  readonly longs: number
  /** Where it has none: the places of all that is listed under it, once they were looked for and are few. */
  places?: readonly Place[]
}

/** So many resources are listed together. */
const usual = 4096
/** So few are read from memory as quickly as from lists. */
const few = 64

/**
 * The writer's memory of what it has indexed since lists were last written. Searches read it, too, and must ask each resource whether it has
 * the key: it may have lost it since, and its commit may not be on the disk yet.
 */
export class Unlisted {
  readonly lists = new Map<number, Item[]>()
  /** As searches found it since lists were last written. What a resource loses in between is still among the places. */
  readonly extents = new Map<number, Extent>()
  /** Resources that have lost keys which they may have here. */
  readonly changed = new Set<number>()
  readonly #together: number
  #resources = 0
  /** Versions from this row on are in no list. */
  since = 0
  /** Not known: only the database knows. */
  isLost = true
  #fresh: (readonly number[])[] = []

  constructor(together = usual) {
    this.#together = together
  }

  add(item: Item, keys: readonly number[]): void {
    if (keys.length === 0) return
    this.#resources++
    this.#fresh.push(keys)
    for (const key of keys) {
      const list = this.lists.get(key)
      if (list) list.push(item)
      else this.lists.set(key, [item])
    }
  }

  /** Numbers of resources that came to one of these keys, each once, in order. */
  withAny(keys: readonly number[]): number[] {
    const numbers: number[] = []
    let isInOrder = true
    for (const key of keys)
      for (const { number, isPosted } of this.lists.get(key) ?? []) {
        if (isPosted) continue
        isInOrder &&= number > (numbers.at(-1) ?? 0)
        numbers.push(number)
      }
    return isInOrder ? numbers : [...new Set(numbers)].sort((a, b) => a - b)
  }

  /** All keys in order; there may be a hundred thousand. */
  sortedKeys(): number[] {
    return [...Float64Array.from(this.lists.keys()).sort()]
  }

  /** The keys from `first` to before `end` under which there is anything. */
  keysBetween(first: number, end: number): number[] {
    return [...this.lists.keys()].filter((key) => key >= first && key < end)
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
    this.extents.clear()
    this.changed.clear()
    this.#resources = 0
    this.since = row
    this.keep()
  }

  get isMany(): boolean {
    return this.#resources >= this.#together
  }

  get isWorthReading(): boolean {
    return this.#resources >= Math.min(few, this.#together)
  }
}
