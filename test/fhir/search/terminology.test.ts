import type { CodeSystem, ValueSet } from '@medplum/fhirtypes'
import { describe, expect, test } from 'vitest'
import type { Result } from '../../../src/domain/problem.ts'
import { codesIn, related, type Terms, terminologyLimits } from '../../../src/fhir/search/terminology.ts'

const moods: CodeSystem = {
  resourceType: 'CodeSystem',
  url: 'urn:moods',
  status: 'active',
  content: 'complete',
  concept: [
    { code: 'F30-F39', concept: [{ code: 'F32', concept: [{ code: 'F32.0' }, { code: 'F32.1' }] }, { code: 'F33' }] },
    { code: 'grief', property: [{ code: 'parent', valueCode: 'F32' }] },
    { code: 'round', property: [{ code: 'child', valueCode: 'round' }] },
  ],
}
type Compose = NonNullable<ValueSet['compose']>
const valueSet = (url: string, compose: Compose): ValueSet => ({ resourceType: 'ValueSet', url, status: 'active', compose })

function run<T>(terms: Terms<T>, ...known: readonly (CodeSystem | ValueSet)[]): Result<T> {
  let step = terms.next()
  while (!step.done) {
    const { type, url } = step.value
    step = terms.next(known.find((each) => each.resourceType === type && each.url === url))
  }
  return step.value
}
function codes(compose: Compose, ...known: readonly (CodeSystem | ValueSet)[]): string[] {
  const found = run(codesIn('urn:vs'), valueSet('urn:vs', compose), moods, ...known)
  if (!found.ok) throw new Error(found.problem.detail)
  return found.value.map(({ system, code }) => `${system}|${code ?? '*'}`).sort()
}

describe('a hierarchy', () => {
  test('by nesting and by properties, downwards and upwards, without end only where it has one', () => {
    const of = (code: string, relation: 'below' | 'above') => {
      const found = run(related('urn:moods', code, relation), moods)
      return found.ok ? [...found.value].sort() : found.problem.code
    }
    expect(of('F32', 'below')).toEqual(['F32', 'F32.0', 'F32.1', 'grief'])
    expect(of('F32.1', 'above')).toEqual(['F30-F39', 'F32', 'F32.1'])
    expect(of('round', 'below')).toEqual(['round'])
    expect(of('unheard', 'below')).toEqual(['unheard'])
  })

  test('of a system that is not known is refused', () => {
    expect(run(related('urn:other', 'x', 'below'))).toMatchObject({ ok: false, problem: { code: 'not-supported' } })
  })
})

describe('a value set', () => {
  test.each<[string, Compose, string[]]>([
    ['lists codes', { include: [{ system: 'urn:s', concept: [{ code: 'a' }, { code: 'b' }] }] }, ['urn:s|a', 'urn:s|b']],
    ['takes a whole system', { include: [{ system: 'urn:s' }] }, ['urn:s|*']],
    [
      'takes what is below',
      { include: [{ system: 'urn:moods', filter: [{ property: 'concept', op: 'is-a', value: 'F32' }] }] },
      ['urn:moods|F32', 'urn:moods|F32.0', 'urn:moods|F32.1', 'urn:moods|grief'],
    ],
    [
      'without the concept itself',
      { include: [{ system: 'urn:moods', filter: [{ property: 'concept', op: 'descendent-of', value: 'F30-F39' }] }] },
      ['urn:moods|F32', 'urn:moods|F32.0', 'urn:moods|F32.1', 'urn:moods|F33', 'urn:moods|grief'],
    ],
    [
      'leaves out what it excludes',
      {
        include: [{ system: 'urn:s', concept: [{ code: 'a' }, { code: 'b' }] }],
        exclude: [{ system: 'urn:s', concept: [{ code: 'a' }] }],
      },
      ['urn:s|b'],
    ],
  ])('%s', (_, compose, expected) => {
    expect(codes(compose)).toEqual(expected)
  })

  test('is made of others: of what all of them have', () => {
    const a = valueSet('urn:a', { include: [{ system: 'urn:s', concept: [{ code: 'a' }, { code: 'b' }] }] })
    const b = valueSet('urn:b', { include: [{ system: 'urn:s', concept: [{ code: 'b' }] }, { system: 'urn:t' }] })
    expect(codes({ include: [{ valueSet: ['urn:a', 'urn:b'] }] }, a, b)).toEqual(['urn:s|b'])
    expect(codes({ include: [{ valueSet: ['urn:a'] }, { valueSet: ['urn:b'] }] }, a, b)).toEqual([
      ...['urn:s|a', 'urn:s|b', 'urn:s|b', 'urn:t|*'],
    ])
    expect(codes({ include: [{ system: 'urn:s', valueSet: ['urn:b'] }] }, b)).toEqual(['urn:s|b'])
  })

  test('is an expansion where nothing else is told', () => {
    const expanded: ValueSet = {
      resourceType: 'ValueSet',
      url: 'urn:vs',
      status: 'active',
      expansion: {
        timestamp: '2026-01-01',
        contains: [{ system: 'urn:s', code: 'group', abstract: true, contains: [{ system: 'urn:s', code: 'a' }] }],
      },
    }
    expect(run(codesIn('urn:vs'), expanded)).toEqual({ ok: true, value: [{ system: 'urn:s', code: 'a' }] })
  })

  test.each<[string, Compose]>([
    ['is not known', { include: [{ valueSet: ['urn:none'] }] }],
    ['has a filter of another kind', { include: [{ system: 'urn:moods', filter: [{ property: 'kind', op: '=', value: 'x' }] }] }],
    [
      'takes codes out of a system that nobody can count',
      { include: [{ system: 'urn:s' }], exclude: [{ system: 'urn:s', concept: [{ code: 'a' }] }] },
    ],
    ['is made of itself', { include: [{ valueSet: ['urn:vs'] }] }],
  ])('that %s is refused', (_, compose) => {
    expect(run(codesIn('urn:vs'), valueSet('urn:vs', compose), moods).ok).toBe(false)
  })

  test('has so many codes, and is made of others so deep, and no more', () => {
    const { codes: most, depth } = terminologyLimits
    const asked = (...sets: readonly ValueSet[]) => {
      const found = run(codesIn(sets[0]!.url!), ...sets)
      return found.ok ? found.value.length : found.problem.code
    }
    const large = (count: number) =>
      valueSet('urn:large', {
        include: [{ system: 'urn:s', concept: Array.from({ length: count }, (_, i) => ({ code: `${i}` })) }],
      })
    expect(asked(large(most))).toBe(most)
    expect(asked(large(most + 1))).toBe('invalid')
    const within = (levels: number) => [
      ...Array.from({ length: levels }, (_, i) => valueSet(`urn:${i}`, { include: [{ valueSet: [`urn:${i + 1}`] }] })),
      valueSet(`urn:${levels}`, { include: [{ system: 'urn:s', concept: [{ code: 'a' }] }] }),
    ]
    expect(asked(...within(depth))).toBe(1)
    expect(asked(...within(depth + 1))).toBe('invalid')
  })
})
