/**
 * Whoever can write into the store's file alters one thing of the audit, 500 times over, as cleverly as it goes: each is found by the check,
 * given the seal that was noted before.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sha256Hex } from '../../src/digest.ts'
import { operator } from '../support/audit.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { Dice } from '../support/search/dice.ts'

const trials = Number(process.env.HANDOFF_TAMPERINGS ?? 500)

interface Row {
  place: number
  sequence: number
  at: number
  entry: string
  digest: string
}

let folder: string
let gateway: TestGateway
let file: DatabaseSync
let lines: readonly Row[]
let head: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'handoff-tampered-'))
  gateway = await startGateway({ store: `sqlite:${folder}` })
  for (let n = 0; n < 20; n++) {
    await gateway.request(`/fhir/Patient/p${n}`, { method: 'PUT', json: { resourceType: 'Patient', id: `p${n}` } })
    gateway.clock.advance(1000)
    await gateway.request(`/fhir/Patient/p${n + 1}`)
  }
  head = (await check()).head
  file = new DatabaseSync(join(folder, 'default.sqlite'))
  lines = rows()
})
afterAll(async () => {
  file.close()
  await gateway.stop()
  rmSync(folder, { recursive: true })
})

const check = async (query = '') =>
  (await (await gateway.request(`/admin/audit/check${query}`, { headers: operator })).json()) as { intact: boolean; head: string }
const rows = () => file.prepare('SELECT place, sequence, at, entry, digest FROM audit ORDER BY place').all() as unknown as Row[]
const run = (sql: string, ...values: SQLInputValue[]) => void file.prepare(sql).run(...values)
const update = (place: number, column: keyof Row, value: SQLInputValue) =>
  run(`UPDATE audit SET ${column} = ? WHERE place = ?`, value, place)
const insert = (row: Row) =>
  run(
    'INSERT INTO audit (place, sequence, at, entry, digest) VALUES (?, ?, ?, ?, ?)',
    row.place,
    row.sequence,
    row.at,
    row.entry,
    row.digest,
  )

/** As it was before. */
function restore(): void {
  run('DELETE FROM audit')
  for (const line of lines) insert(line)
  run(`UPDATE meta SET value = ? WHERE name = 'audit-seal'`, lines.at(-1)!.digest)
}

/** Seals the lines from this place on anew, as many as are said; with the seal that stands apart, if it comes to the end. */
function sealAnew(from: number, count = Number.POSITIVE_INFINITY): void {
  let previous = rows().findLast(({ place }) => place < from)?.digest ?? ''
  const some = rows().filter(({ place }) => place >= from)
  for (const { place, sequence, entry } of some.slice(0, count)) {
    previous = sha256Hex(`${previous}\n${sequence}\n${entry}`)
    update(place, 'digest', previous)
  }
  if (count >= some.length) run(`UPDATE meta SET value = ? WHERE name = 'audit-seal'`, previous)
}

type Roll = Dice
const one = (roll: Roll): Row => lines[roll.below(lines.length - 1)]!
const alterations: Readonly<Record<string, (roll: Roll) => number>> = {
  'a letter changed'(roll) {
    const { place, entry } = one(roll)
    const at = roll.below(entry.length)
    update(place, 'entry', entry.slice(0, at) + (entry[at] === 'x' ? 'y' : 'x') + entry.slice(at + 1))
    return place
  },
  'another caller'(roll) {
    const { place, entry } = one(roll)
    update(place, 'entry', entry.replace('"principal":"local"', '"principal":"nobody"'))
    return place
  },
  'another commit'(roll) {
    const { place, sequence } = one(roll)
    update(place, 'sequence', sequence + 1 + roll.below(5))
    return place
  },
  'another time'(roll) {
    const { place, at } = one(roll)
    update(place, 'at', at + 1 + roll.below(86_400_000))
    return place
  },
  'another seal'(roll) {
    const { place } = one(roll)
    update(place, 'digest', sha256Hex(String(roll.below(1_000_000))))
    return place
  },
  'a line removed'(roll) {
    const { place } = one(roll)
    run('DELETE FROM audit WHERE place = ?', place)
    return place
  },
  'an end cut off'(roll) {
    const { place } = one(roll)
    run('DELETE FROM audit WHERE place >= ?', place)
    return place
  },
  'two lines in each other’s place'(roll) {
    const [first, second] = [one(roll), one(roll)]
    const other = first.place === second.place ? lines.at(-1)! : second
    for (const column of ['sequence', 'at', 'entry', 'digest'] as const) {
      update(first.place, column, other[column])
      update(other.place, column, first[column])
    }
    return Math.min(first.place, other.place)
  },
  'a line in between'(roll) {
    // Behind the seal that was noted whoever seals all anew only adds.
    const { place, ...like } = lines[roll.below(lines.length - 2)]!
    for (const line of lines.filter((line) => line.place > place).toReversed()) update(line.place, 'place', line.place + 1)
    insert({ ...like, place: place + 1, entry: like.entry.replace('success', 'refused') })
    return place + 1
  },
}

/** How it is covered up: not at all, by sealing that line alone, some after it, or all of them. */
const covers: readonly ((place: number, roll: Roll) => void)[] = [
  () => undefined,
  (place) => sealAnew(place, 1),
  (place, roll) => sealAnew(place, 1 + roll.below(10)),
  (place) => sealAnew(place),
]

test('each is found', async () => {
  expect(lines.length).toBeGreaterThan(40)
  const roll = new Dice(9)
  const kinds = Object.entries(alterations)
  const missed: string[] = []
  for (let trial = 0; trial < trials; trial++) {
    const [name, alter] = kinds[trial % kinds.length]!
    const cover = name === 'another seal' ? 0 : roll.below(covers.length)
    file.exec('BEGIN')
    restore()
    const place = alter(roll)
    covers[cover]!(place, roll)
    file.exec('COMMIT')
    if ((await check(`?head=${head}`)).intact) missed.push(`${name} at ${place}, covered ${cover}`)
  }
  expect(missed).toEqual([])
  restore()
  expect(await check(`?head=${head}`)).toMatchObject({ intact: true, found: true })
})
