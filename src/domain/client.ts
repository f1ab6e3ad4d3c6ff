/** The person whom the coordinator works with. */
import { z } from 'zod'
import { Coding, Concept, Handle, Id, Identifier, list, Moment, PartialDate, Period, Text, TimeZone, UsState } from './kernel.ts'
import { labelFields } from './labels.ts'
import type { Issue } from './problem.ts'
import { QuietHours } from './quiet-hours.ts'

export const HumanName = z.object({
  handle: Handle,
  use: z.enum(['usual', 'official', 'temp', 'nickname', 'anonymous', 'old', 'maiden']).optional(),
  text: Text.optional(),
  family: Text.optional(),
  given: list(Text),
  prefix: Text.optional(),
  suffix: Text.optional(),
  period: Period.optional(),
})
export type HumanName = z.infer<typeof HumanName>

/** `safe` is a safeguard against violence at home: contacts marked `no` are never used, nor sent on. One of which nothing is said is safe. */
export const ContactPoint = z.object({
  handle: Handle,
  system: z.enum(['phone', 'fax', 'email', 'pager', 'url', 'sms', 'other']).optional(),
  value: Text.optional(),
  use: z.enum(['home', 'work', 'temp', 'old', 'mobile']).optional(),
  rank: z.number().int().min(1).optional(),
  safe: z.enum(['yes', 'no', 'ask-first']).optional(),
  safeNote: Text.optional(),
  /** An e-mail address of the Direct network: encrypted, among clinicians. http://hl7.org/fhir/us/core/StructureDefinition-us-core-direct.html */
  isDirectAddress: z.boolean().optional(),
  period: Period.optional(),
})
export type ContactPoint = z.infer<typeof ContactPoint>

/** Where somebody lives who is not to be found is `confidential`: nobody is sent it. */
export const PostalAddress = z.object({
  handle: Handle,
  use: z.enum(['home', 'work', 'temp', 'old', 'billing']).optional(),
  text: Text.optional(),
  lines: list(Text),
  city: Text.optional(),
  county: Text.optional(),
  state: Text.optional(),
  postalCode: Text.optional(),
  country: Text.optional(),
  homeless: z.boolean().optional(),
  confidential: z.boolean().optional(),
  period: Period.optional(),
})
export type PostalAddress = z.infer<typeof PostalAddress>

/** Whether an interpreter is needed, and which is preferred, is not known of everybody: nothing said is not a no. */
const Language = z.object({
  code: Text,
  preferred: z.boolean().optional(),
  proficiency: Concept.optional(),
  interpreterNeeded: z.boolean().optional(),
})

export const legalStatuses = [
  'self-directed',
  'minor-parent',
  'minor-guardian',
  'emancipated-minor',
  'guardian-adult',
  'conservatee',
  'court-supervised',
] as const

/** Read schema: a foreign Patient with nothing but its type is a client already. */
export const Client = z.object({
  identifiers: list(Identifier),
  active: z.boolean().optional(),
  names: list(HumanName),
  birthDate: PartialDate.optional(),
  deceased: z.union([z.boolean(), Moment]).optional(),
  gender: z.enum(['male', 'female', 'other', 'unknown']).optional(),
  sexForScoring: z.enum(['male', 'female', 'unknown']).optional(),
  languages: list(Language),
  contacts: list(ContactPoint),
  addresses: list(PostalAddress),
  race: list(Coding),
  ethnicity: list(Coding),
  pronouns: Concept.optional(),
  genderIdentity: Concept.optional(),
  communicationPreference: z
    .object({
      channel: z.enum(['phone', 'sms', 'email', 'portal', 'letter']),
      voicemailOk: z.boolean(),
      detailOk: z.boolean(),
      quietHours: QuietHours.optional(),
    })
    .optional(),
  legalStatus: z.enum(legalStatuses).optional(),
  jurisdiction: UsState.optional(),
  timeZone: TimeZone.optional(),
  rurality: z.enum(['urban', 'rural', 'frontier', 'unknown']).optional(),
  culturalNotes: list(Text),
  veteran: z.boolean().optional(),
  disability: z.boolean().optional(),
  mergedInto: Id.optional(),
  ...labelFields,
})
export type Client = z.infer<typeof Client>

/**
 * Registered by us: a name to call them by. Legal status, jurisdiction, time zone and the sex for scores are not asked for: whoever comes in a
 * crisis, or in a message, is registered before anybody knows them. Until they are said the rules go by age and address, take the cut that
 * finds more, and the reading warns of what is missing; a value that somebody made up to get past a form would silence all that.
 */
export const ClientCommand = Client.extend({
  names: z
    .array(HumanName)
    .min(1)
    .readonly()
    .refine(
      (names) => names.some((name) => name.use === 'official' || name.use === 'usual'),
      'one name must be official or usual',
    ),
  gender: z.enum(['male', 'female', 'other', 'unknown']),
  ethnicity: z.array(Coding).max(1).readonly().default([]),
  languages: Client.shape.languages.refine(
    (languages) => languages.filter((language) => language.preferred).length <= 1,
    'at most one language is preferred',
  ),
})

/** The state whose law holds: the one that is said, else the one where they live, as far as an address of now tells (USPS code). */
export const stateOf = ({ jurisdiction, addresses }: Pick<Client, 'jurisdiction' | 'addresses'>): string | undefined =>
  jurisdiction ??
  addresses.find(
    ({ use = 'home', state = '', period }) => use === 'home' && period?.end === undefined && /^[A-Z]{2}$/.test(state),
  )?.state

/** What cannot be yet: the calendar is ahead of UTC by fourteen hours at most. `at` is an instant. */
export function ahead({ birthDate, deceased }: Pick<Client, 'birthDate' | 'deceased'>, at: string): readonly Issue[] {
  const today = new Date(Date.parse(at) + 14 * 3600_000).toISOString()
  const isAhead = (moment: string): boolean => moment.slice(0, 10) > today.slice(0, Math.min(moment.length, 10))
  return Object.entries({ birthDate, deceased }).flatMap(([path, moment]) =>
    typeof moment === 'string' && isAhead(moment) ? [{ path, message: 'is in the future' }] : [],
  )
}
