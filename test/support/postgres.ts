/** A PostgreSQL of one test file's own, where the machine has its programs; tests that need one are skipped by name elsewhere. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

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

/** The reason why there is none. */
export const noPostgres =
  programs === undefined ? 'initdb is not here' : runAs === undefined ? 'there is no user postgres' : undefined

export async function startPostgres(): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'handoff-postgres-'))
  const as = runAs ?? {}
  if (as.uid !== undefined) chownSync(folder, as.uid, as.gid!)
  const initdb = ['-D', join(folder, 'data'), '-U', 'handoff', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync']
  execFileSync(join(programs!, 'initdb'), initdb, { ...as, cwd: folder, stdio: 'pipe' })
  // Its files are gone with the test: they need not survive a power cut. A socket in its folder: there is no port to be taken.
  const options = ['fsync=off', 'listen_addresses=', `unix_socket_directories=${folder}`, 'max_connections=200']
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
  const { default: pg } = await import('pg')
  for (;;) {
    const client = new pg.Client(url)
    client.on('error', () => undefined)
    try {
      await client.connect()
      return await client.end()
    } catch {
      await wait(50)
    }
  }
}

let databases = 0

/** An empty database of a server; answers its URL. */
export async function createDatabase(server: string): Promise<string> {
  const { default: pg } = await import('pg')
  const name = `test_${process.pid}_${++databases}`
  const client = new pg.Client(server)
  await client.connect()
  await client.query(`CREATE DATABASE ${name} TEMPLATE template0`)
  await client.end()
  return server.replace(/\/\w+(?=\?|$)/, `/${name}`)
}
