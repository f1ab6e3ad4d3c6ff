/** Every path that is not FHIR, for `/openapi.json` and `/docs`. A test compares this table with the routes: a new route wants a line. */
import { z } from 'zod'
import { clientMetadata } from '../access/client.ts'
import { Acknowledgement } from '../domain/acknowledgement.ts'
import { ClaimEditTables } from '../domain/claim-edits.ts'
import { ConflictResolution } from '../domain/conflict-resolution.ts'
import { Withdrawal } from '../domain/label-withdrawal.ts'
import { PayerRule } from '../domain/payer-rule.ts'
import { PlanDraftCommand } from '../domain/plan-draft.ts'
import { TablePreview } from '../domain/table-preview.ts'
import {
  AuditCheck,
  AuditLines,
  Conflicts,
  DisclosuresOf,
  Inbox,
  Invalid,
  Members,
  Months,
  OfClaims,
  OfNeed,
  Outbox,
  ofTenant,
  Paging,
  Reconciling,
} from './parameters.ts'

export interface Operation {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  readonly path: string
  readonly summary: string
  /** Media type of the body, if it has one. */
  readonly body?: string
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
  { method: 'get', path: '/coordination/care-plans/{id}/pack', summary: 'The plan and all that it names, as a FHIR document' },
  {
    method: 'post',
    path: '/coordination/care-plans/{id}/conference-packs',
    summary: 'Slides for a care conference (PPTX), made from the records and kept as a document',
    body: json,
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

const operators: readonly Operation[] = [
  { method: 'get', path: '/admin/clients', summary: 'The registered clients', query: Paging },
  { method: 'post', path: '/admin/clients', summary: 'Registers a client', body: json, schema: clientMetadata },
  { method: 'get', path: '/admin/clients/{id}', summary: 'One client' },
  {
    method: 'put',
    path: '/admin/clients/{id}',
    summary: 'Replaces what a client is registered with',
    body: json,
    schema: clientMetadata,
  },
  { method: 'delete', path: '/admin/clients/{id}', summary: 'Removes a client; its tokens become void' },
  { method: 'get', path: '/admin/connections', summary: 'The connections, without their secrets' },
  { method: 'post', path: '/admin/connections', summary: 'Adds a connection', body: json },
  { method: 'get', path: '/admin/connections/{name}', summary: 'One connection' },
  { method: 'put', path: '/admin/connections/{name}', summary: 'Adds or replaces a connection', body: json },
  { method: 'delete', path: '/admin/connections/{name}', summary: 'Removes a connection' },
  { method: 'post', path: '/admin/connections/{name}/test', summary: 'Speaks to the partner without changing anything' },
  { method: 'post', path: '/admin/connections/{name}/pull', summary: 'Reads what the partner has changed' },
  {
    method: 'get',
    path: '/admin/connections/{name}/reconcile',
    summary: 'What the newest comparison of both sides found that went by itself (reconcileHours)',
  },
  {
    method: 'post',
    path: '/admin/connections/{name}/reconcile',
    summary: 'Compares both sides, a page of links at a time, and tells what differs; repair=true mends it',
    query: Reconciling,
  },
  { method: 'get', path: '/admin/deliveries', summary: 'The outbox', query: Outbox },
  {
    method: 'post',
    path: '/admin/deliveries/replay',
    summary: 'Tries dead deliveries again, or those that wait, of one connection or all',
    body: json,
  },
  { method: 'post', path: '/admin/deliveries/{id}/replay', summary: 'Tries a delivery again' },
  { method: 'get', path: '/admin/messages', summary: 'The inbox', query: Inbox },
  { method: 'get', path: '/admin/messages/{id}', summary: 'A message as it was received, and what became of it' },
  { method: 'post', path: '/admin/messages/{id}/replay', summary: 'Reads a message again' },
  {
    method: 'post',
    path: '/admin/mappings/preview',
    summary: 'What changed code tables would make otherwise of the messages and records kept here; changes nothing',
    body: json,
    schema: TablePreview,
  },
  {
    method: 'get',
    path: '/admin/payer-rules',
    summary: 'How payers count units, and for which codes they want an authorization',
    query: Paging,
  },
  {
    method: 'put',
    path: '/admin/payer-rules/{key}',
    summary: 'Sets the rule of a kind of coverage, a payer (id of its Organization) or one coverage (its id)',
    body: json,
    schema: PayerRule,
  },
  { method: 'delete', path: '/admin/payer-rules/{key}', summary: 'Removes a payer rule' },
  {
    method: 'put',
    path: '/admin/claim-edits',
    summary: 'Loads a quarter of CMS’s claim edits (NCCI): pairs of codes, and most units',
    body: json,
    schema: ClaimEditTables,
  },
  {
    method: 'get',
    path: '/admin/invalid',
    summary: 'What is kept though it breaks rules, and what is wrong with it: places and rules, no values',
    query: Invalid,
  },
  { method: 'get', path: '/admin/conflicts', summary: 'Where both sides changed the same', query: Conflicts },
  {
    method: 'post',
    path: '/admin/conflicts/{id}/resolve',
    summary: 'Settles a conflict, field by field: ours, theirs, or another value',
    body: json,
    schema: ConflictResolution,
  },
  { method: 'get', path: '/admin/labels/withdrawn', summary: 'Labels that were taken away, by whom and why', query: Paging },
  {
    method: 'post',
    path: '/admin/labels/withdraw',
    summary: 'Takes a label away that the codes of a record gave it wrongly',
    body: json,
    schema: Withdrawal,
  },
  {
    method: 'get',
    path: '/admin/audit',
    summary: 'Who did what to which records, newest first',
    query: AuditLines,
  },
  {
    method: 'get',
    path: '/admin/audit/check',
    summary: 'Whether every line of the audit is as it was written, and none is missing',
    query: AuditCheck,
  },
  {
    method: 'get',
    path: '/admin/audit/disclosures',
    summary: 'Whether the account of what was told of a client is as it was written, and none is missing',
    query: DisclosuresOf,
  },
]

const admin = operators.map((one) => ({ ...one, query: (one.query ?? z.object()).extend(ofTenant) }))

export const operations: readonly Operation[] = [...upkeep, ...oauth, ...coordination, ...exchange, ...billing, ...admin]
