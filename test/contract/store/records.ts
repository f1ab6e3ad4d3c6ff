import { describe, expect, test } from 'vitest'
import { ok } from '../../../src/domain/problem.ts'
import type { Change, Message } from '../../../src/store/change.ts'
import { ask, type Store, write } from '../../../src/store/store.ts'
import { allPages, type Inside, morning, value } from './support.ts'

const at = (seconds: number) => new Date(morning + seconds * 1000).toISOString()

const commit = (store: Store, ...changes: Change[]): Promise<undefined> =>
  value(
    store.commit(function* () {
      yield* write(...changes)
      return ok(undefined)
    }),
  )

export function recordsContract(inside: Inside): void {
  describe('keeps records', () => {
    const record = (store: Store, kind: string, key: string) => store.look({ ask: 'record', kind, key })

    test('by kind and key, replaced and forgotten', () =>
      inside(async (place) => {
        const store = await place.open()
        await commit(
          store,
          { change: 'remember', kind: 'client', key: 'a', text: '1' },
          { change: 'remember', kind: 'token', key: 'a', text: '2' },
        )
        expect([
          await record(store, 'client', 'a'),
          await record(store, 'token', 'a'),
          await record(store, 'token', 'b'),
        ]).toEqual(['1', '2', undefined])
        await commit(store, { change: 'remember', kind: 'client', key: 'a', text: '3' })
        expect(await record(store, 'client', 'a')).toBe('3')
        await commit(store, { change: 'forget', kind: 'client', key: 'a' }, { change: 'forget', kind: 'client', key: 'never' })
        expect(await record(store, 'client', 'a')).toBeUndefined()
        expect(await record(store, 'token', 'a')).toBe('2')
      }))

    test('by the clock, also where it was set back and instants are ahead of it', () =>
      inside(async (place) => {
        const store = await place.open()
        place.clock.now = morning + 3_600_000
        await commit(store, { change: 'remember', kind: 'k', key: 'early', text: '1' })
        place.clock.now = morning
        await commit(store, { change: 'remember', kind: 'jti', key: 'a', text: '1', expires: at(60) })
        const inPlan = () =>
          store.commit(function* () {
            return ok(yield* ask({ ask: 'record', kind: 'jti', key: 'a' }))
          })
        expect([await value(inPlan()), await record(store, 'jti', 'a')]).toEqual(['1', '1'])
        place.clock.now = morning + 60_000
        expect([await value(inPlan()), await record(store, 'jti', 'a')]).toEqual([undefined, undefined])
      }))

    test('until they expire: then they are as if they had never been', () =>
      inside(async (place) => {
        const store = await place.open()
        await commit(store, { change: 'remember', kind: 'jti', key: 'a', text: '1', expires: at(60) })
        place.clock.now = morning + 59_999
        expect(await record(store, 'jti', 'a')).toBe('1')
        place.clock.now = morning + 60_000
        expect(await record(store, 'jti', 'a')).toBeUndefined()
        expect((await store.look({ ask: 'records', kind: 'jti', count: 10 })).items).toEqual([])
        const inPlan = await value(
          store.commit(function* () {
            return ok(yield* ask({ ask: 'record', kind: 'jti', key: 'a' }))
          }),
        )
        expect(inPlan).toBeUndefined()
        await commit(store, { change: 'remember', kind: 'jti', key: 'a', text: '2' })
        place.clock.now = morning + 1e9
        expect(await record(store, 'jti', 'a')).toBe('2')
      }))

    test('listed by key, page by page, whatever is forgotten between', () =>
      inside(async (place) => {
        const store = await place.open()
        const keys = ['a', 'b', 'c', 'd', 'ä', 'e']
        await commit(store, ...keys.map((key): Change => ({ change: 'remember', kind: 'k', key, text: `"${key}"` })))
        await commit(store, { change: 'remember', kind: 'other', key: 'b', text: '0' })
        const list = await allPages(
          (after) => store.look({ ask: 'records', kind: 'k', count: 2, ...(after === undefined ? {} : { after }) }),
          () => commit(store, { change: 'forget', kind: 'k', key: 'b' }),
        )
        expect(list.map(({ key }) => key)).toEqual(['a', 'b', 'c', 'd', 'e', 'ä'])
        expect(list[1]).toEqual({ key: 'b', text: '"b"' })
      }))
  })

  describe('keeps messages', () => {
    const message = (id: string, rest: Partial<Message> = {}): Message => ({
      id,
      key: `hospital|${id}`,
      source: 'hospital',
      kind: 'hl7v2',
      raw: 'MSH|^~\\&|A\r\u0000PID|1\r',
      digest: 'abc',
      state: 'applied',
      issues: [{ path: 'PV1-45', message: 'no discharge time', severity: 'warning' }],
      answer: 'MSA|AA',
      wrote: ['Encounter/e1'],
      at: at(0),
      ...rest,
    })

    test('as received, found by id and by key, listed newest first', () =>
      inside(async (place) => {
        const store = await place.open()
        for (const each of [message('1'), message('2', { state: 'held' }), message('3')])
          await commit(store, { change: 'receive', message: each })
        expect(await store.look({ ask: 'message', id: '1' })).toEqual(message('1'))
        expect(await store.look({ ask: 'message', key: 'hospital|2' })).toEqual(message('2', { state: 'held' }))
        expect(await store.look({ ask: 'message', key: 'other|2' })).toBeUndefined()
        const list = async (rest: object) =>
          (
            await allPages((after) =>
              store.look({ ask: 'messages', count: 2, ...rest, ...(after === undefined ? {} : { after }) }),
            )
          ).map(({ id }) => id)
        expect(await list({})).toEqual(['3', '2', '1'])
        expect(await list({ state: 'applied' })).toEqual(['3', '1'])
        expect(await list({ state: 'test' })).toEqual([])
      }))

    test('a replay changes what became of it, never what came', () =>
      inside(async (place) => {
        const store = await place.open()
        await commit(store, { change: 'receive', message: message('1', { state: 'held' }) })
        const replayed = message('1', { state: 'applied', issues: [], answer: 'MSA|AA|again', wrote: ['Encounter/e2'] })
        await commit(store, { change: 'receive', message: { ...replayed, raw: 'tampered', digest: 'other' } })
        expect(await store.look({ ask: 'message', id: '1' })).toEqual(replayed)
      }))

    test('two messages with one key are a mistake, and nothing of the second is kept', () =>
      inside(async (place) => {
        const store = await place.open()
        await commit(store, { change: 'receive', message: message('1') })
        await expect(commit(store, { change: 'receive', message: message('2', { key: 'hospital|1' }) })).rejects.toThrow()
        expect(await store.look({ ask: 'message', id: '2' })).toBeUndefined()
      }))
  })
}
