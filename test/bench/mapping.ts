/**
 * How fast mappings read and write, beside functions written by hand for the same task, with the ratio of the two. What is written by
 * hand checks nothing, warns of nothing and gives items no handles: it is the limit, not a rival.
 * `node test/bench/mapping.ts [seconds per line]`, ONLY=client for some lines.
 */
import type * as fhir from '@medplum/fhirtypes'
import clientPatient from '../../mappings/client.patient.ts'
import locationLocation from '../../mappings/location.location.ts'
import { local, usCore } from '../../mappings/shared/extension.ts'
import type { Client } from '../../src/domain/client.ts'
import type { Location } from '../../src/domain/location.ts'

const seconds = Number(process.argv[2] ?? 2)

const race = (code: string, display: string): fhir.Extension => ({
  url: usCore('us-core-race'),
  extension: [
    { url: 'ombCategory', valueCoding: { system: 'urn:oid:2.16.840.1.113883.6.238', code, display } },
    { url: 'text', valueString: display },
  ],
})

const patient = (n: number): fhir.Patient => ({
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

const placeOfService = 'https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set'

const location = (n: number): fhir.Location => ({
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

const many = Array.from({ length: 500 }, (_, n) => ({ Patient: patient(n) }))
const clients = many.map((parts) => {
  const reading = clientPatient.read(parts)
  if (!reading.ok) throw new Error(JSON.stringify(reading.issues))
  return reading.value
})
const moved = clients.map(
  (client): Client => ({ ...client, addresses: client.addresses.map((address) => ({ ...address, city: 'Albany' })) }),
)

/** What a program without a mapping engine would do for the same fields of this patient (one way, and no handles). */
const byHand = ({ Patient: p }: { Patient: fhir.Patient }): unknown => {
  const value = (url: string): fhir.Extension | undefined => p.extension?.find((item) => item.url === url)
  return {
    identifiers: (p.identifier ?? []).map(({ system, value, use, type, period }) => ({
      ...{ system, value, use, period },
      type: type && { codings: (type.coding ?? []).map((coding) => ({ ...coding })), text: type.text },
    })),
    active: p.active,
    names: (p.name ?? []).map((name) => ({ ...name, given: name.given ?? [], prefix: name.prefix?.join(' ') })),
    birthDate: p.birthDate,
    deceased: p.deceasedDateTime ?? p.deceasedBoolean,
    gender: p.gender,
    sexForScoring: { M: 'male', F: 'female' }[value(usCore('us-core-birthsex'))?.valueCode ?? ''],
    languages: (p.communication ?? []).map((item) => ({ code: item.language.coding?.[0]?.code, preferred: item.preferred })),
    contacts: (p.telecom ?? []).map((item) => ({ ...item })),
    addresses: (p.address ?? []).map((item) => ({ ...item, lines: item.line ?? [] })),
    race: (value(usCore('us-core-race'))?.extension ?? []).flatMap((item) => (item.valueCoding ? [{ ...item.valueCoding }] : [])),
    legalStatus: value(local('legal-status'))?.valueCode,
    jurisdiction: value(local('jurisdiction'))?.valueCode,
  }
}

const places = Array.from({ length: 500 }, (_, n) => ({ Location: location(n) }))
const houses = places.map((parts) => {
  const reading = locationLocation.read(parts)
  if (!reading.ok) throw new Error(JSON.stringify(reading.issues))
  return reading.value
})
const renamed = houses.map((house): Location => ({ ...house, name: 'Harbor House' }))

const placeByHand = ({ Location: l }: { Location: fhir.Location }): unknown => {
  const { line, ...address } = l.address ?? {}
  const type = l.type?.find((item) => item.coding?.some(({ system }) => system === placeOfService))
  return {
    identifiers: (l.identifier ?? []).map(({ system, value, use }) => ({ system, value, use })),
    active: l.status === undefined ? undefined : l.status === 'active',
    name: l.name,
    placeOfService: type?.coding?.find(({ system }) => system === placeOfService)?.code,
    address: l.address && { ...address, lines: line ?? [] },
    lat: l.position && String(l.position.latitude),
    lon: l.position && String(l.position.longitude),
    organizationId: l.managingOrganization?.reference?.replace('Organization/', ''),
  }
}
/** All of the same fields onto what stands there, the rest kept (items by position; never the very same object). */
const writePlaceByHand = (house: Location, { Location: l }: { Location: fhir.Location }): unknown => {
  const { lines = [], ...address } = house.address ?? {}
  const ours = house.placeOfService && { system: placeOfService, code: house.placeOfService }
  return {
    Location: {
      ...l,
      identifier: house.identifiers.map(({ system, value, use }, i) => ({ ...l.identifier?.[i], system, value, use })),
      status: house.active ? 'active' : l.status === 'suspended' ? 'suspended' : 'inactive',
      name: house.name,
      type: l.type?.map((item) => {
        const coding = item.coding?.map((one) => (one.system === placeOfService ? { ...one, ...(ours || {}) } : one))
        return { ...item, coding }
      }),
      address: house.address && { ...l.address, ...address, line: [...lines] },
      position: { ...l.position, latitude: Number(house.lat), longitude: Number(house.lon) },
      managingOrganization: { ...l.managingOrganization, reference: `Organization/${house.organizationId}` },
    },
  }
}

let sink: unknown
/** How often a second, at best of many short windows: what the code can do when the machine has time for it. */
function rateOf(once: (i: number) => unknown): number {
  for (let i = 0; i < 20_000; i++) sink = once(i % many.length)
  let best = 0
  const end = performance.now() + seconds * 1000
  while (performance.now() < end) {
    const start = performance.now()
    for (let i = 0; i < many.length; i++) sink = once(i)
    best = Math.max(best, (many.length / (performance.now() - start)) * 1000)
  }
  return best
}

const perSecond = (rate: number): string => Math.round(rate).toLocaleString('en').padStart(12)

function measure(label: string, once: (i: number) => unknown, byHand?: (i: number) => unknown): void {
  if (!label.startsWith(process.env.ONLY ?? '')) return
  const rate = rateOf(once)
  const other = byHand && rateOf(byHand)
  const beside = other === undefined ? '' : `   by hand ${perSecond(other)} /s   ratio ${(rate / other).toFixed(2)}`
  console.log(`${label.padEnd(34)} ${perSecond(rate)} /s${beside}`)
}

measure(
  'client: read',
  (i) => clientPatient.read(many[i]!),
  (i) => byHand(many[i]!),
)
measure('client: write what was read', (i) => clientPatient.write(clients[i]!, many[i]))
measure('client: write one change', (i) => clientPatient.write(moved[i]!, many[i]))
measure('client: write afresh', (i) => clientPatient.write(clients[i]!))
measure('client: JSON.parse(JSON.stringify())', (i) => JSON.parse(JSON.stringify(many[i])))
measure(
  'location: read',
  (i) => locationLocation.read(places[i]!),
  (i) => placeByHand(places[i]!),
)
measure('location: write what was read', (i) => locationLocation.write(houses[i]!, places[i]))
measure(
  'location: write one change',
  (i) => locationLocation.write(renamed[i]!, places[i]),
  (i) => writePlaceByHand(renamed[i]!, places[i]!),
)
if (sink === undefined) throw new Error('nothing was measured')
