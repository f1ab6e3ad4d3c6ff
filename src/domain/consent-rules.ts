/** What a consent needs to come into force, when it is in force, and what stays as it was signed. */
import { dayMs, epoch } from './calendar.ts'
import { Consent, type ConsentState, isPart2 } from './consent.ts'
import type { Ref } from './kernel.ts'
import type { Issue } from './problem.ts'
import { changedBeside } from './unchanged.ts'

const lack = (path: string, message = 'is required for a consent in force'): Issue => ({ path, message })

/**
 * The elements of 42 CFR §2.31 that it lacks; authorizations under HIPAA (45 CFR 164.508) need the same. Care management asks for a word
 * alone, said or written, that is on record.
 */
export function missing(consent: Consent): readonly Issue[] {
  const { kind, grantedBy, disclosers, recipients, purposes, content, expires, signature, copyDocumentId } = consent
  const { redisclosureNotice, jurisdiction, language } = consent
  const needed: readonly (readonly [string, unknown])[] =
    kind === 'care-management'
      ? [
          ['grantedBy', grantedBy],
          ['grantedBy.capacity', grantedBy?.capacity],
          ['signature', signature],
        ]
      : [
          ['grantedBy', grantedBy],
          ['grantedBy.capacity', grantedBy?.capacity],
          ['disclosers', disclosers[0]],
          ['recipients', recipients[0]],
          ['purposes', purposes[0]],
          ['content.narrative', content.narrative],
          ['expires', expires],
          ['signature', signature],
          ['copyDocumentId', copyDocumentId],
          ['jurisdiction', jurisdiction],
          ['language', language],
          ...(isPart2(kind) ? ([['redisclosureNotice', redisclosureNotice]] as const) : []),
        ]
  const never = kind !== 'part2-tpo' && expires !== undefined && 'event' in expires && expires.event === 'none'
  return [
    ...needed.flatMap(([path, value]) => (value === undefined ? [lack(path)] : [])),
    ...(never ? [lack('expires', 'only consent to treatment, payment and operations lasts without an end')] : []),
  ]
}

/** Who agrees for themselves is the client. */
export function misgranted({ clientId, grantedBy }: Consent): readonly Issue[] {
  if (grantedBy?.capacity === undefined) return []
  const { capacity } = grantedBy
  const who: Ref = grantedBy.who
  const isClient = 'id' in who && who.type === undefined && who.id === clientId
  const isRelated = 'id' in who && who.type === 'RelatedPerson'
  return (capacity === 'self' ? isClient : isRelated)
    ? []
    : [{ path: 'grantedBy.who', message: capacity === 'self' ? 'is not the client' : 'is no related person' }]
}

/** A consent of that law tells that there is something to tell: it is a record under Part 2 itself (§2.13). */
export const labelled = (consent: Consent): Consent =>
  isPart2(consent.kind) && !consent.legalBasis.includes('42CFRPart2')
    ? { ...consent, legalBasis: [...consent.legalBasis, '42CFRPart2'] }
    : consent

/** The moment at which it has run out; a day is its last. */
function endOf({ expires }: Consent): number {
  if (expires === undefined || !('on' in expires)) return Number.POSITIVE_INFINITY
  const { on } = expires
  const end = epoch(on)
  // A year or a month that cannot be placed to the day has run out when it begins: the side on which nothing is told.
  return end === undefined ? Number.NEGATIVE_INFINITY : on.length === 10 ? end + dayMs : end
}
const hasEnded = (consent: Consent, at: string): boolean => endOf(consent) <= epoch(at)!

/** The state by the clock: what has run out is expired, whether or not somebody wrote it down. */
export function shownConsentState(consent: Consent, at: string): ConsentState {
  const { state, revokedAt } = consent
  if (state === 'active' && hasEnded(consent, at)) return 'expired'
  return state === 'revoked' && revokedAt === undefined && hasEnded(consent, at) ? 'expired' : state
}

/** Active, begun, and not run out. */
export function isInForce(consent: Consent, at: string): boolean {
  const { validFrom } = consent
  const begun = validFrom === undefined || (epoch(validFrom) ?? Number.POSITIVE_INFINITY) <= epoch(at)!
  return begun && shownConsentState(consent, at) === 'active'
}

/** Fields that would say something else than what was signed: how it is filed may change. */
export const rewritten = (before: Consent, next: Consent): readonly Issue[] =>
  before.state === 'draft' || before.state === 'proposed' || before.state !== next.state
    ? []
    : changedBeside(
        Consent,
        before,
        next,
        ['identifiers', 'verifications', 'sensitivity', 'confidentiality', 'legalBasis'],
        'stays as it was signed: another consent may replace this one',
      )
