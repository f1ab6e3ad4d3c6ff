import { describe, expect, test } from 'vitest'
import type { Store, Visibility } from '../../../src/store/store.ts'
import { allPages, descending, type Inside, idsOf, observation, patient, query, remove, save, search } from './support.ts'

const two = { patients: ['ann', 'bea'] }
const none = { patients: [] }

/** Three patients with two observations each, one that is about two of them, and things that are about nobody. */
async function ward(store: Store): Promise<void> {
  for (const id of ['ann', 'bea', 'cleo']) await save(store, patient(id), observation(`${id}-1`, id), observation(`${id}-2`, id))
  await save(store, { resourceType: 'Organization', id: 'clinic' })
  await save(store, {
    resourceType: 'Group',
    id: 'both',
    type: 'person',
    actual: true,
    member: [{ entity: { reference: 'Patient/bea' } }, { entity: { reference: 'Patient/cleo' } }],
  })
}

export function visibilityContract(inside: Inside): void {
  describe('shows only what may be seen', () => {
    test('searches, totals and sorts know nothing of hidden patients', () =>
      inside(async (place) => {
        const store = await place.open()
        await ward(store)
        const seen = async (type: string, visible: Parameters<typeof search>[2]) => {
          const { items, total } = await search(store, query(type, [], { total: 'accurate' }), visible)
          expect(total).toBe(items.length)
          return idsOf(items)
        }
        expect(await seen('Patient', two)).toEqual(['ann', 'bea'])
        expect(await seen('Observation', two)).toEqual(['ann-1', 'ann-2', 'bea-1', 'bea-2'])
        expect(await seen('Observation', none)).toEqual([])
        expect(await seen('Organization', none)).toEqual(['clinic'])
        // A roll tells each of its members of the others.
        expect(await seen('Group', { patients: ['bea', 'cleo'] })).toEqual(['both'])
        expect(await seen('Group', { patients: ['cleo'] })).toEqual([])
        expect(await seen('Group', { patients: ['ann'] })).toEqual([])
        const sorted = query('Observation', [], { sort: [descending('_id', 'id')], count: 3 })
        const pages = await allPages((after) => search(store, sorted, two, after))
        expect(idsOf(pages)).toEqual(['bea-2', 'bea-1', 'ann-2', 'ann-1'])
      }))

    test('what is to be done is seen by whoever may see whom it is for', () =>
      inside(async (place) => {
        const store = await place.open()
        const task = (id: string, rest: object) => ({ resourceType: 'Task', id, status: 'requested', intent: 'order', ...rest })
        const whom = (id: string) => ({ for: { reference: `Patient/${id}` } })
        await save(store, task('ann-1', whom('ann')), task('cleo-1', whom('cleo')), task('nobody-1', {}))
        expect(idsOf((await search(store, query('Task'), two)).items)).toEqual(['ann-1', 'nobody-1'])
        await remove(store, 'Task', 'cleo-1')
        const seen = async (visible: Visibility) =>
          idsOf((await store.look({ ask: 'history', type: 'Task', count: 10, visible })).items)
        expect(await seen(two)).toEqual(['nobody-1', 'ann-1'])
        expect(await seen({ patients: ['cleo'] })).toEqual(['cleo-1', 'nobody-1', 'cleo-1'])
      }))

    test('ids, references, missing and not reveal nothing', () =>
      inside(async (place) => {
        const store = await place.open()
        await ward(store)
        const filters = [
          { kind: 'id', values: ['cleo-1', 'ann-1'] },
          { kind: 'reference', param: 'subject', values: ['Patient/cleo', 'Patient/ann'] },
          { kind: 'missing', param: 'subject', missing: false },
          { kind: 'not', filter: { kind: 'token', param: 'status', values: [{ code: 'amended' }] } },
          { kind: 'lastUpdated', values: [{ prefix: 'ge', lo: 0, hi: 0 }] },
        ] as const
        for (const filter of filters) {
          const { items, total } = await search(store, query('Observation', [filter], { total: 'accurate' }), {
            patients: ['ann'],
          })
          expect(new Set(idsOf(items).map((id) => id.split('-')[0]))).toEqual(new Set(['ann']))
          expect(total).toBe(items.length)
        }
      }))

    test('histories and feeds neither, deletions included', () =>
      inside(async (place) => {
        const store = await place.open()
        await ward(store)
        await remove(store, 'Observation', 'cleo-1')
        await remove(store, 'Observation', 'ann-1')
        const history = (visible: typeof two, rest: object = {}) =>
          allPages((after) =>
            store.look({ ask: 'history', count: 2, visible, ...rest, ...(after === undefined ? {} : { after }) }),
          )
        expect(idsOf(await history(two, { type: 'Observation' }))).toEqual(['ann-1', 'bea-2', 'bea-1', 'ann-2', 'ann-1'])
        expect(idsOf(await history(none))).toEqual(['clinic'])
        expect(await history(two, { type: 'Observation', id: 'cleo-1' })).toEqual([])
        const feed = await store.look({ ask: 'feed', type: 'Observation', count: 100, visible: two })
        expect(idsOf(feed.items)).toEqual(['ann-1', 'ann-2', 'bea-1', 'bea-2'])
      }))

    test('what is specially protected, and psychotherapy notes, whatever version it was labelled in', () =>
      inside(async (place) => {
        const store = await place.open()
        const labelled = (id: string, code?: string) =>
          patient(id, code === undefined ? {} : { meta: { security: [{ system: 'urn:s', code }] } })
        await save(store, labelled('plain'), labelled('secret', '42CFRPart2'), labelled('later'), labelled('notes', 'PSYTHPN'))
        await save(store, labelled('later', 'V'))
        await save(store, labelled('gone', 'V'))
        await remove(store, 'Patient', 'gone')
        const seenWith = async (protectedRecords: boolean) => {
          const visible = { patients: 'all', protectedRecords } as const
          const { items, total } = await search(store, query('Patient', [], { total: 'accurate' }), visible)
          const history = await store.look({ ask: 'history', type: 'Patient', count: 20, visible })
          const feed = await store.look({ ask: 'feed', type: 'Patient', count: 20, visible })
          return { found: idsOf(items), total, versions: idsOf(history.items), fed: idsOf(feed.items) }
        }
        expect(await seenWith(false)).toEqual({ found: ['plain'], total: 1, versions: ['plain'], fed: ['plain'] })
        expect(await seenWith(true)).toEqual({
          found: ['plain', 'secret', 'later'],
          total: 3,
          versions: ['gone', 'gone', 'later', 'later', 'secret', 'plain'],
          fed: ['plain', 'secret', 'later', 'later', 'gone'],
        })
        const guards = ['plain', 'secret', 'later', 'gone', 'notes'].map(async (id) => {
          const stored = await store.look({ ask: 'version', type: 'Patient', id, version: 1 })
          return stored?.guard
        })
        expect(await Promise.all(guards)).toEqual([undefined, 1, 1, 1, 2])
      }))

    test('a resource that moves to another patient is seen by that patient from then on', () =>
      inside(async (place) => {
        const store = await place.open()
        await save(store, observation('x', 'ann'))
        await save(store, observation('x', 'bea'))
        const found = async (id: string) => idsOf((await search(store, query('Observation'), { patients: [id] })).items)
        expect(await found('ann')).toEqual([])
        expect(await found('bea')).toEqual(['x'])
        const versions = async (id: string) => {
          const { items } = await store.look({
            ask: 'history',
            type: 'Observation',
            id: 'x',
            count: 10,
            visible: { patients: [id] },
          })
          return items.map(({ version }) => version)
        }
        expect(await versions('ann')).toEqual([1])
        expect(await versions('bea')).toEqual([2])
      }))
  })
}
