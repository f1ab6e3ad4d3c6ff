/** Whatever the statement tells of searches can be asked for, of every type, and nothing else: includes, modifiers, chains. */
import { describe, expect, test } from 'vitest'
import { capabilityStatement } from '../../src/fhir/capability-statement.ts'
import { matches } from '../../src/fhir/search/match.ts'
import { parseSearch } from '../../src/fhir/search/parse.ts'

interface Parameter {
  readonly name: string
  readonly type: string
  readonly documentation?: string
}
interface Statement {
  readonly rest: readonly [
    {
      readonly searchParam: readonly Parameter[]
      readonly resource: readonly {
        readonly type: string
        readonly searchParam: readonly Parameter[]
        readonly searchInclude?: readonly string[]
        readonly searchRevInclude?: readonly string[]
      }[]
    },
  ]
}
const limits = { entries: 1, bundle: 1, resource: 1, page: 1 }
const [rest] = (
  capabilityStatement({
    base: 'http://x.example/fhir',
    canonical: 'http://x.example/ours',
    software: { name: 'x', version: '1' },
    date: '2026',
    limits,
  }) as Statement
).rest

const isTaken = (type: string, name: string, ...values: readonly string[]): boolean =>
  values.some((value) => parseSearch(type, [[name, value]], { now: 0 }).ok)
const samples: Readonly<Record<string, readonly string[]>> = {
  // Of a boolean, or a telephone, there is no system.
  token: ['urn:s|c', 'true'],
  string: ['a'],
  date: ['2026-01-01'],
  reference: ['p'],
  number: ['1'],
  quantity: ['1'],
  uri: ['http://x.example/a/b'],
  special: ['1|1'],
}
const sampleOf = ({ name, type }: Parameter) => (name === '_id' ? ['p'] : samples[type]!)
/** Values that a modifier asks for. */
const asked: Readonly<Record<string, readonly string[]>> = {
  missing: ['true'],
  'of-type': ['urn:s|c|v'],
  identifier: ['urn:s|v'],
}
const modifiers = ['missing', 'exact', 'contains', 'text', 'not', 'in', 'not-in', 'below', 'above', 'of-type', 'identifier']

test.each(['searchInclude', 'searchRevInclude'] as const)('what is announced as %s can be included', (which) => {
  const name = which === 'searchInclude' ? '_include' : '_revinclude'
  const all = rest.resource.flatMap(({ type, [which]: list = [] }) => list.map((each) => [type, name, each] as const))
  expect(all.length).toBeGreaterThan(500)
  expect(all.filter((one) => !isTaken(...one))).toEqual([])
})

describe('a search parameter', () => {
  const all = rest.resource.flatMap(({ type, searchParam }) => searchParam.map((each) => ({ ...each, of: type })))
  const plain = all.filter(({ type }) => type in samples && type !== 'composite')

  test('takes a value of its kind', () => {
    expect(plain.length).toBeGreaterThan(1500)
    expect(plain.filter((one) => !isTaken(one.of, one.name, ...sampleOf(one)))).toEqual([])
  })

  test('takes the modifiers that it tells of, and no others', () => {
    const told = plain.filter(({ documentation }) => documentation?.startsWith('Modifiers: '))
    const listed = ({ documentation = '' }: Parameter) => documentation.slice('Modifiers: '.length).split(/[.;]/)[0]!.split(', ')
    const wrong = told.flatMap((one) =>
      modifiers.filter(
        (each) => isTaken(one.of, `${one.name}:${each}`, ...(asked[each] ?? sampleOf(one))) !== listed(one).includes(each),
      ),
    )
    expect(told.length).toBeGreaterThan(1500)
    expect(wrong).toEqual([])
  })

  test('of quantities it is said that no unit is converted, and so it is', () => {
    const said = ({ documentation = '' }: Parameter) => documentation.includes('none is converted')
    for (const { searchParam } of rest.resource)
      for (const one of searchParam ?? []) expect([one.name, said(one)]).toEqual([one.name, one.type === 'quantity'])
    const weight = { resourceType: 'Observation', id: 'o', valueQuantity: { value: 80, unit: 'kg' } }
    const found = (text: string) => {
      const query = parseSearch('Observation', [['value-quantity', text]])
      return query.ok && matches(query.value, { type: 'Observation', id: 'o', lastUpdated: 0, resource: weight })
    }
    expect([found('80||kg'), found('80000||g')]).toEqual([true, false])
  })

  test('can be chained where it says so, and nowhere else', () => {
    // What leads to many types wants to be told which.
    const chains = ({ of, name }: { of: string; name: string }) =>
      ['', ':Patient', ':Measure'].some((which) => isTaken(of, `${name}${which}._lastUpdated`, 'gt2020'))
    const wrong = plain.filter((one) => chains(one) !== (one.documentation ?? '').includes('can be chained'))
    expect(wrong).toEqual([])
  })
})

test.each([
  ['_text', 'words'],
  ['_content', 'words'],
  ['_list', 'l'],
  ['_has:Observation:patient:code', 'x'],
])('every search takes %s', (name, value) => {
  expect(rest.searchParam.map((each) => each.name)).toContain(name.split(':')[0])
  expect(isTaken('Patient', name, value)).toBe(true)
})
