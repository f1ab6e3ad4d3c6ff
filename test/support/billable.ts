/** All that a claim wants besides what an agency for stories of billing has: where people and the agency are, and their numbers. */
import type { Agency, Body } from './billing.ts'

const address = (...line: string[]) => [{ line, city: 'Lakeside', state: 'NY', postalCode: '14001-2233' }]

/** Puts on record what claims want: one thing by its type, or everything. */
export async function complete(agency: Agency, ...types: readonly string[]): Promise<void> {
  const { entry = [] } = (await agency.get('/fhir/Organization')) as {
    entry?: { resource: Body & { id: string; name: string } }[]
  }
  const named = (name: string) => entry.find(({ resource }) => resource.name === name)!.resource
  const harbor = named('Harbor Street Counseling')
  const identifier = [
    ...(harbor.identifier as object[]),
    { system: 'urn:oid:2.16.840.1.113883.4.4', type: { coding: [{ code: 'TAX' }] }, value: '12-3456789' },
  ]
  const telecom = [{ system: 'phone', value: '716-555-0100', use: 'work' }]
  const naic = [{ system: 'urn:oid:2.16.840.1.113883.6.300', value: '12345' }]
  const patient = (await agency.get(`/fhir/Patient/${agency.client}`)) as Body & { id: string }
  const resources = [
    { ...harbor, identifier, telecom, address: address('1 Harbor Street') },
    { ...named('State Medicaid'), identifier: naic },
    { ...patient, address: address('12 Harbor Street', 'Apt 4') },
  ] as unknown as readonly (Body & { resourceType: string; id: string })[]
  for (const resource of resources)
    if (types.length === 0 || types.includes(resource.resourceType))
      await agency.put(`/fhir/${resource.resourceType}/${resource.id}`, resource)
}

/** What a unit costs: State Medicaid counts full quarter hours besides. */
export const price = (agency: Agency, codes: Readonly<Record<string, string>>): Promise<Body> =>
  agency.put('/admin/payer-rules/medicaid-ffs', {
    quarterHour: 'full',
    codes: Object.fromEntries(Object.entries(codes).map(([code, fee]) => [code, { fee }])),
  })
