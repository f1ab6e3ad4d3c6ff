/** The part of the description (`operations.ts`) that is for operators: `/admin`. */
import { z } from 'zod'
import { clientMetadata } from '../access/client.ts'
import { ClaimEditTables } from '../domain/claim-edits.ts'
import { ConflictResolution } from '../domain/conflict-resolution.ts'
import { ConnectionSettings } from '../domain/connection-settings.ts'
import { Withdrawal } from '../domain/label-withdrawal.ts'
import { PayerRule } from '../domain/payer-rule.ts'
import { TablePreview } from '../domain/table-preview.ts'
import { listed } from './answer-forms.ts'
import { json, made, madeOrChanged, type Operation } from './operation.ts'
import { AuditCheck, AuditLines, Conflicts, DisclosuresOf, Inbox, Invalid, Outbox, Paging, Reconciling } from './parameters.ts'

/** Which deliveries to try again: a wrong filter must not mean all of them. */
export const ReplayFilter = z.strictObject({ connection: z.string().optional(), state: z.enum(['dead', 'waiting']).optional() })

const Client = clientMetadata.and(z.object({ client_id: z.string(), client_id_issued_at: z.int(), revision: z.int() }))
/** Without its secrets. */
const Connection = ConnectionSettings.omit({ movedFrom: true }).extend({ auth: z.object({ type: z.string() }) })
const KeptRule = PayerRule.and(z.object({ key: z.string() }))

export const operators: readonly Operation[] = [
  { method: 'get', path: '/admin/clients', summary: 'The registered clients', query: Paging, answer: listed(Client) },
  {
    method: 'post',
    path: '/admin/clients',
    summary: 'Registers a client',
    body: json,
    schema: clientMetadata,
    answers: made,
    answer: Client,
  },
  { method: 'get', path: '/admin/clients/{id}', summary: 'One client', answer: Client },
  {
    method: 'put',
    path: '/admin/clients/{id}',
    summary: 'Replaces what a client is registered with',
    body: json,
    schema: clientMetadata,
    answer: Client,
  },
  { method: 'delete', path: '/admin/clients/{id}', summary: 'Removes a client; its tokens become void' },
  { method: 'get', path: '/admin/connections', summary: 'The connections, without their secrets', answer: listed(Connection) },
  {
    method: 'post',
    path: '/admin/connections',
    summary: 'Adds a connection',
    body: json,
    schema: ConnectionSettings,
    answers: made,
    answer: Connection,
  },
  { method: 'get', path: '/admin/connections/{name}', summary: 'One connection', answer: Connection },
  {
    method: 'put',
    path: '/admin/connections/{name}',
    summary: 'Adds or replaces a connection',
    body: json,
    schema: ConnectionSettings.partial({ name: true }),
    answers: madeOrChanged,
    answer: Connection,
  },
  { method: 'delete', path: '/admin/connections/{name}', summary: 'Removes a connection' },
  { method: 'post', path: '/admin/connections/{name}/test', summary: 'Speaks to the partner without changing anything' },
  { method: 'post', path: '/admin/connections/{name}/pull', summary: 'Reads what the partner has changed' },
  {
    method: 'post',
    path: '/admin/connections/{name}/notices',
    summary: 'A notification (MDN, DSN) of what became of a message that went by Direct',
    body: 'message/rfc822',
  },
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
  { method: 'get', path: '/admin/deliveries', summary: 'The outbox', query: Outbox, answer: listed() },
  {
    method: 'post',
    path: '/admin/deliveries/replay',
    summary: 'Tries dead deliveries again, or those that wait, of one connection or all',
    body: json,
    isBodyOptional: true,
    schema: ReplayFilter,
  },
  { method: 'post', path: '/admin/deliveries/{id}/replay', summary: 'Tries a delivery again' },
  { method: 'get', path: '/admin/messages', summary: 'The inbox', query: Inbox, answer: listed() },
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
    answer: listed(KeptRule),
  },
  {
    method: 'put',
    path: '/admin/payer-rules/{key}',
    summary: 'Sets the rule of a kind of coverage, a payer (id of its Organization) or one coverage (its id)',
    body: json,
    schema: PayerRule,
    answer: KeptRule,
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
    answer: listed(),
  },
  { method: 'get', path: '/admin/conflicts', summary: 'Where both sides changed the same', query: Conflicts, answer: listed() },
  {
    method: 'post',
    path: '/admin/conflicts/{id}/resolve',
    summary: 'Settles a conflict, field by field: ours, theirs, or another value',
    body: json,
    schema: ConflictResolution,
  },
  {
    method: 'get',
    path: '/admin/labels/withdrawn',
    summary: 'Labels that were taken away, by whom and why',
    query: Paging,
    answer: listed(),
  },
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
