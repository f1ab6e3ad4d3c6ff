/**
 * Where a database answers later: readers go in together, and what changes the state that they read waits until they are out. So what a
 * question finds between two turns, in tables and in memory, is one state.
 */
export class Gate {
  #inside = 0
  #closed: Promise<void> | undefined
  #left: (() => void) | undefined

  async enter(): Promise<void> {
    while (this.#closed) await this.#closed
    this.#inside++
  }

  leave(): void {
    if (--this.#inside === 0) this.#left?.()
  }

  /** Runs this while nobody is inside. One at a time. */
  async alone<T>(work: () => T | Promise<T>): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#closed = promise
    try {
      if (this.#inside > 0) await new Promise<void>((left) => (this.#left = left))
      return await work()
    } finally {
      this.#left = undefined
      this.#closed = undefined
      resolve()
    }
  }
}
