/**
 * ServiceOffering ↔ HealthcareService, its capacity as SDOH Clinical Care writes it. https://hl7.org/fhir/R4/healthcareservice.html
 */
import type * as fhir from '@medplum/fhirtypes'
import type { z } from 'zod'
import {
  type Capacity,
  daysOfWeek,
  type Eligibility,
  Every,
  type Hours,
  ServiceOffering,
  serviceStates,
  Time,
} from '../src/domain/service-offering.ts'
import { asConcept, codeIn, codeTable } from '../src/lens/code-table.ts'
import { type Codec, cannot } from '../src/lens/codec.ts'
import { bool, dateTime, idOf, integer, oneOf, text, withHandle } from '../src/lens/codecs.ts'
import { mapping } from '../src/lens/mapping.ts'
import { shape, together } from '../src/lens/shape.ts'
import { hangingOn } from '../src/lens/sibling.ts'
import { idIn, idsIn, oneConcept, valuesOf } from './shared/combine.ts'
import { codingKey, concept, conceptKey, conceptOfCoding, identifier } from './shared/datatypes.ts'
import { extension, local, localSystem } from './shared/extension.ts'
import { contactPoint } from './shared/person.ts'

type State = ServiceOffering['state']
/** `active` tells whether it is in use (it is, where nothing is said); which way, our own extension. */
const state: Codec<{ active: boolean | undefined; fine: State | undefined }, State> = {
  name: 'service state',
  read: ({ active, fine }) => {
    const used = active !== false
    return fine !== undefined && (fine === 'active' || fine === 'unverified') === used ? fine : used ? 'active' : 'suspended'
  },
  write(value) {
    const active = value === 'active' || value === 'unverified'
    return { active, fine: value === 'active' || value === 'suspended' ? undefined : value }
  },
}

const sdohcc = 'http://hl7.org/fhir/us/sdoh-clinicalcare'
const room = codeTable(`${sdohcc}/CodeSystem/SDOHCC-CodeSystemTemporaryCodes`, [
  ['capacity', 'open'],
  ['waitlist', 'waitlist'],
  ['no-capacity', 'closed'],
])
type Room = (typeof room.terms)[number]
interface RawCapacity {
  readonly status: Room | undefined
  readonly fine: 'limited' | 'unknown' | undefined
  readonly spots: number | undefined
  readonly waitDays: number | undefined
  readonly asOf: string | undefined
}
/** `limited` is room, and `unknown` no word of it: the guide has codes for neither. */
const capacity: Codec<RawCapacity, Capacity | undefined> = {
  name: 'capacity',
  read({ status, fine, ...rest }, report) {
    const agrees = fine === 'limited' ? status === 'open' : fine === 'unknown' && status === undefined
    const said = agrees ? fine : status
    if (said !== undefined) return { status: said, ...rest } as Capacity
    return Object.keys(rest).length > 0 ? cannot(report, 'says nothing of the status') : undefined
  },
  write(value) {
    const { status = 'unknown', spots, waitDays, asOf } = value ?? {}
    const fine = status === 'limited' || status === 'unknown' ? status : undefined
    const known = status === 'limited' ? 'open' : status === 'unknown' ? undefined : status
    return { status: known, fine, spots, waitDays, asOf }
  },
}

/** https://hl7.org/fhir/R4/valueset-service-provision-conditions.html */
const cost = codeTable('http://terminology.hl7.org/CodeSystem/service-provision-conditions', [
  ['free', 'free'],
  ['disc', 'sliding'],
  ['cost', 'fee'],
  ['insurance', 'insurance', localSystem('service-cost')],
])
/** https://hl7.org/fhir/R4/valueset-service-referral-method.html */
const referralMethod = codeTable('http://terminology.hl7.org/CodeSystem/service-referral-method', [
  ['phone', 'phone'],
  ['fax', 'fax'],
  ['semail', 'email'],
  ['fhir', 'fhir', localSystem('referral-method')],
  ['portal', 'portal', localSystem('referral-method')],
  ['walk-in', 'walk-in', localSystem('referral-method')],
])

type Eligible = z.infer<typeof Eligibility>
const eligibility = withHandle<fhir.HealthcareServiceEligibility, Eligible>(
  shape<fhir.HealthcareServiceEligibility, Omit<Eligible, 'handle'>>('eligibility', (at) => {
    const more = extension(at, local('eligibility'))
    return {
      ageMin: extension(more, 'ageMin').valueUnsignedInt.optional(integer),
      ageMax: extension(more, 'ageMax').valueUnsignedInt.optional(integer),
      residency: extension(more, 'residency').valueString.optional(text),
      insurance: valuesOf(more.extension, 'insurance', (item) => item.valueString.as(text)),
      income: extension(more, 'income').valueString.optional(text),
      code: at.code.optional(concept),
      text: at.comment.optional(text),
    }
  }),
)

const period: Codec<string, string> = {
  name: 'ISO 8601 period',
  read: (raw, report) => (Every.safeParse(raw).success ? raw : cannot(report, 'expected a period such as P90D')),
  write: (value) => value,
}
const time: Codec<string, string> = {
  name: 'time',
  read: (raw, report) => (Time.safeParse(raw).success ? raw : cannot(report, 'expected a time of day')),
  write: (value) => value,
}

type Open = z.infer<typeof Hours>
const hours = withHandle<fhir.HealthcareServiceAvailableTime, Open>(
  shape<fhir.HealthcareServiceAvailableTime, Omit<Open, 'handle'>>('availableTime', (at) => ({
    days: at.daysOfWeek.each(oneOf(...daysOfWeek), { by: (day) => day }),
    allDay: at.allDay.optional(bool),
    from: at.availableStartTime.optional(time),
    to: at.availableEndTime.optional(time),
  })),
)

/** An area by its name: the Location that it may also be is not followed. */
const area: Codec<fhir.Reference<fhir.Location>, string> = {
  name: 'area',
  read: (raw, report) => raw.display ?? cannot(report, 'expected a display'),
  write: (value, prior) => (prior?.display === value ? prior : { ...hangingOn(prior), display: value }),
}

export default mapping<ServiceOffering, { HealthcareService: fhir.HealthcareService }>({
  name: 'service-offering.healthcare-service',
  version: 2,
  domain: ServiceOffering,
  owner: 'shared',
  blank: { HealthcareService: { resourceType: 'HealthcareService', active: true } },
  fields: ({ HealthcareService: service }) => {
    const reported = extension(service, `${sdohcc}/StructureDefinition/SDOHCC-ExtensionHealthcareServiceCapacityStatus`)
    const detail = extension(service, local('service-capacity'))
    return {
      capacity: together({
        status: extension(reported, 'capacityStatus').valueCodeableConcept.optional(asConcept(room)),
        fine: extension(detail, 'status').valueCode.optional(oneOf('limited', 'unknown')),
        spots: extension(detail, 'spots').valueUnsignedInt.optional(integer),
        waitDays: extension(detail, 'waitDays').valueUnsignedInt.optional(integer),
        asOf: extension(detail, 'asOf').valueDateTime.optional(dateTime),
      }).as(capacity),
      telehealth: extension(service, local('service-telehealth')).valueBoolean.optional(bool),
      verifiedAt: extension(service, local('verified-at')).valueDateTime.optional(dateTime),
      verifiedBy: extension(service, local('verified-by')).valueString.optional(text),
      verifyEvery: extension(service, local('verify-every')).valueString.optional(period),
      statusReason: extension(service, local('status-reason')).valueString.optional(text),
      identifiers: service.identifier.each(identifier, { by: ['handle'] }),
      state: together({
        active: service.active.optional(bool),
        fine: extension(service, local('domain-state')).valueCode.optional(oneOf(...serviceStates)),
      }).as(state),
      organizationId: service.providedBy.optional(idOf('Organization')),
      categories: service.category.each(conceptOfCoding(), codingKey),
      taxonomy: service.type.each(conceptOfCoding(), codingKey),
      locations: idsIn(service.location, 'Location'),
      name: service.name.optional(text),
      description: service.comment.optional(text),
      contacts: service.telecom.each(contactPoint, { by: ['handle'] }),
      coverageAreas: service.coverageArea.each(area, { by: (value) => value }),
      cost: oneConcept(service.serviceProvisionCode, 'cost', cost),
      eligibility: service.eligibility.each(eligibility, { by: ['handle'] }),
      programmes: service.program.each(concept, conceptKey),
      accessibility: service.characteristic.each(concept, conceptKey),
      languages: service.communication.each(codeIn('urn:ietf:bcp:47'), { by: (value) => value }),
      referralMethods: service.referralMethod.each(asConcept(referralMethod), { by: (value) => value }),
      hours: service.availableTime.each(hours, { by: ['handle'] }),
      endpoint: idIn(service.endpoint, 'Endpoint'),
    }
  },
})
