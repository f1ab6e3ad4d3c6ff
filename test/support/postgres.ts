/** A PostgreSQL of one test file's own, where the machine has its programs; tests that need one are skipped by name elsewhere. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { postgresDriver } from '../../src/store/postgres-driver.ts'

export interface PostgresServer {
  readonly url: string
  stop(): Promise<void>
}

const debian = '/usr/lib/postgresql'
const folders = [
  ...(process.env.PATH ?? '').split(delimiter),
  ...(existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, 'bin')) : []),
]
const programs = folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')))

/** It refuses to run as root: somebody else has to. */
const runAs = (() => {
  if (userInfo().uid !== 0) return {}
  try {
    const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { stdio: 'pipe' }).toString())
    return { uid: id('-u'), gid: id('-g') }
  } catch {
    return undefined
  }
})()

const pg = await postgresDriver()

/** The reason why there is none. */
export const noPostgres =
  programs === undefined
    ? 'initdb is not here'
    : runAs === undefined
      ? 'there is no user postgres'
      : pg === undefined
        ? 'the package pg is not here'
        : undefined

/** `durable`: commits wait for the disk. Otherwise its files are gone with the test, and need not survive a power cut. */
export async function startPostgres({ durable = false } = {}): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'handoff-postgres-'))
  const as = runAs ?? {}
  if (as.uid !== undefined) chownSync(folder, as.uid, as.gid!)
  const initdb = ['-D', join(folder, 'data'), '-U', 'handoff', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync']
  execFileSync(join(programs!, 'initdb'), initdb, { ...as, cwd: folder, stdio: 'pipe' })
  // A socket in its folder: there is no port to be taken.
  const options = [
    `fsync=${durable ? 'on' : 'off'}`,
    'listen_addresses=',
    `unix_socket_directories=${folder}`,
    'max_connections=200',
  ]
  const server = spawn(
    join(programs!, 'postgres'),
    ['-D', join(folder, 'data'), ...options.flatMap((option) => ['-c', option])],
    {
      ...as,
      cwd: folder,
      stdio: 'ignore',
    },
  )
  const ended = once(server, 'exit')
  const url = `postgres:///postgres?host=${folder}&user=handoff`
  await Promise.race([answering(url), ended.then(() => Promise.reject(new Error('PostgreSQL did not start')))])
  return {
    url,
    async stop() {
      server.kill('SIGINT')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function answering(url: string): Promise<void> {
  for (;;) {
    try {
      return await sql(url, 'SELECT 1')
    } catch {
      await wait(50)
    }
  }
}

/** Runs this in a database, on a connection of its own. */
export async function sql(url: string, text: string): Promise<void> {
  const client = new pg!.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  await client.query(text).finally(() => client.end())
}

let databases = 0

/** An empty database of a server; answers its URL. */
export async function createDatabase(server: string): Promise<string> {
  const name = `test_${process.pid}_${++databases}`
  await sql(server, `CREATE DATABASE ${name} TEMPLATE template0`)
  return server.replace(/\/\w+(?=\?|$)/, `/${name}`)
}
