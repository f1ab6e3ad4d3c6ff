/**
 * Consent to disclose: who may tell whom what, for what, until when. One that was signed is never changed: another replaces it.
 * 42 CFR Part 2 §2.31 lists what a consent must say; https://www.ecfr.gov/current/title-42/part-2/section-2.31
 */
import { z } from 'zod'
import { Concept, Handle, Id, Identifier, list, Moment, PartialDate, Period, RefTo, Text, TypeName, UsState } from './kernel.ts'
import { labelFields, sensitivities } from './labels.ts'
import { Signature } from './session.ts'
import { stateMachine } from './state-machine.ts'

export const consentKinds = [
  ...['part2-tpo', 'part2-specific', 'part2-counselling-notes', 'hipaa-authorization', 'sdoh-cbo-release'],
  ...['telehealth', 'research', 'psychotherapy-notes', 'legal-proceeding', 'care-management'],
] as const
export type ConsentKind = (typeof consentKinds)[number]
/** Consents to be treated in some way; they allow nobody to be told of it. */
export const isToTreatment = (kind: ConsentKind | undefined): boolean => kind === 'telehealth' || kind === 'care-management'
/** Consents of the law on records of substance use treatment. */
export const isPart2 = (kind: ConsentKind | undefined): boolean => kind?.startsWith('part2-') === true

/** Recipients without a name: all who are such at the time. */
export const recipientClasses = ['treating-providers', 'health-plans', 'payers', 'programme-operations'] as const
export type RecipientClass = (typeof recipientClasses)[number]

/** https://terminology.hl7.org/ValueSet-v3-PurposeOfUse.html */
export const purposesOfUse = [
  ...['TREAT', 'ETREAT', 'BTG', 'COC', 'HPAYMT', 'HOPERAT', 'CAREMGT'],
  ...['HRESCH', 'PUBHLTH', 'PATRQT', 'FAMRQT', 'SUPNWK', 'THREAT', 'HSYSADMIN'],
] as const
export type PurposeOfUse = (typeof purposesOfUse)[number]

/** Somebody by name, or a class. */
const Party = z.union([
  z.object({ class: z.enum(recipientClasses) }),
  RefTo('Organization', 'Practitioner', 'PractitionerRole', 'CareTeam', 'RelatedPerson', 'Patient', 'Group', 'Device'),
])
export type Party = z.infer<typeof Party>

/** An intermediary names its participants, who may be told through it. */
export const Recipient = z.object({ who: Party, participants: list(RefTo('Organization', 'Practitioner', 'PractitionerRole')) })
export type Recipient = z.infer<typeof Recipient>

const covered = {
  /** FHIR resource types; none named: all. */
  classes: list(TypeName),
  /** Kinds of documents or facts; none named: all. */
  codes: list(Concept),
  /** Kinds of specially protected content that are meant, too; what is not named is not meant. */
  sensitivities: list(z.enum(sensitivities)),
}

export const Content = z.object({
  ...covered,
  dataPeriod: Period.optional(),
  /** The same in words, as it was signed. */
  narrative: Text.optional(),
})
export type Content = z.infer<typeof Content>

/** What is not told after all; recipients, where named, are those who are not told it. */
export const Exception = z.object({ handle: Handle, ...covered, recipients: list(Recipient) })
export type Exception = z.infer<typeof Exception>

/** A day (the last), or something that happens. */
const Expiry = z.union([z.object({ on: Moment }), z.object({ event: Text })])

const states = ['draft', 'proposed', 'active', 'expired', 'revoked', 'rejected', 'entered-in-error'] as const
export type ConsentState = (typeof states)[number]

/** Read schema: any Consent. */
export const Consent = z.object({
  identifiers: list(Identifier),
  clientId: Id.optional(),
  /** https://hl7.org/fhir/R4/valueset-consent-scope.html */
  scope: Concept,
  kind: z.enum(consentKinds).optional(),
  /** `deny`: nothing of this may be told. */
  ruling: z.enum(['permit', 'deny']).optional(),
  /** Who agreed, and whether for themselves. */
  grantedBy: z
    .object({
      who: RefTo('Patient', 'RelatedPerson', 'Practitioner', 'PractitionerRole', 'Organization'),
      capacity: z.enum(['self', 'parent', 'guardian', 'proxy']).optional(),
    })
    .optional(),
  givenAt: Moment.optional(),
  /** Organizations that may tell; a general designation is a display alone. */
  disclosers: list(RefTo('Organization')),
  recipients: list(Recipient),
  purposes: list(z.enum(purposesOfUse)),
  content: Content,
  exceptions: list(Exception),
  validFrom: Moment.optional(),
  expires: Expiry.optional(),
  signature: Signature.optional(),
  /** The signed paper: a DocumentReference. */
  copyDocumentId: Id.optional(),
  /** Who was asked whether that is what was agreed; of a consent in force, too. */
  verifications: list(
    z.object({
      handle: Handle,
      verified: z.boolean(),
      verifiedWith: RefTo('Patient', 'RelatedPerson').optional(),
      at: Moment.optional(),
    }),
  ),
  /** Which notice on redisclosure goes with what is told (§2.32), and in the wording of when. */
  redisclosureNotice: z.object({ id: z.enum(['statement-1', 'statement-2']), textVersion: PartialDate.optional() }).optional(),
  /** Two letters of a US state: whose law it was signed under. */
  jurisdiction: UsState.optional(),
  /** BCP 47. */
  language: Text.optional(),
  replaces: Id.optional(),
  revokedAt: Moment.optional(),
  revokedHow: Text.optional(),
  statusReason: Text.optional(),
  ...labelFields,
  state: z.enum(states),
})
export type Consent = z.infer<typeof Consent>

const privacy = {
  codings: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }],
}

/** What we ask of a consent of our own; what it needs besides to come into force, `missing` says. */
export const ConsentCommand = Consent.extend({
  clientId: Id,
  scope: Concept.default(privacy),
  kind: z.enum(consentKinds),
  ruling: z.enum(['permit', 'deny']).default('permit'),
  content: Content,
})

export const consentMachine = stateMachine({
  states,
  events: {
    propose: { from: ['draft'], to: 'proposed' },
    activate: { from: ['draft', 'proposed'], to: 'active' },
    reject: { from: ['draft', 'proposed'], to: 'rejected' },
    revoke: { from: ['active'], to: 'revoked' },
    expire: { from: ['active'], to: 'expired', by: 'clock' },
    'mark-error': { from: 'any', to: 'entered-in-error', reason: true },
  },
})
