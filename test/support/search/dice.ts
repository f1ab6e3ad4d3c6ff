/** Chance that comes again with its seed (mulberry32). */
export class Dice {
  #state: number
  constructor(seed: number) {
    this.#state = seed | 0
  }

  /** A whole number from 0 up to, not including, `n`. */
  below(n: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % n
  }

  of<const T>(...list: readonly T[]): T {
    return list[this.below(list.length)]!
  }

  /** One time in `n`. */
  once(n: number): boolean {
    return this.below(n) === 0
  }

  /** Up to `most` of what is made. */
  some<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.below(most + 1) }, make)
  }

  maybe<T>(make: () => T): T | undefined {
    return this.once(5) ? undefined : make()
  }
}
