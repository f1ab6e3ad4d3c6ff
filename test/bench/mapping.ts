/** How fast a mapping reads and writes, beside a function written by hand. `node test/bench/mapping.ts [seconds per line]`, ONLY=read for one line. */
import type * as fhir from '@medplum/fhirtypes'
import clientPatient from '../../mappings/client.patient.ts'
import { local, usCore } from '../../mappings/shared/extension.ts'
import type { Client } from '../../src/domain/client.ts'

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

let sink: unknown
function measure(label: string, once: (i: number) => unknown): void {
  if (!label.startsWith(process.env.ONLY ?? '')) return
  for (let i = 0; i < 20_000; i++) sink = once(i % many.length)
  // The best of many short windows: what the code can do when the machine has time for it.
  let best = 0
  const end = performance.now() + seconds * 1000
  while (performance.now() < end) {
    const start = performance.now()
    for (let i = 0; i < many.length; i++) sink = once(i)
    best = Math.max(best, (many.length / (performance.now() - start)) * 1000)
  }
  console.log(`${label.padEnd(34)} ${Math.round(best).toLocaleString('en').padStart(12)} /s`)
}

measure('by hand, one way', (i) => byHand(many[i]!))
measure('read', (i) => clientPatient.read(many[i]!))
measure('write what was read', (i) => clientPatient.write(clients[i]!, many[i]))
measure('write one change', (i) => clientPatient.write(moved[i]!, many[i]))
measure('write afresh', (i) => clientPatient.write(clients[i]!))
measure('JSON.parse(JSON.stringify())', (i) => JSON.parse(JSON.stringify(many[i])))
if (sink === undefined) throw new Error('nothing was measured')
