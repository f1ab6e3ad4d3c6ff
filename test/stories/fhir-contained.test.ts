/** "A chained condition will be evaluated inside contained resources." https://hl7.org/fhir/R4/search.html#contained */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { containedLimits } from '../../src/fhir/search/contained.ts'
import { registerClient } from '../support/client.ts'
import { part2 } from '../support/coordination.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

const loinc = (code: string) => ({ coding: [{ system: 'http://loinc.org', code }] })
const result = (id: string, code: string, value: number) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: loinc(code),
  valueQuantity: { value, unit: 'mmol/L' },
})
const report = (id: string, ...contained: readonly { readonly id: string }[]) => ({
  resourceType: 'DiagnosticReport',
  id,
  status: 'final',
  code: { text: 'panel' },
  contained,
  result: contained.map((one) => ({ reference: `#${one.id}` })),
})
const prescribed = {
  resourceType: 'MedicationRequest',
  id: '23',
  status: 'active',
  intent: 'order',
  subject: { reference: 'Patient/ann' },
  medicationReference: { reference: '#m1' },
  // Told by the name that a note on paper had.
  requester: { reference: '#who' },
  contained: [
    {
      resourceType: 'Medication',
      id: 'm1',
      manufacturer: { reference: '#maker' },
      ingredient: [{ itemCodeableConcept: { coding: [{ system: 'http://acme.example/medications', code: 'abc' }] } }],
    },
    { resourceType: 'Organization', id: 'maker', name: 'Maker', partOf: { reference: 'Organization/county' } },
    {
      resourceType: 'Practitioner',
      id: 'who',
      name: [{ family: 'Okafor', given: ['Ada'] }],
      birthDate: '1970-05-01',
      active: true,
    },
  ],
}
const seen = {
  resourceType: 'Observation',
  id: 'seen',
  status: 'final',
  code: { text: 'x' },
  subject: { reference: '#p' },
  contained: [
    {
      resourceType: 'Patient',
      id: 'p',
      name: [{ family: 'Nobody' }],
      gender: 'female',
      generalPractitioner: [{ reference: 'Practitioner/lund' }],
    },
  ],
}
const resources = [
  { resourceType: 'Organization', id: 'county', name: 'County' },
  { resourceType: 'Practitioner', id: 'lund', name: [{ family: 'Lund' }] },
  { resourceType: 'Patient', id: 'ann', name: [{ family: 'Lund' }] },
  { resourceType: 'Medication', id: 'kept', code: { text: 'x' } },
  {
    ...prescribed,
    id: 'other',
    contained: undefined,
    requester: undefined,
    medicationReference: { reference: 'Medication/kept' },
  },
  prescribed,
  seen,
  report('low', result('a', '2823-3', 3), result('b', '2951-2', 140)),
  report('high', result('a', '2823-3', 6), result('b', '2951-2', 140)),
]

let gateway: TestGateway
let headers: { authorization: string }
beforeAll(async () => {
  gateway = await startGateway({ auth: 'smart' })
  const scope = 'system/*.cruds'
  headers = await (await registerClient(gateway, scope, { protected_records: true })).bearer(scope)
  for (const resource of resources) {
    const path = `/fhir/${resource.resourceType}/${resource.id}`
    const put = await gateway.request(path, { method: 'PUT', headers, json: resource })
    if (put.status !== 201) throw new Error(await put.text())
  }
})
afterAll(() => gateway.stop())

const answer = (path: string, as = headers) => gateway.request(`/fhir/${path}`, { headers: as })
async function found(path: string, as = headers): Promise<string[]> {
  const told = await answer(path, as)
  if (told.status !== 200) throw new Error(await told.text())
  const { entry = [] } = (await told.json()) as { entry?: { resource: { id: string } }[] }
  return entry.map(({ resource }) => resource.id)
}

describe('a chain leads into what is contained', () => {
  it.each([
    ['the example of the standard', 'MedicationRequest?medication.ingredient-code=abc', ['23']],
    [
      'of a type that is named',
      'MedicationRequest?medication:Medication.ingredient-code=http://acme.example/medications|abc',
      ['23'],
    ],
    ['by a string', 'MedicationRequest?requester:Practitioner.family=oka', ['23']],
    ['its accents and cases, and exactly', 'MedicationRequest?requester:Practitioner.given:exact=Ada', ['23']],
    ['of any type that the parameter leads to', 'MedicationRequest?requester.name=ada', ['23']],
    ['and not by what another one holds', 'MedicationRequest?requester.name=maker', []],
    ['and on, to what it refers to beside it', 'MedicationRequest?medication.manufacturer.name=maker', ['23']],
    ['and on, to what stands outside', 'MedicationRequest?medication.manufacturer.partof.name=county', ['23']],
    ['and from one that stands outside', 'Patient?_has:MedicationRequest:subject:medication.ingredient-code=abc', ['ann']],
    ['by a parameter of one type alone', 'Observation?patient.name=nobody', ['seen']],
    ['of which the standard says it of several', 'Observation?subject.name=nobody', ['seen']],
    ['to a practitioner who is no other', 'Observation?patient.general-practitioner.name=lund', ['seen']],
    ['a condition on both at once', 'MedicationRequest?requester.name=ada&subject.name=lund', ['23']],
  ])('%s', async (_, path, ids) => expect(await found(path)).toEqual(ids))

  it.each([
    ['what is found in one of them', 'DiagnosticReport?result.code-value-quantity=2823-3$gt5', ['high']],
    ['and not in two together', 'DiagnosticReport?result.code-value-quantity=2823-3$gt100', []],
    ['what one of them is not', 'DiagnosticReport?result.code:not=2823-3', ['low', 'high']],
    ['what none of them lacks', 'DiagnosticReport?result.value-quantity:missing=true', []],
    ['what is missing in one', 'MedicationRequest?requester:Practitioner.gender:missing=true', ['23']],
    ['but not where there is none', 'MedicationRequest?requester:PractitionerRole.specialty:missing=true', []],
    ['that it is there, by a parameter of one type alone', 'Observation?patient:missing=false', ['seen']],
    ['what only a place of its own could tell', 'Observation?subject._id=p', []],
    ['nor when it was written', 'Observation?subject:Patient._lastUpdated=gt2000', []],
  ])('%s', async (_, path, ids) => expect(await found(path)).toEqual(ids))
})

it('but a search finds none of them by themselves', async () => {
  expect(await found('Medication?ingredient-code=abc')).toEqual([])
  expect(await found('Medication?ingredient-code=abc&_contained=false')).toEqual([])
  for (const wanted of ['_contained=true', '_contained=both', '_contained=true&_containedType=contained'])
    expect((await answer(`Medication?ingredient-code=abc&${wanted}`)).status).toBe(400)
})

it('the chain goes on only to what its asker may see', async () => {
  const scope = 'system/*.cruds'
  const reader = await (await registerClient(gateway, scope)).bearer(scope)
  const path = 'Observation?patient.general-practitioner.name=lund'
  expect(await found(path, reader)).toEqual(['seen'])
  const json = { resourceType: 'Practitioner', id: 'lund', meta: part2, name: [{ family: 'Lund' }] }
  expect((await gateway.request('/fhir/Practitioner/lund', { method: 'PUT', headers, json })).status).toBe(200)
  expect(await found(path, reader)).toEqual([])
  expect(await found(path)).toEqual(['seen'])
})

describe('as far as it is announced', () => {
  const put = async (json: { readonly resourceType: string; readonly id: string; readonly [more: string]: unknown }) =>
    expect((await gateway.request(`/fhir/${json.resourceType}/${json.id}`, { method: 'PUT', headers, json })).status).toBe(201)

  it('into the first so many of one resource, and all of them are kept', async () => {
    const panel = (id: string, count: number) =>
      report(id, ...Array.from({ length: count }, (_, i) => result(`r${i}`, `${id}-${i}`, i)))
    const { resources } = containedLimits
    for (const [id, count] of [
      ['full', resources],
      ['over', resources + 1],
    ] as const) {
      await put(panel(id, count))
      expect(await found(`DiagnosticReport?result.code=${id}-${resources - 1}`)).toEqual([id])
    }
    expect(await found(`DiagnosticReport?result.code=over-${resources}`)).toEqual([])
    const { contained } = (await (await answer('DiagnosticReport/over')).json()) as { contained: unknown[] }
    expect(contained).toHaveLength(resources + 1)
  })

  it('and over so many links within it', async () => {
    const { links } = containedLimits
    const organization = (i: number) => ({
      resourceType: 'Organization',
      id: `o${i}`,
      name: `level ${i}`,
      ...(i <= links && { partOf: { reference: `#o${i + 1}` } }),
    })
    await put({
      ...seen,
      id: 'levels',
      subject: undefined,
      performer: [{ reference: '#o1' }],
      contained: Array.from({ length: links + 1 }, (_, i) => organization(i + 1)),
    })
    const at = (link: number) =>
      found(`Observation?performer:Organization.${'partof.'.repeat(link - 1)}name=${encodeURIComponent(`level ${link}`)}`)
    expect(await at(links)).toEqual(['levels'])
    expect(await at(links + 1)).toEqual([])
  })
})

it('follows what is changed', async () => {
  const [, ...others] = prescribed.contained
  const change = async (contained: readonly object[]) => {
    const json = { ...prescribed, contained }
    expect((await gateway.request('/fhir/MedicationRequest/23', { method: 'PUT', headers, json })).status).toBe(200)
  }
  await change([{ ...prescribed.contained[0], ingredient: undefined }, ...others])
  expect(await found('MedicationRequest?medication.ingredient-code=abc')).toEqual([])
  expect(await found('MedicationRequest?medication.ingredient-code:missing=true')).toEqual(['other', '23'])
  await change(prescribed.contained)
  expect(await found('MedicationRequest?medication.ingredient-code=abc')).toEqual(['23'])
})
