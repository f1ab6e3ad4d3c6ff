import { describe, expect, test } from 'vitest'
import { fail, ok } from '../../../src/domain/problem.ts'
import type { Audit } from '../../../src/store/change.ts'
import { ask, type Questions, type Store, write } from '../../../src/store/store.ts'
import { allPages, type Inside, morning, patient, save, saving, value } from './support.ts'

const at = (seconds: number) => new Date(morning + seconds * 1000).toISOString()

const line = (action: string, more: Partial<Audit> = {}): Audit => ({
  change: 'audit',
  at: at(0),
  principal: 'p',
  action,
  entities: ['Patient/a/_history/1'],
  outcome: 'success',
  ...more,
})

const keep = (store: Store, ...lines: Audit[]): Promise<undefined> =>
  value(
    store.commit(function* () {
      yield* write(...lines)
      return ok(undefined)
    }),
  )

type Asked = Omit<Questions['audit']['ask'], 'count' | 'after'>
const actions = async (store: Store, asked: Asked = {}, count = 2) => {
  const lines = await allPages((after) => store.look({ ask: 'audit', ...asked, count, ...(after !== undefined && { after }) }))
  return lines.map(({ entry }) => entry.action)
}

export function auditContract(inside: Inside): void {
  test('tells who wrote a resource first, and who wrote one of its versions', () =>
    inside(async (place) => {
      const store = await place.open()
      const by = (who: string, ...resources: { readonly resourceType: string; readonly id: string }[]) =>
        value(
          store.commit(function* () {
            for (const one of resources) yield* saving(one)
            const { at } = yield* ask({ ask: 'now' })
            yield* write(line('create', { principal: who, at }))
            return ok(undefined)
          }),
        )
      await by('ana', patient('a'), patient('b'))
      await keep(store, line('read', { principal: 'eve' }))
      await Promise.all([by('ben', patient('a')), by('cora', patient('b'))])
      await save(store, patient('nobody'))
      const stored = await Promise.all(['b', 'a', 'nobody'].map((id) => store.look({ ask: 'resource', type: 'Patient', id })))
      const [b, a, nobody] = await store.look({ ask: 'writers', of: stored.map((one) => one!) })
      expect(b).toMatchObject({ createdBy: 'ana', updatedBy: 'cora' })
      expect(a).toEqual({ createdAt: b!.createdAt, createdBy: 'ana', updatedBy: 'ben' })
      expect(stored[0]!.at > b!.createdAt).toBe(true)
      expect(nobody).toEqual({ createdAt: stored[2]!.at })
    }))

  describe('keeps the audit', () => {
    test('newest first, each line with the number of its commit, or of the last one before it', () =>
      inside(async (place) => {
        const store = await place.open()
        await value(
          store.commit(function* () {
            yield* saving(patient('a'))
            yield* write(line('write'))
            return ok(undefined)
          }),
        )
        await keep(store, line('read'), line('search'))
        const lines = await allPages((after) => store.look({ ask: 'audit', count: 2, ...(after !== undefined && { after }) }))
        expect(lines.map(({ sequence, entry }) => [sequence, entry.action])).toEqual([
          [1, 'search'],
          [1, 'read'],
          [1, 'write'],
        ])
        const { change: _, ...entry } = line('search')
        expect(lines[0]?.entry).toEqual(entry)
      }))

    test('without a number or an instant of its own: time goes on no faster because something was read', () =>
      inside(async (place) => {
        const store = await place.open()
        await save(store, patient('a'))
        for (let i = 0; i < 20; i++) await keep(store, line('read'))
        const { sequence, at } = await store.look({ ask: 'now' })
        expect([sequence, Date.parse(at) - morning]).toEqual([1, 1])
        await Promise.all([keep(store, line('read')), save(store, patient('b')), keep(store, line('read'))])
        expect(await store.look({ ask: 'now' })).toMatchObject({ sequence: 2 })
        expect(await actions(store, {}, 50)).toHaveLength(22)
      }))

    test('by whom, by what was done, and by when it was kept', () =>
      inside(async (place) => {
        const store = await place.open()
        for (const [i, who] of ['a', 'b', 'a', 'b', 'a'].entries()) {
          place.clock.now = morning + i * 1000
          await keep(store, line(`${i}`, { principal: who }), line('other', { principal: who }))
        }
        const numbered = async (asked: Asked) => (await actions(store, asked)).filter((action) => action !== 'other')
        expect(await numbered({ principal: 'a' })).toEqual(['4', '2', '0'])
        expect(await actions(store, { action: '3' })).toEqual(['3'])
        expect(await numbered({ since: morning + 1000, until: morning + 3000 })).toEqual(['3', '2', '1'])
        expect(await numbered({ since: morning + 1001, until: morning + 2999 })).toEqual(['2'])
        expect(await actions(store, { since: morning + 5000 })).toEqual([])
        expect(await actions(store, { until: morning - 1 })).toEqual([])
      }))

    test('by the patient of whom something was read or written, in whatever version, and by large commits', () =>
      inside(async (place) => {
        const store = await place.open()
        const about = (id: string, who: string) => ({ resourceType: 'Condition', id, subject: { reference: `Patient/${who}` } })
        await value(
          store.commit(function* () {
            for (const one of [patient('a'), patient('b'), about('c', 'a'), about('d', 'b')]) yield* saving(one)
            yield* write(line('both', { entities: [], versions: 4 }))
            return ok(undefined)
          }),
        )
        await value(
          store.commit(function* () {
            yield* saving(about('c', 'b'))
            yield* write(line('moved', { entities: [], versions: 1 }))
            return ok(undefined)
          }),
        )
        await keep(
          store,
          line('person', { entities: ['Patient/a/_history/1'] }),
          line('earlier', { entities: ['Condition/d/_history/1', 'Condition/c/_history/1'] }),
          line('other', { entities: ['Condition/d/_history/1'] }),
          line('nobody', { entities: ['connection/a'] }),
        )
        expect(await actions(store, { patient: 'a' })).toEqual(['earlier', 'person', 'both'])
        expect(await actions(store, { patient: 'b' })).toEqual(['other', 'earlier', 'moved', 'both'])
        expect(await actions(store, { patient: 'nobody' })).toEqual([])
      }))

    test('sealed, line upon line, across commits, those undone and a new start', () =>
      inside(async (place) => {
        const store = await place.open()
        expect(await store.look({ ask: 'auditCheck' })).toEqual({ lines: 0, unsealed: 0 })
        await keep(store, line('1'), line('2'))
        const { head, ...first } = await store.look({ ask: 'auditCheck' })
        expect(first).toEqual({ lines: 2, unsealed: 0 })
        const refused = store.commit(function* () {
          yield* write(line('never'))
          return fail('conflict', 'no')
        })
        await Promise.all([keep(store, line('3')), refused, keep(store, line('4'))])
        await store.close()
        const again = await place.open()
        await keep(again, line('5'))
        expect(await again.look({ ask: 'auditCheck', head: head! })).toMatchObject({ lines: 5, unsealed: 0, found: true })
        expect(await again.look({ ask: 'auditCheck', head: 'never given' })).toMatchObject({ found: false })
        expect(await again.look({ ask: 'auditCheck' })).not.toHaveProperty('broken')
      }))
  })
}
