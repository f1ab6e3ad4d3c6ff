/** What every measure is given: the gateway as a process, and peers beside it. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { closeSync, cpSync, fdatasyncSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { built, freePort, type Gateway, startProcess } from '../faults/process.ts'
import { registerClient } from '../support/client.ts'
import { adminToken, type TestGateway } from '../support/gateway.ts'
import { bundles } from './data.ts'
import type { Request } from './load.ts'
import { median } from './report.ts'

export const fhir = 'application/fhir+json'

export interface Bench {
  readonly gateway: Gateway
  readonly port: number
  readonly mllpPort: number
  /** Of its store. */
  readonly folder: string
  /** Milliseconds of one fdatasync of an appended page: what a commit of its own costs at the least. */
  readonly fsyncMs: number
  /** Megabytes of Bundles that JSON.parse reads in a second: how fast this machine is just now, for figures from elsewhere. */
  readonly parseMBs: number
  end(): Promise<void>
}

/** `from`: the folder of a store at rest, to begin with a copy of it. */
export async function startBench(env: Record<string, string> = {}, from?: string): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), 'handoff-bench-'))
  if (from !== undefined) cpSync(from, folder, { recursive: true })
  const port = await freePort()
  const mllpPort = await freePort()
  const gateway = await startProcess(folder, port, { HANDOFF_MLLP_PORT: String(mllpPort), ...env }, built)
  return {
    gateway,
    port,
    mllpPort,
    folder,
    fsyncMs: fsyncP50(folder),
    parseMBs: parseP50(),
    async end() {
      await gateway.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** One that asks every caller who it is; `token`: of a client that may see all clients, but nothing that is specially protected. */
export async function startGuarded(
  scope: string,
  from?: string,
  env: Record<string, string> = {},
): Promise<Bench & { readonly token: string }> {
  const bench = await startBench({ HANDOFF_AUTH: 'smart', HANDOFF_ADMIN_TOKEN: adminToken, ...env }, from)
  const { url } = bench.gateway
  const request: TestGateway['request'] = (path, { json, ...init } = {}) =>
    fetch(url + path, {
      ...init,
      ...(json !== undefined && { body: JSON.stringify(json), headers: { ...init.headers, 'content-type': 'application/json' } }),
    } as RequestInit)
  const client = await registerClient({ request, gateway: { settings: { baseUrl: url } }, clock: { now: Date.now() } }, scope)
  const { authorization } = await client.bearer(scope)
  return { ...bench, token: authorization.slice('Bearer '.length) }
}

function fsyncP50(folder: string): number {
  const file = openSync(join(folder, 'fsync'), 'w')
  const page = Buffer.alloc(4096)
  const times = Array.from({ length: 300 }, () => {
    const start = performance.now()
    writeSync(file, page)
    fdatasyncSync(file)
    return performance.now() - start
  })
  closeSync(file)
  return median(times)
}

function parseP50(): number {
  const [{ bodies } = { bodies: [] }] = bundles().sets()
  const bytes = bodies.reduce((sum, body) => sum + Buffer.byteLength(body), 0)
  return median(
    Array.from({ length: 9 }, () => {
      const start = performance.now()
      for (const body of bodies) JSON.parse(body)
      return bytes / (performance.now() - start) / 1000
    }),
  )
}

/** Resident MiB of a process. */
export const resident = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024

export const each = <T>(items: readonly T[], request: (item: T) => Request): (() => Request | undefined) => {
  let at = 0
  return () => (at < items.length ? request(items[at++]!) : undefined)
}
export const times = <T>(count: number, request: (n: number) => T): (() => T | undefined) => {
  let at = 0
  return () => (at < count ? request(at++) : undefined)
}
export const post = (path: string, type: string, body: string): Request => ({ method: 'POST', path, type, body })

const peer = (name: string): string => join(import.meta.dirname, 'peers', name)

/** Hono alone in a process of its own, answering these bytes. */
export async function bareHono(body: string): Promise<{ readonly port: number; end(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'handoff-bare-'))
  const file = join(folder, 'body')
  writeFileSync(file, body)
  const port = await freePort()
  const child: ChildProcess = spawn(process.execPath, [peer('bare-hono.ts'), String(port), file], { stdio: 'ignore' })
  for (;;) {
    if (
      await fetch(`http://127.0.0.1:${port}`).then(
        () => true,
        () => false,
      )
    )
      break
    await new Promise((wake) => setTimeout(wake, 10))
  }
  return {
    port,
    end() {
      child.kill()
      rmSync(folder, { recursive: true })
    },
  }
}

/** The figures that a peer's program prints, a line each. */
export const figuresOf = (name: string): number[] =>
  execFileSync(process.execPath, [peer(name)], { encoding: 'utf8', maxBuffer: 2 ** 20 })
    .trim()
    .split('\n')
    .map(Number)
