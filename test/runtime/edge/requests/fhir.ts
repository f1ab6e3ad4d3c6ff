/** `/fhir`: interactions, searches, Bundles, operations. */
import { type Asked, fhir, form, get, post } from './request.ts'

const patient = (id: string, more: object = {}) => ({
  resourceType: 'Patient',
  id,
  active: true,
  identifier: [{ system: 'urn:chart', value: id }],
  name: [{ family: 'Quintero', given: [id] }],
  birthDate: '1984-02-19',
  ...more,
})
const observation = (id: string, value: string) =>
  // As text, for its digits are to come back.
  `{"resourceType":"Observation","id":"${id}","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"44261-6"}],"text":"PHQ-9"},"subject":{"reference":"Patient/rosa"},"effectiveDateTime":"2026-02-01T10:00:00Z","valueQuantity":{"value":${value},"unit":"points"}}`
const twenty = Array.from({ length: 20 }, (_, i) => i)
/** What takes many questions at once to find: components, and organizations that it contains. */
const many = {
  ...{ resourceType: 'Observation', id: 'many', status: 'final', code: { text: 'x' }, effectiveDateTime: '2026-02-01' },
  component: twenty.map((i) => ({ code: { coding: [{ code: `c${i}` }] }, valueQuantity: { value: i, unit: 'mg' } })),
  contained: twenty.map((i) => ({
    ...{ resourceType: 'Organization', id: `o${i}`, name: `n${i}`, partOf: { reference: `#o${(i + 1) % 20}` } },
  })),
  performer: twenty.map((i) => ({ reference: `#o${i}` })),
}
const put = (path: string, body: Asked['body'], headers: Record<string, string> = {}): Asked => ({
  ...{ method: 'PUT', path: `/fhir/${path}`, type: fhir },
  ...({ body, headers } as object),
})
const patch = (type: string, body: Asked['body'], headers: Record<string, string> = {}): Asked => ({
  ...{ method: 'PATCH', path: '/fhir/Patient/rosa', type },
  ...({ body, headers } as object),
})
const create = (type: string, body: Asked['body'], headers: Record<string, string> = {}): Asked =>
  post(`/fhir/${type}`, body, fhir, { headers })

const writes: readonly Asked[] = [
  put('Patient/rosa', patient('rosa')),
  put('Patient/omar', patient('omar', { gender: 'male', managingOrganization: { reference: 'Organization/harbor' } })),
  put('Organization/harbor', { resourceType: 'Organization', id: 'harbor', name: 'Harbor Street' }),
  put('Observation/phq', observation('phq', '7.00')),
  put('Observation/phq2', observation('phq2', '1.234567890123456789012345678e-3')),
  put('Observation/other', observation('phq', '1')),
  put('Observation/many', many),
  { ...create('Patient', { resourceType: 'Patient', name: [{ text: '\u{1f600} ß Łódź' }] }), keep: 'made' },
  create('Patient', patient('x'), { 'if-none-exist': 'identifier=urn:chart|rosa' }),
  create('Patient', patient('x'), { 'if-none-exist': 'family=Quintero' }),
  create('Patient', patient('x'), { 'if-none-exist': 'nothing=x' }),
  create('Patient', patient('x'), { prefer: 'return=minimal' }),
  create('Patient', patient('x'), { prefer: 'return=OperationOutcome' }),
  create('Patient', { resourceType: 'Observation' }),
  create('Observation', { resourceType: 'Observation', status: 'final' }),
  create('Patient', { resourceType: 'Patient', birthDate: '19-19', wrong: 1, gender: 'x' }),
  create('Nothing', { resourceType: 'Nothing' }),
  put('Patient/rosa', patient('rosa', { gender: 'female' }), { 'if-match': 'W/"1"' }),
  put('Patient/rosa', patient('rosa', { gender: 'male' }), { 'if-match': 'W/"1"' }),
  put('Patient/rosa', patient('rosa'), { 'if-match': 'x' }),
  put('Patient?identifier=urn:chart|omar', patient('omar')),
  put('Patient?family=Quintero', patient('omar')),
  put('Patient/a_b', patient('a_b')),
  patch('application/json-patch+json', [{ op: 'replace', path: '/active', value: false }]),
  patch('application/json-patch+json', [{ op: 'test', path: '/active', value: true }]),
  patch('application/json-patch+json', [{ op: 'remove', path: '/nothing' }]),
  patch('application/merge-patch+json', { active: true }),
  patch(fhir, {
    resourceType: 'Parameters',
    parameter: [
      {
        name: 'operation',
        part: [
          { name: 'type', valueCode: 'replace' },
          { name: 'path', valueString: 'Patient.active' },
          { name: 'value', valueBoolean: true },
        ],
      },
    ],
  }),
  { method: 'PUT', path: '/fhir/Binary/bin', type: 'text/plain', body: 'plain words' },
  get('/fhir/Binary/bin', { headers: { accept: 'text/plain' } }),
  get('/fhir/Binary/bin', { headers: { accept: fhir } }),
  { method: 'DELETE', path: '/fhir/Patient/{id made}' },
  { method: 'DELETE', path: '/fhir/Patient/{id made}' },
  { method: 'DELETE', path: '/fhir/Patient?identifier=urn:chart|nobody' },
  { method: 'DELETE', path: '/fhir/Patient/never' },
]

const reads: readonly Asked[] = [
  ...[
    '',
    '/_history',
    '/_history/1',
    '/_history/9',
    '/$everything',
    '/$meta',
    '?_summary=true',
    '?_elements=name',
    '?_pretty=true',
  ].map((end) => get(`/fhir/Patient/rosa${end}`)),
  get('/fhir/Patient/{id made}'),
  get('/fhir/Patient/{id made}/_history'),
  get('/fhir/Patient/rosa', { headers: { 'if-none-match': 'W/"2"' } }),
  get('/fhir/Patient/rosa', { headers: { 'if-modified-since': 'Mon, 02 Mar 2037 10:00:00 GMT' } }),
  get('/fhir/Patient/rosa', { headers: { accept: 'application/fhir+xml' } }),
  get('/fhir/Patient/rosa', { headers: { accept: 'text/html' } }),
  get('/fhir/Patient/rosa', { method: 'HEAD' }),
  get('/fhir/Patient/rosa', { method: 'OPTIONS' }),
  get('/fhir/Patient/rosa', { headers: { 'accept-encoding': 'gzip' } }),
  get('/fhir/Patient/rosa', { headers: { origin: 'https://elsewhere.example' } }),
  ...[
    '/fhir',
    '/fhir/',
    '/fhir/Nothing',
    '/fhir/Nothing/1',
    '/fhir/Patient/',
    '/fhir/Patient/rosa/',
    '/fhir/_history',
    '/fhir/Patient/_history',
  ].map((path) => get(path)),
  ...[
    '/fhir/Patient/$nothing',
    '/fhir/$nothing',
    '/fhir/Patient/%2e%2e',
    '/fhir/Patient//rosa',
    '/fhir/Patient/a%00b',
    '/fhir/Patient/%',
    '/nowhere',
  ].map((path) => get(path)),
  get('/fhir/Patient/rosa/Observation'),
  get('/fhir/Patient/rosa/*'),
  get('/fhir/.well-known/smart-configuration', { as: 'nobody' }),
  get('/fhir/Patient', { as: 'nobody' }),
  get('/fhir/Patient', { as: 'nobody', headers: { authorization: 'Bearer nonsense' } }),
  get('/fhir/Patient?access_token=x'),
  get('/fhir/Patient', { as: 'operator' }),
]

const searches: readonly Asked[] = [
  ...[
    'name=quin',
    'name:exact=Quintero',
    'name:contains=INT',
    'birthdate=lt1990',
    'birthdate=eq1984-02-19,1999',
    'gender:missing=true',
  ],
  ...[
    'identifier=urn:chart|rosa',
    'identifier=rosa',
    'identifier:of-type=a|b|c',
    'active:not=true',
    '_id=rosa,omar',
    '_lastUpdated=gt2020',
  ],
  ...[
    '_sort=name',
    '_sort=-_lastUpdated,name',
    '_sort=nothing',
    '_count=0',
    '_count=1',
    '_count=-1',
    '_count=x',
    '_total=accurate',
    '_summary=count',
  ],
  ...[
    '_has:Observation:patient:code=44261-6',
    '_has:Observation:patient:nothing=1',
    'organization.name=Harbor',
    'organization:Organization.name=x',
  ],
  ...[
    '_include=Patient:organization',
    '_include=Patient:nothing',
    '_revinclude=Observation:patient',
    '_revinclude=Observation:subject&_count=1',
  ],
  ...[
    '_text=rosa',
    '_content=quintero',
    '_filter=x',
    'nothing=x',
    '_elements=id',
    '_list=none',
    '_tag=x',
    '_security:not=V',
    '_format=xml',
    '_format=json',
  ],
  ...['name=%', 'name=%C3%A9', 'name=%F0%9F%98%80', `name=${'x'.repeat(3000)}`, 'name=a\\,b', 'birthdate=32', '_sort='],
].map((query) => get(`/fhir/Patient?${query}`))

const others: readonly Asked[] = [
  ...[
    'code=44261-6',
    'value-quantity=7',
    'value-quantity=lt1',
    'code-value-quantity=44261-6$gt3',
    'date=2026-02',
    'date=ge2026-02-01T10:00:00Z',
  ],
  ...[
    'subject=Patient/rosa',
    'subject:Patient=rosa',
    'patient.name=quin',
    'patient.organization.name=h',
    'subject:identifier=urn:chart|rosa',
    '_sort=-date',
  ],
  ...[
    'component-code-value-quantity=c3$3',
    'component-code-value-quantity=c3$gt0.5',
    'performer:Organization.name=n3',
    'performer.active:not=true',
    'performer:Organization.partof.name=n3',
    'performer:Organization.partof.partof.name=n3',
    'date=gt2020,gt2021,ge2022,2023,ap2024',
  ],
]
  .map((query) => get(`/fhir/Observation?${query}`))
  .concat([
    get('/fhir?_type=Patient,Observation'),
    get('/fhir/Location?near=41.6|-83.5|10'),
    post('/fhir/Patient/_search', 'name=quin&_count=1', form, { keep: 'page' }),
    get('{next page}'),
    get('/fhir/Patient?_count=1&_cursor=AAAA'),
    post('/fhir/Patient/_search', '{}', fhir),
  ])

const entry = (method: string, url: string, resource?: object, more: object = {}) => ({
  ...(resource && { resource, fullUrl: `urn:uuid:${url}` }),
  request: { method, url, ...more },
})
const bundle = (type: string, ...entries: readonly object[]): Asked =>
  post('/fhir', { resourceType: 'Bundle', type, entry: entries }, fhir)
const bundles: readonly Asked[] = [
  bundle(
    'transaction',
    entry('POST', 'Patient', { resourceType: 'Patient' }),
    entry('GET', 'Patient/rosa'),
    entry('PUT', 'Patient/omar', patient('omar')),
  ),
  bundle('transaction', entry('POST', 'Patient', patient('x'), { ifNoneExist: 'identifier=urn:chart|rosa' })),
  bundle(
    'transaction',
    entry('PUT', 'Patient/undone', patient('undone')),
    entry('PUT', 'Patient/rosa', patient('rosa'), { ifMatch: 'W/"1"' }),
  ),
  get('/fhir/Patient/undone'),
  bundle(
    'transaction',
    entry('DELETE', 'Patient/undone'),
    entry('PATCH', 'Patient/rosa', {
      resourceType: 'Binary',
      contentType: 'application/json-patch+json',
      data: btoa('[{"op":"add","path":"/gender","value":"other"}]'),
    }),
  ),
  bundle(
    'batch',
    entry('GET', 'Patient?name=quin&_count=1'),
    entry('GET', 'Nothing/1'),
    entry('PUT', 'Patient/alone', patient('alone')),
    entry('DELETE', 'Patient/alone'),
    entry('GET', 'metadata'),
  ),
  bundle('collection', entry('GET', 'Patient')),
  bundle('transaction', entry('PUT', 'Patient/twice', patient('twice')), entry('PUT', 'Patient/twice', patient('twice'))),
  post('/fhir', { resourceType: 'Patient' }, fhir),
  post('/fhir/Patient/$validate', { resourceType: 'Patient', gender: 'x' }, fhir),
  post('/fhir/Patient/$validate?mode=create', patient('x'), fhir),
  post(
    '/fhir/Patient/rosa/$meta-add',
    { resourceType: 'Parameters', parameter: [{ name: 'meta', valueMeta: { tag: [{ system: 'urn:t', code: 't' }] } }] },
    fhir,
  ),
  post(
    '/fhir/Patient/rosa/$meta-delete',
    { resourceType: 'Parameters', parameter: [{ name: 'meta', valueMeta: { tag: [{ system: 'urn:t', code: 't' }] } }] },
    fhir,
  ),
  post('/fhir/$process-message', { resourceType: 'Bundle', type: 'message' }, fhir),
]

export const fhirRequests: readonly Asked[] = [...writes, ...reads, ...searches, ...others, ...bundles]
