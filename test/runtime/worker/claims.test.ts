/** Claims at the edge: from and to whom the configuration says, as its variable holds it. */
import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import worker from '../../../src/worker.ts'
import { broughtWhole } from '../../support/brought.ts'

const send = async (method: string, path: string, body?: object, accept = 'application/json'): Promise<Response> => {
  const headers = { accept, ...(body && { 'content-type': 'application/json' }) }
  const init = { method, headers, ...(body && { body: JSON.stringify(body) }) }
  return worker.fetch(new Request(`http://localhost:8787${path}`, init), env as never)
}

const address = [{ line: ['12 Harbor Street'], city: 'Lakeside', state: 'NY', postalCode: '14001-2233' }]
const npi = (value: string) => ({ identifier: [{ system: 'http://hl7.org/fhir/sid/us-npi', value }] })
const agency = '00000007-0000-4000-8000-000000000000'
const brought = broughtWhole(
  {
    Patient: { name: [{ family: 'Bell' }], gender: 'male', birthDate: '1990-04-01', address },
    Organization: { identifier: [{ system: 'urn:oid:2.16.840.1.113883.6.300', value: '12345' }] },
    Coverage: {
      relationship: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/subscriber-relationship', code: 'self' }] },
      identifier: [
        { type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MB' }] }, value: 'LM-1' },
      ],
    },
    Practitioner: npi('1871500009'),
    Encounter: { serviceProvider: { reference: `urn:uuid:${agency}` } },
  },
  [
    {
      resourceType: 'Organization',
      name: 'Harbor Street Counseling',
      identifier: [...npi('1234567893').identifier, { system: 'urn:oid:2.16.840.1.113883.4.4', value: '12-3456789' }],
      address,
    },
    {
      resourceType: 'PractitionerRole',
      practitioner: { reference: 'urn:uuid:00000004-0000-4000-8000-000000000000' },
      organization: { reference: `urn:uuid:${agency}` },
      specialty: [{ coding: [{ system: 'http://nucc.org/provider-taxonomy', code: '1041C0700X' }] }],
    },
  ],
)

test('claims go out as agreed', async () => {
  expect((await send('PUT', '/admin/payer-rules/commercial', { codes: { 90834: { fee: '120.00' } } })).status).toBe(200)
  expect((await send('POST', '/fhir', brought)).status).toBe(200)
  const file = await (await send('GET', '/billing/837p', undefined, 'application/edi-x12')).text()
  expect(file.split('~').filter((segment) => /^(NM1\*4[01]|SV1)/.test(segment))).toEqual([
    'NM1*41*2*Harbor Street Counseling*****46*HARBOR1',
    'NM1*40*2*Lakeside Clearinghouse*****46*LAKECLEAR',
    'SV1*HC:90834*120*UN*1***1',
  ])
})
