/**
 * Does a consent permit this disclosure? Pure: the same consent and question have the same answer, whoever asks.
 * Narrower than the standard would allow where the two could differ: what is not understood, not named, or not clear is not permitted.
 * https://hl7.org/fhir/R4/consent.html
 */
import { epoch } from './calendar.ts'
import {
  type Consent,
  type Content,
  isPart2,
  isToTreatment,
  type Party,
  type PurposeOfUse,
  type Recipient,
  type RecipientClass,
} from './consent.ts'
import { isInForce } from './consent-rules.ts'
import type { Coding, Ref } from './kernel.ts'
import type { legalBases, sensitivities } from './labels.ts'
import { type Notice, noticeOf } from './redisclosure.ts'

/** One record on its way to one recipient. */
export interface Disclosing {
  readonly clientId: string
  readonly recipient: {
    /** All that the recipient is known as: `Organization/org-1`, and `system|value` of its identifiers. */
    readonly names: readonly string[]
    readonly classes: readonly RecipientClass[]
  }
  readonly purpose: PurposeOfUse
  readonly resource: {
    readonly type: string
    readonly codes: readonly Coding[]
    readonly sensitivity: readonly (typeof sensitivities)[number][]
    readonly legalBasis: readonly (typeof legalBases)[number][]
    /** It is about a social need, or what has to be known of a person to help with one. */
    readonly social?: boolean
    /** When it was true; a FHIR dateTime. */
    readonly date?: string
  }
  /** The instant of the disclosure. */
  readonly at: string
}

/** Why not; stable codes. */
export type Refusal =
  | 'not-understood'
  | 'another-client'
  | 'not-in-force'
  | 'another-scope'
  | 'denies'
  | 'kind'
  | 'recipient'
  | 'purpose'
  | 'content'
  | 'sensitivity'
  | 'exception'

type Permission =
  | { readonly permit: false; readonly refusals: readonly Refusal[] }
  | {
      readonly permit: true
      /** What goes with a record of substance use treatment, beside the scope of the consent (§2.32). */
      readonly notice?: Notice
    }

/** `whollyRead`: nothing of the Consent was left out of the reading. */
export function permits(consent: Consent, wanted: Disclosing, whollyRead: boolean): Permission {
  const { resource, recipient, purpose, at } = wanted
  const checks: readonly (readonly [Refusal, boolean])[] = [
    ['not-understood', whollyRead],
    ['another-client', consent.clientId === wanted.clientId],
    ['not-in-force', isInForce(consent, at)],
    ['another-scope', consent.scope.codings.some(({ code }) => code === 'patient-privacy' || code === 'research')],
    ['denies', consent.ruling === 'permit'],
    ['kind', fitsKind(consent, resource)],
    ['recipient', consent.recipients.some((one) => isMeant(one, recipient))],
    ['purpose', consent.purposes.includes(purpose)],
    ['content', covers(consent.content, resource) && isWithin(consent.content.dataPeriod, resource.date)],
    ['sensitivity', resource.sensitivity.every((one) => consent.content.sensitivities.includes(one))],
    ['exception', !consent.exceptions.some((one) => excepts(one, wanted))],
  ]
  const refusals = checks.flatMap(([refusal, holds]) => (holds ? [] : [refusal]))
  if (refusals.length > 0) return { permit: false, refusals }
  return { permit: true, ...(resource.legalBasis.includes('42CFRPart2') && { notice: noticeOf(consent, at) }) }
}

/**
 * Does a consent that says no (https://hl7.org/fhir/R4/consent-definitions.html#Consent.provision.type) say it of this? What it does not
 * narrow it means all of; one that is not wholly understood means everything.
 */
export function forbids(consent: Consent, wanted: Disclosing, whollyRead: boolean): boolean {
  const { ruling, recipients, purposes, content } = consent
  if (ruling !== 'deny' || consent.clientId !== wanted.clientId || !isInForce(consent, wanted.at)) return false
  if (!whollyRead) return true
  return (
    (recipients.length === 0 || recipients.some((one) => isMeant(one, wanted.recipient))) &&
    (purposes.length === 0 || purposes.includes(wanted.purpose)) &&
    covers(content, wanted.resource) &&
    (content.sensitivities.length === 0 || content.sensitivities.some((one) => wanted.resource.sensitivity.includes(one)))
  )
}

type Resource = Disclosing['resource']

/**
 * Process notes leave by no consent here; Part 2 wants one of its own kinds; a law that we do not know the consent of wants a person; a
 * release of social needs releases nothing else.
 */
function fitsKind({ kind }: Consent, { legalBasis, sensitivity, social }: Resource): boolean {
  if (kind === undefined || sensitivity.includes('PSYTHPN') || legalBasis.includes('HIPAAPsyNotes')) return false
  if (isToTreatment(kind) || kind === 'psychotherapy-notes' || kind === 'part2-counselling-notes') return false
  if (kind === 'sdoh-cbo-release' && social !== true) return false
  return !legalBasis.includes('42CFRPart2') || isPart2(kind)
}

const covers = ({ classes, codes }: Pick<Content, 'classes' | 'codes'>, { type, codes: own }: Resource): boolean =>
  (classes.length === 0 || classes.includes(type)) &&
  (codes.length === 0 ||
    codes.some(({ codings }) =>
      codings.some(({ system, code }) => own.some((one) => one.system === system && one.code === code)),
    ))

/** A record without a date is in no period. */
function isWithin(period: Content['dataPeriod'], date: string | undefined): boolean {
  if (period === undefined) return true
  if (date === undefined) return false
  const { start, end } = period
  const when = epoch(date)
  return (
    when !== undefined &&
    (start === undefined || epoch(start)! <= when) &&
    (end === undefined || date.slice(0, end.length) <= end || when <= epoch(end)!)
  )
}

const isNamed = (party: Extract<Party, { class: unknown }> | Ref, { names, classes }: Disclosing['recipient']): boolean => {
  if ('class' in party) return classes.includes(party.class)
  if ('id' in party) return names.includes(`${party.type ?? 'Organization'}/${party.id}`)
  const { system, value, url } = party.external
  return (url !== undefined && names.includes(url)) || (value !== undefined && names.includes(`${system ?? ''}|${value}`))
}
const isMeant = ({ who, participants }: Recipient, recipient: Disclosing['recipient']): boolean =>
  isNamed(who, recipient) || participants.some((one) => isNamed(one, recipient))

/** An exception that names nothing excepts everything. */
function excepts({ recipients, ...content }: Consent['exceptions'][number], { resource, recipient }: Disclosing): boolean {
  const { sensitivities: kinds } = content
  const sensitive = kinds.length === 0 || kinds.some((one) => resource.sensitivity.includes(one))
  return covers(content, resource) && sensitive && (recipients.length === 0 || recipients.some((one) => isMeant(one, recipient)))
}
