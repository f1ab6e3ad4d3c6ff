import { describe, expect, test } from 'vitest'
import { fail, ok } from '../../../src/domain/problem.ts'
import { ask, type Steps, type Store, write } from '../../../src/store/store.ts'
import {
  allPages,
  byIdentifier,
  type Content,
  descending,
  type Inside,
  idsOf,
  observation,
  patient,
  query,
  search,
  value,
} from './support.ts'

/** As flows do: what this very commit has written (it alone has its instant) is put again under the same number. */
function* keeping(content: Content): Steps<number> {
  const { resourceType: type, id } = content
  const { at } = yield* ask({ ask: 'now' })
  const before = yield* ask({ ask: 'resource', type, id })
  const version = before === undefined ? 1 : before.at === at ? before.version : before.version + 1
  const resource = { ...content, meta: { versionId: String(version), lastUpdated: at } }
  yield* write({ change: 'put', type, id, version, text: JSON.stringify(resource), resource, at })
  return version
}

const keep = (store: Store, ...contents: readonly Content[]): Promise<number[]> =>
  value(
    store.commit(function* () {
      const versions = []
      for (const content of contents) versions.push(yield* keeping(content))
      return ok(versions)
    }),
  )
const tagged = (tag: string, id = 'p') => patient(id, { identifier: [{ system: 'urn:s', value: tag }] })
const found = async (store: Store, tag: string) =>
  idsOf((await search(store, query('Patient', [byIdentifier('urn:s', tag)]))).items)
const history = async (store: Store) =>
  (await store.look({ ask: 'history', type: 'Patient', id: 'p', count: 50, visible: 'everything' })).items.map(
    ({ version, text }) => [version, JSON.parse(text!).identifier[0].value],
  )

export function rewritesContract(inside: Inside): void {
  describe('a version that a commit puts again', () => {
    test('takes the place of what the same commit has put before', () =>
      inside(async (place) => {
        const store = await place.open()
        expect(await keep(store, tagged('a'), tagged('b'), tagged('c'))).toEqual([1, 1, 1])
        expect(await history(store)).toEqual([[1, 'c']])
        expect([await found(store, 'a'), await found(store, 'b'), await found(store, 'c')]).toEqual([[], [], ['p']])
        expect(await keep(store, tagged('d'), tagged('e'))).toEqual([2, 2])
        expect(await history(store)).toEqual([
          [2, 'e'],
          [1, 'c'],
        ])
        const feed = await store.look({ ask: 'feed', type: 'Patient', count: 10, visible: 'everything' })
        expect(feed.items.map(({ version }) => version)).toEqual([1, 2])
      }))

    test('is what the plan sees from then on, in searches, too', () =>
      inside(async (place) => {
        const store = await place.open()
        const seen = await value(
          store.commit(function* () {
            const pages = []
            for (const tag of ['a', 'b', 'b', 'c']) {
              yield* keeping(tagged(tag))
              for (const wanted of ['a', 'b', 'c']) {
                const asked = query('Patient', [byIdentifier('urn:s', wanted)], { total: 'accurate' })
                const { items, total } = yield* ask({ ask: 'search', query: asked, visible: 'everything' })
                expect(total).toBe(items.length)
                pages.push(items.length)
              }
            }
            return ok(pages)
          }),
        )
        expect(seen).toEqual([1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1])
      }))

    test('belongs to whom the last of them names', () =>
      inside(async (place) => {
        const store = await place.open()
        await keep(store, observation('o', 'ann'), observation('o', 'bea'))
        const seen = async (who: string) => idsOf((await search(store, query('Observation'), { patients: [who] })).items)
        expect([await seen('ann'), await seen('bea')]).toEqual([[], ['o']])
      }))

    test('is undone with its commit', () =>
      inside(async (place) => {
        const store = await place.open()
        await keep(store, tagged('a'))
        const refused = await store.commit(function* () {
          yield* keeping(tagged('b'))
          yield* keeping(tagged('c'))
          return fail('conflict', 'No.')
        })
        expect(refused.ok).toBe(false)
        expect(await history(store)).toEqual([[1, 'a']])
        expect([await found(store, 'a'), await found(store, 'c')]).toEqual([['p'], []])
      }))

    test('is no version of another commit that reaches the disk together with it', () =>
      inside(async (place) => {
        const store = await place.open()
        const told = await Promise.all(Array.from({ length: 8 }, (_, i) => keep(store, tagged(`${i}`), tagged(`${i} again`))))
        expect(told).toEqual(Array.from({ length: 8 }, (_, i) => [i + 1, i + 1]))
        expect(await history(store)).toEqual(Array.from({ length: 8 }, (_, i) => [8 - i, `${7 - i} again`]))
      }))

    test('stands where its date belongs', () =>
      inside(async (place) => {
        const store = await place.open()
        const of = (i: number, day: number) =>
          observation(`o${i}`, 'ann', { effectiveDateTime: new Date(Date.UTC(2026, 0, 1 + day)).toISOString() })
        const many = Array.from({ length: 150 }, (_, i) => i)
        await keep(store, ...many.flatMap((i) => [of(i, (i * 37) % 150), of(i, 150 - i)]))
        const asked = query('Observation', [], { sort: [descending('date', 'date')], count: 40 })
        for (let round = 0; round < 2; round++) {
          const pages = await allPages((after) => search(store, asked, 'everything', after))
          expect(idsOf(pages)).toEqual(many.map((i) => `o${i}`))
        }
      }))
  })
}
