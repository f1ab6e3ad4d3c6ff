import { describe, expect, test } from 'vitest'
import { ok } from '../../../src/domain/problem.ts'
import { ask, BadCursor, type Page, type Store, type Stored } from '../../../src/store/store.ts'
import {
  allPages,
  ascending,
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

const problemOf = async (looked: Promise<unknown>): Promise<string> => {
  const error = await looked.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(BadCursor)
  return (error as BadCursor).problem.code
}

export function pagesContract(inside: Inside): void {
  describe('gives pages', () => {
    const family = (i: number) => ({ name: [{ family: `F${(i * 7) % 10}` }] })
    const orders = [
      [],
      [ascending('family', 'string')],
      [descending('family', 'string')],
      [descending('_lastUpdated', 'lastUpdated')],
      [descending('birthdate', 'date')],
    ]

    test.each(
      orders.map(
        (sort) =>
          [sort.map(({ param, descending }) => `${descending ? '-' : ''}${param}`).join() || 'in its own order', sort] as const,
      ),
    )('sorted %s: no gap and no double, whatever else is written between them', (_, sort) =>
      inside(async (place) => {
        const store = await place.open()
        for (let i = 0; i < 40; i++) await save(store, patient(`p${i}`, i % 5 === 0 ? {} : family(i)))
        let n = 0
        const others = async () => {
          n++
          await save(store, patient(`new-${n}`, family(n)))
          await save(store, patient('new-1', family(n + 3)))
          if (n > 1) await remove(store, 'Patient', `new-${n}`)
        }
        const found = await allPages(
          (after) => search(store, query('Patient', [], { sort: [...sort], count: 3 }), 'everything', after),
          others,
        )
        const ours = idsOf(found).filter((id) => id.startsWith('p'))
        expect(ours).toHaveLength(40)
        expect(new Set(ours).size).toBe(40)
      }),
    )

    describe('that end with what fills their room', () => {
      const long = (i: number) => patient(`p${i}`, { ...family(i), language: 'x'.repeat((i * 37) % 400) })
      const sizeOf = (items: readonly Stored[]) => items.reduce((sum, { text = '' }) => sum + text.length, 0)
      /** All in pages, each of which ends as soon as it is full. */
      const cut = (items: readonly Stored[], room: number): string[][] => {
        const pages: string[][] = []
        for (let from = 0, to = 1; from < items.length; from = to, to = from + 1) {
          while (to < items.length && sizeOf(items.slice(from, to)) < room) to++
          pages.push(idsOf(items.slice(from, to)))
        }
        return pages
      }
      const pagesOf = async (page: (after: string | undefined) => Promise<Page<Stored>>) => {
        const pages: string[][] = []
        await allPages(async (after) => {
          const found = await page(after)
          pages.push(idsOf(found.items))
          return found
        })
        return pages
      }
      const filled = async (store: Store) => {
        await save(store, ...Array.from({ length: 70 }, (_, i) => long(i)))
        await save(store, ...Array.from({ length: 60 }, (_, i) => long(i + 70)))
      }

      test.each(orders)('a search, whatever its order (%j)', (...sort) =>
        inside(async (place) => {
          const store = await place.open()
          await filled(store)
          const asked = query('Patient', [], { sort, count: 1000 })
          const all = (await search(store, asked)).items
          expect(all).toHaveLength(130)
          const whole = sizeOf(all)
          // As many as are read together, one less and one more; all but one; all.
          const sizes = [50, 51, 52, 129, 130].map((count) => sizeOf(all.slice(0, count)))
          for (const room of [1, 1000, ...sizes, ...sizes.map((size) => size + 1), whole * 2])
            expect(await pagesOf((after) => search(store, asked, 'everything', after, room))).toEqual(cut(all, room))
          const few = { ...asked, count: 7, total: 'accurate' as const }
          const page = await search(store, few, 'everything', undefined, whole)
          expect([page.items.length, page.total]).toEqual([7, 130])
          expect((await search(store, few, 'everything', undefined, 1)).total).toBe(130)
        }),
      )

      test('a history', () =>
        inside(async (place) => {
          const store = await place.open()
          await filled(store)
          for (let i = 0; i < 60; i++) await save(store, patient('p1', { language: 'y'.repeat(i) }))
          await remove(store, 'Patient', 'p1')
          for (const whose of [{}, { type: 'Patient' }, { type: 'Patient', id: 'p1' }]) {
            const history = (room?: number) => (after: string | undefined) =>
              store.look({
                ...{ ask: 'history', ...whose, count: 1000, visible: 'everything' },
                ...(room !== undefined && { room }),
                ...(after !== undefined && { after }),
              })
            const all = (await history()(undefined)).items
            for (const room of [1, 500, sizeOf(all.slice(0, 51)), sizeOf(all.slice(0, 51)) + 1, sizeOf(all), sizeOf(all) + 1])
              expect(await pagesOf(history(room))).toEqual(cut(all, room))
          }
        }))
    })

    test('a resource that ended a page may change or go: the next page begins where it was', () =>
      inside(async (place) => {
        const store = await place.open()
        for (let i = 0; i < 9; i++) await save(store, patient(`p${i}`, { name: [{ family: `F${i}` }] }))
        const wanted = query('Patient', [], { sort: [ascending('family', 'string')], count: 3 })
        const first = await search(store, wanted)
        await save(store, patient('p2', { name: [{ family: 'Z' }] }))
        expect(idsOf((await search(store, wanted, 'everything', first.next)).items)).toEqual(['p3', 'p4', 'p5'])
        await remove(store, 'Patient', 'p2')
        expect(idsOf((await search(store, wanted, 'everything', first.next)).items)).toEqual(['p3', 'p4', 'p5'])
      }))

    test('histories newest first, of a resource, a type, or everything, and since an instant', () =>
      inside(async (place) => {
        const store = await place.open()
        await save(store, patient('a'), observation('o', 'a'))
        place.clock.now += 60_000
        await save(store, patient('a'))
        await save(store, patient('b'))
        place.clock.now += 60_000
        await remove(store, 'Patient', 'a')
        const history = async (rest: object) => {
          const found = await allPages((after) =>
            store.look({ ask: 'history', count: 2, visible: 'everything', ...rest, ...(after === undefined ? {} : { after }) }),
          )
          return found.map(({ id, version }) => `${id}${version}`)
        }
        expect(await history({ type: 'Patient', id: 'a' })).toEqual(['a3', 'a2', 'a1'])
        expect(await history({ type: 'Patient' })).toEqual(['a3', 'b1', 'a2', 'a1'])
        expect(await history({})).toEqual(['a3', 'b1', 'a2', 'o1', 'a1'])
        expect(await history({ since: '2026-03-01T09:31:00.000Z' })).toEqual(['a3', 'b1', 'a2'])
        expect(await history({ since: '2026-03-01T09:31:00.001Z' })).toEqual(['a3', 'b1'])
        expect(await history({ type: 'Patient', id: 'a', since: '2026-03-01T09:32:00.000Z' })).toEqual(['a3'])
        expect(await history({ since: '2026-04-01T00:00:00.000Z' })).toEqual([])
        const [all, second, never] = [{ id: 'b' }, { id: 'a', version: 2 }, { id: 'a', version: 9 }]
        const among = (...some: object[]) => history({ among: some.map((one) => ({ type: 'Patient', ...one })) })
        expect(await among(all, second, never, { id: 'nobody' })).toEqual(['b1', 'a2'])
        expect(await among(second, { id: 'a' }, second)).toEqual(['a3', 'a2', 'a1'])
        expect(await among()).toEqual([])
        expect(await history({ type: 'Patient', id: 'never' })).toEqual([])
      }))

    test('histories and feeds of which somebody sees little among much', { timeout: 60_000 }, () =>
      inside(async (place) => {
        const store = await place.open()
        const seldom = [0, 1, 511, 512, 513, 1535, 1536, 1537, 4095, 4096, 4097, 5199]
        for (let from = 0; from < 5200; from += 400) {
          const some = Array.from({ length: 400 }, (_, i) => from + i)
          await save(
            store,
            patient('busy', { language: `${from}` }),
            ...some.map((i) => observation(`o${i}`, seldom.includes(i) ? 'a' : 'b')),
          )
        }
        for (const whose of [{}, { type: 'Observation' }, { type: 'Patient', id: 'busy' }])
          for (const visible of [{ patients: ['a'] }, { patients: ['busy'] }] as const) {
            const history = (rest: object) => store.look({ ask: 'history', ...whose, count: 20_000, visible, ...rest })
            const all = (await history({ visible: 'everything' })).items
            const seen = all.filter(({ type, id }) =>
              visible.patients[0] === 'a' ? type === 'Observation' && seldom.includes(Number(id.slice(1))) : type === 'Patient',
            )
            expect((await history({})).items).toEqual(seen)
            expect(await allPages((after) => history({ count: 5, ...(after !== undefined && { after }) }))).toEqual(seen)
            expect((await history({ count: 0 })).total).toBe(seen.length)
          }
        const feed = async (after: string | undefined) => {
          const page = await store.look({
            ...{ ask: 'feed', type: 'Observation', count: 5, visible: { patients: ['a'] } },
            ...(after !== undefined && { after }),
          })
          return page.items.length === 0 ? { items: [] } : page
        }
        expect((await allPages(feed)).map(({ id }) => id)).toEqual(seldom.map((i) => `o${i}`))
      }),
    )

    test('feeds in commit order, without deletions, going on where they ended', () =>
      inside(async (place) => {
        const store = await place.open()
        const read = async (after: string | undefined, count: number, upTo?: number) => {
          const page = await store.look({
            ask: 'feed',
            type: 'Patient',
            count,
            visible: 'everything',
            ...(after === undefined ? {} : { after }),
            ...(upTo === undefined ? {} : { upTo }),
          })
          return { next: page.next, ids: page.items.map(({ id, version }) => `${id}${version}`) }
        }
        const empty = await read(undefined, 10)
        expect(empty.ids).toEqual([])
        await save(store, patient('a'))
        await save(store, patient('b'), observation('o', 'a'))
        await save(store, patient('a'))
        const { sequence } = await store.look({ ask: 'now' })
        await remove(store, 'Patient', 'b')
        await save(store, patient('c'))
        const first = await read(empty.next, 2)
        expect(first.ids).toEqual(['a1', 'b1'])
        const rest = await read(first.next, 10)
        expect(rest.ids).toEqual(['a2', 'c1'])
        expect((await read(first.next, 10)).ids).toEqual(rest.ids)
        expect((await read(rest.next, 10)).ids).toEqual([])
        await save(store, patient('d'))
        expect((await read(rest.next, 10)).ids).toEqual(['d1'])
        const bounded = await read(undefined, 10, sequence)
        expect(bounded.ids).toEqual(['a1', 'b1', 'a2'])
        expect((await read(bounded.next, 10)).ids).toEqual(['c1', 'd1'])
        expect((await read(undefined, 10, 0)).ids).toEqual([])
      }))

    test('a feed read while many write has no gap and no double, and keeps the order of each resource', () =>
      inside(async (place) => {
        const store = await place.open()
        let writing = true
        const writers = Promise.all(
          Array.from({ length: 8 }, async (_, w) => {
            for (let i = 0; i < 25; i++) {
              await store
                .commit(function* () {
                  const { at } = yield* ask({ ask: 'now' })
                  const id = `w${w}-${i % 5}`
                  const before = yield* ask({ ask: 'resource', type: 'Patient', id })
                  const version = (before?.version ?? 0) + 1
                  yield { write: [{ change: 'put', type: 'Patient', id, version, text: '{}', resource: patient(id), at }] }
                  if (i % 7 === 6) throw new Error('undone')
                  return ok(undefined)
                })
                .catch(() => undefined)
            }
          }),
        ).finally(() => {
          writing = false
        })
        const seen: string[] = []
        const poll = async (store: Store, after: string | undefined) => {
          const page = await store.look({
            ask: 'feed',
            type: 'Patient',
            count: 7,
            visible: 'everything',
            ...(after === undefined ? {} : { after }),
          })
          seen.push(...page.items.map(({ id, version }) => `${id}/${version}`))
          return page
        }
        let page = await poll(store, undefined)
        while (writing || page.items.length > 0) {
          await new Promise((resolve) => setTimeout(resolve, 0))
          page = await poll(store, page.next)
        }
        await writers
        const all = await allPages((after) =>
          store.look({
            ask: 'history',
            type: 'Patient',
            count: 50,
            visible: 'everything',
            ...(after === undefined ? {} : { after }),
          }),
        )
        expect(seen).toEqual(all.map(({ id, version }) => `${id}/${version}`).reverse())
      }))

    test('a cursor that is not ours, or of another question, is refused', () =>
      inside(async (place) => {
        const store = await place.open()
        for (let i = 0; i < 5; i++) await save(store, patient(`p${i}`), observation(`o${i}`, `p${i}`))
        const { next = '' } = await search(store, query('Patient', [], { count: 2 }))
        const feed = await store.look({ ask: 'feed', type: 'Patient', count: 2, visible: 'everything' })
        const bad = [
          '',
          'x',
          '!!',
          `${next}x`,
          btoa('[]'),
          btoa('{"a":1}'),
          btoa('["e1","search",{"a":1}]'),
          feed.next,
          'é'.repeat(3),
        ]
        for (const after of bad) {
          expect(await problemOf(search(store, query('Patient', [], { count: 2 }), 'everything', after))).toBe('invalid')
        }
        expect(await problemOf(search(store, query('Observation', [], { count: 2 }), 'everything', next))).toBe('invalid')
        expect(await problemOf(store.look({ ask: 'history', count: 2, visible: 'everything', after: next }))).toBe('invalid')
        const planned = await store.commit(function* () {
          yield* ask({ ask: 'search', query: query('Patient'), visible: 'everything', after: 'x' })
          return ok(undefined)
        })
        expect(planned).toMatchObject({ ok: false, problem: { code: 'invalid' } })
      }))

    test('a cursor of another life of the store is gone', () =>
      inside(async (place) => {
        const store = await place.open({ epoch: 'first' })
        for (let i = 0; i < 3; i++) await save(store, patient(`p${i}`))
        const { next } = await store.look({ ask: 'feed', type: 'Patient', count: 2, visible: 'everything' })
        const other = btoa(JSON.stringify(['second', 'feed', 2])).replaceAll('=', '')
        expect(await problemOf(store.look({ ask: 'feed', type: 'Patient', count: 2, visible: 'everything', after: other }))).toBe(
          'gone',
        )
        await store.close()
        // Opened again it is the same life, whatever name a new one would have got.
        const again = await place.open({ epoch: 'third' })
        expect(
          idsOf((await again.look({ ask: 'feed', type: 'Patient', count: 2, visible: 'everything', after: next })).items),
        ).toEqual(['p2'])
      }))
  })
}
