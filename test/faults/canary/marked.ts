/** A person all of whose particulars can be found again, at every door, rightly and wrongly said. Nobody is called so. */
import { clinicalDocument, section } from '../../support/clinical-document.ts'
import { dischargeMessage } from '../../support/hl7v2.ts'

/** What must not be found: a name, a record's number, a social security number, a telephone, a note. */
export const canary = /zzcanary|987-?65-?4329|716-?555-?0987|1931-?07-?23/i

const patient = {
  resourceType: 'Patient',
  identifier: [
    { system: 'urn:oid:2.16.840.1.113883.19.5', value: 'ZZCANARY-MRN' },
    { system: 'http://hl7.org/fhir/sid/us-ssn', value: '987-65-4329' },
  ],
  name: [{ family: 'Zzcanary', given: ['Zzcanarina'], text: 'Zzcanarina Zzcanary' }],
  telecom: [{ system: 'phone', value: '716-555-0987' }],
  address: [{ line: ['1 Zzcanary Street'] }],
  birthDate: '1931-07-23',
}
const observation = {
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'zzcanary code' },
  subject: { reference: 'Patient/marked', display: 'Zzcanary' },
  note: [{ text: 'zzcanary hears voices' }],
}
const client = {
  name: { family: 'Zzcanary', given: ['Zzcanarina'] },
  birthDate: '1931-07-23',
  phones: [{ number: '716-555-0987' }],
}
const message = dischargeMessage({
  PID: {
    1: '1',
    3: 'ZZCANARY-MRN^^^STB&2.16.840.1.113883.19.5&ISO^MR',
    5: 'ZZCANARY^ZZCANARINA',
    7: '19310723',
    8: 'F',
    13: '716-555-0987',
    19: '987654329',
  },
  PV2: { 3: '^zzcanary ideation' },
  DG1: { 1: '1', 3: 'F32.2^zzcanary disorder^I10C', 6: 'F' },
})
const document = clinicalDocument({
  patient: 'ZZCANARY-MRN',
  sections: [section('11535-2', 'zzcanary hears voices')],
}).replaceAll(/Rosa|Quintero/g, 'Zzcanary')
const bundle = (type: string, ...resources: readonly object[]) => ({
  resourceType: 'Bundle',
  type,
  entry: resources.map((resource) => ({
    resource,
    request: { method: 'POST', url: (resource as { resourceType: string }).resourceType },
  })),
})

export interface Told {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}
const said = (method: string, path: string, type: string, body: object | string): Told => ({
  method,
  path,
  headers: { 'content-type': type },
  body: typeof body === 'string' ? body : JSON.stringify(body),
})
const fhir = 'application/fhir+json'
const json = 'application/json'

/** As it should be said. */
export const right: readonly Told[] = [
  said('PUT', '/fhir/Patient/marked', fhir, { ...patient, id: 'marked' }),
  said('POST', '/fhir/Observation', fhir, observation),
  said('POST', '/fhir', fhir, bundle('transaction', patient, observation)),
  said('POST', '/fhir', fhir, bundle('batch', { ...patient, gender: 'zzcanary' }, observation)),
  said('POST', '/fhir/Patient/$validate', fhir, { ...patient, gender: 'zzcanary' }),
  said(
    'POST',
    '/fhir/Patient/_search',
    'application/x-www-form-urlencoded',
    'family=Zzcanary&birthdate=1931-07-23&phone=716-555-0987',
  ),
  said('PATCH', '/fhir/Patient/marked', 'application/json-patch+json', [
    { op: 'add', path: '/name/0/given/1', value: 'Zzcanary' },
  ] as object),
  said('POST', '/coordination/clients', json, client),
  said('POST', '/coordination/needs', json, { clientId: 'marked', text: 'zzcanary hears voices' }),
  said('POST', '/coordination/communications', json, { clientId: 'marked', medium: 'phone', text: 'zzcanary hears voices' }),
  said('POST', '/coordination/clients/marked/events', json, { type: 'rest', reason: 'zzcanary' }),
  said('POST', '/hl7v2', 'application/hl7-v2', message),
  said('POST', '/documents', 'application/xml', document),
  said('POST', '/billing/acks', json, { acks: [{ line: 'zzcanary', status: 'billed', claim: 'ZZCANARY' }] }),
  said(
    'POST',
    '/oauth/token',
    'application/x-www-form-urlencoded',
    'grant_type=zzcanary&client_assertion=zzcanary.zzcanary.zzcanary',
  ),
  said('POST', '/admin/connections', json, {
    name: 'zz',
    kind: 'ehr',
    baseUrl: 'https://zzcanary:zzcanary@ehr.example/zzcanary',
  }),
  said('POST', '/console/discharges/zzcanary/match', 'application/x-www-form-urlencoded', 'client=zzcanary'),
  ...['/fhir/Patient?family=Zzcanary&birthdate=1931-07-23', '/fhir/Patient/zzcanary', '/zzcanary/zzcanary'].map(
    (path): Told => ({ method: 'GET', path }),
  ),
  ...['/fhir/Patient?birthdate=zzcanary', '/fhir/Patient?_sort=zzcanary', '/fhir/Patient?_include=zzcanary:x'].map(
    (path): Told => ({ method: 'GET', path }),
  ),
  ...['/coordination/zzcanary', '/coordination/clients/zzcanary', '/coordination/clients?name=Zzcanary'].map(
    (path): Told => ({ method: 'GET', path }),
  ),
  ...[
    '/admin/messages/zzcanary',
    '/admin/audit?patient=zzcanary',
    '/console/zzcanary',
    '/messages/zzcanary',
    '/fhir/Patient?_page=zzcanary',
  ].map((path): Told => ({ method: 'GET', path })),
]

/** Each of them broken: cut short, in another form, to a place that takes none, with marked headers. */
export const wrong: readonly Told[] = right
  .filter(({ body }) => body !== undefined)
  .flatMap(({ method, path, headers, body = '' }): readonly Told[] => [
    ...[0.3, 0.6, 0.9, 0.99].map((part): Told => ({ method, path, headers: headers!, body: body.slice(0, body.length * part) })),
    { method, path, headers: { 'content-type': 'text/zzcanary' }, body },
    { method: 'PUT', path, headers: headers!, body },
    { method, path, headers: headers!, body: body.replaceAll(/:"[^"]*"/g, ':{"zzcanary":"zzcanary"}') },
    { method, path, headers: headers!, body: `${body}zzcanary` },
    { method, path, headers: headers!, body: body.replace(/[A-Za-z]/, '\uFFFD\\ud800') },
    {
      method,
      path: `${path}/zzcanary`,
      headers: {
        ...headers,
        ...{ 'if-match': 'zzcanary', 'if-none-exist': 'family=zzcanary', 'idempotency-key': 'zzcanary', prefer: 'zzcanary' },
        ...{
          'x-forwarded-for': 'zzcanary',
          'user-agent': 'zzcanary',
          accept: 'application/zzcanary',
          'x-request-id': 'zzcanary',
        },
        ...{ referer: 'https://zzcanary.example/zzcanary', cookie: 'zzcanary=zzcanary' },
      },
      body,
    },
  ])

/** Names of types, parameters and members, if they look like names, are told back to whoever said them; but to nobody else. */
export const names: readonly Told[] = [
  ...['/fhir/Zzcanary/zzcanary', '/fhir/Patient?zzcanary=zzcanary', '/coordination/clients?zzcanary=1'].map(
    (path): Told => ({ method: 'GET', path }),
  ),
  ...right
    .filter(({ body }) => body?.startsWith('{'))
    .map((told): Told => ({ ...told, body: told.body!.replaceAll(/"(\w+)":/g, '"zzcanary$1":') })),
]

export const hl7v2 = message
