import { describe, expect, test } from 'vitest'
import { fail, ok } from '../../../src/domain/problem.ts'
import { ask, askAll, type Plan, write } from '../../../src/store/store.ts'
import { byIdentifier, type Inside, idsOf, patient, query, save, saving, search, value } from './support.ts'

export function plansContract(inside: Inside): void {
  describe('carries out plans', () => {
    test('all of a plan, or nothing of it', () =>
      inside(async (place) => {
        const store = await place.open()
        const refused = await store.commit(function* () {
          yield* saving(patient('a'))
          yield* write({ change: 'remember', kind: 'k', key: 'a', text: '{}' })
          return fail('conflict', 'Changed its mind.')
        })
        expect(refused).toMatchObject({ ok: false, problem: { code: 'conflict', detail: 'Changed its mind.' } })
        const broken = store.commit(function* () {
          yield* saving(patient('b'))
          throw new Error('a mistake in the plan')
        })
        await expect(broken).rejects.toThrow('a mistake in the plan')
        expect(await store.look({ ask: 'resource', type: 'Patient', id: 'a' })).toBeUndefined()
        expect(await store.look({ ask: 'resource', type: 'Patient', id: 'b' })).toBeUndefined()
        expect(await store.look({ ask: 'record', kind: 'k', key: 'a' })).toBeUndefined()
        expect((await search(store, query('Patient', [], { total: 'accurate' }))).total).toBe(0)
        expect((await store.look({ ask: 'now' })).sequence).toBe(0)
      }))

    test('plans that come at once fail alone', () =>
      inside(async (place) => {
        const store = await place.open()
        const plans: Plan<number>[] = Array.from(
          { length: 30 },
          (_, i) =>
            function* () {
              yield* saving(patient(`p${i}`, { identifier: [{ system: 'urn:s', value: `only-${i}` }] }))
              if (i % 3 === 1) return fail('conflict', 'No.')
              if (i % 3 === 2) throw new Error('broken')
              return ok(i)
            },
        )
        const settled = await Promise.allSettled(plans.map((plan) => store.commit(plan)))
        expect(settled.map((each) => (each.status === 'rejected' ? 'thrown' : each.value.ok))).toEqual(
          plans.map((_, i) => [true, false, 'thrown'][i % 3]),
        )
        const { items } = await search(store, query('Patient'))
        expect(idsOf(items)).toEqual(plans.flatMap((_, i) => (i % 3 === 0 ? [`p${i}`] : [])))
        // What an undone plan had added to the index is not taken for known.
        for (const i of [1, 2]) await save(store, patient(`q${i}`, { identifier: [{ system: 'urn:s', value: `only-${i}` }] }))
        for (const i of [1, 2])
          expect(idsOf((await search(store, query('Patient', [byIdentifier('urn:s', `only-${i}`)]))).items)).toEqual([`q${i}`])
        expect(items.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 10 }, (_, i) => i + 1))
      }))

    test('a plan sees what it has written so far, in every question', () =>
      inside(async (place) => {
        const store = await place.open()
        await save(store, patient('old', { active: true }))
        const seen = await value(
          store.commit(function* () {
            yield* saving(patient('new', { identifier: [{ system: 'urn:s', value: '1' }] }))
            yield* saving(patient('new', { identifier: [{ system: 'urn:s', value: '2' }] }))
            yield* write({ change: 'remember', kind: 'k', key: 'a', text: '1' })
            yield* write({ change: 'forget', kind: 'k', key: 'a' }, { change: 'remember', kind: 'k', key: 'b', text: '2' })
            const asked = yield* askAll([
              { ask: 'resource', type: 'Patient', id: 'new' },
              { ask: 'record', kind: 'k', key: 'a' },
              { ask: 'record', kind: 'k', key: 'b' },
            ])
            const first = yield* ask({
              ask: 'search',
              query: query('Patient', [byIdentifier('urn:s', '1')]),
              visible: 'everything',
            })
            const second = yield* ask({
              ask: 'search',
              query: query('Patient', [byIdentifier('urn:s', '2')]),
              visible: 'everything',
            })
            const history = yield* ask({
              ask: 'history',
              type: 'Patient',
              count: 10,
              since: '2026-01-01T00:00:00.000Z',
              visible: 'everything',
            })
            const feed = yield* ask({ ask: 'feed', type: 'Patient', count: 10, visible: 'everything' })
            return ok({ asked, first, second, history, feed })
          }),
        )
        expect(seen.asked).toMatchObject([{ version: 2 }, undefined, '2'])
        expect(seen.first.items).toEqual([])
        expect(idsOf(seen.second.items)).toEqual(['new'])
        expect(seen.history.items.map(({ id, version }) => [id, version])).toEqual([
          ['new', 2],
          ['new', 1],
          ['old', 1],
        ])
        expect(seen.feed.items).toHaveLength(3)
      }))

    test('nobody sees a plan before it is committed', () =>
      inside(async (place) => {
        const store = await place.open()
        let looked: Promise<unknown> | undefined
        await value(
          store.commit(function* () {
            yield* saving(patient('a'))
            looked ??= store.look({ ask: 'search', query: query('Patient', [], { total: 'accurate' }), visible: 'everything' })
            for (let i = 0; i < 300; i++) yield* saving(patient(`more-${i}`))
            return ok(undefined)
          }),
        )
        const { total } = (await looked) as { total: number }
        expect([0, 301]).toContain(total)
      }))

    test('sixteen that create on condition, two hundred keys: one of each is made, and all are told which', () =>
      inside(async (place) => {
        const store = await place.open()
        const create = (key: string, racer: number) =>
          store.commit(function* () {
            const found = yield* ask({
              ask: 'search',
              query: query('Patient', [byIdentifier('urn:mrn', key)], { count: 2 }),
              visible: 'everything',
            })
            if (found.items[0]) return ok(found.items[0].id)
            const id = `${key}-${racer}`
            yield* saving(patient(id, { identifier: [{ system: 'urn:mrn', value: key }] }))
            return ok(id)
          })
        const keys = Array.from({ length: 200 }, (_, i) => `key-${i}`)
        const racers = Array.from({ length: 16 }, async (_, racer) => {
          const told = []
          for (const key of keys) told.push(await value(create(key, racer)))
          return told
        })
        const told = await Promise.all(racers)
        for (const each of told) expect(each).toEqual(told[0])
        const { total } = await search(store, query('Patient', [], { total: 'accurate', count: 0 }))
        expect(total).toBe(200)
      }))

    test('increments on condition lose no update', () =>
      inside(async (place) => {
        const store = await place.open()
        const increment = () =>
          store.commit(function* () {
            const before = Number((yield* ask({ ask: 'record', kind: 'counter', key: 'a' })) ?? '0')
            yield* write({ change: 'remember', kind: 'counter', key: 'a', text: String(before + 1) })
            return ok(undefined)
          })
        await Promise.all(Array.from({ length: 500 }, increment))
        expect(await store.look({ ask: 'record', kind: 'counter', key: 'a' })).toBe('500')
      }))

    test('a plan runs with the instant and the number of its own commit', () =>
      inside(async (place) => {
        const store = await place.open()
        await save(store, patient('a'))
        const now = await value(
          store.commit(function* () {
            const { at, sequence } = yield* ask({ ask: 'now' })
            yield* saving(patient('b'))
            return ok({ at, sequence })
          }),
        )
        const written = await store.look({ ask: 'resource', type: 'Patient', id: 'b' })
        expect(written).toMatchObject({ at: now.at, sequence: now.sequence + 1 })
      }))

    test('whoever waits for deliveries is woken by commits that leave some, until it no longer wants to be', () =>
      inside(async (place) => {
        const store = await place.open()
        let woken = 0
        const stop = store.onCommit(() => woken++)
        await save(store, patient('a'))
        expect(woken).toBe(0)
        const deliver = (id: string) =>
          value(
            store.commit(function* () {
              const { at } = yield* ask({ ask: 'now' })
              yield* write({
                change: 'deliver',
                delivery: {
                  id,
                  connection: 'c',
                  lane: 'l',
                  type: 'Patient',
                  resource: 'a',
                  version: 1,
                  state: 'pending',
                  attempts: 0,
                  due: at,
                  inFlight: false,
                  at,
                },
              })
              return ok(undefined)
            }),
          )
        await deliver('1')
        expect(woken).toBe(1)
        stop()
        await deliver('2')
        expect(woken).toBe(1)
      }))
  })
}
