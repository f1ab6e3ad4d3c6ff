/** What the README says is so: its settings, commands, collections and paths are those of the code. */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { commands } from '../../src/cli/commands.ts'
import { story } from '../../src/demo/story/index.ts'
import { collections } from '../../src/flows/collections/index.ts'
import { readSettings } from '../../src/settings.ts'

const root = resolve(import.meta.dirname, '../..')
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const others = ['CONTRIBUTING.md', 'SECURITY.md', 'docs/operating.md', 'docs/professional-claims.md']
const all = [readme, ...others.map((name) => readFileSync(join(root, name), 'utf8'))].join('\n')
/** What stands in backquotes between two texts. */
const words = (from: string, to: string): readonly string[] => {
  const [, after] = readme.split(from)
  expect(after, from).toBeDefined()
  return [...after!.split(to, 1)[0]!.matchAll(/`([a-z-]+)`/g)].map(([, word]) => word!)
}

test('collections are told, each once, and what is not there yet is none', () => {
  const names = collections.map(({ name }) => name)
  expect(words('\n**Coordination**', '\n**').filter((word) => word !== 'guard-failed')).toHaveLength(names.length)
  expect(words('\n**Coordination**', '\n**')).toEqual(expect.arrayContaining(names))
  expect(words('\n**Not yet**', '\n## ').filter((word) => names.includes(word))).toEqual([])
})

test('commands are those that there are', () => {
  expect(words('`npx handoff` is the command line tool:', '; `--help`')).toEqual(commands.map(({ name }) => name))
})

test('settings are known ones, and all of them', () => {
  const named = (text: string) => [...new Set(text.match(/\bHANDOFF_[A-Z_]+\b/g))].sort()
  expect(named(readme)).toEqual(named(readFileSync(join(root, 'src/settings.ts'), 'utf8')))
})

test('the configuration file can be used as it stands', () => {
  const yaml = /```yaml\n([\s\S]*?)```/.exec(readme)![1]!
  const settings = readSettings(
    { HANDOFF_CONFIG: 'handoff.yaml', NORTHWIND_SECRET: 'x', LOGIN_SECRET: 'x', MAIL_SECRET: 'y', HISP_SECRET: 'z' },
    () => yaml,
  )
  expect(settings).toMatchObject({ ok: true })
  expect(settings.ok && settings.value.config.connections).toHaveLength(4)
})

test('paths lead somewhere', () => {
  const named = all.match(/`(src|test|mappings|profiles)\/[\w./-]+`/g)!.map((path) => path.slice(1, -1))
  const linked = [...readme.matchAll(/\]\(([^):]+)\)/g)].map(([, path]) => path!)
  const made = ['test/bench/results/']
  expect([...named, ...linked].filter((path) => !made.includes(path) && !existsSync(join(root, path)))).toEqual([])
})

test('what it shows of the demo are steps of the demo', () => {
  const steps = story.flatMap((act) => act.steps)
  const shown = [...readme.matchAll(/^\[ ?(\d+)\/(\d+)\] ✓ (.*?) {2}/gm)]
  expect(shown.length).toBeGreaterThan(3)
  for (const [, at, of, title] of shown) expect([title, Number(of)]).toEqual([steps[Number(at) - 1]?.title, steps.length])
})
