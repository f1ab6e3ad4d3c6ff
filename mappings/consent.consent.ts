/**
 * Consent ↔ Consent, with the signed paper. What was withdrawn and what ran out are both `inactive`; our own extensions tell them apart.
 * https://hl7.org/fhir/R4/consent.html, https://hl7.org/fhir/us/sdoh-clinicalcare/StructureDefinition-SDOHCC-Consent.html
 */
import type * as fhir from '@medplum/fhirtypes'
import { Consent, type ConsentState, type Content } from '../src/domain/consent.ts'
import { asCoding, asConcept } from '../src/lens/code-table.ts'
import { type Codec, cannot, silently } from '../src/lens/codec.ts'
import { bool, dateTime, idOf, oneOf, refTo, text, withHandle } from '../src/lens/codecs.ts'
import { equal } from '../src/lens/equal.ts'
import { mapping } from '../src/lens/mapping.ts'
import { root } from '../src/lens/place.ts'
import { shape, together } from '../src/lens/shape.ts'
import { consentPolicy, purposeOfUse } from './codes/consent.ts'
import { choiceOrNone } from './shared/choice.ts'
import { first, instead, record, withUrl } from './shared/combine.ts'
import { concept, identifier, period, usState } from './shared/datatypes.ts'
import { canonicalBase, extension, local } from './shared/extension.ts'
import { labels } from './shared/labels.ts'
import { contentOf, exception, isException, recipientsOf } from './shared/provision.ts'
import { reasonText } from './shared/reason-text.ts'
import { refinedState } from './shared/refined-state.ts'
import { signature } from './shared/session-extensions.ts'

/** https://hl7.org/fhir/R4/valueset-consent-state-codes.html; of what is inactive without a word, the worse is assumed. */
const statusOf: Readonly<Record<ConsentState, fhir.Consent['status']>> = {
  draft: 'draft',
  proposed: 'proposed',
  active: 'active',
  revoked: 'inactive',
  expired: 'inactive',
  rejected: 'rejected',
  'entered-in-error': 'entered-in-error',
}

type Granted = NonNullable<Consent['grantedBy']>
type Performer = NonNullable<fhir.Consent['performer']>[number]
const grantor: Codec<Performer, Granted['who']> = refTo(
  'Patient',
  'RelatedPerson',
  'Practitioner',
  'PractitionerRole',
  'Organization',
)
const capacity = extension(root<Performer>(), local('grantor-capacity')).valueCode.optional(
  oneOf('self', 'parent', 'guardian', 'proxy'),
)
const granted: Codec<Performer, Granted> = {
  name: 'who agreed',
  read(raw, report) {
    const who = grantor.read(raw, report)
    const as = capacity.get(raw, report)
    return typeof who === 'symbol' ? who : { who, ...(typeof as === 'string' && { capacity: as }) }
  },
  write: (value, prior) =>
    prior && equal(granted.read(prior, silently), value) ? prior : capacity.put(grantor.write(value.who, prior), value.capacity),
}

type Notice = NonNullable<Consent['redisclosureNotice']>
const notices = `${canonicalBase}/redisclosure-notice/`
const notice: Codec<fhir.ConsentPolicy, Notice> = {
  name: 'redisclosure notice',
  read({ uri }, report) {
    const [, id, textVersion] = /^(statement-[12])(?:\|(\d{4}(?:-\d\d){0,2}))?$/.exec(uri!.slice(notices.length)) ?? []
    if (id === undefined) return cannot(report, 'no notice that is known here')
    return { id: id as Notice['id'], ...(textVersion !== undefined && { textVersion }) }
  },
  write({ id, textVersion }, prior) {
    const uri = `${notices}${id}${textVersion === undefined ? '' : `|${textVersion}`}`
    return prior?.uri === uri ? prior : { ...prior, uri }
  },
}

const verification = withHandle<fhir.ConsentVerification, Consent['verifications'][number]>(
  shape<fhir.ConsentVerification, Omit<Consent['verifications'][number], 'handle'>>('verification', (at) => ({
    verified: at.verified.as(bool),
    verifiedWith: at.verifiedWith.optional(refTo('Patient', 'RelatedPerson')),
    at: at.verificationDate.optional(dateTime),
  })),
)

const revocation = local('consent-revocation')

const table = mapping<Consent, { Consent: fhir.Consent; DocumentReference?: fhir.DocumentReference }>({
  name: 'consent.consent',
  version: 2,
  domain: Consent,
  owner: 'coordination',
  blank: {
    Consent: {
      resourceType: 'Consent',
      status: 'draft',
      scope: {},
      category: [
        { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IDSCL' }] },
        { coding: [{ system: 'http://loinc.org', code: '64292-6' }] },
      ],
    },
  },
  fields: ({ Consent: consent }) => ({
    identifiers: consent.identifier.each(identifier, { by: ['handle'] }),
    clientId: consent.patient.optional(idOf('Patient')),
    scope: consent.scope.as(concept),
    kind: consent.policyRule.optional(asConcept(consentPolicy)),
    ruling: consent.provision.type.optional(oneOf('permit', 'deny')),
    grantedBy: first(consent.performer.each(granted, { by: (one) => JSON.stringify(one) })),
    givenAt: consent.dateTime.optional(dateTime),
    disclosers: consent.organization.each(refTo('Organization'), { by: (one) => JSON.stringify(one) }),
    recipients: recipientsOf(consent.provision),
    purposes: consent.provision.purpose.each(asCoding(purposeOfUse), { by: (purpose) => purpose }),
    content: together({
      ...contentOf(consent.provision),
      dataPeriod: consent.provision.dataPeriod.optional(period),
      narrative: extension(consent, local('consent-content')).valueString.optional(text),
    }).as(record<Content>('content')),
    exceptions: consent.provision.provision.each(exception, { by: ['handle'], only: { label: 'deny', test: isException } }),
    validFrom: consent.provision.period.start.optional(dateTime),
    expires: together({
      on: consent.provision.period.end.optional(dateTime),
      event: extension(consent, local('expires-with')).valueString.optional(text),
    }).optional<Consent['expires']>(choiceOrNone('end')),
    signature: first(consent.extension.each(signature, { by: ['handle'], only: withUrl(local('signature')) })),
    copyDocumentId: instead(consent.sourceReference.optional(idOf('DocumentReference')), consent.sourceAttachment),
    verifications: consent.verification.each(verification, { by: ['handle'] }),
    redisclosureNotice: first(
      consent.policy.each(notice, {
        by: ['id'],
        only: { label: 'notice', test: ({ uri }) => uri?.startsWith(notices) === true },
      }),
    ),
    jurisdiction: extension(consent, local('jurisdiction')).valueCode.optional(usState),
    language: consent.language.optional(text),
    replaces: extension(consent, local('replaces')).valueReference.optional(idOf('Consent')),
    revokedAt: extension(extension(consent, revocation), 'when').valueDateTime.optional(dateTime),
    revokedHow: extension(extension(consent, revocation), 'how').valueString.optional(text),
    statusReason: extension(consent, local('status-reason')).valueCodeableConcept.optional(reasonText),
    ...labels(consent),
    state: refinedState(consent, consent.status, statusOf),
  }),
})
export default table

/** What tells nothing: names for people, and what tells elements apart. */
const silent = new Set(['id', 'display'])
const bare = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(bare)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]) => (silent.has(key) ? [] : [[key, bare(member)] as const])),
  )
}

/** Does the reading say all that the provisions say? Written anew from it, they are the same. What is not wholly read grants nothing. */
export function isWhollyRead(consent: fhir.Consent): boolean {
  const reading = table.read({ Consent: consent })
  if (!reading.ok || reading.warnings.length > 0) return false
  if (consent.modifierExtension !== undefined || consent.implicitRules !== undefined) return false
  return equal(bare(table.write(reading.value).Consent.provision), bare(consent.provision))
}
