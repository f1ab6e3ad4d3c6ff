/** What `npm pack` makes is the whole program: unpacked where packages are installed, far from the sources, it runs. */
import { execFileSync, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort, startProcess } from '../../faults/process.ts'
import { dischargeMessage } from '../../support/hl7v2.ts'

const root = resolve(import.meta.dirname, '../../..')
const folder = mkdtempSync(join(tmpdir(), 'handoff-packed-'))
const installed = join(folder, 'node_modules/warm-handoff')
let program: string
beforeAll(() => {
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: root })
  mkdirSync(installed, { recursive: true })
  const [packed] = readdirSync(folder).filter((name) => name.endsWith('.tgz'))
  execFileSync('tar', ['-xzf', join(folder, packed!), '-C', installed, '--strip-components=1'])
  const { bin } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as { bin: { handoff: string } }
  program = join(installed, bin.handoff)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const run = (...args: readonly string[]): string =>
  execFileSync(process.execPath, [program, ...args], { cwd: folder, env: { PORT: '0', TMPDIR: folder }, encoding: 'utf8' })

test('it serves, and takes a discharge', async () => {
  const gateway = await startProcess(join(folder, 'data'), await freePort(), {}, { env: {}, args: [program] })
  const answer = await fetch(`${gateway.url}/hl7v2`, {
    method: 'POST',
    headers: { 'content-type': 'x-application/hl7-v2+er7' },
    body: dischargeMessage(),
  })
  expect(await answer.text()).toContain('MSA|AA|SB-1001')
  expect(await gateway.stop()).toBe(0)
})

test('a Node that is too old is told which one is needed', () => {
  const { engines } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as { engines: { node: string } }
  const under = (version: string) => {
    const older = `Object.defineProperty(process.versions, 'node', { value: ${JSON.stringify(version)} })`
    const args = ['--import', `data:text/javascript,${encodeURIComponent(older)}`, program, '--help']
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    return [status, stdout.split('\n', 1)[0], stderr]
  }
  const needed = engines.node.replace('>=', '')
  const said = (version: string) => `handoff needs Node ${needed} or later; this is ${version}.\n`
  for (const version of ['20.20.2', '24.1.0']) expect(under(version)).toEqual([1, '', said(version)])
  for (const version of [`${needed}.0`, '26.0.0']) expect(under(version)).toEqual([0, 'Usage: handoff <command> [arguments]', ''])
})

test('it plays the demo', () => {
  expect(run('demo', '--once')).toContain('steps turned out as told')
})

test('it finds the profiles that it packs', () => {
  expect(run('packages', 'build')).toMatch(/^warm-handoff.*\.tgz: \d{3} resources/)
})

test('it has the thread that moves pages of the log', async () => {
  const file = join(folder, 'moved.sqlite')
  new DatabaseSync(file).exec('PRAGMA journal_mode = WAL; CREATE TABLE one (id)')
  const thread = new Worker(join(installed, 'dist/sqlite-checkpoint-thread.js'))
  thread.postMessage(file)
  expect(await once(thread, 'message')).toEqual([{ file, done: true }])
  await thread.terminate()
})
