/**
 * The SQLite storage of a Durable Object. It has one connection and transactions without parts: every plan gets its own, and reads wait for
 * its end. https://developers.cloudflare.com/durable-objects/api/sqlite-storage-api/
 */
import {
  type Database,
  type Row,
  type Statement,
  singles,
  TooLong,
  type Value,
  type Verdict,
  type Work,
  type WriteClient,
} from './sql.ts'
import { TooMuchAsked } from './store.ts'

/** https://developers.cloudflare.com/durable-objects/platform/limits/ */
const valuesAtOnce = 100
/** Characters of a statement. */
const longestStatement = 100_000
/** Bytes of a row and of each value: 2 MB less what else stands in a row. A runtime on a desk takes more, so it is asked before. */
const longestValue = 1_950_000

export function openDurableObject(storage: DurableObjectStorage): Database {
  return {
    writer: new DurableObjectClient(storage),
    pause: () => new Promise((resolve) => setTimeout(resolve, 0)),
    elapsed: () => performance.now(),
    // The object ends with its isolate.
    close: async () => undefined,
  }
}

/** No character takes more than three bytes for each of its code units. */
const isTooLong = (value: Value): boolean =>
  typeof value === 'string' && value.length * 3 > longestValue && new TextEncoder().encode(value).length > longestValue

/** Where there are more values than a statement may have numbers stand in its text; texts never do: the last one is a list of what is over. */
function fitted({ sql, values }: Pick<Statement, 'sql' | 'values'>): Pick<Statement, 'sql' | 'values'> {
  if (values.length <= valuesAtOnce) return { sql, values }
  const bound: Value[] = []
  const over: Value[] = []
  let place = 0
  const text = sql.replace(/'[^']*'|"[^"]*"|\?/g, (found) => {
    if (found !== '?') return found
    const value = values[place++]!
    if (Number.isFinite(value)) return `(${value})`
    if (bound.length < valuesAtOnce - 1) return `?${bound.push(value)}`
    return `(?${valuesAtOnce} ->> ${over.push(value) - 1})`
  })
  return { sql: text, values: over.length > 0 ? [...bound, JSON.stringify(over)] : bound }
}

class DurableObjectClient implements WriteClient {
  readonly #storage: DurableObjectStorage
  readonly hasParts = false

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage
  }

  execute(statement: Statement): readonly Row[] {
    const { sql } = this.#storage
    if (statement.values.some(isTooLong)) throw new TooLong(longestValue)
    if (!('width' in statement)) {
      const { sql: text, values } = fitted(statement)
      if (text.length > longestStatement) throw new TooMuchAsked()
      return sql.exec(text, ...values).toArray() as Row[]
    }
    for (const single of singles(statement, valuesAtOnce)) sql.exec(single.sql, ...single.values)
    return []
  }

  async transaction(work: Work, kept?: () => void): Promise<Verdict> {
    const verdict = await this.#storage.transaction(async (open) => {
      const verdict = await work()
      if (verdict === 'undo') open.rollback()
      return verdict
    })
    // Written, and confirmed by the replicas.
    if (verdict === 'keep') {
      await this.#storage.sync()
      kept?.()
    }
    return verdict
  }

  isOutside(error: unknown): boolean {
    return error instanceof Error && /SQLITE_(FULL|IOERR|BUSY|NOMEM|CANTOPEN)|storage operation/i.test(error.message)
  }
}
