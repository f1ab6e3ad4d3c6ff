/** Every path that is not FHIR, for `/openapi.json` and `/docs`. A test compares this table with the routes: a new route wants a line. */
import { z } from 'zod'
import { Acknowledgement } from '../domain/acknowledgement.ts'
import { BreakGlass } from '../domain/break-glass.ts'
import { PlanDraftCommand } from '../domain/plan-draft.ts'
import { operators } from './operator-operations.ts'
import { Members, Months, OfClaims, OfNeed, ofTenant, Paging } from './parameters.ts'

export interface Operation {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  readonly path: string
  readonly summary: string
  /** Media type of the body, if it has one. */
  readonly body?: string
  /** It may be left out. */
  readonly isBodyOptional?: true
  readonly schema?: z.ZodType
  /** What may stand behind the `?`; nothing where there is none. */
  readonly query?: z.ZodObject
  /** Needs no token. */
  readonly open?: true
}

const json = 'application/json'
const patch = 'application/merge-patch+json'
const form = 'application/x-www-form-urlencoded'

const upkeep: readonly Operation[] = [
  { method: 'get', path: '/', summary: 'Leads to the console', open: true },
  { method: 'get', path: '/livez', summary: 'Whether the process answers', open: true },
  { method: 'get', path: '/readyz', summary: 'Whether it can do its work', open: true },
  { method: 'get', path: '/metrics', summary: 'Counters for Prometheus' },
  { method: 'get', path: '/openapi.json', summary: 'This description' },
  { method: 'get', path: '/docs', summary: 'This description, as a page' },
  { method: 'get', path: '/docs/coverage', summary: 'What a care coordinator does, and the tests that show it, as a page' },
  { method: 'get', path: '/docs/style.css', summary: 'How these pages look' },
]

const oauth: readonly Operation[] = [
  {
    method: 'post',
    path: '/oauth/token',
    summary: 'An access token for a client that proves itself (SMART Backend Services)',
    body: form,
    open: true,
  },
  { method: 'post', path: '/oauth/revoke', summary: 'Makes a token of the client void', body: form, open: true },
  { method: 'post', path: '/oauth/introspect', summary: 'Whether a token is valid, and for what', body: form },
]

const coordination: readonly Operation[] = [
  {
    method: 'get',
    path: '/coordination/{collection}',
    summary: 'A page of a collection',
    query: Members,
  },
  { method: 'post', path: '/coordination/{collection}', summary: 'Adds a member', body: json },
  { method: 'get', path: '/coordination/{collection}/{id}', summary: 'One member, with its ETag' },
  { method: 'put', path: '/coordination/{collection}/{id}', summary: 'Replaces a member (If-Match)', body: json },
  { method: 'patch', path: '/coordination/{collection}/{id}', summary: 'Changes a member (If-Match)', body: patch },
  {
    method: 'delete',
    path: '/coordination/{collection}/{id}',
    summary: 'Removes a member, where the domain allows it (If-Match)',
  },
  { method: 'post', path: '/coordination/{collection}/{id}/events', summary: "Moves a member's state by an event", body: json },
  {
    method: 'post',
    path: '/coordination/clients/{id}/care-plan-drafts',
    summary: "Drafts a care plan from a client's open needs, with reasons; it is activated like any other",
    body: json,
    schema: PlanDraftCommand,
  },
  {
    method: 'post',
    path: '/coordination/clients/{id}/break-glass',
    summary: 'Opens what is specially protected of a client in an emergency: a token that reads, for some hours',
    body: json,
    schema: BreakGlass,
  },
  { method: 'get', path: '/coordination/care-plans/{id}/pack', summary: 'The plan and all that it names, as a FHIR document' },
  {
    method: 'post',
    path: '/coordination/care-plans/{id}/conference-packs',
    summary: 'Slides for a care conference (PPTX), made from the records and kept as a document',
    body: json,
    isBodyOptional: true,
  },
  {
    method: 'get',
    path: '/coordination/communications/{id}/sheet',
    summary: 'A referral as a page to be printed and faxed, of a queued fax with a secure link; accounted for as a disclosure',
  },
  { method: 'get', path: '/coordination/documents/{id}/content', summary: 'The original of a document, as it came' },
  {
    method: 'get',
    path: '/coordination/sessions/{id}/psychotherapy-note',
    summary: "The caller's own note of a session, kept apart from the record",
  },
  {
    method: 'put',
    path: '/coordination/sessions/{id}/psychotherapy-note',
    summary: 'Writes it (If-Match once there is one)',
    body: json,
  },
  { method: 'delete', path: '/coordination/sessions/{id}/psychotherapy-note', summary: 'Removes it (If-Match)' },
  {
    method: 'get',
    path: '/coordination/clients/{id}/timeline',
    summary: 'What happened to a client, newest first',
    query: Paging,
  },
  {
    method: 'get',
    path: '/coordination/measures',
    summary: 'Community measures of whole months; no group is told that is too small',
    query: Months,
  },
  {
    method: 'get',
    path: '/coordination/services/matches',
    summary: 'Which services fit a need, and why',
    query: OfNeed,
  },
  {
    method: 'get',
    path: '/coordination/practitioners/{id}/queue',
    summary: 'What waits for a supervisor: co-signatures, reviews, missed service levels',
  },
  {
    method: 'get',
    path: '/coordination/caseloads/{id}/worklist',
    summary: 'What a coordinator has to do, the most pressing first',
    query: Paging,
  },
]

const exchange: readonly Operation[] = [
  {
    method: 'post',
    path: '/hl7v2',
    summary: 'An HL7 v2 message, answered with its acknowledgment in the same form',
    body: 'application/hl7-v2',
  },
  {
    method: 'post',
    path: '/documents',
    summary: 'A clinical document (C-CDA): a discharge summary, a referral note, or another paper of a client',
    body: 'application/xml',
  },
]

const billing: readonly Operation[] = [
  {
    method: 'get',
    path: '/billing/service-lines',
    summary: 'The feed of service lines, as JSON or CSV (Accept); it goes on at next',
    query: Paging,
  },
  {
    method: 'get',
    path: '/billing/837p',
    summary:
      'The same lines as professional claims: X12 005010X222A1 (application/edi-x12), or JSON with it and what is left out, and why (Accept)',
    query: OfClaims,
  },
  {
    method: 'post',
    path: '/billing/acks',
    summary: 'What became of lines: billed, accepted, rejected, paid, partial, denied',
    body: json,
    schema: z.array(Acknowledgement),
  },
]

const admin = operators.map((one) => ({ ...one, query: (one.query ?? z.object()).extend(ofTenant) }))

export const operations: readonly Operation[] = [...upkeep, ...oauth, ...coordination, ...exchange, ...billing, ...admin]
