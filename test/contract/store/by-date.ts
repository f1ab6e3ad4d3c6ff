import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isVisibleTo } from '../../../src/access/visible.ts'
import { extract } from '../../../src/fhir/search/extract.ts'
import { matches } from '../../../src/fhir/search/match.ts'
import type { Filter } from '../../../src/fhir/search/query.ts'
import type { Store, Visibility } from '../../../src/store/store.ts'
import { allPages, type Content, descending, type Inside, idsOf, observation, query, remove, save, search } from './support.ts'

const of = <const T>(...values: readonly T[]) => fc.constantFrom(...values)
const day = 86_400_000
const january = Date.UTC(2026, 0, 1)
const instant = (days: number) => new Date(january + days * day).toISOString()

/** Instants, days, years, periods short, long and open, and none: few of each, so that many are alike. */
const dates = fc.oneof(
  fc.integer({ min: 0, max: 40 }).map((days) => ({ effectiveDateTime: instant(days / 4) })),
  fc.integer({ min: 0, max: 12 }).map((days) => ({ effectiveDateTime: instant(days).slice(0, 10) })),
  of({ effectiveDateTime: '2026' }, {}),
  fc
    .tuple(fc.integer({ min: 0, max: 12 }), of(0.1, 3, 400))
    .map(([from, days]) => ({ effectivePeriod: { start: instant(from), end: instant(from + days) } })),
  fc.integer({ min: 0, max: 12 }).map((from) => ({ effectivePeriod: { start: instant(from) } })),
)
const category = (codes: string) => ({ category: [{ coding: codes.split(' ').map((code) => ({ system: 'urn:c', code })) }] })
const content = fc.record({
  date: dates,
  code: of('a', 'a', 'a', 'b', 'a b', 'rare'),
  subject: of('ann', 'bob'),
  hidden: of(false, false, true),
})
const part2 = { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: '42CFRPart2' }] }
interface Made {
  readonly date: object
  readonly code: string
  readonly subject: string
  readonly hidden?: boolean
}
const observed = (i: number, { subject, code, date, hidden }: Made): Content =>
  observation(`o${String(i).padStart(3, '0')}`, subject, { ...category(code), ...date, ...(hidden && { meta: part2 }) })
const seen = of<Visibility>(
  'everything',
  { patients: 'all' },
  { patients: ['ann'] },
  { patients: ['ann'], protectedRecords: true },
)

const bound = fc.integer({ min: -2, max: 14 }).map((days) => january + days * day)
const dateFilter = fc
  .record({ prefix: of('eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap'), lo: bound, width: of(0, day - 1, 5 * day) })
  .map(({ prefix, lo, width }): Filter => ({ kind: 'date', param: 'date', values: [{ prefix, lo, hi: lo + width }] }))
const filters = fc.array(
  fc.oneof(
    of('a', 'b', 'rare').map((code): Filter => ({ kind: 'token', param: 'category', values: [{ system: 'urn:c', code }] })),
    of(['a', 'b'], ['b', 'rare'], ['a', 'nobody']).map(
      (codes): Filter => ({ kind: 'token', param: 'category', values: codes.map((code) => ({ code })) }),
    ),
    of('Patient/ann', 'Patient/bob').map((target): Filter => ({ kind: 'reference', param: 'subject', values: [target] })),
    dateFilter,
  ),
  { maxLength: 3 },
)

const size = 150
const stories = fc.record({
  made: fc.array(content, { minLength: size, maxLength: size }),
  changed: fc.array(fc.tuple(fc.nat(size - 1), fc.option(content)), { maxLength: 30 }),
  changedLater: fc.array(fc.tuple(fc.nat(size - 1), fc.option(content)), { maxLength: 10 }),
  quiet: of(true, true, false),
  asked: fc.array(fc.record({ filters, visible: seen, count: of(6, 20, 200) }), { minLength: 6, maxLength: 6 }),
})

/** What may be seen, by the latest instant, those without one last; the later made first where it is the same. */
function expected(
  resources: ReadonlyMap<number, Content>,
  wanted: readonly Filter[],
  visible: Visibility = 'everything',
): string[] {
  const found = [...resources].flatMap(([i, resource]) => {
    const one = { type: 'Observation', id: resource.id, lastUpdated: 0, resource }
    if (!matches(query('Observation', wanted), one) || !isVisibleTo(visible, resource)) return []
    let latest = Number.NEGATIVE_INFINITY
    const ignore = () => undefined
    const rest = {
      token: ignore,
      reference: ignore,
      string: ignore,
      number: ignore,
      quantity: ignore,
      uri: ignore,
      present: ignore,
    }
    extract(resource, {
      ...rest,
      date(name, _, hi) {
        if (name === 'date') latest = Math.max(latest, hi)
      },
    })
    return [{ i, id: resource.id, latest }]
  })
  return found.sort((a, b) => (a.latest === b.latest ? b.i - a.i : a.latest < b.latest ? 1 : -1)).map(({ id }) => id)
}

const newest = { sort: [descending('date', 'date')] }

export function byDateContract(inside: Inside): void {
  describe('the newest first', () => {
    test('among many, whatever has changed since, on pages of any size', () =>
      fc.assert(
        fc.asyncProperty(stories, async ({ made, changed, changedLater, asked, quiet }) => {
          await inside(async (place) => {
            let store = await place.open()
            const there = new Map<number, Content>()
            const change = async (changes: readonly (readonly [number, (typeof made)[number] | null])[], store: Store) => {
              for (const [i, to] of changes) {
                if (to === null && !there.has(i)) continue
                if (to === null) {
                  await remove(store, 'Observation', observed(i, made[i]!).id)
                  there.delete(i)
                } else {
                  await save(store, observed(i, to))
                  there.set(i, observed(i, to))
                }
              }
            }
            const check = async () => {
              // Lists are written when somebody has asked and nobody writes: with and without them the answer is the same.
              await search(store, query('Observation', [], newest))
              if (quiet) await new Promise((rested) => setTimeout(rested, 5))
              for (const { filters, visible, count } of asked) {
                const wanted = query('Observation', filters, { ...newest, count })
                const found = await allPages((after) => search(store, wanted, visible, after))
                expect(idsOf(found)).toEqual(expected(there, filters, visible))
              }
            }
            await save(store, ...made.slice(0, 100).map((each, i) => observed(i, each)))
            for (const [i, each] of made.slice(0, 100).entries()) there.set(i, observed(i, each))
            await check()
            await change(
              changed.filter(([i]) => i < 100),
              store,
            )
            await check()
            await save(store, ...made.slice(100).map((each, i) => observed(100 + i, each)))
            for (const [i, each] of made.slice(100).entries()) there.set(100 + i, observed(100 + i, each))
            await check()
            await change(changedLater, store)
            await check()
            // Nobody else may write lists by then.
            await store.close()
            store = await place.open()
            await check()
          })
        }),
        { numRuns: 6 },
      ))

    test('what only few had is found when more have come to have it', () =>
      inside(async (place) => {
        const store = await place.open()
        const there = new Map<number, Content>()
        const filters: Filter[] = [{ kind: 'token', param: 'category', values: [{ code: 'a' }, { code: 'rare' }] }]
        for (const rare of [2, 2, 30, 2]) {
          const from = there.size
          const some = Array.from({ length: 80 }, (_, i) =>
            observed(from + i, {
              code: i < rare ? 'rare' : 'a',
              subject: 'ann',
              date: { effectiveDateTime: instant((from + i) % 7) },
            }),
          )
          await save(store, ...some)
          for (const [i, each] of some.entries()) there.set(from + i, each)
          await search(store, query('Observation', [], newest))
          await new Promise((rested) => setTimeout(rested, 5))
          const found = await search(store, query('Observation', filters, { ...newest, count: 60 }))
          expect(idsOf(found.items)).toEqual(expected(there, filters).slice(0, 60))
        }
        await store.close()
      }))

    test('the later made first among many of the same few instants, however many lists they are in', () =>
      inside(async (place) => {
        const store = await place.open()
        const there = new Map<number, Content>()
        const made = (i: number, days: number) =>
          observed(i, { code: 'a', subject: 'ann', date: { effectiveDateTime: instant(days).slice(0, 10) } })
        const put = async (some: readonly Content[], from: number) => {
          await save(store, ...some)
          for (const [i, each] of some.entries()) there.set(from + i, each)
        }
        for (let round = 0; round < 16; round++) {
          const from = round * 70
          await put(
            Array.from({ length: 70 }, (_, i) => made(from + i, i % 3)),
            from,
          )
          // Some of before are of another day now: they are in later lists than others that were made with them.
          if (round > 0) for (const i of [from - 60, from - 59]) await put([made(i, 2)], i)
          // Whoever asks has lists written, once nobody writes.
          await search(store, query('Observation', [], newest))
          await new Promise((rested) => setTimeout(rested, 5))
        }
        const wanted = query('Observation', [{ kind: 'token', param: 'category', values: [{ system: 'urn:c', code: 'a' }] }], {
          ...newest,
          count: 7,
        })
        const found = await allPages((after) => search(store, wanted, 'everything', after))
        expect(idsOf(found)).toEqual(expected(there, wanted.filters))
        await store.close()
      }))
  })
}
