import { describe, expect, test } from 'vitest'
import { searchLimits } from '../../../src/fhir/search/limits.ts'
import { parseSearch } from '../../../src/fhir/search/parse.ts'
import type { Filter } from '../../../src/fhir/search/query.ts'

const parse = (type: string, query: string) => parseSearch(type, new URLSearchParams(query))

function filter(type: string, query: string): Filter | undefined {
  const result = parse(type, query)
  if (!result.ok) throw new Error(JSON.stringify(result.problem))
  return result.value.filters[0]
}

function refusal(type: string, query: string) {
  const result = parse(type, query)
  if (result.ok) throw new Error('was understood')
  return result.problem
}

describe('chains', () => {
  test('of a type that is named', () => {
    expect(filter('Observation', 'subject:Patient.name:exact=Lund')).toEqual({
      kind: 'chain',
      param: 'subject',
      to: [{ type: 'Patient', filter: { kind: 'string', param: 'name', match: 'exact', values: ['Lund'] } }],
    })
  })

  test('of every type that has the parameter, where none is named', () => {
    const chain = filter('Observation', 'subject.name=lund')
    expect(chain?.kind === 'chain' && chain.to.map(({ type }) => type)).toEqual(['Patient', 'Location'])
  })

  test('over several links, and from both ends', () => {
    expect(filter('Observation', 'encounter.service-provider.name=harbor')).toMatchObject({
      to: [{ type: 'Encounter', filter: { param: 'service-provider', to: [{ type: 'Organization' }] } }],
    })
    expect(filter('Patient', '_has:Observation:patient:encounter.status=finished')).toMatchObject({
      kind: 'has',
      type: 'Observation',
      param: 'patient',
      filter: { kind: 'chain', param: 'encounter' },
    })
    expect(filter('Encounter', 'patient._has:Observation:patient:code=x')).toMatchObject({
      kind: 'chain',
      to: [{ type: 'Patient', filter: { kind: 'has', type: 'Observation' } }],
    })
  })

  test('up to five links, and three of _has, and not one more', () => {
    const links = (n: number) => `${'partof:Location.'.repeat(n)}name=x`
    expect(filter('Location', links(5))).toBeDefined()
    expect(refusal('Location', links(6))).toMatchObject({ code: 'invalid', issues: [{ message: expect.stringContaining('5') }] })
    const has = (n: number) => `${'_has:Location:partof:'.repeat(n)}name=x`
    expect(filter('Location', has(3))).toBeDefined()
    expect(refusal('Location', has(4))).toMatchObject({ code: 'invalid', issues: [{ message: expect.stringContaining('3') }] })
  })

  test('so many links of all together, and not one more', () => {
    const five = `${'partof:Location.'.repeat(5)}name=x`
    const asked = (...more: readonly string[]) => [...Array(searchLimits.links / 5 - 1).fill(five), ...more].join('&')
    expect(filter('Location', asked(five))).toBeDefined()
    expect(filter('Location', asked('_has:Location:partof:partof:Location.name=x', 'name=x'))).toBeDefined()
    for (const more of [[five, 'partof.name=x'], [five, '_has:Location:partof:name=x'], ['partof:below=x'], ['partof:above=x']])
      expect(refusal('Location', asked(...more))).toMatchObject({ code: 'invalid', detail: expect.stringContaining('50 links') })
  })

  test.each([
    ['Observation', 'subject:Practitioner.name=x', 'invalid'],
    ['Observation', 'subject:Nobody.name=x', 'not-supported'],
    ['Observation', 'subject:Patient.birthdate=x', 'invalid'],
    ['Observation', 'subject:Patient.=x', 'not-supported'],
    ['Observation', '.name=x', 'not-supported'],
    ['Observation', 'focus.identifier=x', 'not-supported'],
    ['QuestionnaireResponse', 'questionnaire.name.x=x', 'not-supported'],
    ['Measure', 'depends-on.title=x', 'not-supported'],
    ['Measure', 'depends-on:Patient.name=x', 'invalid'],
    ['Patient', '_has:Observation:code:status=final', 'not-supported'],
    ['Patient', '_has:Observation:patient=x', 'invalid'],
    ['Patient', '_has:Nothing:patient:code=x', 'invalid'],
    ['Patient', '_has:Observation:nothing:code=x', 'not-supported'],
    ['Patient', '_has:Encounter:service-provider:status=x', 'not-supported'],
    ['Patient', '_has:Observation:patient:nothing=x', 'not-supported'],
    ['Patient', '_list=a b', 'invalid'],
  ])('%s?%s is refused', (type, query, code) => {
    expect(refusal(type, query).code).toBe(code)
  })
})

describe('composites', () => {
  test('of the resource, of one item, or either', () => {
    const code = { kind: 'token', values: [{ code: '8480-6' }] }
    const value = { kind: 'quantity', values: [{ prefix: 'gt', lo: 120, hi: 120 }] }
    const whole = [
      { ...code, param: 'code' },
      { ...value, param: 'value-quantity' },
    ]
    const item = {
      kind: 'together',
      filters: [
        { ...code, param: 'component-code' },
        { ...value, param: 'component-value-quantity' },
      ],
    }
    const pair = '8480-6$gt120'
    expect(filter('Observation', `code-value-quantity=${pair}`)).toEqual({ kind: 'any', of: [whole] })
    expect(filter('Observation', `component-code-value-quantity=${pair}`)).toEqual({ kind: 'any', of: [[item]] })
    expect(filter('Observation', `combo-code-value-quantity=${pair}`)).toEqual({ kind: 'any', of: [whole, [item]] })
  })

  test('their separator can be escaped', () => {
    expect(filter('Observation', String.raw`code-value-string=a\$b$c\,d,e$f`)).toEqual({
      kind: 'any',
      of: [
        [
          { kind: 'token', param: 'code', values: [{ code: 'a$b' }] },
          { kind: 'string', param: 'value-string', match: 'starts', values: ['c d'] },
        ],
        [
          { kind: 'token', param: 'code', values: [{ code: 'e' }] },
          { kind: 'string', param: 'value-string', match: 'starts', values: ['f'] },
        ],
      ],
    })
  })

  test.each(['a', 'a$', '$5', 'a$b', 'a$5$6', 'a$5,', '', 'a|b|c$5'])('code-value-quantity=%s is refused', (text) => {
    expect(refusal('Observation', `code-value-quantity=${text}`).code).toBe('invalid')
  })
})

describe('modifiers', () => {
  test('text, of-type, in, not-in, below, above', () => {
    expect(filter('Observation', 'code:text=Systolic  BLOOD')).toEqual({
      kind: 'starts',
      param: 'code:text',
      values: ['systolic blood'],
    })
    expect(filter('Patient', 'identifier:of-type=urn:t|MR|4-7')).toEqual({
      kind: 'token',
      param: 'identifier:of-type',
      values: [{ system: 'urn:t', code: 'MR|4-7' }],
    })
    expect(filter('Observation', 'code:in=http://x/vs')).toEqual({
      kind: 'concepts',
      param: 'code',
      relation: 'in',
      values: [{ code: 'http://x/vs' }],
    })
    expect(filter('Observation', 'code:not-in=http://x/vs')).toMatchObject({ kind: 'not', filter: { relation: 'in' } })
    expect(filter('Condition', 'code:below=urn:s|F32,urn:s|F33')).toMatchObject({
      kind: 'concepts',
      relation: 'below',
      values: [
        { system: 'urn:s', code: 'F32' },
        { system: 'urn:s', code: 'F33' },
      ],
    })
  })

  test('URIs below and above, by whole folders', () => {
    const below = (...[itself, start]: readonly string[]) => ({
      kind: 'any',
      of: [[{ kind: 'uri', param: 'url', values: [itself] }], [{ kind: 'starts', param: 'url', values: [start] }]],
    })
    expect(filter('ValueSet', 'url:below=http://x/a')).toEqual(below('http://x/a', 'http://x/a/'))
    expect(filter('ValueSet', 'url:below=http://x/a/')).toEqual(below('http://x/a/', 'http://x/a/'))
    expect(filter('ValueSet', 'url:above=http://x/a/b')).toEqual({
      kind: 'uri',
      param: 'url',
      values: ['http://x/a/b', 'http://x', 'http://x/', 'http://x/a', 'http://x/a/'],
    })
    expect(refusal('ValueSet', 'url:below=urn:oid:1.2').code).toBe('invalid')
  })

  test.each(['identifier:of-type=a|b', 'identifier:of-type=|b|c', 'identifier:of-type=a|b|c|d', 'identifier:text='])(
    '%s is refused',
    (query) => {
      expect(refusal('Patient', query).code).toBe('invalid')
    },
  )
})
