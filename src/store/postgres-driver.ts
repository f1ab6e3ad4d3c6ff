/**
 * What is used of the package `pg`. Only they need it who keep the store in PostgreSQL: it is asked for by its name, and may be missing.
 * https://node-postgres.com/
 */
import type { Row } from './sql.ts'

export interface Result {
  readonly rows: readonly Row[]
  /** `COMMIT` where one was asked for and carried out. */
  readonly command: string
}

export interface Query {
  readonly text: string
  /** Under which it is kept ready. */
  readonly name?: string
  readonly values?: readonly (string | null)[]
}

export interface Pool {
  query(query: string | Query): Promise<Result>
  on(event: 'error' | 'end', told: () => void): this
  end(): Promise<void>
}

export interface Client extends Pool {
  connect(): Promise<unknown>
}

interface Driver {
  readonly Client: new (config: object) => Client
  readonly Pool: new (config: object) => Pool
}

const load = (name: string): Promise<unknown> => import(name)

/** Undefined where the package is not installed. */
export const postgresDriver = (): Promise<Driver | undefined> =>
  load('pg').then(
    (loaded) => (loaded as { readonly default: Driver }).default,
    () => undefined,
  )

/** Whether the name of a store (`HANDOFF_STORE`) is that of a PostgreSQL database. */
export const isPostgres = (store: string): boolean => /^postgres(ql)?:/.test(store)
