/** Every path that is not FHIR, for `/openapi.json` and `/docs`. A test compares this table with the routes: a new route wants a line. */
import { z } from 'zod'
import { Acknowledgement } from '../domain/acknowledgement.ts'
import { coordination } from './coordination-operations.ts'
import { json, madeOrChanged, type Operation, page } from './operation.ts'
import { operators } from './operator-operations.ts'
import { OfClaims, ofTenant, Paging } from './parameters.ts'

const form = 'application/x-www-form-urlencoded'

const upkeep: readonly Operation[] = [
  { method: 'get', path: '/', summary: 'Leads to the console', open: true, answers: { 302: [] } },
  { method: 'get', path: '/livez', summary: 'Whether the process answers', open: true },
  { method: 'get', path: '/readyz', summary: 'Whether it can do its work', open: true },
  { method: 'get', path: '/metrics', summary: 'Counters for Prometheus', answers: { 200: ['text/plain'] } },
  { method: 'get', path: '/openapi.json', summary: 'This description' },
  { method: 'get', path: '/docs', summary: 'This description, as a page', answers: page },
  {
    method: 'get',
    path: '/docs/coverage',
    summary: 'What a care coordinator does, and the tests that show it, as a page',
    answers: page,
  },
  { method: 'get', path: '/docs/style.css', summary: 'How these pages look', answers: { 200: ['text/css'] } },
]

const oauth: readonly Operation[] = [
  {
    method: 'post',
    path: '/oauth/token',
    summary: 'An access token for a client that proves itself (SMART Backend Services)',
    body: form,
    open: true,
  },
  {
    method: 'post',
    path: '/oauth/revoke',
    summary: 'Makes a token of the client void',
    body: form,
    open: true,
    answers: { 200: [] },
  },
  { method: 'post', path: '/oauth/introspect', summary: 'Whether a token is valid, and for what', body: form },
]

const exchange: readonly Operation[] = [
  {
    method: 'post',
    path: '/hl7v2',
    summary: 'An HL7 v2 message, answered with its acknowledgment in the same form',
    body: 'application/hl7-v2',
    answers: { 200: ['application/hl7-v2', 'x-application/hl7-v2+er7'] },
  },
  {
    method: 'post',
    path: '/documents',
    summary: 'A clinical document (C-CDA): a discharge summary, a referral note, or another paper of a client',
    body: 'application/xml',
    answers: { ...madeOrChanged, 202: [json] },
  },
]

const billing: readonly Operation[] = [
  {
    method: 'get',
    path: '/billing/service-lines',
    summary: 'The feed of service lines, as JSON or CSV (Accept); it goes on at next',
    query: Paging,
    answers: { 200: [json, 'text/csv'] },
  },
  {
    method: 'get',
    path: '/billing/837p',
    summary:
      'The same lines as professional claims: X12 005010X222A1 (application/edi-x12), or JSON with it and what is left out, and why (Accept)',
    query: OfClaims,
    answers: { 200: ['application/edi-x12', json], 204: [] },
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
