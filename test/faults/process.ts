/** The gateway as a process of its own: started as users start it, killed as machines do. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

export interface Gateway {
  readonly url: string
  readonly pid: number
  /** SIGKILL; settles when the process is gone. */
  kill(): Promise<void>
  /** SIGTERM; answers the exit code. */
  stop(): Promise<number | null>
  /** What it has printed so far. */
  said(): string
  /** The exit code, when it has ended. */
  readonly ended: Promise<number | null>
}

/** A port that is free now. */
export function freePort(): Promise<number> {
  return new Promise((found) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => found(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

/** How a program is started: what is set in its environment, and what Node is told. */
interface Program {
  readonly env: Readonly<Record<string, string>>
  readonly args: readonly string[]
}

/** What users start, as `npm start` does (`NAME=value node --flag … <file> serve`): the program that `npm run build` left. */
export const built: Program = programOf(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts.start.split(' '))

function programOf(words: readonly string[]): Program {
  const node = words.indexOf('node')
  return { env: Object.fromEntries(words.slice(0, node).map((word) => word.split('='))), args: words.slice(node + 1, -1) }
}

/** Settles when it answers, `awaited` with 200. */
export async function startProcess(
  folder: string,
  port: number,
  env: Record<string, string> = {},
  program: Program = { env: {}, args: ['src/cli.ts'] },
  awaited: '/readyz' | '/livez' = '/readyz',
): Promise<Gateway> {
  const child = spawn(process.execPath, [...program.args, 'serve'], {
    cwd: root,
    env: {
      PATH: process.env.PATH ?? '',
      HANDOFF_STORE: `sqlite:${folder}`,
      HANDOFF_AUTH: 'none',
      PORT: String(port),
      HANDOFF_LOG: 'silent',
      ...program.env,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      said += String(chunk)
    })
  const gone = new Promise<number | null>((ended) => child.once('exit', (code) => ended(code)))
  const url = `http://127.0.0.1:${port}`
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the gateway ended: ${said}`)
    if (await answers(`${url}${awaited}`)) break
    await new Promise((wake) => setTimeout(wake, 10))
  }
  const end = (child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM') => {
    child.kill(signal)
    return gone
  }
  return {
    url,
    pid: child.pid ?? 0,
    kill: async () => void (await end(child, 'SIGKILL')),
    stop: () => end(child, 'SIGTERM'),
    said: () => said,
    ended: gone,
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok
  } catch {
    return false
  }
}
