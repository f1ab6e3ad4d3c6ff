/** The demo as a newcomer runs it: as a process of its own, in an empty folder, to the end. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runDemo } from '../../src/demo/run.ts'
import type { Act } from '../../src/demo/stage.ts'
import { story } from '../../src/demo/story/index.ts'
import { check } from '../../src/demo/talk.ts'

const cli = resolve(import.meta.dirname, '../../src/cli.ts')

let folder: string
/** Where the process keeps what is temporary. */
let temporary: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'demo-test-'))
  temporary = join(folder, 'tmp')
  mkdirSync(temporary)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

interface Told {
  readonly child: ChildProcess
  /** All that was printed so far. */
  readonly text: () => string
  readonly code: Promise<number | null>
  /** Resolves when these words have been printed. */
  until(words: string): Promise<void>
}

function start(args: readonly string[], port = '0'): Told {
  const cwd = join(folder, 'empty')
  mkdirSync(cwd)
  const child = spawn(process.execPath, [cli, 'demo', ...args], {
    cwd,
    env: { PATH: process.env.PATH ?? '', TMPDIR: temporary, PORT: port },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  const waiting: { words: string; seen: () => void }[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      text += String(chunk)
      for (const { words, seen } of waiting) if (text.includes(words)) seen()
    })
  }
  const code = new Promise<number | null>((ended) => child.once('exit', ended))
  return {
    child,
    text: () => text,
    code,
    until: (words) =>
      new Promise((seen, failed) => {
        waiting.push({ words, seen })
        void code.then(() => (text.includes(words) ? seen() : failed(new Error(`It ended without "${words}":\n${text}`))))
      }),
  }
}

/** Nothing is left of it, here or where temporary things go. */
const leftNothing = () => {
  expect(readdirSync(join(folder, 'empty'))).toEqual([])
  expect(readdirSync(temporary).filter((name) => name.startsWith('warm-handoff'))).toEqual([])
}

test('tells every step, finds it as told, and leaves nothing behind', async () => {
  const demo = start(['--once'])
  const code = await demo.code
  const text = demo.text()
  expect(code, text).toBe(0)
  const steps = story.flatMap((act) => act.steps)
  for (const [at, { title }] of steps.entries()) {
    expect(text).toContain(`[${String(at + 1).padStart(2)}/${steps.length}] ✓ ${title}`)
  }
  expect(text).toContain(`All ${steps.length} steps turned out as told`)
  // Each step says where it can be looked at.
  expect(text.match(/→ (curl -s '|open )http:\/\/127\.0\.0\.1:\d+\//g)!.length).toBeGreaterThanOrEqual(steps.length)
  leftNothing()
})

test('stays up until it is asked to end, beside whatever holds its port', async () => {
  const holder = createServer()
  const taken = await new Promise<number>((listening) =>
    holder.listen(0, '127.0.0.1', () => listening((holder.address() as { port: number }).port)),
  )
  const demo = start([], String(taken))
  await demo.until('The gateway stays up')
  const console = /console {4}(http:\S+)/.exec(demo.text())![1]!
  expect(console).not.toContain(`:${taken}/`)
  const page = await fetch(console)
  expect(await page.text()).toContain('northwind-ehr')
  const hospital = /hospital {3}(http:\S+)/.exec(demo.text())![1]!
  const sent = await fetch(`${hospital}/discharges?visit=V90021`, { method: 'POST', redirect: 'manual' })
  expect(sent.status).toBe(303)
  const acknowledged = (await (await fetch(`${hospital}/acknowledgements`)).json()) as { code: string }[]
  expect(acknowledged.slice(-2).map(({ code }) => code)).toEqual(['AA', 'ok'])
  demo.child.kill('SIGINT')
  expect(await demo.code).toBe(0)
  expect(demo.text()).toContain('what was stored is removed')
  leftNothing()
  holder.close()
})

describe('where something turns out otherwise', () => {
  const played = async (play: Act['steps'][number]['play']) => {
    let text = ''
    const code = await runDemo({
      port: 0,
      once: true,
      screen: { write: (more) => (text += more) },
      asked: new Promise(() => {}),
      acts: [{ title: 'An act', steps: [{ title: 'A step', play }] }],
    })
    return { code, text }
  }

  test('the step says what, and the exit code is 1', async () => {
    const { code, text } = await played(async ({ gateway }) => {
      check((await gateway.ask('/livez')).status === 404, 'The follow-up never came.')
      return { means: 'Never told.' }
    })
    expect(code).toBe(1)
    expect(text).toContain('[ 1/1] ✗ A step')
    expect(text).toContain('The follow-up never came.')
    expect(text).not.toContain('Never told.')
    expect(text).toContain('authentication-off')
  })

  test('an address that leads nowhere is not printed', async () => {
    const { code, text } = await played(async () => ({ means: 'Look.', see: ['/fhir/Patient/nobody'] }))
    expect(code).toBe(1)
    expect(text).toMatch(/\/fhir\/Patient\/nobody was answered 404/)
  })

  test('asked to end in the middle, it breaks off and closes', async () => {
    const demo = start([])
    await demo.until('[ 2/')
    demo.child.kill('SIGINT')
    expect(await demo.code).toBe(130)
    expect(demo.text()).not.toContain('✗')
    leftNothing()
  })

  test('arguments that it does not know are refused', async () => {
    const demo = start(['--twice'])
    expect(await demo.code).toBe(2)
    expect(demo.text()).toContain('--once')
    leftNothing()
  })
})
