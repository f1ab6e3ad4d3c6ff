/**
 * `node test/mutants/run.ts [words of a name]`: takes each protection of the table out, in a copy of the house, and says which no test misses.
 * Exit code 1 if there is one, or if a line of the table fits the code no more. Minutes; no part of the tests.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Mutant, mutants } from './mutants.ts'

const house = resolve(import.meta.dirname, '../..')
const wanted = process.argv.slice(2).join(' ')
const folder = mkdtempSync(join(tmpdir(), 'handoff-mutants-'))
const parts = ['src', 'mappings', 'profiles', 'test', 'scripts', 'package.json', 'vitest.config.ts', 'wrangler.toml', 'README.md']
const files = ['tsconfig.json', 'tsconfig.base.json', 'tsconfig.node.json', 'tsconfig.worker.json']
for (const part of [...parts, ...files]) cpSync(join(house, part), join(folder, part), { recursive: true })
symlinkSync(join(house, 'node_modules'), join(folder, 'node_modules'))

const say = (line: string): void => void process.stdout.write(`${line}\n`)

/** Whether the tests pass. */
function pass(tests: readonly string[]): boolean {
  const vitest = join(house, 'node_modules/vitest/vitest.mjs')
  const projects = ['--project', 'stories', '--project', 'faults']
  const env = { ...process.env, HANDOFF_KILLS: '10' }
  const done = spawnSync(process.execPath, [vitest, 'run', ...projects, '--bail', '1', ...tests], {
    cwd: folder,
    env,
    encoding: 'utf8',
  })
  if (/No test files found/.test(done.stdout + done.stderr)) throw new Error(`no tests: ${tests}`)
  return done.status === 0
}

const sound = new Map<string, boolean>()
/** Tests that fail by themselves would catch everything. */
function areSound(tests: readonly string[]): boolean {
  const key = tests.join(' ')
  const known = sound.get(key) ?? pass(tests)
  sound.set(key, known)
  return known
}

function tried(mutant: Mutant): 'caught' | 'SURVIVES' | 'FITS NO MORE' | 'TESTS FAIL' {
  if (!areSound(mutant.tests)) return 'TESTS FAIL'
  const path = join(folder, mutant.file)
  const text = readFileSync(path, 'utf8')
  if (text.split(mutant.from).length !== 2) return 'FITS NO MORE'
  writeFileSync(
    path,
    text.replace(mutant.from, () => mutant.to),
  )
  try {
    return pass(mutant.tests) ? 'SURVIVES' : 'caught'
  } finally {
    writeFileSync(path, text)
  }
}

let left = 0
try {
  for (const mutant of mutants.filter(({ name, file }) => `${name} ${file}`.includes(wanted))) {
    const came = tried(mutant)
    if (came !== 'caught') left++
    say(`${came.padEnd(13)} ${mutant.name}  (${mutant.file})`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
say(left === 0 ? 'All were caught.' : `${left} were not caught.`)
process.exitCode = left === 0 ? 0 : 1
