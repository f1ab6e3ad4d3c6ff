/** The table of duties tells of tests that there are. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { areas } from './duties.ts'

const folder = join(import.meta.dirname, '..')
/** Is there a test of this title in the file? `it('…')`, `it.each(…)('…')`. */
const has = (text: string, title: string): boolean => text.includes(`('${title}'`)

test('each duty names tests that there are, once each', () => {
  const missing = areas.flatMap(({ duties }) =>
    duties.flatMap(({ duty, shownBy }) =>
      shownBy
        .filter(([file, title]) => !existsSync(join(folder, file)) || !has(readFileSync(join(folder, file), 'utf8'), title))
        .map(([file, title]) => `${duty}: ${file}, ${title}`),
    ),
  )
  expect(missing).toEqual([])
  const duties = areas.flatMap((area) => area.duties.map(({ duty }) => duty))
  expect(new Set(duties).size).toBe(duties.length)
})

test('a test that was renamed is missed', () => {
  expect(has("it('does this', () => {})", 'does this')).toBe(true)
  expect(has("it('does this now', () => {})", 'does this')).toBe(false)
})
