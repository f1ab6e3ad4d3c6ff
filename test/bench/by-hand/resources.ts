/** Invented resources for the measuring of mappings, some of them with what no mapping can read. */
import type * as fhir from '@medplum/fhirtypes'
import { local, usCore } from '../../../mappings/shared/extension.ts'
import { isObject } from './checks.ts'
import { placeOfService } from './location.ts'

const race = (code: string, display: string): fhir.Extension => ({
  url: usCore('us-core-race'),
  extension: [
    { url: 'ombCategory', valueCoding: { system: 'urn:oid:2.16.840.1.113883.6.238', code, display } },
    { url: 'text', valueString: display },
  ],
})

export const patient = (n: number): fhir.Patient => ({
  resourceType: 'Patient',
  id: `p${n}`,
  meta: { versionId: '3', lastUpdated: '2026-02-01T10:00:00Z' },
  text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">Ada</div>' },
  extension: [
    race('2106-3', 'White'),
    { url: usCore('us-core-birthsex'), valueCode: 'F' },
    { url: 'http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName', valueString: 'Moore' },
    { url: local('legal-status'), valueCode: 'self-directed' },
  ],
  identifier: [
    { system: 'https://hospital.example/mrn', value: `${n}` },
    {
      type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MA' }], text: 'Medicaid' },
      system: 'https://medicaid.example',
      value: `M${n}`,
    },
  ],
  name: [{ use: 'official', family: `Stone${n}`, given: ['Ada', 'May'], prefix: ['Ms.'] }],
  telecom: [
    { system: 'phone', value: '555-0100', use: 'home' },
    { system: 'email', value: 'ada@mail.example' },
  ],
  gender: 'female',
  birthDate: '1984-03-17',
  address: [{ line: ['1 Elm Street'], city: 'Troy', state: 'NY', postalCode: '12180', country: 'US' }],
  maritalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-MaritalStatus', code: 'S' }] },
  communication: [{ language: { coding: [{ system: 'urn:ietf:bcp:47', code: 'en', display: 'English' }] }, preferred: true }],
})

export const location = (n: number): fhir.Location => ({
  resourceType: 'Location',
  id: `l${n}`,
  identifier: [{ system: 'https://harbor.example/houses', value: `${n}` }],
  status: 'active',
  name: `House ${n}`,
  type: [{ coding: [{ system: placeOfService, code: '11', display: 'Office' }] }],
  telecom: [{ system: 'phone', value: '555-0199' }],
  address: { line: ['1 Elm Street'], city: 'Troy', state: 'NY', postalCode: '12180', country: 'US' },
  position: { latitude: 42.73, longitude: -73.69 },
  managingOrganization: { reference: 'Organization/harbor', display: 'Harbor' },
})

/** What no resource may lack, and what its mapping needs in pairs. */
const kept = new Set([
  'resourceType',
  'value',
  'url',
  'language',
  'coding',
  'code',
  'position',
  'latitude',
  'longitude',
  'family',
  'reference',
])

/**
 * As different partners send it: some leave out what others fill in, and each has an order of its own. A function by hand that has met
 * one shape only is faster than it will ever be in use.
 */
export const asSent = <T>(resource: T, n: number): T => {
  let seed = n + 1
  const chance = (): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff
    return seed / 0x80000000
  }
  const sent = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sent)
    if (!isObject(value)) return value
    const isWhole = 'url' in value
    const members = Object.entries(value).filter(([key]) => isWhole || kept.has(key) || chance() > 0.15)
    return Object.fromEntries((chance() < 0.5 ? members : members.reverse()).map(([key, member]) => [key, sent(member)]))
  }
  return JSON.parse(JSON.stringify(sent(resource))) as T
}

/** What is wrong in each is to be named, with its place, and the rest to be read. */
export const oddPatients: readonly fhir.Patient[] = [
  { ...patient(1), birthDate: 'spring', gender: 'none' as 'other', deceasedDateTime: '2026-1' },
  {
    ...patient(2),
    name: [{ ...patient(2).name![0]!, use: 'pen' as 'usual', prefix: [] }],
    telecom: [{ system: 'x' as 'sms', rank: 1.5 }],
  },
  { ...patient(3), extension: [race('2106-3', ''), { url: local('jurisdiction'), valueCode: 'New York' }] },
  { ...patient(4), identifier: [{ system: '', value: '7', period: { start: 'then' } }, null as unknown as fhir.Identifier] },
  { ...patient(5), communication: [{ language: { text: 'English' } }], address: [{ line: ['', 'B'], city: '' }] },
  {
    ...patient(6),
    meta: { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'MH' }] },
    link: [{ type: 'replaced-by', other: { reference: 'Person/1' } }],
    extension: [{ url: local('veteran'), valueBoolean: true }, { url: local('cultural-note') }],
  },
]

export const oddLocations: readonly fhir.Location[] = [
  { ...location(1), status: 'open' as 'active', managingOrganization: { display: 'Harbor' } },
  { ...location(2), type: [{ coding: [{ system: placeOfService, code: 'office' }] }], name: '' },
  {
    ...location(3),
    position: { latitude: '42' as unknown as number, longitude: -73.69 },
    address: { use: 'x' as 'home', line: [''] },
  },
]
