import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { extract } from '../../../src/fhir/search/extract.ts'
import { withinHierarchy } from '../../../src/fhir/search/hierarchy.ts'
import { matches } from '../../../src/fhir/search/match.ts'
import type { Filter, Prefix, SortKey } from '../../../src/fhir/search/query.ts'
import { hash } from '../../../src/store/hash.ts'
import { type Stored, TooMuchAsked, type Visibility } from '../../../src/store/store.ts'
import {
  allPages,
  ascending,
  byIdentifier,
  type Content,
  descending,
  type Inside,
  idsOf,
  morning,
  observation,
  patient,
  query,
  remove,
  save,
  search,
} from './support.ts'

const day = 86_400_000
const organization = (id: string, rest: object): Content => ({ resourceType: 'Organization', id, ...rest })
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
const of = <const T>(...values: readonly T[]) => fc.constantFrom(...values)

const systems = of('urn:a', 'urn:b', undefined)
const words = of('final', 'amended', 'x', 'Ü', '𝒳')
const coding = fc.record({ system: systems, code: maybe(words) })
const subjects = of('Patient/ann', 'Patient/r1', 'Patient/r4', 'Observation/r2', 'urn:uuid:6c3f8a4e-0000-4000-8000-000000000001')
const dates = of(
  '2026',
  '2026-02',
  '2026-02-10',
  '2026-02-10T10:00:00Z',
  '2026-02-28T23:30:00-05:00',
  '2025-12-31',
  '2026-03-01T09:30:00.123Z',
)
const amount = of(0, 1, 4.9, 5, 5.1, 100, -3)
const quantity = fc.record({
  value: maybe(amount),
  unit: maybe(of('kg', 'pounds')),
  system: maybe(of('http://unitsofmeasure.org')),
  code: maybe(of('kg', '[lb_av]')),
})

/** Observations and patients of few values, so that searches meet them. */
const contents: fc.Arbitrary<Content> = fc
  .oneof(
    fc.record({
      resourceType: of('Observation'),
      status: words,
      code: fc.record({ coding: fc.array(coding, { maxLength: 2 }), text: maybe(words) }),
      subject: maybe(
        fc.oneof(
          subjects.map((reference) => ({ reference })),
          of({ display: 'by name alone' }),
        ),
      ),
      effectiveDateTime: maybe(dates),
      effectivePeriod: maybe(fc.record({ start: maybe(dates), end: maybe(dates) })),
      valueQuantity: maybe(quantity),
      component: maybe(
        fc.array(fc.record({ code: fc.record({ coding: fc.array(coding, { maxLength: 1 }) }), valueQuantity: maybe(quantity) })),
      ),
    }),
    fc.record({
      resourceType: of('Patient'),
      name: maybe(
        fc.array(
          fc.record({
            family: maybe(of('Ångström', 'angst', 'Anders', 'O\u2019Neil', '𝒳avier', '\uFFFDodd', 'van der Berg')),
            given: maybe(fc.array(words)),
          }),
          { maxLength: 2 },
        ),
      ),
      birthDate: maybe(of('1987', '1987-02', '1987-02-11')),
      active: maybe(fc.boolean()),
      link: maybe(fc.array(fc.record({ other: subjects.map((reference) => ({ reference })) }), { maxLength: 1 })),
      identifier: maybe(fc.array(fc.record({ system: systems, value: maybe(words) }), { maxLength: 2 })),
    }),
    fc.record({
      resourceType: of('RiskAssessment'),
      status: words,
      prediction: maybe(fc.array(fc.record({ probabilityDecimal: maybe(of(0, 0.5, 0.25, 1)) }), { maxLength: 2 })),
    }),
    fc.record({
      resourceType: of('ValueSet'),
      status: words,
      url: maybe(of('http://a', 'http://a/b')),
      version: maybe(of('1', '2')),
    }),
  )
  .map((content) => ({ ...(JSON.parse(JSON.stringify(content)) as Content) }))

const prefixes = of<Prefix>('eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap')
const instants = fc.integer({ min: -20, max: 80 }).map((days) => Date.UTC(2026, 0, 1) + days * day)
const span = fc.tuple(instants, of(0, 999, day - 1, 31 * day - 1)).map(([lo, width]) => ({ lo, hi: lo + width }))
const dateValue = fc.record({ prefix: prefixes, range: span }).map(({ prefix, range }) => ({ prefix, ...range }))
const numberValue = fc.record({ prefix: prefixes, value: amount, half: of(0, 0.05, 0.5) }).map(({ prefix, value, half }) => {
  const width = ['eq', 'ne', 'ap'].includes(prefix) ? half : 0
  return { prefix, lo: value - width, hi: value + width }
})
const tokenValue = fc
  .record({ system: of<string | null | undefined>('urn:a', 'urn:b', null, undefined), code: maybe(words) })
  .map(({ system, code }) => ({ ...(system === undefined ? {} : { system }), ...(code === undefined ? {} : { code }) }))
const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.array(arbitrary, { minLength: 1, maxLength: 3 })
const token = (...params: string[]) => fc.record({ kind: of('token'), param: of(...params), values: some(tokenValue) })
const not = (...params: string[]) => token(...params).map((filter) => ({ kind: 'not' as const, filter }))
const text = (...params: string[]) =>
  fc.record({
    kind: of('string'),
    param: of(...params),
    match: of('starts', 'contains', 'exact'),
    values: some(of('angst', 'Ångström', 'an', 's', 'O\u2019Neil', 'der', '𝒳avier', '')),
  })
const missing = (...params: string[]) => fc.record({ kind: of('missing'), param: of(...params), missing: fc.boolean() })
const common = (): fc.Arbitrary<Filter>[] => [
  fc.record({ kind: of('id'), values: some(of('r0', 'r1', 'r7', 'none')) }),
  fc.record({
    kind: of('lastUpdated'),
    values: some(
      fc
        .record({ prefix: prefixes, lo: of(morning - day, morning, morning + 1) })
        .map((value) => ({ ...value, hi: value.lo + 5 })),
    ),
  }),
]
const filtersOf: Readonly<Record<string, fc.Arbitrary<Filter>>> = {
  Observation: fc.oneof(
    token('code', 'status', 'combo-code'),
    not('code', 'status'),
    missing('code', 'subject', 'date', 'value-quantity', 'encounter'),
    fc.record({ kind: of('reference'), param: of('subject', 'patient'), values: some(subjects) }),
    fc.record({ kind: of('date'), param: of('date'), values: some(dateValue) }),
    fc.record({
      kind: of('quantity'),
      param: of('value-quantity', 'combo-value-quantity'),
      values: some(
        fc
          .record({
            value: numberValue,
            unit: of(
              {},
              { code: 'kg' },
              { code: 'pounds' },
              { system: 'http://unitsofmeasure.org' },
              { system: 'http://unitsofmeasure.org', code: 'kg' },
            ),
          })
          .map(({ value, unit }) => ({ ...value, ...unit })),
      ),
    }),
    ...common(),
  ),
  Patient: fc.oneof(
    token('identifier', 'active'),
    not('identifier'),
    text('family', 'name', 'given'),
    missing('family', 'birthdate', 'identifier', 'death-date'),
    fc.record({
      kind: of('date'),
      param: of('birthdate'),
      values: some(
        fc
          .record({ prefix: prefixes, year: of(1986, 1987, 1988) })
          .map(({ prefix, year }) => ({ prefix, lo: Date.UTC(year, 0), hi: Date.UTC(year + 1, 0) - 1 })),
      ),
    }),
    ...common(),
  ),
  RiskAssessment: fc.oneof(
    fc.record({ kind: of('number'), param: of('probability'), values: some(numberValue) }),
    missing('probability'),
    ...common(),
  ),
  ValueSet: fc.oneof(
    fc.record({ kind: of('uri'), param: of('url'), values: some(of('http://a', 'http://a/b', 'http://c')) }),
    token('version'),
    missing('url'),
    ...common(),
  ),
}
const sortsOf: Readonly<Record<string, readonly (readonly [string, SortKey['kind']])[]>> = {
  Observation: [
    ['date', 'date'],
    ['value-quantity', 'quantity'],
    ['code', 'token'],
    ['subject', 'reference'],
    ['_id', 'id'],
    ['_lastUpdated', 'lastUpdated'],
  ],
  Patient: [
    ['family', 'string'],
    ['birthdate', 'date'],
    ['identifier', 'token'],
    ['_id', 'id'],
  ],
  RiskAssessment: [
    ['probability', 'number'],
    ['_lastUpdated', 'lastUpdated'],
  ],
  ValueSet: [
    ['url', 'uri'],
    ['version', 'token'],
  ],
}
const asked = of('Observation', 'Patient', 'RiskAssessment', 'ValueSet').chain((type) =>
  fc.record({
    type: fc.constant(type),
    filters: fc.array(filtersOf[type]!, { maxLength: 3 }),
    sort: fc.array(
      fc.tuple(of(...sortsOf[type]!), fc.boolean()).map(([[param, kind], descending]): SortKey => ({ param, kind, descending })),
      { maxLength: 2 },
    ),
    count: fc.integer({ min: 1, max: 7 }),
  }),
)

/** By bytes, as the standard leaves open and our store promises. */
const compare = (a: string | number, b: string | number): number =>
  typeof a === 'string' && typeof b === 'string' ? Buffer.compare(Buffer.from(a), Buffer.from(b)) : Number(a) - Number(b)

/** What a resource is sorted by: the smallest value, or the largest. */
function sortValue(stored: Stored, { kind, param, descending }: SortKey): string | number | undefined {
  if (kind === 'id') return stored.id
  if (kind === 'lastUpdated') return Date.parse(stored.at)
  const values: (string | number)[] = []
  const take = (name: string, value: string | number | undefined) => {
    if (name === param && value !== undefined) values.push(value)
  }
  const ranges = (name: string, lo: number, hi: number) => take(name, descending ? hi : lo)
  extract(JSON.parse(stored.text ?? ''), {
    token: (name, _, code) => take(name, code),
    reference: take,
    uri: take,
    string: (name, value) => take(name, value),
    date: ranges,
    number: ranges,
    quantity: ranges,
    present: () => undefined,
  })
  return values.sort(compare).at(descending ? -1 : 0)
}

export function searchContract(inside: Inside): void {
  describe('searches', () => {
    test('finds exactly what the query means, in its order, on pages of any size, with the right total', () =>
      fc.assert(
        fc.asyncProperty(
          fc.array(contents, { minLength: 1, maxLength: 25 }),
          fc.array(asked, { minLength: 8, maxLength: 8 }),
          async (made, queries) => {
            await inside(async (place) => {
              const store = await place.open()
              const resources = made.map((content, i): Content => ({ ...content, id: `r${i}` }))
              // In three commits, with earlier versions and deletions that must have left nothing behind.
              const third = Math.ceil(resources.length / 3)
              for (let i = 0; i < resources.length; i += third) {
                const others = made.slice(i, i + third).map(
                  (_, k): Content => ({
                    ...made[(i + k + 1) % made.length]!,
                    resourceType: made[i + k]!.resourceType,
                    id: `r${i + k}`,
                  }),
                )
                if (i > 0) await save(store, ...others)
                await save(store, ...resources.slice(i, i + third))
              }
              await save(store, { ...made[0]!, id: 'gone' })
              await remove(store, made[0]!.resourceType, 'gone')

              for (const { count, ...wanted } of queries) {
                const whole = query(wanted.type, wanted.filters, { sort: wanted.sort, count: 1000, total: 'accurate' })
                const { items, total } = await search(store, whole)
                const expected = []
                for (const { resourceType: type, id } of resources) {
                  const stored = await store.look({ ask: 'resource', type, id })
                  const resource = JSON.parse(stored?.text ?? '')
                  if (matches(whole, { type, id, lastUpdated: Date.parse(stored?.at ?? ''), resource })) expected.push(id)
                }
                expect(idsOf(items).sort()).toEqual(expected.sort())
                expect(total).toBe(expected.length)
                for (const [i, next] of items.entries()) if (i > 0) expect(inOrder(items[i - 1]!, next, wanted.sort)).toBe(true)
                const pages = await allPages((after) => search(store, { ...whole, count }, 'everything', after))
                expect(idsOf(pages)).toEqual(idsOf(items))
              }
            })
          },
        ),
        { numRuns: 25 },
      ))

    test('two values with one hash are two values', () =>
      inside(async (place) => {
        const [a, b] = collision()
        expect(hash(a)).toBe(hash(b))
        const store = await place.open()
        await save(store, patient('first', { identifier: [{ system: 'urn:s', value: a }] }))
        await save(store, patient('second', { identifier: [{ system: 'urn:s', value: b }] }))
        for (const [value, id] of [
          [a, 'first'],
          [b, 'second'],
        ] as const) {
          for (const filter of [
            byIdentifier('urn:s', value),
            { kind: 'token', param: 'identifier', values: [{ code: value }] } as const,
          ]) {
            expect(idsOf((await search(store, query('Patient', [filter]))).items)).toEqual([id])
          }
        }
      }))

    test('finds among many thousands as among few', () =>
      inside(async (place) => {
        const store = await place.open()
        const id = (i: number) => `p${String(i).padStart(4, '0')}`
        const year = (i: number) => 1940 + (i % 80)
        const many = Array.from({ length: 9000 }, (_, i) =>
          patient(id(i), {
            identifier: [{ system: 'urn:s', value: `v${i % 300}` }],
            active: true,
            birthDate: `${year(i)}`,
            name: [{ family: `F${i % 500}` }],
          }),
        )
        for (let i = 0; i < many.length; i += 3000) await save(store, ...many.slice(i, i + 3000))
        await remove(store, 'Patient', id(7))
        await save(store, patient(id(307), { active: true, identifier: [{ system: 'urn:s', value: 'v8' }] }))
        const where = (holds: (i: number) => boolean) => many.flatMap((_, i) => (i !== 7 && i !== 307 && holds(i) ? [id(i)] : []))
        const found = async (filter: Filter, sort: SortKey[] = []) => {
          const wanted = query('Patient', [filter], { count: 400, sort })
          const ids = idsOf(await allPages((after) => search(store, wanted, 'everything', after)))
          expect((await search(store, { ...wanted, count: 0, total: 'accurate' })).total).toBe(ids.length)
          return ids
        }
        expect(await found(byIdentifier('urn:s', 'v7'))).toEqual(where((i) => i % 300 === 7))
        expect(await found(byIdentifier('urn:s', 'v8'))).toEqual([...where((i) => i % 300 === 8), id(307)].sort())
        expect(await found(byIdentifier('urn:s', 'v7'), [descending('_id', 'id')])).toEqual(where((i) => i % 300 === 7).reverse())
        const born = { prefix: 'ge', lo: Date.UTC(2019, 0), hi: Date.UTC(2020, 0) - 1 } as const
        expect(await found({ kind: 'date', param: 'birthdate', values: [born] })).toEqual(where((i) => year(i) >= 2019))
        const starting = { kind: 'string', param: 'family', match: 'starts', values: ['f49'] } as const
        expect(await found(starting)).toEqual(where((i) => `F${i % 500}`.startsWith('F49')))
        const active = { kind: 'token', param: 'active', values: [{ code: 'true' }] } as const
        const byTime = [...where(() => true), id(307)]
        expect(await found(active, [ascending('_lastUpdated', 'lastUpdated')])).toEqual(byTime)
        expect(await found(active, [descending('_lastUpdated', 'lastUpdated')])).toEqual(byTime.toReversed())
        expect(await found(byIdentifier('urn:s', 'v8'), [descending('_lastUpdated', 'lastUpdated')])).toEqual([
          id(307),
          ...where((i) => i % 300 === 8).reverse(),
        ])
        const few = { patients: [id(0), id(300), id(8700)] }
        expect(idsOf((await search(store, query('Patient', [byIdentifier('urn:s', 'v0')]), few)).items)).toEqual(few.patients)
      }))

    test('follows references from whichever end has fewer, to what came later, too', () =>
      inside(async (place) => {
        const store = await place.open()
        const clinic = (i: number) => (i < 1200 ? 'large' : 'small')
        const patients = Array.from({ length: 1500 }, (_, i) =>
          patient(`p${i}`, {
            active: i % 2 === 0,
            managingOrganization: { reference: `Organization/${clinic(i)}` },
            ...(i === 1499 && { name: [{ family: 'Lund' }] }),
          }),
        )
        await save(store, ...patients)
        for (const id of ['small', 'large', 'empty']) await save(store, { resourceType: 'Organization', id, name: id })
        await save(store, observation('first', 'p1499'), observation('second', 'p2'))
        const found = async (type: string, filter: Filter, visible: Visibility = 'everything') => {
          const { items, total } = await search(store, query(type, [filter], { count: 5, total: 'accurate' }), visible)
          expect(items).toHaveLength(Math.min(5, total ?? 0))
          return total
        }
        const named = (values: string[]): Filter => ({ kind: 'string', param: 'name', match: 'exact', values })
        const at = (values: string[]): Filter => ({
          kind: 'chain',
          param: 'organization',
          to: [{ type: 'Organization', filter: named(values) }],
        })
        expect(await found('Patient', at(['large']))).toBe(1200)
        expect(await found('Patient', at(['small', 'empty']))).toBe(300)
        const lead: Filter = { kind: 'chain', param: 'subject', to: [{ type: 'Patient', filter: at(['small', 'large']) }] }
        expect(await found('Observation', lead)).toBe(2)
        const some: Filter = { kind: 'token', param: 'active', values: [{ code: 'true' }, { code: 'false' }] }
        const few: Filter = { kind: 'string', param: 'family', match: 'exact', values: ['Lund'] }
        const has = (filter: Filter): Filter => ({ kind: 'has', type: 'Patient', param: 'organization', filter })
        expect(await found('Organization', has(some))).toBe(2)
        expect(await found('Organization', has(few))).toBe(1)
        expect(await found('Organization', { kind: 'any', of: [[has(few)], [named(['empty'])]] })).toBe(2)
        expect(await found('Organization', has(some), { patients: ['p1499'] })).toBe(1)
        expect(await found('Organization', has(few), { patients: ['p2'] })).toBe(0)
        expect(await found('Observation', lead, { patients: ['p2'] })).toBe(1)
      }))

    test('of many links, each asked within and outside of what refers, for who may not see everything', () =>
      inside(async (place) => {
        const store = await place.open()
        const partOf = (reference: string) => ({ partOf: { reference } })
        for (let i = 0; i < 12; i++)
          await save(store, organization(`o${i}`, i === 0 ? {} : partOf(`Organization/o${Math.floor((i - 1) / 2)}`)))
        const [a, b] = [organization('a', partOf('#b')), organization('b', partOf('Organization/o1'))]
        for (const id of ['c0', 'c1']) await save(store, organization(id, { ...partOf('#a'), contained: [a, b] }))
        const below = (param: string): Filter => withinHierarchy(param, 'below', ['Organization/o1'])
        const along = (links: number): Filter =>
          links === 0
            ? below('partof')
            : { kind: 'chain', param: 'partof', to: [{ type: 'Organization', filter: along(links - 1) }] }
        const found = async (links: number) =>
          idsOf((await search(store, query('Organization', [along(links)]), { patients: [] })).items)
        expect(await found(0)).toEqual(['o3', 'o4', 'o7', 'o8', 'o9', 'o10', 'c0', 'c1'])
        expect(await found(1)).toEqual(['o7', 'o8', 'o9', 'o10', 'c0', 'c1'])
        expect(await found(2)).toEqual(['c0', 'c1'])
        expect(await found(4)).toEqual([])
      }))

    test('composites of long lists: all that may be asked, where each item has a code of its own, and no more where all have one', () =>
      inside(async (place) => {
        const store = await place.open()
        const part = (code: string, value: number) => ({
          code: { coding: [{ system: 'urn:c', code }] },
          valueQuantity: { value },
        })
        const panel = (id: string, codeOf: (i: number) => string) =>
          save(store, observation(id, 'ann', { component: Array.from({ length: 100 }, (_, i) => part(codeOf(i), i)) }))
        await panel('own', (i) => `c${i}`)
        await save(store, observation('short', 'ann', { component: [part('c7', 7), part('x', 8)] }))
        const asked = (...pairs: readonly (readonly [code: string, value: number])[]) =>
          query('Observation', [
            {
              kind: 'any',
              of: pairs.map(([code, value]): Filter[] => [
                {
                  kind: 'together',
                  filters: [
                    { kind: 'token', param: 'component-code', values: [{ system: 'urn:c', code }] },
                    { kind: 'quantity', param: 'component-value-quantity', values: [{ prefix: 'ge', lo: value, hi: value }] },
                  ],
                },
              ]),
            },
          ])
        const fifty = Array.from({ length: 50 }, (_, i) => [`c${i}`, i] as const)
        expect(idsOf((await search(store, asked(...fifty))).items)).toEqual(['own', 'short'])
        expect(idsOf((await search(store, asked(['c7', 8], ['x', 8]))).items)).toEqual(['short'])
        expect(idsOf((await search(store, asked(['c9', 10]))).items)).toEqual([])
        await panel('same', () => 'c')
        expect(idsOf((await search(store, asked(['c', 99]))).items)).toEqual(['same'])
        await expect(search(store, asked(...fifty.map(([, i]) => ['c', i] as const)))).rejects.toBeInstanceOf(TooMuchAsked)
      }))

    test('and so they are on a page to come, where none has the code any longer', () =>
      inside(async (place) => {
        const store = await place.open()
        const parts = (code: string) =>
          Array.from({ length: 12 }, (_, i) => ({ code: { coding: [{ code: i === 11 ? code : 'z' }] }, valueInteger: i }))
        for (const id of ['a', 'b', 'c']) await save(store, observation(id, 'ann', { component: parts('once') }))
        const composite: Filter = {
          kind: 'together',
          filters: [{ kind: 'token', param: 'component-code', values: [{ code: 'once' }] }],
        }
        const asked = query('Observation', [composite], { count: 1 })
        const first = await search(store, asked)
        for (const id of ['a', 'b', 'c']) await save(store, observation(id, 'ann', { component: parts('other') }))
        for (let i = 0; i < 40; i++) await save(store, observation(`o${i}`, 'ann'))
        const second = await search(store, asked, 'everything', first.next)
        expect(second.items.map(({ id, version }) => `${id}/${version}`)).toEqual(['b/1'])
      }))

    test('what is found in two ways is found once', () =>
      inside(async (place) => {
        const store = await place.open()
        await save(store, patient('ann'))
        await save(store, observation('told', 'ann', { performer: [{ reference: 'Patient/ann' }] }), observation('seen', 'ann'))
        const way = (param: string): Filter[] => [{ kind: 'reference', param, values: ['Patient/ann'] }]
        const either: Filter = { kind: 'any', of: [way('subject'), way('performer')] }
        const { items, total } = await search(store, query('Observation', [either], { total: 'accurate' }))
        expect([idsOf(items), total]).toEqual([['told', 'seen'], 2])
        const sorted = query('Observation', [either], { sort: [descending('_id', 'id')] })
        expect(idsOf((await search(store, sorted)).items)).toEqual(['told', 'seen'])
      }))

    test('a chain passes over what is no address of a resource', () =>
      inside(async (place) => {
        const store = await place.open()
        const subject = { reference: 'urn:uuid:6c3f8a4e-0000-4000-8000-000000000001' }
        await save(store, { ...observation('astray', 'ann'), subject }, observation('early', 'ann'))
        await save(store, patient('ann', { active: true }), observation('late', 'ann'))
        const ways: readonly Filter[] = [
          { kind: 'missing', param: 'name', missing: true },
          { kind: 'token', param: 'active', values: [{ code: 'true' }] },
        ]
        for (const filter of ways) {
          const lead: Filter = { kind: 'chain', param: 'subject', to: [{ type: 'Patient', filter }] }
          expect(idsOf((await search(store, query('Observation', [lead]))).items).sort()).toEqual(['early', 'late'])
        }
        const has: Filter = {
          kind: 'has',
          type: 'Observation',
          param: 'subject',
          filter: { kind: 'missing', param: 'code', missing: false },
        }
        expect(idsOf((await search(store, query('Patient', [has]))).items)).toEqual(['ann'])
      }))

    test('a page of nothing with a total is a count', () =>
      inside(async (place) => {
        const store = await place.open()
        expect(await search(store, query('Patient', [], { count: 0, total: 'accurate' }))).toEqual({ items: [], total: 0 })
        await save(store, patient('a'), patient('b'))
        expect(await search(store, query('Patient', [], { count: 0, total: 'accurate' }))).toEqual({ items: [], total: 2 })
        expect(await search(store, query('Patient', [], { count: 1, total: 'accurate' }))).toMatchObject({
          items: [{ id: 'a' }],
          total: 2,
        })
        expect(await search(store, query('Patient'))).not.toHaveProperty('total')
      }))
  })
}

function inOrder(a: Stored, b: Stored, sort: readonly SortKey[]): boolean {
  for (const key of sort) {
    const [x, y] = [sortValue(a, key), sortValue(b, key)]
    if (x === undefined || y === undefined) {
      if (x !== y) return y === undefined
    } else if (compare(x, y) !== 0) return compare(x, y) < 0 !== key.descending
  }
  return true
}

function collision(): [string, string] {
  const seen = new Map<number, string>()
  for (let i = 0; ; i++) {
    // Texts that begin alike have the same hash where the whole of them sums up to the same.
    const text = `common-value-${i}-of-many`
    const before = seen.get(hash(text))
    if (before !== undefined) return [before, text]
    seen.set(hash(text), text)
  }
}
