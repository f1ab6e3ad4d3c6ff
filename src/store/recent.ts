/** Versions that were read lately, by their rows: a version never changes, and what is read is mostly read again. */
import type { Stored } from './store.ts'

/** Characters of text that are kept, at most twice over. */
const generation = 4_000_000

export class Recent {
  #young = new Map<number, Stored>()
  #old = new Map<number, Stored>()
  #size = 0

  get(row: number): Stored | undefined {
    const young = this.#young.get(row)
    if (young !== undefined) return young
    const old = this.#old.get(row)
    if (old !== undefined) this.keep(row, old)
    return old
  }

  keep(row: number, version: Stored): void {
    this.#size += version.text?.length ?? 0
    if (this.#size > generation) {
      this.#old = this.#young
      this.#young = new Map()
      this.#size = version.text?.length ?? 0
    }
    this.#young.set(row, version)
  }
}
