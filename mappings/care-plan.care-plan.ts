/** CarePlan ↔ CarePlan. https://hl7.org/fhir/R4/careplan.html, https://hl7.org/fhir/us/core/StructureDefinition-us-core-careplan.html */
import type * as fhir from '@medplum/fhirtypes'
import { CarePlan, type PlanState, planKinds } from '../src/domain/care-plan.ts'
import { codeTable } from '../src/lens/code-table.ts'
import { type Codec, cannot, words } from '../src/lens/codec.ts'
import { date, dateTime, idOf, refTo, text } from '../src/lens/codecs.ts'
import { mapping } from '../src/lens/mapping.ts'
import { blankCarePlan } from './shared/blank-care-plan.ts'
import { idIn, idsIn, oneConcept, withUrl } from './shared/combine.ts'
import { identifier, period } from './shared/datatypes.ts'
import { core, extension, local, localSystem } from './shared/extension.ts'
import { intervention } from './shared/intervention.ts'
import { labels } from './shared/labels.ts'
import { lastChange, lastChangeUrl } from './shared/last-change.ts'
import { reasonText } from './shared/reason-text.ts'
import { reviewedAt } from './shared/safety-plan-document.ts'
import { signature } from './shared/session-extensions.ts'

/** How often the plan is reviewed. */
export const reviewEvery = local('review-every')

export const planKind = codeTable(
  localSystem('care-plan-kind'),
  planKinds.map((word) => [word, word] as const),
)

const states: Readonly<Record<fhir.CarePlan['status'], Exclude<PlanState, 'superseded'>>> = words({
  draft: 'draft',
  active: 'active',
  'on-hold': 'on-hold',
  revoked: 'revoked',
  completed: 'completed',
  'entered-in-error': 'entered-in-error',
  unknown: 'on-hold',
})
/** Superseded is revoked, with a plan that replaces it. */
const state: Codec<fhir.CarePlan['status'], PlanState> = {
  name: 'state of the plan',
  read: (raw, report) => states[raw] ?? cannot(report, 'unmapped status'),
  write: (value) => (value === 'superseded' ? 'revoked' : value),
}

const author = <Raw extends fhir.Reference>() =>
  refTo<Raw, 'Practitioner', 'PractitionerRole' | 'Organization' | 'Patient' | 'RelatedPerson' | 'CareTeam' | 'Device'>(
    'Practitioner',
    ...(['PractitionerRole', 'Organization', 'Patient', 'RelatedPerson', 'CareTeam', 'Device'] as const),
  )

/** US Core wants it of every plan that was assessed for. */
const assessPlan = { coding: [{ system: 'http://hl7.org/fhir/us/core/CodeSystem/careplan-category', code: 'assess-plan' }] }

export default mapping<CarePlan, { CarePlan: fhir.CarePlan }>({
  name: 'care-plan.care-plan',
  version: 1,
  domain: CarePlan,
  owner: 'coordination',
  blank: {
    CarePlan: blankCarePlan(assessPlan),
  },
  fields: ({ CarePlan: plan }) => ({
    identifiers: plan.identifier.each(identifier, { by: ['handle'] }),
    clientId: plan.subject.as(idOf('Patient')),
    episodeId: extension(plan, core('workflow-episodeOfCare')).valueReference.optional(idOf('EpisodeOfCare')),
    kind: oneConcept(plan.category, 'kind', planKind),
    title: plan.title.optional(text),
    narrative: plan.description.optional(text),
    period: plan.period.optional(period),
    author: plan.author.optional(author()),
    contributors: plan.contributor.each(author(), { by: (who) => JSON.stringify(who) }),
    careTeamId: idIn(plan.careTeam, 'CareTeam'),
    needs: idsIn(plan.addresses, 'Condition'),
    goals: idsIn(plan.goal, 'Goal'),
    interventions: plan.activity.each(intervention, { by: ['handle'] }),
    reviewEvery: extension(plan, reviewEvery).valueString.optional(text),
    reviewedAt: extension(plan, reviewedAt).valueDateTime.optional(dateTime),
    nextReviewOn: extension(plan, local('next-review')).valueDate.optional(date),
    signatures: plan.extension.each(signature, { by: ['handle'], only: withUrl(local('signature')) }),
    crisisPlanId: idIn(plan.supportingInfo, 'CarePlan'),
    replaces: idIn(plan.replaces, 'CarePlan'),
    lastChange: extension(plan, lastChangeUrl).optional(lastChange),
    statusReason: extension(plan, local('status-reason')).valueCodeableConcept.optional(reasonText),
    ...labels(plan),
    state: plan.status.as(state),
  }),
})
