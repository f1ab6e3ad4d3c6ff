/** What is answered to the operations of `operations.ts` when they are done: statuses, each with the media types that its body may have. */
import type { Operation } from './operations.ts'

type Answers = Readonly<Record<number, readonly string[]>>

const json = ['application/json']
const made: Answers = { 201: json }
const madeOrChanged: Answers = { 200: json, 201: json }
const page: Answers = { 200: ['text/html'] }

/** Where it is not 200 with JSON, or, of a DELETE, 204. */
const others: Readonly<Record<string, Answers>> = {
  'get /': { 302: [] },
  'get /metrics': { 200: ['text/plain'] },
  'get /docs': page,
  'get /docs/coverage': page,
  'get /docs/style.css': { 200: ['text/css'] },
  'post /oauth/revoke': { 200: [] },
  'post /coordination/{collection}': made,
  'get /coordination/{collection}/{id}': { 200: json, 304: [] },
  'post /coordination/clients/{id}/care-plan-drafts': made,
  'post /coordination/clients/{id}/break-glass': made,
  'get /coordination/care-plans/{id}/pack': { 200: ['application/fhir+json'] },
  'post /coordination/care-plans/{id}/conference-packs': made,
  'get /coordination/communications/{id}/sheet': page,
  'get /coordination/documents/{id}/content': { 200: ['*/*'] },
  'put /coordination/sessions/{id}/psychotherapy-note': madeOrChanged,
  'post /hl7v2': { 200: ['application/hl7-v2', 'x-application/hl7-v2+er7'] },
  'post /documents': { 200: json, 201: json, 202: json },
  'get /billing/service-lines': { 200: [...json, 'text/csv'] },
  'get /billing/837p': { 200: ['application/edi-x12', ...json], 204: [] },
  'post /admin/clients': made,
  'post /admin/connections': made,
  'put /admin/connections/{name}': madeOrChanged,
}

export const answersTo = ({ method, path }: Operation): Answers =>
  others[`${method} ${path}`] ?? (method === 'delete' ? { 204: [] } : { 200: json })
