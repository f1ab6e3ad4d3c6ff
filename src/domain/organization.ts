/** Organizations: agencies, hospitals, payers, community organizations. */
import { z } from 'zod'
import { ContactPoint, PostalAddress } from './client.ts'
import { Concept, Id, Identifier, list, Text, TimeZone } from './kernel.ts'
import { Npi } from './npi.ts'

export const Organization = z.object({
  identifiers: list(Identifier),
  npi: Npi.optional(),
  active: z.boolean().optional(),
  types: list(Concept),
  name: Text.optional(),
  contacts: list(ContactPoint),
  addresses: list(PostalAddress),
  partOf: Id.optional(),
  timeZone: TimeZone.optional(),
  /** Whose holidays count when business days are counted. */
  calendarId: Text.optional(),
  /** Not every community organization is: consents to tell them are worded otherwise. */
  hipaaCovered: z.boolean().optional(),
  /** A federally assisted programme for substance use disorders (42 CFR Part 2). */
  part2Programme: z.boolean().optional(),
})
export type Organization = z.infer<typeof Organization>

export const OrganizationCommand = Organization.extend({
  name: Text,
  timeZone: TimeZone,
  hipaaCovered: z.boolean(),
  part2Programme: z.boolean(),
})
