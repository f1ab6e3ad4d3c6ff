/**
 * Rows of SQLite as objects that are quick to read. Those that `node:sqlite` makes are dictionaries: to read a column of one takes as long as
 * to find the row. So rows come as arrays, and each statement has a function of its own that gives them names, and all one shape.
 */
import type { StatementSync } from 'node:sqlite'
import type { Row, Value } from './sql.ts'

type Named = (row: readonly Value[]) => Row

/** A statement, ready to be run. */
export class Ready {
  readonly #statement: StatementSync
  readonly #named: Named

  constructor(statement: StatementSync) {
    this.#statement = statement
    this.#named = namedBy(statement.columns().map(({ name }) => name))
    statement.setReturnArrays(true)
  }

  run(values: readonly Value[]): void {
    this.#statement.run(...values)
  }

  all(values: readonly Value[]): readonly Row[] {
    const rows: unknown[] = this.#statement.all(...values)
    for (let i = 0; i < rows.length; i++) rows[i] = this.#named(rows[i] as readonly Value[])
    return rows as readonly Row[]
  }
}

/** The names are those that our own statements give. Where Node may not compile code, rows are made a column at a time. */
function namedBy(names: readonly string[]): Named {
  try {
    return new Function('row', `return { ${names.map((name, i) => `${JSON.stringify(name)}: row[${i}]`)} }`) as Named
  } catch {
    return (row) => Object.fromEntries(names.map((name, i) => [name, row[i]!]))
  }
}
