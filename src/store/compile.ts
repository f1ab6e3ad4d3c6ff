/** Kysely as a compiler: statements are written with its types, compiled once, and kept as text. Nothing runs through it. */
import {
  type Compilable,
  DummyDriver,
  Kysely,
  type RawBuilder,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from 'kysely'
import type { Tables } from './schema/tables.ts'
import { inParts, type Row, type Sql, type Value } from './sql.ts'

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
export interface Prepared<P, R> {
  readonly sql: string
  /** The values in the order of the places, added to the list. */
  bind(values: P, list?: Value[]): Value[]
  /** Never set: carries the type of the rows. */
  readonly row?: R
}

/** Compiled at the first use, then kept. */
export function prepare<P extends Bindings>() {
  return <R>(write: (place: Places<P>) => Compilable<R>): Prepared<P, R> => {
    let compiled: { sql: string; names: readonly (string | undefined)[]; constants: readonly Value[] } | undefined
    const compile = () => {
      const { sql, parameters } = write((name) => new Place(name) as unknown as P[typeof name]).compile()
      return {
        sql,
        names: parameters.map((part) => (part instanceof Place ? part.name : undefined)),
        constants: parameters.map((part) => (part instanceof Place ? null : (part as Value))),
      }
    }
    return {
      get sql() {
        compiled ??= compile()
        return compiled.sql
      },
      bind(values, list = []) {
        compiled ??= compile()
        const { names, constants } = compiled
        for (let i = 0; i < names.length; i++) {
          const name = names[i]
          list.push(name === undefined ? constants[i]! : values[name]!)
        }
        return list
      },
    }
  }
}

type Columns<T extends keyof Tables> = keyof Tables[T] & string

/** Inserts a row with these columns. With `key`, where there is one of the same key already, that is given the columns of `anew`. */
export const inserting = <T extends keyof Tables, C extends Columns<T>>(
  table: T,
  columns: readonly C[],
  { key = [], anew = [] }: { readonly key?: readonly C[]; readonly anew?: readonly C[] } = {},
) =>
  prepare<Bindings>()(($) => {
    const names = (some: readonly string[]) => sql.join(some.map((column) => sql.ref(column)))
    const insert = sql`insert into ${sql.table(table)} (${names(columns)}) values (${sql.join(columns.map($))})`
    if (key.length === 0) return raw(insert)
    const set = anew.map((column) => sql`${sql.ref(column)} = ${sql.ref(`excluded.${column}`)}`)
    return raw(sql`${insert} on conflict (${names(key)}) do update set ${sql.join(set)}`)
  }) as Prepared<Pick<Tables[T], C>, unknown>

/** All rows of a prepared statement. */
export function* rows<P extends Bindings, R>(statement: Prepared<P, R>, values: P): Sql<readonly R[]> {
  return (yield { sql: statement.sql, values: statement.bind(values) }) as readonly R[]
}

/** The only row, or undefined. */
export function* row<P extends Bindings, R>(statement: Prepared<P, R>, values: P): Sql<R | undefined> {
  const found = yield { sql: statement.sql, values: statement.bind(values) }
  return found[0] as R | undefined
}

/** The same of rows that are never changed. */
export function* lasting<P extends Bindings, R>(statement: Prepared<P, R>, values: P): Sql<R | undefined> {
  const found = yield { sql: statement.sql, values: statement.bind(values), isLasting: true }
  return found[0] as R | undefined
}

/** A statement for many rows, in one round trip. */
export function* each<P extends Bindings>(statement: Prepared<P, unknown>, lists: readonly P[]): Sql<void> {
  if (lists.length === 0) return
  const values: Value[] = []
  for (const list of lists) statement.bind(list, values)
  yield* inParts(statement.sql, values.length / lists.length, values)
}

/** A query made for one question alone, compiled as it is. */
export function* answer<R>(query: Compilable<R>): Sql<readonly R[]> {
  const { sql, parameters } = query.compile()
  return (yield { sql, values: parameters as readonly Value[] }) as readonly (R & Row)[]
}

/** SQL text as a query: T a row of its answer. */
export const raw = <T>(built: RawBuilder<unknown>) =>
  ({ compile: () => built.compile(db) }) as { compile(): ReturnType<RawBuilder<T>['compile']> }
