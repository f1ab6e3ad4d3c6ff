/**
 * SafetyPlan ↔ CarePlan, and the Composition that holds its sections.
 * https://hl7.org/fhir/R4/careplan.html, https://hl7.org/fhir/R4/composition.html
 */
import type * as fhir from '@medplum/fhirtypes'
import { SafetyPlan, type SafetyPlanState, type Share, safetySections } from '../src/domain/safety-plan.ts'
import { bool, dateTime, idOf, text } from '../src/lens/codecs.ts'
import { mapping } from '../src/lens/mapping.ts'
import { shape, together } from '../src/lens/shape.ts'
import { safetyPlanCategory, safetySectionSystem } from './codes/safety-plan.ts'
import { blankCarePlan } from './shared/blank-care-plan.ts'
import { idIn, withUrl } from './shared/combine.ts'
import { identifier } from './shared/datatypes.ts'
import { extension, local } from './shared/extension.ts'
import { labels } from './shared/labels.ts'
import { withOptionalParts } from './shared/optional-parts.ts'
import { party } from './shared/party.ts'
import { reasonText } from './shared/reason-text.ts'
import { refinedState } from './shared/refined-state.ts'
import { blankDocument, reviewedAt } from './shared/safety-plan-document.ts'
import { safetySection } from './shared/safety-section.ts'

export interface SafetyPlanParts {
  readonly CarePlan: fhir.CarePlan
  readonly Composition?: fhir.Composition
}

const statusOf: Readonly<Record<SafetyPlanState, fhir.CarePlan['status']>> = {
  draft: 'draft',
  active: 'active',
  superseded: 'revoked',
  'withdrawn-by-client': 'revoked',
  'entered-in-error': 'entered-in-error',
}
/** A plan that is over is not in force any more. */
const alike = { unknown: 'draft', 'on-hold': 'draft', completed: 'superseded' } as const

const share = shape<fhir.Extension, Share>(
  'share',
  (at) => ({
    who: extension(at, 'who').valueReference.as(party()),
    consentId: extension(at, 'consent').valueReference.as(idOf('Consent')),
    at: extension(at, 'at').valueDateTime.as(dateTime),
  }),
  { url: local('shared-with') },
)

const table = mapping<SafetyPlan, SafetyPlanParts>({
  name: 'safety-plan.care-plan',
  version: 1,
  domain: SafetyPlan,
  owner: 'coordination',
  blank: {
    CarePlan: blankCarePlan(safetyPlanCategory),
    Composition: blankDocument,
  },
  fields: ({ CarePlan: plan, Composition }) => ({
    identifiers: plan.identifier.each(identifier, { by: ['handle'] }),
    clientId: plan.subject.as(idOf('Patient')),
    createdWith: plan.contributor.each(party(), { by: (who) => who }),
    createdAt: plan.created.optional(dateTime),
    reviewedAt: extension(plan, reviewedAt).valueDateTime.optional(dateTime),
    sections: together(
      Object.fromEntries(
        safetySections.map((key) => [
          key,
          Composition.section
            .where({ code: { coding: [{ system: safetySectionSystem, code: key }] } })
            .optional(safetySection(key)),
        ]),
      ),
    ).as<SafetyPlan['sections']>({ name: 'sections', read: (raw) => raw, write: (value) => value }),
    sharedWith: plan.extension.each(share, { by: ['who', 'at'], only: withUrl(local('shared-with')) }),
    clientHasCopy: extension(plan, local('client-has-copy')).valueBoolean.optional(bool),
    language: plan.language.optional(text),
    replaces: idIn(plan.replaces, 'CarePlan'),
    statusReason: extension(plan, local('status-reason')).valueCodeableConcept.optional(reasonText),
    ...labels(plan),
    state: refinedState(plan, plan.status, statusOf, alike),
  }),
})

export default withOptionalParts(table, { Composition: blankDocument })
