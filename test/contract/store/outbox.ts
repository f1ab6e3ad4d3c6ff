import { describe, expect, test } from 'vitest'
import { ok } from '../../../src/domain/problem.ts'
import type { Change, Delivery, Link } from '../../../src/store/change.ts'
import { ask, type Store, write } from '../../../src/store/store.ts'
import { allPages, type Inside, morning, value } from './support.ts'

const at = (seconds: number) => new Date(morning + seconds * 1000).toISOString()

const delivery = (id: string, lane: string, rest: Partial<Delivery> = {}): Delivery => ({
  id,
  connection: 'east',
  lane,
  type: 'Task',
  resource: `task-${id}`,
  version: 1,
  state: 'pending',
  attempts: 0,
  due: at(0),
  inFlight: false,
  at: at(0),
  ...rest,
})

const commit = (store: Store, ...changes: Change[]): Promise<undefined> =>
  value(
    store.commit(function* () {
      yield* write(...changes)
      return ok(undefined)
    }),
  )
const deliver = (store: Store, ...deliveries: Delivery[]) =>
  commit(store, ...deliveries.map((each) => ({ change: 'deliver' as const, delivery: each })))

export function outboxContract(inside: Inside): void {
  describe('owes deliveries', () => {
    const due = async (store: Store, seconds = 0, connection = 'east') =>
      (await store.look({ ask: 'due', connection, at: at(seconds), count: 100 })).map(({ id }) => id).sort()

    test('of each lane the first alone is due, and the next when it is settled', () =>
      inside(async (place) => {
        const store = await place.open()
        await deliver(store, delivery('a1', 'ann'), delivery('a2', 'ann'), delivery('b1', 'bea'))
        await deliver(store, delivery('a3', 'ann'), delivery('x', 'ann', { connection: 'west' }))
        expect(await due(store)).toEqual(['a1', 'b1'])
        expect(await due(store, 0, 'west')).toEqual(['x'])
        await deliver(store, delivery('a1', 'ann', { state: 'delivered' }))
        expect(await due(store)).toEqual(['a2', 'b1'])
        await deliver(store, delivery('a2', 'ann', { state: 'dead', outcome: 'refused' }))
        expect(await due(store)).toEqual(['a3', 'b1'])
      }))

    test('a head that waits holds its lane up, and no other', () =>
      inside(async (place) => {
        const store = await place.open()
        await deliver(store, delivery('a1', 'ann'), delivery('a2', 'ann'), delivery('b1', 'bea'))
        await deliver(store, delivery('a1', 'ann', { state: 'waiting', attempts: 1, due: at(30), inFlight: true }))
        expect(await due(store)).toEqual(['b1'])
        expect(await store.look({ ask: 'nextDue', connection: 'east' })).toBe(at(0))
        await deliver(store, delivery('b1', 'bea', { state: 'delivered' }))
        expect(await store.look({ ask: 'nextDue', connection: 'east' })).toBe(at(30))
        expect(await due(store, 29)).toEqual([])
        expect(await due(store, 30)).toEqual(['a1'])
        expect(await store.look({ ask: 'nextDue', connection: 'nobody' })).toBeUndefined()
        expect((await store.look({ ask: 'inFlight', connection: 'east' })).map(({ id }) => id)).toEqual(['a1'])
        expect(await store.look({ ask: 'inFlight', connection: 'west' })).toEqual([])
        await deliver(store, delivery('a1', 'ann', { state: 'waiting', attempts: 1, due: at(30) }))
        expect(await store.look({ ask: 'inFlight', connection: 'east' })).toEqual([])
      }))

    test('a dead delivery that is tried again takes its old place', () =>
      inside(async (place) => {
        const store = await place.open()
        await deliver(store, delivery('a1', 'ann'), delivery('a2', 'ann'))
        await deliver(store, delivery('a1', 'ann', { state: 'dead' }))
        expect(await due(store)).toEqual(['a2'])
        await deliver(store, delivery('a1', 'ann', { state: 'pending' }))
        expect(await due(store)).toEqual(['a1'])
      }))

    test('a delivery that changes its lane leaves the one and joins the other', () =>
      inside(async (place) => {
        const store = await place.open()
        await deliver(store, delivery('a1', 'ann'), delivery('a2', 'ann'), delivery('b1', 'bea'))
        await deliver(store, delivery('a1', 'bea'))
        expect(await due(store)).toEqual(['a1', 'a2'])
      }))

    test('those due longest come first, and no more than asked for', () =>
      inside(async (place) => {
        const store = await place.open()
        await deliver(
          store,
          delivery('late', 'l', { due: at(-1) }),
          delivery('later', 'm', { due: at(-5) }),
          delivery('now', 'n'),
        )
        const found = await store.look({ ask: 'due', connection: 'east', at: at(0), count: 2 })
        expect(found.map(({ id }) => id)).toEqual(['later', 'late'])
      }))

    test('a delivery is kept as it was given, and is listed newest first by what is asked', () =>
      inside(async (place) => {
        const store = await place.open()
        const whole = delivery('a1', 'ann', { state: 'waiting', attempts: 3, due: at(99), inFlight: true, outcome: 'too busy' })
        await deliver(store, whole, delivery('a2', 'ann'), delivery('w', 'ann', { connection: 'west', state: 'dead' }))
        expect(await store.look({ ask: 'delivery', id: 'a1' })).toEqual(whole)
        expect(await store.look({ ask: 'delivery', id: 'none' })).toBeUndefined()
        await deliver(store, delivery('a1', 'ann', { attempts: 4 }))
        expect(await store.look({ ask: 'delivery', id: 'a1' })).toEqual(delivery('a1', 'ann', { attempts: 4 }))
        const list = async (rest: object) =>
          (
            await allPages((after) =>
              store.look({ ask: 'deliveries', count: 1, ...rest, ...(after === undefined ? {} : { after }) }),
            )
          ).map(({ id }) => id)
        expect(await list({})).toEqual(['w', 'a2', 'a1'])
        expect(await list({ connection: 'east' })).toEqual(['a2', 'a1'])
        expect(await list({ state: 'dead' })).toEqual(['w'])
        expect(await list({ type: 'Task', resource: 'task-a2' })).toEqual(['a2'])
      }))
  })

  describe('links', () => {
    const link = (id: string, remoteId: string, rest: Partial<Link> = {}): Link => ({
      connection: 'east',
      type: 'Task',
      id,
      remoteType: 'Task',
      remoteId,
      base: '{}',
      version: 1,
      ...rest,
    })

    test('ours and theirs, found from both sides, replaced when they are tied again', () =>
      inside(async (place) => {
        const store = await place.open()
        await commit(
          store,
          { change: 'tie', link: link('t1', 'r1') },
          { change: 'tie', link: link('t1', 'r9', { connection: 'west' }) },
        )
        const ours = (connection: string) => store.look({ ask: 'link', connection, type: 'Task', id: 't1' })
        const theirs = (remoteId: string) => store.look({ ask: 'remoteLink', connection: 'east', remoteType: 'Task', remoteId })
        expect(await ours('east')).toEqual(link('t1', 'r1'))
        expect(await theirs('r1')).toEqual(link('t1', 'r1'))
        expect(await ours('west')).toMatchObject({ remoteId: 'r9' })
        expect(await theirs('r9')).toBeUndefined()
        const next = link('t1', 'r2', { remoteVersion: '7', base: '{"a":1.10}', version: 2 })
        await commit(store, { change: 'tie', link: next })
        expect(await ours('east')).toEqual(next)
        expect(await theirs('r1')).toBeUndefined()
        expect(await theirs('r2')).toEqual(next)
      }))

    test('of a connection, page by page', () =>
      inside(async (place) => {
        const store = await place.open()
        const all = [link('t1', 'r1'), link('t2', 'r2', { ours: '{"b":2}' }), link('a1', 'r3', { type: 'Visit' })]
        await commit(store, ...all.toReversed().map((one) => ({ change: 'tie', link: one }) as const), {
          change: 'tie',
          link: link('t1', 'r9', { connection: 'west' }),
        })
        const first = await store.look({ ask: 'links', connection: 'east', count: 2 })
        expect(first.items).toEqual(all.slice(0, 2))
        const second = await store.look({ ask: 'links', connection: 'east', count: 2, after: first.next! })
        expect([second.items, second.next]).toEqual([all.slice(2), undefined])
      }))

    test('are seen inside the plan that ties them', () =>
      inside(async (place) => {
        const store = await place.open()
        const seen = await value(
          store.commit(function* () {
            yield* write({ change: 'tie', link: link('t1', 'r1') })
            return ok(yield* ask({ ask: 'remoteLink', connection: 'east', remoteType: 'Task', remoteId: 'r1' }))
          }),
        )
        expect(seen).toEqual(link('t1', 'r1'))
      }))
  })
}
