/**
 * Authorization ↔ Claim (use preauthorization), and the payer's ClaimResponse. https://hl7.org/fhir/R4/claim.html
 * https://hl7.org/fhir/R4/claimresponse.html
 */
import type * as fhir from '@medplum/fhirtypes'
import { Authorization, type AuthorizationState } from '../src/domain/authorization.ts'
import type { Codec } from '../src/lens/codec.ts'
import { dateTime, idOf, refTo, text } from '../src/lens/codecs.ts'
import { mapping } from '../src/lens/mapping.ts'
import { authorizationAnswer, renders, requestedItem, supportingDocument } from './shared/authorization-items.ts'
import { identifier, period } from './shared/datatypes.ts'
import { extension, local } from './shared/extension.ts'
import { labels } from './shared/labels.ts'
import { refinedState } from './shared/refined-state.ts'

export interface AuthorizationParts {
  Claim: fhir.Claim
  ClaimResponse?: fhir.ClaimResponse
}

/** https://hl7.org/fhir/R4/valueset-fm-status.html */
const statusOf: Readonly<Record<AuthorizationState, fhir.Claim['status']>> = {
  submitted: 'active',
  pended: 'active',
  approved: 'active',
  'partially-approved': 'active',
  modified: 'active',
  denied: 'active',
  appealed: 'active',
  expired: 'active',
  exhausted: 'active',
  draft: 'draft',
  cancelled: 'cancelled',
  'entered-in-error': 'entered-in-error',
}

const priorities = 'http://terminology.hl7.org/CodeSystem/processpriority'
/** Only `stat` hurries; whatever else is said takes its time. */
const urgency: Codec<fhir.CodeableConcept, Authorization['urgency']> = {
  name: 'urgency',
  read: (raw) => (raw.coding?.some((one) => one?.code === 'stat') ? 'expedited' : 'standard'),
  write(value, prior) {
    if (prior && urgency.read(prior, []) === value) return prior
    return { coding: [{ system: priorities, code: value === 'expedited' ? 'stat' : 'normal' }] }
  },
}

export default mapping<Authorization, AuthorizationParts>({
  name: 'authorization.claim',
  version: 1,
  domain: Authorization,
  owner: 'coordination',
  blank: {
    Claim: {
      resourceType: 'Claim',
      status: 'draft',
      type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/claim-type', code: 'professional' }] },
      use: 'preauthorization',
      patient: {},
      created: '',
      provider: {},
      priority: { coding: [{ system: priorities, code: 'normal' }] },
      insurance: [{ sequence: 1, focal: true, coverage: {} }],
    },
  },
  fields: ({ Claim, ClaimResponse }) => ({
    ...labels(Claim),
    submittedAt: extension(Claim, local('submitted-at')).valueDateTime.optional(dateTime),
    statusReason: extension(Claim, local('status-reason')).valueString.optional(text),
    identifiers: Claim.identifier.each(identifier, { by: ['handle'] }),
    state: refinedState(Claim, Claim.status, statusOf),
    clientId: Claim.patient.as(idOf('Patient')),
    period: Claim.billablePeriod.optional(period),
    facility: Claim.facility.optional(refTo('Location')),
    renderer: Claim.careTeam
      .where(renders, ({ provider }) => provider !== undefined)
      .provider.optional(refTo('Practitioner', 'PractitionerRole')),
    documents: Claim.supportingInfo.each(supportingDocument.codec, { by: (id) => id, only: supportingDocument.only }),
    createdAt: Claim.created.as(dateTime),
    insurer: Claim.insurer.optional(refTo('Organization')),
    provider: Claim.provider.as(refTo('Organization', 'Practitioner', 'PractitionerRole')),
    urgency: Claim.priority.as(urgency),
    coverageId: Claim.insurance.where({ focal: true }).coverage.as(idOf('Coverage')),
    items: Claim.item.each(requestedItem, { by: ['sequence'] }),
    answer: ClaimResponse.optional(authorizationAnswer).ownedBy('partner'),
  }),
})
