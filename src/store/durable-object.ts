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

/** https://developers.cloudflare.com/durable-objects/platform/limits/ */
const valuesAtOnce = 100
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

/** Where there are more values than a statement may have numbers stand in its text; texts never do. */
function fitted({ sql, values }: Pick<Statement, 'sql' | 'values'>): Pick<Statement, 'sql' | 'values'> {
  if (values.length <= valuesAtOnce) return { sql, values }
  const bound: Value[] = []
  let [place, surplus] = [0, values.length - valuesAtOnce]
  const text = sql.replace(/'[^']*'|"[^"]*"|\?/g, (found) => {
    if (found !== '?') return found
    const value = values[place++]!
    if (surplus > 0 && Number.isFinite(value)) {
      surplus--
      return `(${value})`
    }
    bound.push(value)
    return found
  })
  return { sql: text, values: bound }
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
