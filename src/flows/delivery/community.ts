/**
 * What a community organization is sent. It is no covered entity: what it was told, HIPAA protects no longer. So all that is about a client
 * wants a consent of the client's that names it, and no more of that goes than the work takes: referrals that are addressed to it and what
 * those name, each in a form without the rest of the record. https://www.ecfr.gov/current/title-45/section-164.502#p-164.502(b),
 * https://hl7.org/fhir/us/sdoh-clinicalcare/sdoh_clinical_care_scope.html
 */
import type { Coding, HealthcareService, PractitionerRole, Reference, ServiceRequest, Task } from '@medplum/fhirtypes'
import { needDomain } from '../../../mappings/codes/need.ts'
import { isIcd10, socialCategoryOf } from '../../domain/icd10.ts'
import { isSdohCategory, sdohCodes } from '../../domain/sdoh.ts'
import type { JsonObject } from '../../fhir/exact.ts'
import { ask, type Steps } from '../../store/store.ts'
import { storedValue } from '../next-version.ts'
import { targetOf } from '../references.ts'

/** Who and where: about no client. */
const directory = new Set(['Organization', 'Practitioner', 'PractitionerRole', 'HealthcareService', 'Location', 'Endpoint'])
export const isDirectory = ({ resourceType }: JsonObject): boolean => directory.has(String(resourceType))

/** Elements that it gets, beside those that say which resource it is. What is not here goes as it is, under a consent that names it. */
const elements: Readonly<Record<string, string>> = {
  Patient: 'active name telecom gender birthDate deceasedBoolean deceasedDateTime address communication',
  ServiceRequest:
    'status intent category priority doNotPerform code orderDetail quantityQuantity quantityRatio quantityRange subject occurrenceDateTime occurrencePeriod occurrenceTiming authoredOn requester performerType performer locationCode locationReference reasonCode reasonReference note patientInstruction',
  Task: 'status statusReason businessStatus intent priority code description focus for executionPeriod authoredOn lastModified requester performerType owner location restriction input output',
  Condition: 'clinicalStatus verificationStatus category severity code subject onsetDateTime onsetPeriod recordedDate',
  Goal: 'lifecycleStatus achievementStatus category priority description subject startDate target statusDate',
}
const always = 'resourceType id meta language implicitRules modifierExtension'
const kept = new Map(Object.entries(elements).map(([type, names]) => [type, new Set(`${always} ${names}`.split(' '))]))

const isSocialCode = ({ system, code = '' }: Coding): boolean =>
  (system === sdohCodes && isSdohCategory(code)) ||
  (system === needDomain.system && needDomain.termOf(code) === 'sdoh') ||
  (system === 'http://hl7.org/fhir/us/core/CodeSystem/us-core-category' && code === 'sdoh') ||
  (isIcd10({ system }) && socialCategoryOf(code) !== undefined)
const isSocialConcept = (concept: { readonly coding?: readonly Coding[] } | undefined): boolean =>
  concept?.coding?.some(isSocialCode) === true

const listed = (value: unknown): readonly never[] => (Array.isArray(value) ? (value as never[]) : [])
const filtered = (list: unknown, keep: (one: never) => boolean): unknown => {
  const left = listed(list).filter(keep)
  return left.length > 0 ? left : undefined
}

/** The least that does; `isKnown`: the organization has been told of what a reference (`Type/id`) leads to. */
export function leastOf(resource: JsonObject, isKnown: (reference: string) => boolean): JsonObject {
  const names = kept.get(String(resource.resourceType))
  if (!names) return resource
  const least: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(resource)) if (names.has(name.replace(/^_/, ''))) least[name] = value
  const turns: Readonly<Record<string, (value: unknown) => unknown>> = {
    reasonCode: (value) => filtered(value, isSocialConcept),
    reasonReference: (value) => filtered(value, ({ reference = '' }: Reference) => isKnown(reference)),
  }
  for (const [name, turn] of Object.entries(turns)) {
    if (!(name in least)) continue
    const left = turn(least[name])
    if (left === undefined) delete least[name]
    else least[name] = left
  }
  return least
}

/** Is it about a social need, or what has to be known of a person to help with one? A Task is about what its request is about. */
export function* isSocial(resource: JsonObject): Steps<boolean> {
  if (resource.resourceType === 'Patient') return true
  if (resource.resourceType !== 'Task')
    return kept.has(String(resource.resourceType)) && listed(resource.category).some(isSocialConcept)
  const request = yield* at<ServiceRequest>((resource as unknown as Task).focus)
  return request?.resourceType === 'ServiceRequest' && listed(request.category).some(isSocialConcept)
}

/** Is it a referral, or the work of one, that somebody of the organization is to do? */
export function* isAddressedTo(facility: string, resource: JsonObject): Steps<boolean> {
  const { resourceType, performer, owner } = resource
  const whom =
    resourceType === 'ServiceRequest'
      ? (listed(performer) as readonly Reference[])
      : resourceType === 'Task'
        ? [owner as Reference | undefined]
        : []
  for (const one of whom) if (yield* isOf(facility, one)) return true
  return false
}

function* isOf(facility: string, who: Reference | undefined): Steps<boolean> {
  const organization = `Organization/${facility}`
  if (who?.reference === organization) return true
  const one = yield* at<HealthcareService | PractitionerRole>(who)
  if (one?.resourceType === 'HealthcareService') return one.providedBy?.reference === organization
  return one?.resourceType === 'PractitionerRole' && one.organization?.reference === organization
}

function* at<R>(reference: Reference | undefined): Steps<R | undefined> {
  const target = targetOf(reference?.reference)
  return target.id === '' ? undefined : storedValue<R>(yield* ask({ ask: 'resource', ...target }))
}
