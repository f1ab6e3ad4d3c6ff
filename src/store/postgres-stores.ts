/**
 * A PostgreSQL database: a schema per tenant, and one above them. One process at a time writes a schema, and answers for it: it holds a lock
 * that ends with its connection, and every transaction runs on that connection. Others wait for the lock.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { openPostgres } from './postgres.ts'
import { type Client, postgresDriver } from './postgres-driver.ts'
import { types } from './postgres-text.ts'
import { openSqlStore } from './sql-store.ts'
import type { Home, StoresOptions } from './stores.ts'

/** The oldest that its makers still mend. https://www.postgresql.org/support/versioning/ */
const oldest = 14
/** Connections that read, for each schema. */
const readers = 4
/** Milliseconds between two tries to get the lock. */
const again = 500

/** Opens `postgres://…`: waits for the lock, if it is told whom to tell so, or rejects where another process has it. */
export async function openPostgresHome(url: string, options: StoresOptions): Promise<Home> {
  const pg = await postgresDriver()
  if (pg === undefined) throw new Error('the package pg is not installed')
  const config = {
    connectionString: url,
    types,
    application_name: 'warm-handoff',
    connectionTimeoutMillis: 30_000,
    keepAlive: true,
  }
  return {
    async open(name) {
      const schema = `handoff_${name}`
      const writer = new pg.Client(config)
      let state: 'open' | 'closed' | 'lost' = 'open'
      const lose = () => {
        if (state !== 'open') return
        state = 'lost'
        options.lost?.()
      }
      writer.on('error', lose).on('end', lose)
      try {
        await writer.connect()
        await look(writer)
        await claim(writer, schema, options.standby)
        if (!(await has(writer, schema))) await writer.query(`CREATE SCHEMA "${schema}"`)
        await writer.query(session(schema))
      } catch (error) {
        state = 'closed'
        await writer.end()
        throw error
      }
      const pool = new pg.Pool({
        ...config,
        max: readers,
        onConnect: async (client: Client) => void (await client.query(session(schema))),
      })
      pool.on('error', () => undefined)
      const close = async () => {
        if (state === 'open') state = 'closed'
        await pool.end()
        await writer.end().catch(() => undefined)
      }
      return openSqlStore(openPostgres({ writer, readers: pool, isLost: () => state === 'lost', lose, close }), options)
    },
    async close() {},
  }
}

/**
 * Names are looked up in the schema; joins are carried out in the order they are written, each by an index for one row after the other (there is
 * one, and a few rows are asked for among many); a commit waits for the disk; and the server notices within a quarter of a minute where we are
 * gone without a word, and lets go of the lock.
 */
const session = (
  schema: string,
) => `SET search_path = "${schema}"; SET join_collapse_limit = 1; SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off;
  SET synchronous_commit = on;
  SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 3; SET tcp_keepalives_count = 3`

async function look(client: Client): Promise<void> {
  const { rows } = await client.query(
    "SELECT current_setting('server_version_num')::int AS version, current_setting('server_encoding') AS encoding",
  )
  const { version, encoding } = rows[0] ?? {}
  if (Number(version) < oldest * 10_000) throw new Error(`PostgreSQL ${oldest} or newer is needed`)
  if (encoding !== 'UTF8') throw new Error('the database must be made with the encoding UTF8')
}

async function claim(client: Client, schema: string, standby: (() => void) | undefined): Promise<void> {
  for (let isFirst = true; ; isFirst = false) {
    const { rows } = await client.query({
      text: 'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS claimed',
      values: [`warm-handoff ${schema}`],
    })
    if (rows[0]?.claimed === 1) return
    if (standby === undefined) throw new Error(`another process has the store ${schema} open`)
    if (isFirst) standby()
    await wait(again)
  }
}

async function has(client: Client, schema: string): Promise<boolean> {
  return (await client.query({ text: 'SELECT 1 FROM pg_namespace WHERE nspname = $1', values: [schema] })).rows.length > 0
}
