/** Every door but `/fhir`: what an agency's day brings, and each operation of `/openapi.json` asked for what is not there. */
import { operations } from '../../../../src/http/operations.ts'
import { broughtWhole } from '../../../support/brought.ts'
import { clinicalDocument } from '../../../support/clinical-document.ts'
import { dischargeMessage } from '../../../support/hl7v2.ts'
import { notification } from '../../../support/notification.ts'
import { type Asked, fhir, form, get, json, post } from './request.ts'

const operator = { as: 'operator' } as const
const merge = 'application/merge-patch+json'
const patch = (path: string, body: object, headers: Record<string, string>): Asked => ({
  method: 'PATCH',
  path,
  type: merge,
  body,
  headers,
})
const paths = (...all: readonly string[]): Asked[] => all.map((path) => get(path))
const operated = (...all: readonly string[]): Asked[] => all.map((path) => get(path, operator))

const connection = {
  name: 'st-brendan',
  kind: 'hospital',
  timeZone: 'America/New_York',
  senders: [{ application: 'CAREADT', facility: 'STBRENDAN' }, { endpoint: 'https://stbrendan.example/fhir' }],
  assigningAuthorities: { STB: 'urn:oid:2.16.840.1.113883.19.5' },
}
const connections: readonly Asked[] = [
  post('/admin/connections', connection, json, operator),
  post('/admin/connections', connection, json, operator),
  // To private addresses nothing leaves.
  post('/admin/connections', { name: 'ehr', kind: 'ehr', baseUrl: 'https://192.168.1.1/fhir', push: [] }, json, operator),
  post('/admin/connections/ehr/test', undefined, json, operator),
  post('/admin/connections/ehr/pull', undefined, json, operator),
  post('/admin/connections', { name: 'post', kind: 'mail', baseUrl: 'http://not-mail.example', from: 'x' }, json, operator),
  ...operated('/admin/connections', '/admin/connections/ehr', '/admin/connections/none'),
]

const message = 'application/hl7-v2'
const exchange: readonly Asked[] = [
  post('/hl7v2', dischargeMessage(), message),
  post('/hl7v2', dischargeMessage(), message, { name: 'again' }),
  post('/hl7v2', dischargeMessage({ MSH: { 9: 'ADT^A99' } }), message, { name: 'of another kind' }),
  post('/hl7v2', dischargeMessage({ PID: undefined, MSH: { 10: 'SB-2' } }), message, { name: 'of nobody' }),
  post('/fhir/$process-message', notification(), fhir),
  post('/documents', clinicalDocument(), 'application/xml'),
  post('/documents', clinicalDocument(), 'application/xml', { name: 'again' }),
  post('/documents', '<html/>', 'application/xml', { name: 'of another kind' }),
  ...operated('/admin/messages', '/console/messages', '/console'),
]

const coordination: readonly Asked[] = [
  post('/coordination/clients', { name: { family: 'Vega', given: ['Marisol'] }, birthDate: '1990-04-01' }, json, {
    keep: 'marisol',
  }),
  get('/coordination/clients/{id marisol}'),
  patch('/coordination/clients/{id marisol}', { preferredLanguage: 'es' }, { 'if-match': '{etag marisol}' }),
  patch('/coordination/clients/{id marisol}', { preferredLanguage: 'en' }, { 'if-match': '{etag marisol}' }),
  patch('/coordination/clients/{id marisol}', { preferredLanguage: 'en' }, {}),
  post(
    '/coordination/needs',
    { clientId: 'rosa', domain: 'sdoh', code: { text: 'Food' }, assertedBy: 'client', clientView: 'agrees' },
    json,
    { keep: 'need' },
  ),
  get('/coordination/needs?client=rosa&limit=1'),
  post('/coordination/needs/{id need}/events', { type: 'nothing' }),
  post('/coordination/needs/{id need}/events', { type: 'enter-in-error', reason: 'x' }),
  ...['discharges', 'follow-ups', 'sessions'].map((name) => get(`/coordination/${name}?limit=2`)),
  post('/coordination/discharges', { clientId: 'rosa' }),
  get('/coordination/clients/rosa/timeline'),
]

const billing: readonly Asked[] = [
  post('/fhir', broughtWhole(), fhir),
  get('/billing/lines', { keep: 'lines' }),
  get('/billing/lines?limit=1', { headers: { accept: 'text/csv' } }),
  get('/billing/837p', { headers: { accept: 'application/edi-x12' } }),
  post('/billing/acks', [{ line: 'none', state: 'accepted' }]),
  post('/billing/acks', [{ wrong: 1 }, null]),
  get('/billing/lines?after=nonsense'),
]

const access: readonly Asked[] = [
  post('/admin/clients', { client_name: 'x', scope: 'system/Patient.rs', jwks_uri: 'https://client.example/jwks' }, json, {
    ...operator,
    keep: 'app',
  }),
  post('/admin/clients', { client_name: 'x', scope: 'nonsense' }, json, operator),
  get('/admin/clients/{client_id app}', operator),
  post('/oauth/token', 'grant_type=client_credentials&scope=system/Patient.rs', form, { as: 'nobody' }),
  post(
    '/oauth/token',
    'grant_type=client_credentials&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer&client_assertion=a.b.c',
    form,
    { as: 'nobody' },
  ),
  post('/oauth/token', { grant_type: 'x' }, json, { as: 'nobody' }),
  post('/oauth/introspect', 'token=nothing', form),
]

/** Of each operation: as it is, and with a body that has nothing in it. */
const each: readonly Asked[] = operations.flatMap(({ method, path, body }): Asked[] => {
  const asked = {
    path: path.replace(/\{[^}]*\}/g, 'none'),
    method: method.toUpperCase(),
    ...(/^\/(admin|console|metrics)/.test(path) && operator),
  }
  // Counters tell of the store that both parts share, too.
  if (path === '/metrics') return []
  if (body === undefined) return [asked]
  return [
    { ...asked, type: body, body: body === form ? '' : '{}', headers: { 'if-match': 'W/"1"', 'idempotency-key': path } },
    { ...asked, type: 'text/csv', body: 'a,b', name: 'in another form' },
  ]
})

export const doorRequests: readonly Asked[] = [
  ...connections,
  ...exchange,
  ...coordination,
  ...billing,
  ...access,
  ...each,
  ...paths('/', '/livez', '/readyz', '/openapi.json', '/docs', '/docs/coverage', '/console'),
  ...operated(
    '/admin/audit',
    '/admin/deliveries',
    '/admin/conflicts',
    '/admin/messages',
    '/console',
    '/console/connections/st-brendan',
    '/console/style.css',
    '/console/mappings',
  ),
]
