/** Kysely as a compiler: statements are written with its types, compiled once, and kept as text. Nothing runs through it. */
import { type Compilable, DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import type { Tables } from './schema/tables.ts'
import type { Row, Sql, Value } from './sql.ts'

export const db = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (any) => new SqliteIntrospector(any),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
})

/** Stands for a value that is bound when the statement runs. */
class Place {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

type Bindings = Record<string, Value>
type Places<P extends Bindings> = <K extends keyof P & string>(name: K) => P[K]

/** A statement with named places: P what it is given, R a row of its answer. */
export interface Prepared<P extends Bindings, R> {
  readonly sql: string
  bind(values: P): Value[]
  /** Never set: carries the type of the rows. */
  readonly row?: R
}

/** Compiled at the first use, then kept. */
export function prepare<P extends Bindings>() {
  return <R>(write: (place: Places<P>) => Compilable<R>): Prepared<P, R> => {
    let text: string | undefined
    let order: readonly unknown[] = []
    const compiled = (): string => {
      if (text === undefined) {
        const query = write((name) => new Place(name) as unknown as P[typeof name]).compile()
        text = query.sql
        order = query.parameters
      }
      return text
    }
    return {
      get sql() {
        return compiled()
      },
      bind(values) {
        compiled()
        return order.map((part) => (part instanceof Place ? (values[part.name] as Value) : (part as Value)))
      },
    }
  }
}

/** All rows of a prepared statement. */
export function* rows<P extends Bindings, R>(statement: Prepared<P, R>, values: P): Sql<readonly R[]> {
  return (yield { sql: statement.sql, values: statement.bind(values) }) as readonly R[]
}

/** The only row, or undefined. */
export function* row<P extends Bindings, R>(statement: Prepared<P, R>, values: P): Sql<R | undefined> {
  const found = yield { sql: statement.sql, values: statement.bind(values) }
  return found[0] as R | undefined
}

/** A statement for many rows, in one round trip. */
export function* each<P extends Bindings>(statement: Prepared<P, unknown>, lists: readonly P[]): Sql<void> {
  if (lists.length > 0) yield { sql: statement.sql, lists: lists.map((values) => statement.bind(values)) }
}

/** A query made for one question alone, compiled as it is. */
export function* answer<R>(query: Compilable<R>): Sql<readonly R[]> {
  const { sql, parameters } = query.compile()
  return (yield { sql, values: parameters as readonly Value[] }) as readonly (R & Row)[]
}
