/** Resources of invented people, small and odd on purpose. */
import type { Resource } from './corpora.ts'

export const mara: Resource = {
  resourceType: 'Patient',
  id: 'mara',
  meta: { versionId: '3', lastUpdated: '2026-03-01T09:30:00.000Z', tag: [{ system: 'urn:tags', code: 'pilot' }] },
  identifier: [{ system: 'urn:mrn', value: 'A-1' }, { value: 'unassigned' }],
  active: true,
  name: [{ family: 'Ångström', given: ['Mara', 'José'], text: 'Mara José Ångström' }, { text: 'MJ' }],
  telecom: [
    { system: 'phone', value: '555-0100' },
    { system: 'email', value: 'mara@example.org' },
  ],
  gender: 'female',
  birthDate: '1987-02',
  address: [{ line: ['1 Elm St'], city: 'Springfield', state: 'MA', postalCode: '01101' }],
  generalPractitioner: [{ reference: 'Practitioner/okafor' }, { identifier: { system: 'urn:npi', value: '1234567893' } }],
  managingOrganization: { display: 'Clinic on Elm' },
  link: [{ other: { reference: 'Patient/mara-old' }, type: 'replaces' }],
}

export const phq9: Resource = {
  resourceType: 'Observation',
  id: 'phq9',
  status: 'final',
  category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'survey' }] }],
  code: { coding: [{ system: 'http://loinc.org', code: '44261-6' }, { code: 'phq9-total' }], text: 'PHQ-9 total' },
  subject: { reference: 'Patient/mara/_history/3' },
  performer: [{ reference: 'https://other.example/fhir/Practitioner/7' }, { reference: '#author' }],
  effectivePeriod: { start: '2026-02-28T23:00:00-05:00' },
  valueQuantity: { value: 17, unit: 'points', system: 'http://unitsofmeasure.org', code: '{score}' },
  component: [{ code: { text: 'item 9' }, valueQuantity: { value: 2.5, comparator: '<', unit: 'h' } }],
}

export const visit: Resource = {
  resourceType: 'Encounter',
  id: 'visit',
  status: 'finished',
  class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
  subject: { reference: 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0', type: 'Patient' },
  participant: [{ individual: { reference: 'Practitioner/okafor' } }, { individual: { reference: 'RelatedPerson/sister' } }],
  period: { start: '2026-02-20T08:00:00Z', end: '2026-03-01' },
  length: { value: 9, unit: 'd', system: 'http://unitsofmeasure.org', code: 'd' },
}

export const plan: Resource = {
  resourceType: 'PlanDefinition',
  id: 'plan',
  url: 'https://clinic.example/PlanDefinition/warm-handoff',
  version: '1.0',
  status: 'active',
  relatedArtifact: [
    { type: 'depends-on', resource: 'https://clinic.example/Library/rules|2.1' },
    { type: 'composed-of', resource: 'https://clinic.example/Library/parts' },
  ],
  useContext: [
    { code: { system: 'urn:ctx', code: 'age' }, valueRange: { low: { value: 18, unit: 'a' } } },
    { code: { system: 'urn:ctx', code: 'focus' }, valueCodeableConcept: { coding: [{ system: 'urn:focus', code: 'crisis' }] } },
  ],
}

export const invoice: Resource = {
  resourceType: 'Invoice',
  id: 'invoice',
  status: 'issued',
  subject: { reference: 'Group/morning' },
  totalGross: { value: 120.5, currency: 'USD' },
}

export const reminder: Resource = {
  resourceType: 'ServiceRequest',
  id: 'reminder',
  status: 'active',
  intent: 'order',
  subject: { reference: 'Patient/mara' },
  instantiatesCanonical: ['https://clinic.example/PlanDefinition/warm-handoff|1.0'],
  occurrenceTiming: { event: ['2026-03-08', '2026-03-30T10:00:00Z'], repeat: { frequency: 1, period: 1, periodUnit: 'wk' } },
}

export const examples: readonly Resource[] = [mara, phq9, visit, plan, invoice, reminder]
