/** A connection as an operator describes it: `POST /admin/connections`. What its flavour asks for besides is known where it is spoken. */
import { z } from 'zod'
import { isTimeZone } from './calendar.ts'
import { Id } from './kernel.ts'

const Auth = z.discriminatedUnion('type', [
  z.object({ type: z.literal('none') }),
  z.object({ type: z.literal('bearer'), token: z.string().min(1) }),
  z.object({ type: z.literal('basic'), user: z.string().min(1), password: z.string().min(1) }),
  z.object({
    type: z.literal('client-credentials'),
    tokenUrl: z.url(),
    clientId: z.string().min(1),
    clientSecret: z.string().min(1),
    scope: z.string().min(1).optional(),
  }),
  z.object({
    type: z.literal('smart-backend-services'),
    tokenUrl: z.url().optional(),
    clientId: z.string().min(1),
    privateJwk: z.record(z.string(), z.unknown()),
    scope: z.string().min(1).optional(),
  }),
])

const Sender = z.strictObject({
  application: z.string().optional(),
  facility: z.string().optional(),
  endpoint: z.string().optional(),
})

const isId = (text: string): boolean => Id.safeParse(text).success

/** An address is shown, and a secret is not: that belongs in `auth`. */
const hasNoSecret = (url: string): boolean => {
  const parsed = URL.parse(url)
  return parsed !== null && parsed.username === '' && parsed.password === ''
}

const BaseUrl = z
  .url({ protocol: /^(https?|smtps?)$/ })
  .refine(hasNoSecret, 'has a user or a password in it: they belong in auth')
  .transform((url) => url.replace(/(?<!\/)\/+$/, ''))

/** `facility` is the id of an Organization here. */
export const ConnectionSettings = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/, 'letters, digits and hyphens'),
  kind: z.enum(['ehr', 'payer', 'hospital', 'cbo', 'mail', 'direct']),
  flavour: z.string().min(1).default('fhir-r4'),
  baseUrl: BaseUrl.optional(),
  /** The same server answered at this address before: whoever is known there is known at the new one. */
  movedFrom: BaseUrl.optional(),
  auth: Auth.default({ type: 'none' }),
  push: z.array(z.string().regex(/^[A-Z][A-Za-z]+$/)).default([]),
  pull: z.array(z.string().regex(/^[A-Z][A-Za-z]+$/)).default([]),
  pollSeconds: z.number().int().min(1).optional(),
  reconcileHours: z.number().min(0.1).max(8760).optional(),
  validation: z.enum(['refuse', 'mark']).optional(),
  purpose: z.string().min(1).default('TREAT'),
  maxInFlight: z.number().int().min(1).max(64).default(4),
  retry: z
    .strictObject({
      baseMs: z.number().int().min(1).default(1000),
      capMs: z
        .number()
        .int()
        .min(1)
        .default(4 * 3600_000),
      maxAttempts: z.number().int().min(1).max(1000).default(25),
    })
    .default({ baseMs: 1000, capMs: 4 * 3600_000, maxAttempts: 25 }),
  timeZone: z.string().refine(isTimeZone, 'is no IANA time zone').optional(),
  facility: z.string().refine(isId, 'is the id of an Organization here').optional(),
  senders: z.array(Sender).optional(),
  assigningAuthorities: z.record(z.string(), z.string().min(1)).optional(),
  charset: z.string().min(1).optional(),
  from: z.email().optional(),
  arrival: z.enum(['dispatched', 'processed']).optional(),
  exportProfile: z.string().min(1).optional(),
})
