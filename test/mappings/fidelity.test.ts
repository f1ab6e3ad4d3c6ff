/** The fidelity of every mapping to the corpora, as `handoff map --report` tells it and the README publishes it. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { fidelities, foldersOf } from '../../src/cli/map/report.ts'
import { collections } from '../../src/flows/collections/index.ts'
import { fidelityOf } from '../../src/lens/fidelity.ts'
import { corpora } from '../support/corpora.ts'

test.each(collections.map(({ name, mapping }) => ({ name, mapping })))('every field of $name has a place', ({ mapping }) => {
  expect(fidelityOf(mapping, []).homeless).toEqual([])
})

describe.skipIf(corpora === undefined)('over the resources of the corpora (needs CORPORA)', () => {
  const all = corpora === undefined ? [] : fidelities(foldersOf(undefined, corpora), (path) => readFileSync(path, 'utf8'))
  const some = all.filter(({ resources }) => resources > 0)

  test.each(some)('$mapping reads $readable of $resources, and writes each back unchanged', (one) => {
    expect(one.lost).toEqual([])
    expect(one.readable / one.resources).toBeGreaterThanOrEqual(0.95)
    // An exception breaks a rule of R4 itself.
    for (const { reason } of one.unreadable) expect(reason).toMatch(/: [a-z]{3}-\d+ of [A-Z]/)
  })

  test('there are enough of them to mean something', () => {
    expect(some.length).toBeGreaterThan(15)
    expect(some.reduce((sum, { resources }) => sum + resources, 0)).toBeGreaterThan(1500)
  })
})
