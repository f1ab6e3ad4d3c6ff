/** Coverage ↔ Coverage. https://hl7.org/fhir/R4/coverage.html */
import type * as fhir from '@medplum/fhirtypes'
import { Coverage, coverageStates, medicareSecondReasons, relationships } from '../src/domain/coverage.ts'
import { asConcept, codeTable } from '../src/lens/code-table.ts'
import { type Codec, cannot } from '../src/lens/codec.ts'
import { dateTime, idOf, integer, oneOf, refTo, text } from '../src/lens/codecs.ts'
import { mapping } from '../src/lens/mapping.ts'
import { coverageKind } from './codes/coverage-kind.ts'
import { identifier, period } from './shared/datatypes.ts'
import { extension, local } from './shared/extension.ts'
import { labels } from './shared/labels.ts'

const v2 = 'http://terminology.hl7.org/CodeSystem/v2-0203'
const memberNumber = { type: { coding: [{ system: v2, code: 'MB' }] } }
const isMemberNumber = (one: fhir.Identifier): boolean =>
  Array.isArray(one.type?.coding) && one.type.coding.some((coding) => coding?.system === v2 && coding.code === 'MB')

/** https://hl7.org/fhir/R4/valueset-subscriber-relationship.html */
const relationship = codeTable(
  'http://terminology.hl7.org/CodeSystem/subscriber-relationship',
  relationships.map((code) => [code, code] as const),
)

const classOf = (code: string) => ({
  type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/coverage-class', code }] },
})
/** A plan by its name; its value, where there is none, is the name as well (FHIR requires one). */
const plan: Codec<fhir.CoverageClass, string> = {
  name: 'plan',
  read: (raw, report) => raw.name ?? raw.value ?? cannot(report, 'expected a name or value'),
  write(name, prior) {
    const isNumber = prior?.value !== undefined && prior.name !== undefined && prior.value !== prior.name
    return { ...prior, ...(!prior && classOf('plan')), value: isNumber ? prior.value : name, name } as fhir.CoverageClass
  },
}

type Payer = Coverage['payerOrg']
/** The first of those who pay; the others stay. */
const first: Codec<readonly Payer[], Payer> = {
  name: 'first',
  read: ([value], report) => value ?? cannot(report, 'is required here'),
  write: (value, prior) => [value, ...(prior ?? []).slice(1)],
}

export default mapping<Coverage, { Coverage: fhir.Coverage }>({
  name: 'coverage.coverage',
  version: 2,
  domain: Coverage,
  owner: 'shared',
  blank: { Coverage: { resourceType: 'Coverage', status: 'active', beneficiary: {}, payor: [] } },
  fields: ({ Coverage }) => ({
    ...labels(Coverage),
    bhCarveOut: extension(Coverage, local('behavioral-health-carve-out')).valueReference.optional(refTo('Organization')),
    medicareSecondBecause: extension(Coverage, local('medicare-second')).valueCode.optional(oneOf(...medicareSecondReasons)),
    verifiedAt: extension(Coverage, local('verified-at')).valueDateTime.optional(dateTime),
    statusReason: extension(Coverage, local('status-reason')).valueString.optional(text),
    identifiers: Coverage.identifier.each(identifier, {
      by: ['handle'],
      only: { label: 'other', test: (one) => !isMemberNumber(one) },
    }),
    memberId: Coverage.identifier.where(memberNumber, (one) => one.value !== undefined).value.optional(text),
    state: Coverage.status.as(oneOf(...coverageStates)),
    kind: Coverage.type.optional(asConcept(coverageKind)),
    subscriberId: Coverage.subscriberId.optional(text),
    clientId: Coverage.beneficiary.as(idOf('Patient')),
    subscriber: Coverage.subscriber.optional(refTo('Patient', 'RelatedPerson')),
    relationship: Coverage.relationship.optional(asConcept(relationship)),
    period: Coverage.period.optional(period),
    payerOrg: Coverage.payor
      .each(refTo('Organization', 'Patient', 'RelatedPerson'), { by: (value) => JSON.stringify(value) })
      .as(first),
    groupNumber: Coverage.class.where(classOf('group'), (one) => one.value !== undefined).value.optional(text),
    planName: Coverage.class.where(classOf('plan')).optional(plan),
    priority: Coverage.order.optional(integer),
  }),
})
