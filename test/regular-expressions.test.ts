/** No regular expression of the house takes more than twice as many steps for a text twice as long, however the text was made. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hostileTo, parseRegex, regexesIn, stepsOf } from './support/regex-steps.ts'

const root = resolve(import.meta.dirname, '..')
const files = ['src', 'mappings'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile() && one.name.endsWith('.ts') && !one.parentPath.includes('generated'))
    .map((one) => join(one.parentPath, one.name)),
)
const said = new Map(
  files.flatMap((file) =>
    regexesIn(readFileSync(file, 'utf8')).map((regex) => [String(regex), { regex, file: file.slice(root.length + 1) }]),
  ),
)

/** Grows faster: the first text that shows it, with the steps for it and for one twice as long. */
function growth(regex: RegExp): string | undefined {
  // What refers back fits what it refers to, here: a digit, a quotation mark.
  const whole = parseRegex(new RegExp(regex.source.replace('\\1', '\\d').replace('\\2', `["']`), regex.flags))
  const [short, long] = [hostileTo(whole, 100), hostileTo(whole, 200)]
  for (const [n, text] of short.entries()) {
    const [few, many] = [stepsOf(whole, text), stepsOf(whole, long[n]!)]
    if (many > 2.7 * few + 300 || few > 100_000) return `${JSON.stringify(text.slice(0, 24))}… ${few} → ${many}`
  }
  return undefined
}

describe('the counting of steps', () => {
  it.each([/^(a+)+$/, /^(a|a)*$/, /^(\w|\d)+!$/, /\s+$/, /^a*a*$/, /^(?:[a-z]+\s*)*x$/, /,.*,.*x/, /(.*)=(.*);/])(
    'finds that %s grows',
    (regex) => {
      expect(growth(regex)).toBeDefined()
    },
  )
  it.each([/^a+$/, /^[^,]*,[^,]*$/, /^\d{4}(-\d\d)?$/, /a|b/, /^(?:a+b)*$/, /[^a]/, /^(?!x)[a-z]+$/])(
    'finds that %s does not',
    (regex) => {
      expect(growth(regex)).toBeUndefined()
    },
  )
})

describe('what the house says', () => {
  it('is read', () => expect(said.size).toBeGreaterThan(150))
  it.each([...said.values()].map(({ regex, file }) => [String(regex), file, regex] as const))(
    '%s in %s takes no detours',
    (_, __, regex) => {
      expect(growth(regex)).toBeUndefined()
    },
  )
})
