/** Somebody in a client's life, and what they may decide or be told. A person who supports two clients is two records. */
import { z } from 'zod'
import { ContactPoint, HumanName, PostalAddress } from './client.ts'
import { Concept, Id, Identifier, list, Period } from './kernel.ts'
import { labelFields } from './labels.ts'

export const authorities = ['emergency', 'parent', 'guardian', 'health-care-proxy', 'payee', 'caregiver'] as const
export const supportRoles = ['safety-plan-contact', 'family-education', 'none'] as const

export const RelatedPerson = z.object({
  identifiers: list(Identifier),
  active: z.boolean().optional(),
  clientId: Id,
  relationship: list(Concept),
  names: list(HumanName),
  contacts: list(ContactPoint),
  addresses: list(PostalAddress),
  period: Period.optional(),
  authority: list(z.enum(authorities)),
  supportRole: z.enum(supportRoles).optional(),
  /** The paper that gives the authority. */
  authorityDocument: Id.optional(),
  ...labelFields,
})
export type RelatedPerson = z.infer<typeof RelatedPerson>

export const RelatedPersonCommand = RelatedPerson.extend({
  names: z.array(HumanName).min(1).readonly(),
  relationship: z.array(Concept).min(1).readonly(),
})

/** Has somebody this authority on a day (`2026-03-08`)? */
export const holdsAuthority = (
  { active, authority, period }: RelatedPerson,
  which: (typeof authorities)[number],
  day: string,
): boolean =>
  active !== false &&
  authority.includes(which) &&
  (period?.start === undefined || period.start <= day) &&
  (period?.end === undefined || day.slice(0, period.end.length) <= period.end)
