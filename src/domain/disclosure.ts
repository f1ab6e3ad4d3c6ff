/**
 * A disclosure: what was told to whom, on what basis, and what was held back. Written before it leaves, never rewritten, and never
 * deleted; the client may ask for the account. 42 CFR 2.24, 2.25, 2.51; 45 CFR 164.528.
 */
import { z } from 'zod'
import { purposesOfUse } from './consent.ts'
import { Id, Instant, list, Moment, RefTo, Text, TypeName } from './kernel.ts'
import { labelFields, sensitivities } from './labels.ts'
import { stateMachine } from './state-machine.ts'

export const disclosureBases = [
  ...['consent', 'tpo-hipaa', 'emergency', 'court', 'mandated-report', 'public-health', 'patient-request', 'serious-threat'],
] as const
export const disclosureMethods = ['fhir', 'direct', 'portal', 'fax', 'verbal', 'mail', 'hl7v2', 'x12'] as const
export const disclosureResults = ['pending', 'sent', 'blocked', 'failed'] as const
export type DisclosureResult = (typeof disclosureResults)[number]

/** One version of one record; `sensitivity` is what it was labelled with then. */
export const Disclosed = z.object({
  type: TypeName,
  id: Id,
  version: z
    .string()
    .regex(/^[A-Za-z0-9\-.]{1,64}$/)
    .optional(),
  sensitivity: list(z.enum(sensitivities)),
})
export type Disclosed = z.infer<typeof Disclosed>

/** Kinds of content, never content. */
const Segment = z.object({ kind: Text, count: z.number().int().min(0) })

const Recipient = RefTo('Organization', 'Practitioner', 'PractitionerRole', 'Patient', 'RelatedPerson', 'Device')

/** Read schema: what the gateway or a person has written down. */
export const Disclosure = z.object({
  clientId: Id,
  at: Moment.optional(),
  recordedAt: Instant,
  basis: z.enum(disclosureBases).optional(),
  consentId: Id.optional(),
  discloser: Recipient.optional(),
  recipient: Recipient.optional(),
  purpose: z.enum(purposesOfUse).optional(),
  resources: list(Disclosed),
  segmentsRemoved: list(Segment),
  /** Ids of notices, with the date of their wording. */
  noticesSent: list(Text),
  consentCopySent: z.boolean().optional(),
  /** What §2.51 wants to know of a medical emergency, beside the names and the time. */
  emergency: z.object({ recipientAffiliation: Text, nature: Text }).optional(),
  method: z.enum(disclosureMethods).optional(),
  decision: z.object({ permit: z.boolean(), reasons: list(Text), ruleVersions: list(Text) }).optional(),
  ackedAt: Moment.optional(),
  statusReason: Text.optional(),
  /** SHA-256 of the client's disclosure before this one, and of this one: a record that is missing or altered shows. */
  prevHash: Text.optional(),
  hash: Text.optional(),
  ...labelFields,
  result: z.enum(disclosureResults),
})
export type Disclosure = z.infer<typeof Disclosure>

/** A disclosure that somebody tells of: by telephone, on paper, in an emergency. */
export const DisclosureCommand = Disclosure.extend({
  at: Moment,
  recordedAt: Instant.optional(),
  basis: z.enum(disclosureBases),
  discloser: Recipient,
  recipient: Recipient,
  purpose: z.enum(purposesOfUse),
  method: z.enum(disclosureMethods),
}).superRefine(({ basis, consentId, emergency }, ctx) => {
  const fault = (path: string, message: string): void => ctx.addIssue({ code: 'custom', path: [path], message })
  if ((basis === 'consent') !== (consentId !== undefined)) fault('consentId', 'goes with the basis consent, and only with it')
  if ((basis === 'emergency') !== (emergency !== undefined)) fault('emergency', 'goes with the basis emergency, and only with it')
}) as unknown as z.ZodType<Disclosure>

export const disclosureMachine = stateMachine({
  states: disclosureResults,
  events: {
    // What was not taken may be sent once more.
    send: { from: ['pending', 'failed'], to: 'sent' },
    block: { from: ['pending'], to: 'blocked', reason: true },
    fail: { from: ['pending'], to: 'failed', reason: true },
    acknowledge: { from: ['sent'], to: 'sent' },
  },
})

/**
 * What becomes of a disclosure is told later, and how it is labelled may change; what it is stands from the beginning, and is what the hash
 * is of.
 */
const later = ['result', 'ackedAt', 'statusReason', 'hash', 'sensitivity', 'confidentiality', 'legalBasis'] as const

/** The text that the hash is made of. */
export function sealedText(disclosure: Disclosure): string {
  const sealed: Record<string, unknown> = { ...Disclosure.parse(disclosure) }
  for (const name of later) delete sealed[name]
  return JSON.stringify(sealed)
}
