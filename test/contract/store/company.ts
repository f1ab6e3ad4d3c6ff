import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ok } from '../../../src/domain/problem.ts'
import type { Filter, Query } from '../../../src/fhir/search/query.ts'
import { ask, type Plan, type Steps, type Store, type Stored, write } from '../../../src/store/store.ts'
import { byIdentifier, type Inside, idsOf, patient, query, removing, save, saving, search, value } from './support.ts'

/** What a plan does: saves or removes one of a few people, before or after it asks. */
interface Deed {
  readonly person: number
  readonly tag: number
  readonly removes: boolean
  readonly asksFirst: boolean
  readonly question: number
}

const deeds = fc.array(
  fc.record({
    person: fc.nat(2),
    tag: fc.nat(2),
    removes: fc.boolean(),
    asksFirst: fc.boolean(),
    question: fc.nat(9),
  }),
  { minLength: 2, maxLength: 12 },
)

const tags = (tag: number): Filter => byIdentifier('urn:tag', `t${tag}`)
const born = {
  kind: 'date',
  param: 'birthdate',
  values: [{ prefix: 'eq', lo: Date.parse('1990-01-01'), hi: Date.parse('1990-12-31') }],
} as const

/** Of two types that are found alike, so that the same can be done twice in one store. */
function planOf(type: 'Patient' | 'Person', run: number, { person, tag, removes, asksFirst, question }: Deed): Plan<unknown> {
  const id = `r${run}-${person}`
  const mine: Filter = { kind: 'token', param: 'gender', values: [{ code: 'other' }] }
  const searches: readonly Partial<Query>[] = [
    { filters: [tags(tag)] },
    { filters: [tags(tag)], total: 'accurate', count: 0 },
    { filters: [tags(tag), born] },
    { filters: [born] },
    { filters: [{ kind: 'id', values: [id] }] },
    { filters: [{ kind: 'not', filter: { kind: 'token', param: 'identifier', values: [{ code: 't0' }] } }, mine] },
    { filters: [tags(tag)], count: 1 },
  ]
  const shown = ({ id, version, text }: Stored) => [id, version, text === undefined]
  function* asked(): Steps<unknown> {
    const found = searches[question]
    if (found) {
      const { items, total, next } = yield* ask({ ask: 'search', query: query(type, [], found), visible: 'everything' })
      return [items.map(shown), total, next !== undefined]
    }
    if (question === 7) return (yield* ask({ ask: 'resource', type, id }))?.version
    if (question === 8) return yield* ask({ ask: 'record', kind: type, key: id })
    return (yield* ask({ ask: 'history', type, count: 3, visible: 'everything' })).items.map(shown)
  }
  return function* () {
    const before = asksFirst ? yield* asked() : undefined
    const there = yield* ask({ ask: 'resource', type, id })
    if (removes && there?.text !== undefined) yield* removing(type, id)
    else {
      const identifier = [{ system: 'urn:tag', value: `t${tag}` }]
      yield* saving({ ...patient(id, { identifier, birthDate: `${1990 + tag}-02-03`, gender: 'other' }), resourceType: type })
    }
    yield* write({ change: 'remember', kind: type, key: id, text: String(tag) })
    return ok([before, asksFirst ? undefined : yield* asked()])
  }
}

async function inTurn<T>(store: Store, plans: readonly Plan<T>[]): Promise<T[]> {
  const values: T[] = []
  for (const plan of plans) values.push(await value(store.commit(plan)))
  return values
}

export function companyContract(inside: Inside): void {
  describe('plans that come together', () => {
    test('are answered as if they had come one after the other', () =>
      inside(async (place) => {
        const store = await place.open()
        let run = 0
        const sameAnswers = fc.asyncProperty(deeds, async (some) => {
          run++
          const together = await Promise.all(some.map((deed) => value(store.commit(planOf('Patient', run, deed)))))
          const alone = await inTurn(
            store,
            some.map((deed) => planOf('Person', run, deed)),
          )
          expect(together).toEqual(alone)
          // Whatever is left is found by neither of the next ones.
          for (const type of ['Patient', 'Person'] as const) {
            const { items } = await search(store, query(type))
            await value(
              store.commit(function* () {
                for (const { id } of items) yield* removing(type, id)
                return ok(undefined)
              }),
            )
          }
        })
        await fc.assert(sameAnswers, { numRuns: 100 })
      }))

    test('find by what another of them has just written of another type', () =>
      inside(async (place) => {
        const store = await place.open()
        const about = { resourceType: 'Observation', id: 'o', subject: { reference: 'Patient/p' } }
        const chain: Filter = { kind: 'chain', param: 'subject', to: [{ type: 'Patient', filter: tags(1) }] }
        const has: Filter = { kind: 'has', type: 'Observation', param: 'subject', filter: { kind: 'id', values: ['o'] } }
        const asking = (type: string, filter: Filter): Plan<readonly string[]> =>
          function* () {
            const { items } = yield* ask({ ask: 'search', query: query(type, [filter]), visible: 'everything' })
            return ok(items.map(({ id }) => id))
          }
        const making = (resource: Parameters<typeof saving>[0]): Plan<readonly string[]> =>
          function* () {
            yield* saving(resource)
            return ok([])
          }
        await save(store, about)
        const tagged = patient('p', { identifier: [{ system: 'urn:tag', value: 't1' }] })
        const plans = [making(tagged), asking('Observation', chain), asking('Observation', { kind: 'any', of: [[chain]] })]
        expect(await Promise.all(plans.map((plan) => value(store.commit(plan))))).toEqual([[], ['o'], ['o']])
        const unsaid = [making({ resourceType: 'Observation', id: 'o' }), asking('Patient', has)]
        expect(await Promise.all(unsaid.map((plan) => value(store.commit(plan))))).toEqual([[], []])
      }))

    test('do not fail for one among them that the database refuses', () =>
      inside(async (place) => {
        const store = await place.open()
        await save(store, patient('taken'))
        const first = (id: string): Plan<string> =>
          function* () {
            const { at } = yield* ask({ ask: 'now' })
            const resource = patient(id)
            yield* write({ change: 'put', type: 'Patient', id, version: 1, text: JSON.stringify(resource), resource, at })
            return ok(id)
          }
        const told = await Promise.allSettled(['a', 'taken', 'b'].map((id) => store.commit(first(id))))
        expect(told.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
        expect(idsOf((await search(store, query('Patient'))).items)).toEqual(['taken', 'a', 'b'])
        await save(store, patient('c'))
        expect((await store.look({ ask: 'now' })).sequence).toBe(4)
      }))

    test('may all write the same resource, one version after the other', () =>
      inside(async (place) => {
        const store = await place.open()
        const told = await Promise.all(
          Array.from({ length: 20 }, (_, i) =>
            value(
              store.commit(function* () {
                return ok(yield* saving(patient('p', { birthDate: `${1990 + i}-01-01` })))
              }),
            ),
          ),
        )
        expect(told).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
        const { items } = await store.look({ ask: 'history', type: 'Patient', id: 'p', count: 50, visible: 'everything' })
        expect(new Set(items.map(({ at }) => at)).size).toBe(20)
      }))
  })
}
