/** The part of the description (`operations.ts`) that is the care team's: `/coordination`. */
import { BreakGlass } from '../domain/break-glass.ts'
import { PlanDraftCommand } from '../domain/plan-draft.ts'
import { commandOf, eventOf, listed, memberOf } from './answer-forms.ts'
import { json, made, madeOrChanged, type Operation, page } from './operation.ts'
import { Members, Months, OfNeed, Paging } from './parameters.ts'

const patch = 'application/merge-patch+json'

const answer = memberOf('{collection}')

export const coordination: readonly Operation[] = [
  {
    method: 'get',
    path: '/coordination/{collection}',
    summary: 'A page of a collection',
    query: Members,
    answer: listed(answer),
  },
  {
    method: 'post',
    path: '/coordination/{collection}',
    summary: 'Adds a member',
    body: json,
    schema: commandOf('{collection}'),
    answers: made,
    answer,
  },
  {
    method: 'get',
    path: '/coordination/{collection}/{id}',
    summary: 'One member, with its ETag',
    answers: { 200: [json], 304: [] },
    answer,
  },
  {
    method: 'put',
    path: '/coordination/{collection}/{id}',
    summary: 'Replaces a member (If-Match)',
    body: json,
    schema: commandOf('{collection}'),
    answer,
  },
  { method: 'patch', path: '/coordination/{collection}/{id}', summary: 'Changes a member (If-Match)', body: patch, answer },
  {
    method: 'delete',
    path: '/coordination/{collection}/{id}',
    summary: 'Removes a member, where the domain allows it (If-Match)',
  },
  {
    method: 'post',
    path: '/coordination/{collection}/{id}/events',
    summary: "Moves a member's state by an event",
    body: json,
    schema: eventOf('{collection}'),
    answer,
  },
  {
    method: 'post',
    path: '/coordination/clients/{id}/care-plan-drafts',
    summary: "Drafts a care plan from a client's open needs, with reasons; it is activated like any other",
    body: json,
    schema: PlanDraftCommand,
    answer: memberOf('care-plans'),
    answers: made,
  },
  {
    method: 'post',
    path: '/coordination/clients/{id}/break-glass',
    summary: 'Opens what is specially protected of a client in an emergency: a token that reads, for some hours',
    body: json,
    schema: BreakGlass,
    answers: made,
  },
  {
    method: 'get',
    path: '/coordination/care-plans/{id}/pack',
    summary: 'The plan and all that it names, as a FHIR document',
    answers: { 200: ['application/fhir+json'] },
  },
  {
    method: 'post',
    path: '/coordination/care-plans/{id}/conference-packs',
    summary: 'Slides for a care conference (PPTX), made from the records and kept as a document',
    body: json,
    isBodyOptional: true,
    answer: memberOf('documents'),
    answers: made,
  },
  {
    method: 'get',
    path: '/coordination/communications/{id}/sheet',
    summary: 'A referral as a page to be printed and faxed, of a queued fax with a secure link; accounted for as a disclosure',
    answers: page,
  },
  {
    method: 'get',
    path: '/coordination/documents/{id}/content',
    summary: 'The original of a document, as it came',
    answers: { 200: ['*/*'] },
  },
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
    answers: madeOrChanged,
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
