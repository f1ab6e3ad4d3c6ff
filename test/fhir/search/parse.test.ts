import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { searchLimits } from '../../../src/fhir/search/limits.ts'
import { parseSearch, type SearchContext } from '../../../src/fhir/search/parse.ts'

const parse = (type: string, query: string, context?: SearchContext) => parseSearch(type, new URLSearchParams(query), context)

function filters(type: string, query: string, context?: SearchContext) {
  const result = parse(type, query, context)
  if (!result.ok) throw new Error(JSON.stringify(result.problem))
  return result.value.filters
}

function refusal(type: string, query: string, context?: SearchContext) {
  const result = parse(type, query, context)
  if (result.ok) throw new Error('was understood')
  return result.problem
}

describe('tokens', () => {
  test('code, system and code, no system, any code of a system; alternatives', () => {
    expect(filters('Patient', 'identifier=a,urn:x|b,|c,urn:y|')).toEqual([
      {
        kind: 'token',
        param: 'identifier',
        values: [{ code: 'a' }, { system: 'urn:x', code: 'b' }, { system: null, code: 'c' }, { system: 'urn:y' }],
      },
    ])
  })

  test('escapes', () => {
    expect(filters('Patient', String.raw`identifier=a\,b\|c\$d\\e`)).toMatchObject([
      { values: [{ code: String.raw`a,b|c$d\e` }] },
    ])
    expect(filters('Patient', String.raw`identifier=s\|t|a\,b,c`)).toMatchObject([
      { values: [{ system: 's|t', code: 'a,b' }, { code: 'c' }] },
    ])
  })

  test('parameters repeat: all must hold', () => {
    expect(filters('Patient', 'gender=male&gender=female')).toHaveLength(2)
  })

  test('not, and missing', () => {
    expect(filters('Patient', 'gender:not=male,female&email:missing=true&organization:missing=false')).toEqual([
      { kind: 'not', filter: { kind: 'token', param: 'gender', values: [{ code: 'male' }, { code: 'female' }] } },
      { kind: 'missing', param: 'email', missing: true },
      { kind: 'missing', param: 'organization', missing: false },
    ])
  })

  test.each(['identifier=', 'identifier=|', 'identifier=a,,b', 'identifier=a|b|c', 'identifier=a,', 'email:missing=maybe'])(
    '%s is refused',
    (query) => {
      expect(refusal('Patient', query).code).toBe('invalid')
    },
  )
})

describe('references', () => {
  test('a typed id, a URL, a urn', () => {
    expect(filters('Observation', 'subject=Patient/1,https://other.example/fhir/Patient/2,urn:uuid:3')).toEqual([
      { kind: 'reference', param: 'subject', values: ['Patient/1', 'https://other.example/fhir/Patient/2', 'urn:uuid:3'] },
    ])
  })

  test('our own URLs are relative references; versions do not matter', () => {
    const context = { base: 'https://us.example/fhir' }
    expect(
      filters('Observation', 'subject=https://us.example/fhir/Patient/1/_history/2,https://us.example/fhirx/Patient/1', context),
    ).toMatchObject([{ values: ['Patient/1', 'https://us.example/fhirx/Patient/1'] }])
  })

  test('a bare id stands for each type that the parameter leads to', () => {
    expect(filters('Observation', 'patient=1')).toMatchObject([{ values: ['Patient/1'] }])
    expect(filters('Observation', 'subject=1')).toMatchObject([{ values: ['Group/1', 'Device/1', 'Patient/1', 'Location/1'] }])
    expect(filters('Observation', 'subject:Patient=1')).toMatchObject([{ param: 'subject', values: ['Patient/1'] }])
    expect(filters('Observation', 'focus=1')).toMatchObject([{ values: expect.arrayContaining(['Patient/1', 'Task/1']) }])
  })

  test('by identifier', () => {
    expect(filters('Observation', 'subject:identifier=urn:mrn|A-1')).toEqual([
      { kind: 'token', param: 'subject:identifier', values: [{ system: 'urn:mrn', code: 'A-1' }] },
    ])
  })

  test('canonicals keep their version', () => {
    expect(filters('QuestionnaireResponse', 'questionnaire=https://q.example/phq9|2.0')).toMatchObject([
      { values: ['https://q.example/phq9|2.0'] },
    ])
  })

  test.each(['subject:Practitioner=1', 'patient=Group/1', 'subject=Patient/1/2', 'subject=a b', 'subject=Nothing/1'])(
    '%s is refused',
    (query) => {
      expect(refusal('Observation', query).code).toBe('invalid')
    },
  )
})

describe('strings', () => {
  test('start, contain, or are exactly; only exact ones keep case and accents', () => {
    expect(filters('Patient', 'family=Ångström&given:contains=É, x&name:exact=É')).toEqual([
      { kind: 'string', param: 'family', match: 'starts', values: ['angstrom'] },
      { kind: 'string', param: 'given', match: 'contains', values: ['e', 'x'] },
      { kind: 'string', param: 'name', match: 'exact', values: ['É'] },
    ])
  })

  test('a text of accents alone would find everybody, and is refused', () => {
    expect(refusal('Patient', 'family=%CC%81').code).toBe('invalid')
  })
})

describe('dates', () => {
  const lo = Date.UTC(2026, 2, 1)
  const hi = Date.UTC(2026, 2, 2) - 1

  test.each(['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb'])('%s', (prefix) => {
    expect(filters('Observation', `date=${prefix}2026-03-01`)).toEqual([
      { kind: 'date', param: 'date', values: [{ prefix, lo, hi }] },
    ])
  })

  test('without prefix: equal; a plus sign that arrives as a space is a plus sign', () => {
    const at = Date.UTC(2026, 2, 1, 4, 30)
    expect(filters('Observation', 'date=2026-03-01T09:30:00.000+05:00')).toMatchObject([
      { values: [{ prefix: 'eq', lo: at, hi: at }] },
    ])
    expect(filters('Observation', 'date=2026-03-01T09:30:00.000%2B05:00')).toMatchObject([{ values: [{ lo: at }] }])
  })

  test('approximately allows a tenth of the gap to now', () => {
    const now = hi + 10 * 86_400_000
    const [filter] = filters('Observation', 'date=ap2026-03-01', { now })
    expect(filter).toMatchObject({ values: [{ prefix: 'ap', lo: lo - 90_720_000, hi: hi + 90_720_000 }] })
    expect(refusal('Observation', 'date=ap2026-03-01').code).toBe('invalid')
  })

  test('_lastUpdated and _id are the resource’s own', () => {
    expect(filters('Patient', '_lastUpdated=ge2026-03-01&_id=a,b')).toEqual([
      { kind: 'lastUpdated', values: [{ prefix: 'ge', lo, hi }] },
      { kind: 'id', values: ['a', 'b'] },
    ])
  })

  test.each(['date=2026-02-30', 'date=yesterday', 'date=gt', 'date=xx2026', 'date:exact=2026', '_lastUpdated=now'])(
    '%s is refused',
    (query) => {
      expect(['invalid', 'not-supported']).toContain(refusal('Observation', query).code)
    },
  )
})

describe('numbers and quantities', () => {
  const value = (text: string) => {
    const [filter] = filters('RiskAssessment', `probability=${encodeURIComponent(text)}`)
    return filter?.kind === 'number' ? filter.values[0] : undefined
  }

  test.each([
    ['100', 99.5, 100.5],
    ['100.00', 99.995, 100.005],
    ['1e2', 95, 105],
    ['1.0e2', 95, 105],
    ['1.00e2', 99.5, 100.5],
    ['-5', -5.5, -4.5],
    ['0.1', 0.05, 0.15],
    ['+3', 2.5, 3.5],
    ['0', -0.5, 0.5],
  ])('%s means its digits', (text, lo, hi) => {
    expect(value(text)).toEqual({ prefix: 'eq', lo, hi })
  })

  test.each(['66.89999999999999', '-66.89999999999999', '0.12345678901234567', '9007199254740993', '1.00000000000000000000'])(
    '%s, finer than a double, has itself in what it means',
    (text) => {
      const { lo, hi } = value(text)!
      expect(lo).toBeLessThanOrEqual(Number(text))
      expect(hi).toBeGreaterThan(Number(text))
    },
  )

  test('comparisons are exact', () => {
    expect(value('gt0.80')).toEqual({ prefix: 'gt', lo: 0.8, hi: 0.8 })
    expect(value('le-2e1')).toEqual({ prefix: 'le', lo: -20, hi: -20 })
    expect(value('ap10')).toEqual({ prefix: 'ap', lo: 9, hi: 11 })
  })

  test('quantities name their unit by system and code, by code or not', () => {
    expect(filters('Observation', 'value-quantity=5.4|http://unitsofmeasure.org|mg,gt5.4||mg,5')).toMatchObject([
      {
        kind: 'quantity',
        values: [
          { prefix: 'eq', lo: 5.35, hi: 5.45, system: 'http://unitsofmeasure.org', code: 'mg' },
          { prefix: 'gt', lo: 5.4, code: 'mg' },
          { prefix: 'eq', lo: 4.5, hi: 5.5 },
        ],
      },
    ])
  })

  test.each(['1.', '.5', '1e', 'NaN', '0x1', '1e9999', '--1', '', '1,', '9'.repeat(200)])('%j is no number', (text) => {
    expect(refusal('RiskAssessment', `probability=${text}`).code).toBe('invalid')
  })

  test('half a quantity is refused', () => {
    expect(refusal('Observation', 'value-quantity=5|mg').code).toBe('invalid')
  })
})

describe('the answer’s shape', () => {
  const query = (text: string) => {
    const result = parse('Observation', text)
    if (!result.ok) throw new Error(result.problem.detail)
    return result.value
  }

  test('defaults', () => {
    expect(query('')).toEqual({
      type: 'Observation',
      filters: [],
      sort: [],
      count: 20,
      total: 'none',
      include: [],
      revinclude: [],
      given: [],
    })
  })

  test('count has a cap; zero, and a summary of counts, ask for the total alone', () => {
    expect(query('_count=5').count).toBe(5)
    expect(query('_count=100000').count).toBe(searchLimits.maxCount)
    expect(query('_count=0')).toMatchObject({ count: 0, total: 'accurate' })
    for (const text of ['_summary=count', '_summary=count&_count=5', '_count=5&_total=none&_summary=count'])
      expect(query(text)).toMatchObject({ count: 0, total: 'accurate', summary: 'count' })
    expect(query('_total=accurate').total).toBe('accurate')
  })

  test('that what is contained is not found by itself may be said', () =>
    expect(query('_contained=false&_containedType=container&code=a')).toEqual({ ...query('code=a'), given: expect.anything() }))

  test('several sort keys, each with its kind', () => {
    expect(query('_sort=-date,code,_id,-_lastUpdated').sort).toEqual([
      { param: 'date', kind: 'date', descending: true },
      { param: 'code', kind: 'token', descending: false },
      { param: '_id', kind: 'id', descending: false },
      { param: '_lastUpdated', kind: 'lastUpdated', descending: true },
    ])
  })

  test('sort keys given one by one are the inner orders', () => {
    expect(query('_sort=-date&code=a&_sort=code,_id').sort).toEqual(query('_sort=-date,code,_id').sort)
    expect(refusal('Observation', '_sort=code,code,code,code,code,code&_sort=date,date,date,date,date').code).toBe('invalid')
  })

  test('includes', () => {
    expect(
      query(
        '_include=Observation:subject:Patient&_include:iterate=Patient:organization&_include=*&_revinclude=Provenance:target',
      ),
    ).toMatchObject({
      include: [
        { source: 'Observation', param: 'subject', target: 'Patient', iterate: false },
        { source: 'Patient', param: 'organization', iterate: true },
        { source: 'Observation', param: '*', iterate: false },
      ],
      revinclude: [{ source: 'Provenance', param: 'target', iterate: false }],
    })
  })

  test('what was given is kept for links, with what belongs to the door', () => {
    expect(query('code=a&_format=json&_count=3').given).toEqual([
      ['code', 'a'],
      ['_format', 'json'],
      ['_count', '3'],
    ])
  })

  test.each([
    ...[
      '_count=-1',
      '_count=x',
      '_count=5&_count=6',
      '_sort=nothing',
      '_total=some',
      '_summary=short',
      '_elements=a,,b',
      '_include=Observation',
    ],
    ...[
      '_include=Observation:code',
      '_include=Nobody:subject',
      '_include:all=Observation:subject',
      '_count:exact=1',
      '_contained=true',
      '_contained=both',
      '_containedType=contained',
      '_summary=text&_include=Observation:subject',
      '_revinclude=Provenance:target&_summary=text',
    ],
  ])('%s is refused', (text) => {
    expect(['invalid', 'not-supported']).toContain(refusal('Observation', text).code)
  })
})

describe('what is unknown', () => {
  test('is refused by name', () => {
    const problem = refusal('Patient', 'famly=Lund&gender=male')
    expect(problem.code).toBe('not-supported')
    expect(problem.issues).toEqual([{ path: 'famly', message: expect.stringContaining('famly') }])
    expect(JSON.stringify(problem)).not.toContain('Lund')
  })

  test.each([
    '_filter=x',
    '_list=$current-problems',
    'code:contains=x',
    'code:of-type=a|b|c',
    'status:text=x',
    'date:below=2026',
    'code-value-quantity:missing=true',
    'subject.nickname=x',
    'focus.code=x',
    'code.text=x',
  ])('so is what is not built: %s', (query) => {
    expect(refusal('Observation', query).code).toBe('not-supported')
  })

  test.each(['constructor=x', '__proto__=x', 'toString=x', '_sort=__proto__'])(
    'no parameter comes from a prototype: %s',
    (query) => {
      expect(refusal('Observation', query).code).toBe('not-supported')
    },
  )

  test('is left out where the caller is lenient, and told', () => {
    const result = parse('Patient', 'famly=Lund&gender=male&_filter=x', { lenient: true })
    expect(result).toMatchObject({
      ok: true,
      value: {
        filters: [{ param: 'gender' }],
        given: [['gender', 'male']],
        ignored: [{ path: 'famly' }, { path: '_filter' }],
      },
    })
  })

  test('all faults are told at once', () => {
    expect(refusal('Patient', 'famly=x&birthdate=never&gender=').issues.map(({ path }) => path)).toEqual([
      'famly',
      'birthdate',
      'gender',
    ])
  })

  test('an odd name or an unknown type is not repeated', () => {
    expect(JSON.stringify(refusal('Patient', `${encodeURIComponent('<b>Mara Lund</b>')}=1`))).not.toContain('Mara')
    expect(refusal('Patent', 'x=1').code).toBe('not-found')
  })

  test('too many parameters, and values beyond measure', () => {
    expect(refusal('Patient', 'gender=male&'.repeat(200)).code).toBe('invalid')
    expect(refusal('Patient', `name=${'x'.repeat(30_000)}`).code).toBe('invalid')
  })

  test('no text whatever is thrown at', () => {
    const name = fc.constantFrom(
      'identifier',
      'name',
      'birthdate',
      'organization',
      '_id',
      '_lastUpdated',
      '_sort',
      '_include',
      'link',
      'probability',
    )
    const modifier = fc.constantFrom('', ':exact', ':missing', ':not', ':Patient', ':identifier', ':iterate', ':')
    fc.assert(
      fc.property(
        fc.constantFrom('Patient', 'RiskAssessment'),
        fc.array(fc.tuple(name, modifier, fc.string({ unit: 'binary' }))),
        (type, given) => {
          expect(
            typeof parseSearch(
              type,
              given.map(([param, suffix, text]) => [param + suffix, text] as const),
            ).ok,
          ).toBe('boolean')
        },
      ),
      { numRuns: 200 },
    )
  })
})
