/** Disclosure ↔ AuditEvent: an export (DICOM's word), from a source to a destination. https://hl7.org/fhir/R4/auditevent.html */
import type * as fhir from '@medplum/fhirtypes'
import { Disclosed, Disclosure, type DisclosureResult, disclosureMethods, disclosureResults } from '../src/domain/disclosure.ts'
import { type Codec, cannot, unread } from '../src/lens/codec.ts'
import { bool, dateTime, idOf, instant, integer, oneOf, refTo, text } from '../src/lens/codecs.ts'
import { mapping } from '../src/lens/mapping.ts'
import { shape } from '../src/lens/shape.ts'
import { hangingOn } from '../src/lens/sibling.ts'
import { purposeOfUse } from './codes/consent.ts'
import { disclosureBasis, disclosureSubtype, outcomeOf } from './codes/disclosure.ts'
import { oneConcept, valuesOf, withUrl } from './shared/combine.ts'
import { extension, local } from './shared/extension.ts'
import { labels, sensitive } from './shared/labels.ts'
import { whole } from './shared/stay.ts'

const dicom = 'http://dicom.nema.org/resources/ontology/DCM'
/** Who takes part in an export. https://dicom.nema.org/medical/dicom/current/output/chtml/part16/sect_CID_402.html */
const agentOf = (code: string, requestor: boolean) => ({ type: { coding: [{ system: dicom, code }] }, requestor })
type Other = 'Practitioner' | 'PractitionerRole' | 'Patient' | 'RelatedPerson' | 'Device'
const party = <Raw extends fhir.Reference>() =>
  refTo<Raw, 'Organization', Other>(
    'Organization',
    ...(['Practitioner', 'PractitionerRole', 'Patient', 'RelatedPerson', 'Device'] as const),
  )

/** https://hl7.org/fhir/R4/valueset-object-role.html */
const roles = 'http://terminology.hl7.org/CodeSystem/object-role'
const entityOf = (code: string) => ({ role: { system: roles, code } })

type What = NonNullable<fhir.AuditEventEntity['what']>
type Version = Omit<Disclosed, 'sensitivity'>
/** `Condition/ned-1/_history/3` */
const version: Codec<What, Version> = {
  name: 'reference to a version',
  read({ reference = '' }, report) {
    const [type, id, history, number, ...more] = reference.split('/')
    const is = (history === undefined || (history === '_history' && number !== undefined)) && more.length === 0
    const parsed = Disclosed.safeParse({ type, id, ...(number !== undefined && { version: number }) })
    if (!is || !parsed.success) return cannot(report, 'expected a reference to a resource')
    const { sensitivity: _, ...said } = parsed.data
    return said
  },
  write({ type, id, version: number }, prior) {
    const reference = `${type}/${id}${number === undefined ? '' : `/_history/${number}`}`
    return prior?.reference === reference ? prior : { ...hangingOn(prior), reference }
  },
}

const entity = shape<fhir.AuditEventEntity, { what: Version; sensitivity: Disclosed['sensitivity'] }>(
  'what was disclosed',
  (at) => ({ what: at.what.as(version), sensitivity: at.securityLabel.each(sensitive.codec, sensitive.options) }),
  entityOf('4'),
)
const disclosed: Codec<fhir.AuditEventEntity, Disclosed> = {
  name: entity.name,
  read(raw, report) {
    const value = entity.read(raw, report)
    return value === unread ? unread : { ...value.what, sensitivity: value.sensitivity }
  },
  write: ({ sensitivity, ...what }, prior) => entity.write({ what, sensitivity }, prior),
}

const segment = shape<fhir.Extension, Disclosure['segmentsRemoved'][number]>(
  'segments removed',
  (at) => ({
    kind: extension(at, 'kind').valueString.as(text),
    count: extension(at, 'count').valueUnsignedInt.as(integer),
  }),
  { url: local('segments-removed') },
)

const emergency = shape<fhir.Extension, NonNullable<Disclosure['emergency']>>(
  'medical emergency',
  (at) => ({
    recipientAffiliation: extension(at, 'recipientAffiliation').valueString.as(text),
    nature: extension(at, 'nature').valueString.as(text),
  }),
  { url: local('medical-emergency') },
)

const decision = shape<fhir.Extension, NonNullable<Disclosure['decision']>>(
  'decision',
  (at) => ({
    permit: extension(at, 'permit').valueBoolean.as(bool),
    reasons: valuesOf(at.extension, 'reason', (one) => one.valueString.as(text)),
    ruleVersions: valuesOf(at.extension, 'ruleVersion', (one) => one.valueString.as(text)),
  }),
  { url: local('disclosure-decision') },
)

const result: Codec<fhir.AuditEvent['outcome'] | undefined, DisclosureResult> = {
  name: 'result',
  read: (raw, report) =>
    disclosureResults.find((word) => outcomeOf[word] === raw) ?? cannot(report, 'no outcome of a disclosure'),
  write: (value) => outcomeOf[value],
}

export default mapping<Disclosure, { AuditEvent: fhir.AuditEvent }>({
  name: 'disclosure.audit-event',
  version: 2,
  domain: Disclosure,
  owner: 'coordination',
  blank: {
    AuditEvent: {
      resourceType: 'AuditEvent',
      type: { system: dicom, code: '110106', display: 'Export' },
      subtype: [disclosureSubtype],
      action: 'R',
      recorded: '',
      agent: [agentOf('110153', true)],
      source: { observer: { display: 'Warm Handoff' } },
    },
  },
  fields: ({ AuditEvent: event }) => ({
    clientId: event.entity.where(entityOf('1')).what.as(idOf('Patient')),
    at: event.period.start.optional(dateTime),
    recordedAt: event.recorded.as(instant),
    basis: oneConcept(event.purposeOfEvent, 'basis', disclosureBasis),
    purpose: oneConcept(event.purposeOfEvent, 'purpose', purposeOfUse),
    consentId: event.entity.where(entityOf('13')).what.optional(idOf('Consent')),
    discloser: event.agent.where(agentOf('110153', true), () => true).who.optional(party()),
    recipient: event.agent.where(agentOf('110152', false)).who.optional(party()),
    resources: event.entity.each(disclosed, {
      by: (one) => JSON.stringify(one),
      only: { label: 'disclosed', test: ({ role }) => role?.system === roles && role.code === '4' },
    }),
    segmentsRemoved: event.extension.each(segment, { by: ['kind'], only: withUrl(local('segments-removed')) }),
    noticesSent: valuesOf(event.extension, local('notice-sent'), (one) => one.valueString.as(text)),
    consentCopySent: extension(event, local('consent-copy-sent')).valueBoolean.optional(bool),
    emergency: extension(event, local('medical-emergency')).optional(emergency),
    method: extension(event, local('disclosure-method')).valueCode.optional(oneOf(...disclosureMethods)),
    decision: extension(event, local('disclosure-decision')).optional(decision),
    ackedAt: extension(event, local('acknowledged-at')).valueDateTime.optional(dateTime),
    statusReason: event.outcomeDesc.optional(text),
    prevHash: extension(event, local('previous-hash')).valueString.optional(text),
    hash: extension(event, local('hash')).valueString.optional(text),
    ...labels(event),
    result: whole(event.outcome, result),
  }),
})
