/** A community service that clients can be referred to: what it offers, to whom, how to reach it, and whether it has room. */
import { z } from 'zod'
import { dayMs } from './calendar.ts'
import { ContactPoint } from './client.ts'
import { Coding, Concept, Handle, Id, Identifier, Instant, list, Moment, Text } from './kernel.ts'
import { stateMachine } from './state-machine.ts'

const capacityStatuses = ['open', 'limited', 'waitlist', 'closed', 'unknown'] as const
const costs = ['free', 'sliding', 'fee', 'insurance'] as const
const referralMethods = ['fhir', 'portal', 'phone', 'fax', 'email', 'walk-in'] as const
export const daysOfWeek = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export const serviceStates = ['draft', 'active', 'unverified', 'suspended', 'retired', 'entered-in-error'] as const

const Count = z.number().int().min(0)

/** Who may come; ages in years, both included. */
export const Eligibility = z.object({
  handle: Handle,
  code: Concept.optional(),
  text: Text.optional(),
  ageMin: Count.optional(),
  ageMax: Count.optional(),
  residency: Text.optional(),
  insurance: list(Text),
  income: Text.optional(),
})

/** `17:30:00`, on the provider's clock. https://hl7.org/fhir/R4/datatypes.html#time */
export const Time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/)
export const Hours = z.object({
  handle: Handle,
  days: list(z.enum(daysOfWeek)),
  from: Time.optional(),
  to: Time.optional(),
  allDay: z.boolean().optional(),
})

/** ISO 8601, in days, weeks, months or years: `P90D`. */
export const Every = z.string().regex(/^P\d{1,4}[DWMY]$/)

export const Capacity = z.object({
  status: z.enum(capacityStatuses),
  spots: Count.optional(),
  waitDays: Count.optional(),
  asOf: Moment.optional(),
})
export type Capacity = z.infer<typeof Capacity>

export const ServiceOffering = z.object({
  identifiers: list(Identifier),
  state: z.enum(serviceStates),
  organizationId: Id.optional(),
  /** Social needs (SDOHCC) or clinical services. */
  categories: list(Coding),
  /** Open Eligibility or another taxonomy of services. */
  taxonomy: list(Coding),
  locations: list(Id),
  name: Text.optional(),
  description: Text.optional(),
  contacts: list(ContactPoint),
  coverageAreas: list(Text),
  cost: z.enum(costs).optional(),
  eligibility: list(Eligibility),
  programmes: list(Concept),
  accessibility: list(Concept),
  /** BCP 47. */
  languages: list(Text),
  referralMethods: list(z.enum(referralMethods)),
  hours: list(Hours),
  endpoint: Id.optional(),
  capacity: Capacity.optional(),
  telehealth: z.boolean().optional(),
  verifiedAt: Moment.optional(),
  verifiedBy: Text.optional(),
  verifyEvery: Every.optional(),
  statusReason: Text.optional(),
})
export type ServiceOffering = z.infer<typeof ServiceOffering>

/**
 * Listed by us. What it costs, for whom it is and whether it has room is learnt by and by: what is not said ranks below what fits, and is
 * never taken for a yes. How often a listing is gone through is a year, unless it says otherwise (`everyYear`).
 */
export const ServiceOfferingCommand = ServiceOffering.extend({
  name: Text,
  organizationId: Id,
  categories: z.array(Coding).min(1).readonly(),
  referralMethods: z.array(z.enum(referralMethods)).min(1).readonly(),
  capacity: Capacity.extend({ asOf: Instant }).optional(),
})

export const serviceMachine = stateMachine({
  states: serviceStates,
  events: {
    publish: { from: ['draft'], to: 'active' },
    /** Somebody asked the service whether all this still holds. */
    verify: { from: ['active', 'unverified', 'suspended'], to: 'active' },
    lapse: { from: ['active'], to: 'unverified', by: 'clock' },
    suspend: { from: ['active', 'unverified'], to: 'suspended', reason: true },
    retire: { from: ['draft', 'active', 'unverified', 'suspended'], to: 'retired', reason: true },
    'mark-error': { from: 'any', to: 'entered-in-error', reason: true },
  },
})

/** For a listing of ours that says nothing else. */
export const everyYear = 'P1Y'

const lengths: Readonly<Record<string, number>> = { D: dayMs, W: 7 * dayMs, M: 30 * dayMs, Y: 365 * dayMs }

/** Has the time passed in which the listing should have been verified? Such a service is still usable, and ranks lower. `at`: an instant. */
export function isVerificationDue({ verifiedAt, verifyEvery }: ServiceOffering, at: string): boolean {
  if (verifyEvery === undefined) return false
  if (verifiedAt === undefined) return true
  const every = Number(verifyEvery.slice(1, -1)) * lengths[verifyEvery.at(-1)!]!
  return Date.parse(at) > Date.parse(verifiedAt) + every
}

/** What can be said of a service's room at an instant: word of it holds for a week. */
export function capacityAt({ capacity }: ServiceOffering, at: string): Capacity {
  const fresh = capacity?.asOf !== undefined && Date.parse(at) <= Date.parse(capacity.asOf) + 7 * dayMs
  return capacity && fresh ? capacity : { ...capacity, status: 'unknown' }
}
