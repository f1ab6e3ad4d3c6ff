import { describe, expect, test } from 'vitest'
import type { Filter, SortKey } from '../../../src/fhir/search/query.ts'
import type { Store } from '../../../src/store/store.ts'
import {
  allPages,
  ascending,
  type Content,
  descending,
  type Inside,
  idsOf,
  observation,
  patient,
  query,
  remove,
  save,
  search,
} from './support.ts'

/** Different sort keys and matches for each `n`; some lack one or the other. */
export const person = (i: number, n: number): Content =>
  patient(`p${String(i).padStart(2, '0')}`, {
    active: n % 4 !== 0,
    ...(n % 5 !== 0 && { name: [{ family: `F${n % 7}`, given: [`G${n % 3}`] }] }),
    ...(n % 6 !== 0 && { birthDate: `19${50 + (n % 9)}-01-0${1 + (n % 5)}` }),
    gender: ['female', 'male', 'other'][n % 3],
    identifier: [{ system: 'urn:n', value: `${n % 11}` }],
    generalPractitioner: [{ reference: `Practitioner/d${n % 4}` }],
  })

export const orders: readonly (readonly SortKey[])[] = [
  [],
  [ascending('_id', 'id')],
  [descending('_id', 'id')],
  [ascending('_lastUpdated', 'lastUpdated')],
  [descending('_lastUpdated', 'lastUpdated')],
  [ascending('family', 'string')],
  [descending('family', 'string')],
  [ascending('birthdate', 'date')],
  [descending('birthdate', 'date')],
  [descending('identifier', 'token')],
  [ascending('general-practitioner', 'reference')],
  [descending('gender', 'token'), ascending('family', 'string'), descending('_lastUpdated', 'lastUpdated')],
]

const active: Filter = { kind: 'token', param: 'active', values: [{ code: 'true' }] }
export const questions: Readonly<Record<string, readonly Filter[]>> = {
  everybody: [],
  'who is active': [active],
  'whose doctor is called so': [
    {
      kind: 'chain',
      param: 'general-practitioner',
      to: [{ type: 'Practitioner', filter: { kind: 'string', param: 'family', match: 'starts', values: ['doc'] } }],
    },
  ],
  'who was observed': [
    {
      kind: 'has',
      type: 'Observation',
      param: 'subject',
      filter: { kind: 'token', param: 'status', values: [{ code: 'final' }] },
    },
  ],
}

export const named = (sort: readonly SortKey[]): string =>
  sort.map(({ param, descending }) => `${descending ? '-' : ''}${param}`).join() || 'in its own order'

/** Changes of each page: some that were shown, some that are to come, some new, some deleted, one deleted and back. */
async function meddle(store: Store, n: number, gone: Set<string>): Promise<void> {
  for (const i of [n, 39 - n, 20 + (n % 7), (n * 13) % 40]) {
    if (!gone.has(person(i, 0).id)) await save(store, person(i, i + n * 3 + 1))
  }
  await save(store, patient(`new-${n}`, { active: true, name: [{ family: `F${n % 7}` }], birthDate: '1955-01-02' }))
  const lost = person((n * 11 + 5) % 40, 0).id
  if (!gone.has(lost)) await remove(store, 'Patient', lost)
  gone.add(lost)
  if (n === 2) {
    await remove(store, 'Patient', 'p38')
    await save(store, person(38, 1))
  }
}

export function standingPagesContract(inside: Inside): void {
  describe('pages stand still', () => {
    const cases = orders.flatMap((sort) => Object.keys(questions).map((question) => [named(sort), question, sort] as const))

    test.each(cases)('sorted %s, %s: what there was at the first page, as it was', (_, question, sort) =>
      inside(async (place) => {
        const store = await place.open()
        for (let d = 0; d < 3; d++)
          await save(store, { resourceType: 'Practitioner', id: `d${d}`, name: [{ family: `Doc${d}` }] })
        for (let i = 0; i < 40; i++) {
          place.clock.now += i % 3
          await save(store, person(i, i * 7))
          if (i % 3 > 0) await save(store, observation(`o${i}`, person(i, 0).id))
        }
        const ask = (count: number, after?: string, room?: number) =>
          search(store, query('Patient', questions[question]!, { sort, count }), 'everything', after, room)
        const before = await ask(100)
        expect(before.items.length).toBeGreaterThan(12)
        const beginning = await store.look({ ask: 'beginning' })
        const gone = new Set<string>()
        let n = 0
        const found = await allPages(
          (after) => ask(4, after),
          () => {
            place.clock.now += 1
            return meddle(store, ++n, gone)
          },
        )
        expect(new Set(idsOf(found)).size).toBe(found.length)
        const shown = new Set(idsOf(found))
        // What was deleted before its page was read is left out: nothing else is, and nothing is shown as it was not.
        expect(found).toEqual(before.items.filter(({ id }) => shown.has(id) || !gone.has(id)))
        for (const [count, room] of [[4], [100, 1000], [3, 700]] as const) {
          const later = await allPages((after) => ask(count, after ?? beginning, room))
          expect(later).toEqual(before.items.filter(({ id }) => !gone.has(id)))
        }
      }),
    )

    test('what was found by what it contains is, and by what that refers to', () =>
      inside(async (place) => {
        const store = await place.open()
        await save(store, { resourceType: 'Practitioner', id: 'lund', name: [{ family: 'Lund' }] })
        const contained = [{ resourceType: 'Patient', id: 'p', generalPractitioner: [{ reference: 'Practitioner/lund' }] }]
        const seen = (i: number) => observation(`o${i}`, undefined, { subject: { reference: '#p' }, contained })
        for (let i = 0; i < 4; i++) await save(store, seen(i))
        const named: Filter = { kind: 'string', param: 'family', match: 'starts', values: ['lund'] }
        const chain = (param: string, type: string, filter: Filter): Filter => ({ kind: 'chain', param, to: [{ type, filter }] })
        const led = chain('subject', 'Patient', chain('general-practitioner', 'Practitioner', named))
        const asked = query('Observation', [led], { count: 2 })
        const first = await search(store, asked)
        await save(store, observation('o2', 'ann'), { ...seen(3), status: 'amended' })
        const second = await search(store, asked, 'everything', first.next)
        expect(second.items.map(({ id, version }) => `${id}/${version}`)).toEqual(['o2/1', 'o3/1'])
      }))

    test('the number of all stands still, too', () =>
      inside(async (place) => {
        const store = await place.open()
        for (let i = 0; i < 10; i++) await save(store, patient(`p${i}`, { active: true }))
        const asked = query('Patient', [active], { count: 4, total: 'accurate' })
        const first = await search(store, asked)
        await save(store, patient('p9', { active: false }), patient('p0', { active: false }), patient('p10', { active: true }))
        const second = await search(store, asked, 'everything', first.next)
        expect([first.total, second.total]).toEqual([10, 10])
        expect(idsOf((await search(store, asked, 'everything', second.next)).items)).toEqual(['p8', 'p9'])
        expect((await search(store, asked)).total).toBe(9)
      }))

    test('what the asker may no longer see is not shown as it was', () =>
      inside(async (place) => {
        const store = await place.open()
        for (let i = 0; i < 6; i++) await save(store, observation(`o${i}`, 'ann'))
        const mine = { patients: ['ann'] }
        const asked = query('Observation', [], { count: 2 })
        const first = await search(store, asked, mine)
        await save(store, observation('o3', 'bob'), observation('o4', 'ann', { status: 'amended' }))
        const second = await search(store, asked, mine, first.next)
        expect(second.items.map(({ id, version }) => `${id}/${version}`)).toEqual(['o2/1', 'o4/1'])
      }))
  })
}
