/**
 * CrisisEvent ↔ Flag, and what shares its identifier: the RiskAssessment with the level, the Procedure with what was done, an alert for each
 * step up the line. The Flag says nothing of what it is about to who may not read further.
 * https://hl7.org/fhir/R4/flag.html, https://hl7.org/fhir/R4/riskassessment.html
 */
import type * as fhir from '@medplum/fhirtypes'
import type { z } from 'zod'
import { type Acknowledgement, CrisisEvent, type CrisisState, crisisTriggers } from '../src/domain/crisis.ts'
import { asCoding, asConcept } from '../src/lens/code-table.ts'
import { dateTime, idOf, oneOf, refTo } from '../src/lens/codecs.ts'
import { mapping } from '../src/lens/mapping.ts'
import { shape } from '../src/lens/shape.ts'
import { crisisLevel, disposition, riskType } from './codes/crisis.ts'
import { idsIn, valuesOf } from './shared/combine.ts'
import { action, blankParts, escalation, isEscalation, meansSafety, transfer } from './shared/crisis-elements.ts'
import { identifier } from './shared/datatypes.ts'
import { extension, local } from './shared/extension.ts'
import { labels } from './shared/labels.ts'
import { withOptionalParts } from './shared/optional-parts.ts'
import { reasonText } from './shared/reason-text.ts'
import { refinedState } from './shared/refined-state.ts'

export interface CrisisParts {
  readonly Flag: fhir.Flag
  readonly RiskAssessment?: fhir.RiskAssessment
  readonly Procedure?: fhir.Procedure
  readonly Communication: readonly fhir.Communication[]
}

/** The standing risk stays flagged until somebody has seen the client again. */
const statusOf = {
  open: 'active',
  acknowledged: 'active',
  stabilising: 'active',
  resolved: 'active',
  transferred: 'active',
  'followed-up': 'inactive',
  'entered-in-error': 'entered-in-error',
} as const satisfies Record<CrisisState, fhir.Flag['status']>

const acknowledgement = shape<fhir.Extension, z.infer<typeof Acknowledgement>>(
  'acknowledgement',
  (at) => ({
    clinician: extension(at, 'clinician').valueReference.as(refTo('Practitioner', 'PractitionerRole')),
    at: extension(at, 'at').valueDateTime.as(dateTime),
  }),
  { url: local('acknowledged-by') },
)

const table = mapping<CrisisEvent, CrisisParts>({
  name: 'crisis.flag',
  version: 2,
  domain: CrisisEvent,
  owner: 'coordination',
  blank: {
    Flag: {
      resourceType: 'Flag',
      status: 'active',
      category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/flag-category', code: 'safety' }] }],
      code: { text: 'Safety concern' },
      subject: {},
    },
    ...blankParts,
    Communication: [],
  },
  fields: ({ Flag, RiskAssessment, Procedure, Communication }) => ({
    identifiers: Flag.identifier.each(identifier, { by: ['handle'] }),
    clientId: Flag.subject.as(idOf('Patient')),
    episodeId: extension(Flag, local('episode')).valueReference.optional(idOf('EpisodeOfCare')),
    openedAt: Flag.period.start.optional(dateTime),
    trigger: extension(Flag, local('crisis-trigger')).valueCode.optional(oneOf(...crisisTriggers)),
    riskTypes: Flag.at('code').coding.each(asCoding(riskType), {
      by: (term) => term,
      only: { label: 'risk', test: ({ code, system = '' }) => riskType.termOf(code, system) !== undefined },
    }),
    level: RiskAssessment.prediction.where({}).qualitativeRisk.optional(asConcept(crisisLevel)),
    assessments: idsIn(RiskAssessment.basis, 'QuestionnaireResponse'),
    actions: Procedure.note.each(action.codec, action.options),
    disposition: Procedure.outcome.optional(asConcept(disposition)),
    meansSafety: extension(Flag, local('means-safety')).optional(meansSafety),
    acknowledgeBy: extension(Flag, local('acknowledge-by')).valueDateTime.optional(dateTime),
    acknowledgedBy: extension(Flag, local('acknowledged-by')).optional(acknowledgement),
    escalations: Communication.each(escalation, { by: ['handle'], only: { label: 'escalated', test: isEscalation } }),
    disclosures: valuesOf(Flag.extension, local('disclosure'), (at) => at.valueReference.as(idOf('AuditEvent'))),
    followUps: valuesOf(Flag.extension, local('follow-up'), (at) => at.valueReference.as(idOf('Task'))),
    closedAt: extension(Flag, local('closed-at')).valueDateTime.optional(dateTime),
    transferredTo: extension(Flag, local('transferred-to')).optional(transfer),
    statusReason: extension(Flag, local('status-reason')).valueCodeableConcept.optional(reasonText),
    ...labels(Flag),
    state: refinedState(Flag, Flag.status, statusOf),
  }),
})

export default withOptionalParts(table, blankParts)
