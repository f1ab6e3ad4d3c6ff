import { describe, expect, test } from 'vitest'
import type { Store } from '../../../src/store/store.ts'
import { named, orders, person, questions } from './standing-pages.ts'
import { type Inside, observation, patient, query, remove, save, search } from './support.ts'

const people = 1500
const idOf = (i: number) => person(i % people, 0).id

/** Some change places, some fit no longer or at last, one is deleted, one is new. */
async function meddle(store: Store, n: number, gone: Set<string>): Promise<void> {
  const others = Array.from({ length: 8 }, (_, i) => (i * 197 + n * 31) % people)
  await save(store, ...others.filter((i) => !gone.has(idOf(i))).map((i) => person(i, i + n * 3 + 1)))
  await save(store, patient(`new-${n}`, { active: true, name: [{ family: `F${n % 7}` }], birthDate: '1955-01-02' }))
  const lost = idOf(n * 53)
  if (!gone.has(lost)) await remove(store, 'Patient', lost)
  gone.add(lost)
}

export function longSearchesContract(inside: Inside): void {
  describe('a search that lets others have their turn', () => {
    test.each(Object.keys(questions))('shows what there was when it began: %s', { timeout: 60_000 }, (question) =>
      inside(async (place) => {
        const store = await place.open()
        const doctors = [0, 1, 2].map((d) => ({ resourceType: 'Practitioner', id: `d${d}`, name: [{ family: `Doc${d}` }] }))
        await save(store, ...doctors)
        for (let i = 0; i < people; i += 250) {
          place.clock.now += 1
          const some = Array.from({ length: 250 }, (_, j) => i + j)
          await save(store, ...some.map((one) => person(one, one * 7)))
          await save(store, ...some.filter((one) => one % 3 > 0).map((one) => observation(`o${one}`, idOf(one))))
        }
        const gone = new Set<string>()
        let n = 0
        for (const sort of orders.filter((_, i) => i % 2 === 0)) {
          const asked = query('Patient', questions[question]!, { sort, count: 40, total: 'accurate' })
          const { items: all } = await search(store, { ...asked, count: 3000 })
          const running = search(store, asked)
          for (let i = 0; i < 4; i++) {
            place.clock.now += 1
            await meddle(store, ++n, gone)
          }
          const { items, total } = await running
          expect({ sort: named(sort), items, total }).toEqual({ sort: named(sort), items: all.slice(0, 40), total: all.length })
        }
      }),
    )
  })
}
