/**
 * Need ↔ Condition. Clinical and verification status together tell the state; that the client declined is our own extension's to say.
 * https://hl7.org/fhir/R4/condition.html,
 * https://hl7.org/fhir/us/core/StructureDefinition-us-core-condition-problems-health-concerns.html
 */
import type * as fhir from '@medplum/fhirtypes'
import {
  asserters,
  clientViews,
  isUnsure,
  Need,
  type NeedState,
  type StoredNeedState,
  type Verification,
} from '../src/domain/need.ts'
import { asConcept } from '../src/lens/code-table.ts'
import { type Codec, cannot, silently, unread } from '../src/lens/codec.ts'
import { day, idOf, oneOf, refTo } from '../src/lens/codecs.ts'
import { equal } from '../src/lens/equal.ts'
import { mapping } from '../src/lens/mapping.ts'
import type { Place } from '../src/lens/place.ts'
import { together } from '../src/lens/shape.ts'
import { clinicalStatus, needDomain, severity, verificationStatus } from './codes/need.ts'
import { instead, oneConcept, peek } from './shared/combine.ts'
import { concept, identifier } from './shared/datatypes.ts'
import { core, extension, local } from './shared/extension.ts'
import { labels } from './shared/labels.ts'
import { reasonText } from './shared/reason-text.ts'
import { specificCategory } from './shared/specific-category.ts'

type Clinical = (typeof clinicalStatus.terms)[number]
interface Raw {
  readonly clinical: Clinical | undefined
  readonly fine: 'declined' | undefined
  /** Looked at, never written: rows of their own. */
  readonly verification: Verification | undefined
  readonly ended: string | undefined
  readonly otherwise: object | undefined
}

/** An error has no clinical status. https://hl7.org/fhir/R4/condition.html#con-5 */
const clinicalOf: Readonly<Record<NeedState, Clinical | undefined>> = {
  suspected: 'active',
  confirmed: 'active',
  'being-addressed': 'active',
  resolved: 'resolved',
  recurred: 'recurrence',
  declined: 'inactive',
  refuted: 'inactive',
  'entered-in-error': undefined,
}

function stateOf({ clinical, fine, verification }: Raw): StoredNeedState {
  if (verification === 'refuted' || verification === 'entered-in-error') return verification
  if (clinical === 'recurrence') return 'recurred'
  if (clinical === 'inactive' && fine === 'declined') return 'declined'
  if (clinical === 'resolved' || clinical === 'inactive') return 'resolved'
  return isUnsure(verification) ? 'suspected' : 'confirmed'
}

const hasEnded = (clinical: Clinical | undefined): boolean => clinical === 'resolved' || clinical === 'inactive'

const state: Codec<Raw, NeedState> = {
  name: 'state of the need',
  read(raw, report) {
    if (raw.otherwise !== undefined) return cannot(report, 'has an end that is no date: it cannot be kept in step with the state')
    const goesOn = raw.ended !== undefined && !hasEnded(raw.clinical)
    return goesOn ? cannot(report, 'has an end and goes on: con-4 of Condition') : stateOf(raw)
  },
  write: (value, prior) => ({
    clinical: value === 'being-addressed' && prior?.clinical === 'recurrence' ? 'recurrence' : clinicalOf[value],
    fine: value === 'declined' ? 'declined' : undefined,
    verification: undefined,
    ended: undefined,
    otherwise: undefined,
  }),
}

const shown = refTo<
  fhir.Reference,
  'QuestionnaireResponse',
  'DocumentReference' | 'Observation' | 'DiagnosticReport' | 'Condition'
>('QuestionnaireResponse', ...(['DocumentReference', 'Observation', 'DiagnosticReport', 'Condition'] as const))
/** Evidence that is one thing; several in one are left to whoever bound them together. */
const evidence: Codec<fhir.ConditionEvidence, Need['evidence'][number]> = {
  name: 'evidence',
  read({ detail }, report) {
    const found = detail?.length === 1 ? shown.read(detail[0]!, report) : cannot(report, 'expected one reference')
    return found === unread ? unread : found
  },
  write: (value, prior) =>
    prior && equal(evidence.read(prior, silently), value)
      ? prior
      : { ...prior, detail: [shown.write(value, prior?.detail?.[0])] },
}

/** Abatement of another type than a date. */
const otherEnds = <R>({ abatementAge, abatementPeriod, abatementRange, abatementString }: Place<R, fhir.Condition>) =>
  together({ abatementAge, abatementPeriod, abatementRange, abatementString }).as<object | undefined>({
    name: 'another end',
    read: (raw) => (Object.values(raw).some((end) => end !== undefined) ? raw : undefined),
    write: () => ({ abatementAge: undefined, abatementPeriod: undefined, abatementRange: undefined, abatementString: undefined }),
  })

export default mapping<Need, { Condition: fhir.Condition }>({
  name: 'need.condition',
  version: 1,
  domain: Need,
  owner: 'coordination',
  blank: {
    Condition: {
      resourceType: 'Condition',
      category: [{ coding: [{ system: 'http://hl7.org/fhir/us/core/CodeSystem/condition-category', code: 'health-concern' }] }],
      subject: {},
    },
  },
  fields: ({ Condition }) => ({
    identifiers: Condition.identifier.each(identifier, { by: ['handle'] }),
    clientId: Condition.subject.as(idOf('Patient')),
    episodeId: extension(Condition, core('workflow-episodeOfCare')).valueReference.optional(idOf('EpisodeOfCare')),
    domain: oneConcept(Condition.category, 'domain', needDomain),
    category: specificCategory(Condition.category),
    code: Condition.at('code').optional(concept),
    evidence: Condition.evidence.each(evidence, { by: (value) => JSON.stringify(value) }),
    assertedBy: extension(Condition, local('asserted-by')).valueCode.optional(oneOf(...asserters)),
    clientView: extension(Condition, local('client-view')).valueCode.optional(oneOf(...clientViews)),
    severity: Condition.severity.optional(asConcept(severity)).ownedBy('shared'),
    priority: extension(Condition, local('need-priority')).valueCode.optional(oneOf('high', 'medium', 'low')),
    onset: instead(
      Condition.onsetDateTime.optional(day),
      Condition.onsetAge,
      Condition.onsetPeriod,
      Condition.onsetRange,
      Condition.onsetString,
    ).ownedBy('shared'),
    resolvedOn: Condition.abatementDateTime.optional(day).ownedBy('shared'),
    statusReason: extension(Condition, local('status-reason')).valueCodeableConcept.optional(reasonText),
    ...labels(Condition),
    state: together({
      clinical: Condition.clinicalStatus.optional(asConcept(clinicalStatus)),
      fine: extension(Condition, local('need-state')).valueCode.optional(oneOf('declined')),
      verification: peek(Condition.verificationStatus.optional(asConcept(verificationStatus))),
      ended: peek(Condition.abatementDateTime),
      otherwise: peek(otherEnds(Condition)),
    })
      .as(state)
      .ownedBy('shared'),
    // After the state, which is written from what stood here before.
    verification: Condition.verificationStatus.optional(asConcept(verificationStatus)).ownedBy('shared'),
  }),
})
