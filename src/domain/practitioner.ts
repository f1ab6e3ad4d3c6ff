/** Who works with clients: coordinators, clinicians, peers, and in which roles they do. */
import { z } from 'zod'
import { ContactPoint, HumanName } from './client.ts'
import { Coding, Concept, Handle, Id, Identifier, list, Moment, Period, Text } from './kernel.ts'
import { Npi } from './npi.ts'
import { staffLevels } from './service-line.ts'

export const nucc = 'http://nucc.org/provider-taxonomy'
export const credentialStatuses = ['active', 'expired', 'suspended', 'pending'] as const

/** A licence or certificate: LCSW, LPC, RN, CPRS, CCM … `jurisdiction` is the state that gave it (USPS). */
export const Credential = z.object({
  handle: Handle,
  code: Text,
  issuer: Text.optional(),
  jurisdiction: Text.optional(),
  number: Text.optional(),
  validFrom: Moment.optional(),
  validTo: Moment.optional(),
  status: z.enum(credentialStatuses).optional(),
})
export type Credential = z.infer<typeof Credential>

/** What somebody does for an organization; `id` is the PractitionerRole's, absent for a new one. */
export const PractitionerRole = z.object({
  id: Id.optional(),
  organizationId: Id.optional(),
  roles: list(Concept),
  /** NUCC taxonomy, as a rule. */
  specialties: list(Coding),
  locations: list(Id),
  supervisorId: Id.optional(),
  period: Period.optional(),
  active: z.boolean().optional(),
})
export type PractitionerRole = z.infer<typeof PractitionerRole>

const Profession = Coding.extend({ system: z.literal(nucc, 'is NUCC’s taxonomy of providers'), code: Text })
export type Profession = z.infer<typeof Profession>

export const Practitioner = z.object({
  identifiers: list(Identifier),
  npi: Npi.optional(),
  active: z.boolean().optional(),
  names: list(HumanName),
  contacts: list(ContactPoint),
  credentials: list(Credential),
  /** What they are by profession (NUCC); specialties of their roles are among it. */
  taxonomy: list(Profession),
  staffLevel: z.enum(staffLevels).optional(),
  /** BCP 47. */
  languages: list(Text),
  roles: list(PractitionerRole),
})
export type Practitioner = z.infer<typeof Practitioner>

/** A role of ours is one at an organization, and is called something: by a code of its own, or by a specialty. */
const RoleCommand = PractitionerRole.extend({ organizationId: Id }).refine(
  ({ roles, specialties }) => roles.length + specialties.length > 0,
  { message: 'or specialties: one of the two says what the role is', path: ['roles'] },
)

export const PractitionerCommand = Practitioner.extend({
  names: z.array(HumanName).min(1).readonly(),
  staffLevel: z.enum(staffLevels),
  roles: list(RoleCommand),
})

const saysCode = ({ specialties }: PractitionerRole, code: string): boolean =>
  specialties.some((one) => one.system === nucc && one.code === code)

/** What they are by profession: by the specialties of their roles, and what stands beside them. */
export const taxonomyOf = ({ roles, taxonomy }: Pick<Practitioner, 'roles' | 'taxonomy'>): readonly Profession[] =>
  [
    ...roles.flatMap(({ specialties }) => specialties.flatMap((one) => Profession.safeParse(one).data ?? [])),
    ...besideRoles(taxonomy, roles),
  ].filter(({ code }, i, all) => all.findIndex((other) => other.code === code) === i)

/** What of it no role of theirs says. */
export const besideRoles = (taxonomy: readonly Profession[], roles: readonly PractitionerRole[]): readonly Profession[] =>
  taxonomy.filter(({ code }) => !roles.some((role) => saysCode(role, code)))

/** Was the credential valid on this day (`2026-03-08`)? One without dates and status counts as valid. */
export const validOn = ({ status, validFrom, validTo }: Credential, day: string): boolean =>
  (status === undefined || status === 'active') &&
  (validFrom === undefined || validFrom.slice(0, 10) <= day) &&
  (validTo === undefined || day <= validTo.slice(0, 10))

/** Credentials that are a licence to practise. */
const licences: ReadonlySet<string> = new Set([
  ...['LCSW', 'LICSW', 'LMSW', 'LMFT', 'LPC', 'LPCC', 'LCPC', 'LMHC', 'LP', 'PSYD', 'PHD', 'RN', 'NP', 'APRN', 'PMHNP', 'PMHCNS'],
  ...['PA', 'MD', 'DO'],
])

const isLicence = ({ code }: Credential): boolean => licences.has(code.replaceAll(/[^A-Za-z]/g, '').toUpperCase())

/** Is this somebody with a licence that was valid on this day? */
export const isLicensedOn = ({ credentials }: Practitioner, day: string): boolean =>
  credentials.some((one) => isLicence(one) && validOn(one, day))

/** Are all licences that held on this day known to be for other states (USPS) than this one? */
export const practisesElsewhere = ({ credentials }: Pick<Practitioner, 'credentials'>, day: string, state: string): boolean => {
  const held = credentials.filter((one) => isLicence(one) && validOn(one, day))
  return held.length > 0 && held.every(({ jurisdiction }) => jurisdiction !== undefined && jurisdiction !== state)
}

/** Had this somebody credentials, of which none held on this day any more, or yet? */
export const hasLapsed = ({ credentials }: Pick<Practitioner, 'credentials'>, day: string): boolean =>
  credentials.length > 0 && !credentials.some((one) => validOn(one, day))

/** Interns, and whoever has no credential that holds on this day, do not sign alone. */
export const isUnlicensed = (
  { staffLevel, credentials }: Pick<Practitioner, 'staffLevel' | 'credentials'>,
  day: string,
): boolean => staffLevel === 'intern' || !credentials.some((one) => validOn(one, day))
