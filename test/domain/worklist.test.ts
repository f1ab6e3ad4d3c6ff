/** The worklist's order, and that it is one. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type WorklistItem, worklistOf } from '../../src/domain/worklist.ts'

const at = '2026-03-02T09:30:00Z'
const item = (id: string, more: Partial<WorklistItem> = {}): WorklistItem => ({
  collection: 'work-items',
  id,
  state: 'open',
  ...more,
})
const order = (...items: WorklistItem[]) => worklistOf(items, at).map(({ id }) => id)

it('puts stat before a missed service level, then asap, urgent, and the rest by due time and acuity', () => {
  const expected = [
    item('stat', { priority: 'stat', dueAt: '2026-04-01' }),
    item('missed', { priority: 'routine', breachedAt: '2026-03-01T09:00:00Z' }),
    item('asap', { priority: 'asap' }),
    item('urgent', { priority: 'urgent' }),
    item('soon', { dueAt: '2026-03-02T17:00:00Z' }),
    item('today', { dueAt: '2026-03-02' }),
    item('worse', { dueAt: '2026-03-05', acuity: 4 }),
    item('better', { dueAt: '2026-03-05', acuity: 2 }),
    item('whenever'),
  ]
  expect(order(...expected.toReversed())).toEqual(expected.map(({ id }) => id))
})

it('says why', () => {
  const [row] = worklistOf(
    [item('a', { priority: 'urgent', breachedAt: '2026-03-01T09:00:00Z', dueAt: '2026-03-01', acuity: 3 })],
    at,
  )
  expect(row?.reasons).toEqual([
    { code: 'sla-breached', at: '2026-03-01T09:00:00Z' },
    { code: 'urgent' },
    { code: 'overdue', at: '2026-03-01' },
    { code: 'acuity', level: 3 },
  ])
  expect(worklistOf([item('a', { dueAt: '2026-03-02' })], at)[0]?.reasons).toEqual([{ code: 'due', at: '2026-03-02' }])
})

it('is the same in whatever order it is asked, and loses nothing', () => {
  const items = fc.uniqueArray(
    fc.record(
      {
        collection: fc.constant('work-items'),
        id: fc.stringMatching(/^[a-z]{1,3}$/),
        state: fc.constant('open'),
        priority: fc.constantFrom('routine', 'urgent', 'asap', 'stat'),
        dueAt: fc.constantFrom('2026-03-01', '2026-03-02T09:00:00Z', '2026-03-09'),
        breachedAt: fc.constant('2026-03-01T00:00:00Z'),
        acuity: fc.integer({ min: 1, max: 4 }),
      },
      { requiredKeys: ['collection', 'id', 'state'], noNullPrototype: true },
    ) as fc.Arbitrary<WorklistItem>,
    { selector: ({ id }) => id },
  )
  fc.assert(
    fc.property(items, fc.func(fc.integer()), (drawn, shuffle) => {
      const shuffled = drawn.toSorted((a, b) => shuffle(a.id) - shuffle(b.id))
      expect(order(...shuffled)).toEqual(order(...drawn))
      expect(order(...drawn).toSorted()).toEqual(drawn.map(({ id }) => id).toSorted())
    }),
  )
})
