/** Answers to statements whose rows are never changed once they are there. */
import type { Row, Single } from './sql.ts'

/** So many are remembered. */
const most = 2000

export class Lasting {
  readonly #known = new Map<string, readonly Row[]>()

  get(statement: Single): readonly Row[] | undefined {
    return this.#known.get(nameOf(statement))
  }

  /** What was found; that there was nothing does not last. */
  keep(statement: Single, found: readonly Row[]): readonly Row[] {
    if (this.#known.size >= most) this.#known.clear()
    if (found.length > 0) this.#known.set(nameOf(statement), found)
    return found
  }

  /** Some of what was found may never have been committed. */
  forget(): void {
    this.#known.clear()
  }
}

const nameOf = ({ sql, values }: Single): string => `${sql} ${values.join()}`
