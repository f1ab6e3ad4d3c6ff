/** Documents and messages that are kept as Bundles are found by what stands first in them. https://hl7.org/fhir/R4/bundle.html#search */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { gatewayWith } from '../support/coordination.ts'
import type { TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
const composition = (id: string, title: string) => ({
  ...{ resourceType: 'Composition', id, status: 'final', title, date: '2026-03-02', type: { text: 'Discharge summary' } },
  ...{ subject: { reference: 'Patient/ann' }, author: [{ reference: '#who' }] },
  contained: [who('Okafor')],
})
const who = (family: string) => ({ resourceType: 'Practitioner', id: 'who', name: [{ family }] })
const person = (family: string) => ({ resourceType: 'Patient', name: [{ family }] })
const within = {
  subject: { reference: 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e2' },
  encounter: { reference: 'Encounter/2' },
}
const bundle = (id: string, type: string, ...entry: readonly object[]) => ({
  ...{ resourceType: 'Bundle', id, type, timestamp: '2026-03-02T10:00:00Z' },
  ...{ identifier: { system: 'urn:bundles', value: id } },
  entry,
})
const header = {
  ...{ resourceType: 'MessageHeader', id: 'h', eventCoding: { system: 'urn:events', code: 'discharge' } },
  source: { name: 'St. Brendan', endpoint: 'https://stbrendan.example/fhir' },
}
const resources = [
  { resourceType: 'Patient', id: 'ann', name: [{ family: 'Quintero' }] },
  composition('standing', 'A plan'),
  bundle('summary', 'document', { fullUrl: 'https://ehr.example/fhir/Composition/7', resource: composition('7', 'A stay') }),
  bundle(
    'plan',
    'document',
    { fullUrl: 'http://localhost/fhir/Composition/standing', resource: composition('standing', 'Another plan') },
    { fullUrl: 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0', resource: composition('8', 'Second') },
  ),
  bundle(
    'whole',
    'document',
    { fullUrl: 'https://lab.example/fhir/Composition/1', resource: { ...composition('1', 'A result'), ...within } },
    {
      fullUrl: 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e2',
      resource: { ...person('Lund'), generalPractitioner: [{ reference: '#who' }], contained: [who('Marsh')] },
    },
    {
      fullUrl: 'https://lab.example/fhir/Encounter/2',
      resource: { resourceType: 'Encounter', status: 'finished', class: { code: 'AMB' }, subject: { reference: 'Patient/3' } },
    },
    { fullUrl: 'https://lab.example/fhir/Patient/3', resource: person('Hidalgo') },
    { fullUrl: 'https://lab.example/fhir/Patient/4', resource: person('Nobody') },
  ),
  bundle('some', 'collection', { fullUrl: 'https://ehr.example/fhir/Composition/9', resource: composition('9', 'A stay') }),
  bundle('event', 'message', { fullUrl: 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e1', resource: header }),
]

beforeAll(async () => {
  gateway = await gatewayWith(...resources)
})
afterAll(() => gateway.stop())

it.each([
  ['composition=Composition/7', ['summary']],
  ['composition=7', ['summary']],
  ['composition=https://ehr.example/fhir/Composition/7', ['summary']],
  ['composition=http://localhost/fhir/Composition/standing', ['plan']],
  ['composition=Composition/8', []],
  ['composition:missing=false', ['plan', 'summary', 'whole']],
  ['message=urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e1', ['event']],
  // By what it says, and not by what a resource of the same name says elsewhere.
  ['composition.title=a stay', ['summary']],
  ['composition.title=a plan', []],
  ['composition:Composition.title=another plan', ['plan']],
  ['composition.title=second', []],
  ['composition.patient=Patient/ann', ['plan', 'summary']],
  ['composition.patient.name=quintero', ['plan', 'summary']],
  ['composition.author:Practitioner.name=okafor', ['plan', 'summary', 'whole']],
  // What it refers to stands beside it, by whatever names.
  ['composition.patient.name=lund', ['whole']],
  ['composition.subject:Patient.name=lund', ['whole']],
  ['composition.subject=urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e2', ['whole']],
  ['composition.patient.general-practitioner.name=marsh', ['whole']],
  ['composition.patient.general-practitioner.name=okafor', []],
  ['composition.encounter.patient.name=hidalgo', ['whole']],
  ['composition.encounter.patient.name=nobody', []],
  ['message.event=urn:events|discharge', ['event']],
  ['message.event=admission', []],
])('Bundle?%s', async (query, ids) => {
  const answer = await gateway.request(`/fhir/Bundle?${query}`)
  expect(answer.status).toBe(200)
  const { entry = [] } = (await answer.json()) as { entry?: { resource: { id: string } }[] }
  expect(entry.map(({ resource }) => resource.id).sort()).toEqual(ids)
})

it.each([
  'Composition?_has:Bundle:composition:type=document',
  'Bundle?_include=Bundle:composition',
  'Composition?_revinclude=Bundle:composition',
  'Bundle?composition:identifier=x',
])('%s is refused: a Bundle does not lead elsewhere by it', async (path) =>
  expect((await gateway.request(`/fhir/${path}`)).status).toBe(400),
)
