import { describe, expect, test } from 'vitest'
import { ok } from '../../../src/domain/problem.ts'
import { ask, write } from '../../../src/store/store.ts'
import { type Inside, morning, patient, remove, save, value } from './support.ts'

export function versionsContract(inside: Inside): void {
  describe('keeps versions', () => {
    test('a resource is there as it was saved, and was not there before', () =>
      inside(async (place) => {
        const store = await place.open()
        expect(await store.look({ ask: 'resource', type: 'Patient', id: 'rosa' })).toBeUndefined()
        await save(store, patient('rosa', { name: [{ family: 'Quintero' }] }))
        const found = await store.look({ ask: 'resource', type: 'Patient', id: 'rosa' })
        expect(found).toMatchObject({ type: 'Patient', id: 'rosa', version: 1, sequence: 1, at: '2026-03-01T09:30:00.000Z' })
        expect(JSON.parse(found?.text ?? '')).toMatchObject({ id: 'rosa', name: [{ family: 'Quintero' }] })
        expect(await store.look({ ask: 'resource', type: 'Person', id: 'rosa' })).toBeUndefined()
      }))

    test('every version stays, numbered without gaps, and a deletion is one of them', () =>
      inside(async (place) => {
        const store = await place.open()
        for (const family of ['A', 'B']) await save(store, patient('rosa', { name: [{ family }] }))
        await remove(store, 'Patient', 'rosa')
        await save(store, patient('rosa', { name: [{ family: 'C' }] }))
        const version = (n: number) => store.look({ ask: 'version', type: 'Patient', id: 'rosa', version: n })
        expect((await version(1))?.text).toContain('"A"')
        expect((await version(2))?.text).toContain('"B"')
        expect(await version(3)).toMatchObject({ version: 3 })
        expect(await version(3)).not.toHaveProperty('text')
        expect((await version(4))?.text).toContain('"C"')
        expect(await version(5)).toBeUndefined()
        expect(await store.look({ ask: 'resource', type: 'Patient', id: 'rosa' })).toMatchObject({ version: 4 })
      }))

    test('a deleted resource is answered as deleted, not as never there', () =>
      inside(async (place) => {
        const store = await place.open()
        await save(store, patient('rosa'))
        await remove(store, 'Patient', 'rosa')
        const found = await store.look({ ask: 'resource', type: 'Patient', id: 'rosa' })
        expect(found).toMatchObject({ version: 2 })
        expect(found).not.toHaveProperty('text')
      }))

    test('a version that does not follow the one before is refused as the mistake it is', () =>
      inside(async (place) => {
        const store = await place.open()
        await save(store, patient('rosa'))
        const put = (version: number) =>
          store.commit(function* () {
            const { at } = yield* ask({ ask: 'now' })
            yield* write({ change: 'put', type: 'Patient', id: 'rosa', version, text: '{}', resource: patient('rosa'), at })
            return ok(undefined)
          })
        for (const version of [1, 3, 0]) await expect(put(version)).rejects.toThrow()
        expect(await store.look({ ask: 'resource', type: 'Patient', id: 'rosa' })).toMatchObject({ version: 1 })
        await value(put(2))
      }))

    test('texts are kept byte for byte: digits, spaces, and every character there is', () =>
      inside(async (place) => {
        const store = await place.open()
        const planes = Array.from({ length: 17 }, (_, plane) => {
          let text = '{ "resourceType":"Basic", "value" : 1.10, "small": 1E-7, "text":"'
          for (let i = 0; i < 0x10000; i++) {
            const point = plane * 0x10000 + i
            if (point < 0xd800 || point > 0xdfff) text += String.fromCodePoint(point)
          }
          return `${text}"}  \n`
        })
        await value(
          store.commit(function* () {
            const { at } = yield* ask({ ask: 'now' })
            for (const [i, text] of planes.entries()) {
              const resource = { resourceType: 'Basic', id: `plane-${i}` }
              yield* write({ change: 'put', type: 'Basic', id: resource.id, version: 1, text, resource, at })
            }
            return ok(undefined)
          }),
        )
        for (const [i, text] of planes.entries()) {
          const found = await store.look({ ask: 'resource', type: 'Basic', id: `plane-${i}` })
          expect(found?.text === text, `plane ${i}`).toBe(true)
        }
      }))

    test('each commit has the next number, and one that changes nothing has none', () =>
      inside(async (place) => {
        const store = await place.open()
        await save(store, patient('a'), patient('b'))
        await value(
          store.commit(function* () {
            yield* ask({ ask: 'now' })
            return ok(undefined)
          }),
        )
        await save(store, patient('c'))
        const sequence = async (id: string) => (await store.look({ ask: 'resource', type: 'Patient', id }))?.sequence
        expect([await sequence('a'), await sequence('b'), await sequence('c')]).toEqual([1, 1, 2])
        expect(await store.look({ ask: 'now' })).toMatchObject({ sequence: 2 })
      }))

    test('instants grow although the clock stands still, or is set back', () =>
      inside(async (place) => {
        const store = await place.open()
        const at = async () => Date.parse((await store.look({ ask: 'resource', type: 'Patient', id: 'rosa' }))?.at ?? '')
        await save(store, patient('rosa'))
        const first = await at()
        expect(first).toBe(morning)
        await save(store, patient('rosa'))
        const second = await at()
        expect(second).toBeGreaterThan(first)
        place.clock.now -= 60_000
        await save(store, patient('rosa'))
        expect(await at()).toBeGreaterThan(second)
        expect(Date.parse((await store.look({ ask: 'now' })).at)).toBeGreaterThan(await at())
      }))

    test('versions of one resource have growing instants even where their commits reach the disk together', () =>
      inside(async (place) => {
        const store = await place.open()
        await Promise.all(Array.from({ length: 20 }, () => save(store, patient('rosa'))))
        const { items } = await store.look({ ask: 'history', type: 'Patient', id: 'rosa', count: 100, visible: 'everything' })
        expect(items.map(({ version }) => version)).toEqual(Array.from({ length: 20 }, (_, i) => 20 - i))
        const instants = items.map(({ at }) => at)
        expect(instants).toEqual([...new Set(instants)].sort().reverse())
      }))

    test('a version that came with an instant of its own is followed by later ones', () =>
      inside(async (place) => {
        const store = await place.open()
        const at = '2026-05-01T00:00:00.000Z'
        await value(
          store.commit(function* () {
            yield* write({ change: 'put', type: 'Patient', id: 'rosa', version: 1, text: '{}', resource: patient('rosa'), at })
            return ok(undefined)
          }),
        )
        await save(store, patient('rosa', { active: true }))
        const { items } = await store.look({ ask: 'history', since: at, count: 10, visible: 'everything' })
        expect(items.map(({ version }) => version)).toEqual([2, 1])
        expect(Date.parse(items[0]!.at)).toBeGreaterThan(Date.parse(at))
      }))

    test('what was committed is there when the store is opened again, and numbers go on', () =>
      inside(async (place) => {
        const before = await place.open()
        await save(before, patient('rosa', { name: [{ family: 'Quintero' }] }))
        const known = await before.look({ ask: 'resource', type: 'Patient', id: 'rosa' })
        await before.close()
        const after = await place.open()
        expect(await after.look({ ask: 'resource', type: 'Patient', id: 'rosa' })).toEqual(known)
        await save(after, patient('rosa'))
        const now = await after.look({ ask: 'resource', type: 'Patient', id: 'rosa' })
        expect(now).toMatchObject({ version: 2, sequence: 2 })
        expect([now?.at, known?.at].sort()).toEqual([known?.at, now?.at])
      }))

    test('a closed store takes nothing more', () =>
      inside(async (place) => {
        const store = await place.open()
        await store.close()
        const refused = await store.commit(function* () {
          yield* ask({ ask: 'now' })
          return ok(undefined)
        })
        expect(refused).toMatchObject({ ok: false, problem: { code: 'unavailable' } })
        await expect(store.look({ ask: 'now' })).rejects.toThrow()
      }))
  })
}
