/**
 * Who decides for a client, and whose agreement a consent of theirs needs. From which age a minor agrees alone is the law of a state, which
 * changes: a table that whoever runs the gateway fills and answers for, empty until then.
 */
import { z } from 'zod'
import { oldestAgeOn, youngestAgeOn } from './calendar.ts'
import type { Client } from './client.ts'
import { type ConsentKind, isPart2, isToTreatment } from './consent.ts'
import { LocalDate, Text, UsState } from './kernel.ts'
import type { authorities } from './related-person.ts'

type Standing = Pick<Client, 'legalStatus' | 'birthDate' | 'deceased'>
type LegalStatus = NonNullable<Client['legalStatus']>

const majority = 18

/** What a client's status is taken to be where nobody has said it: a parent decides for a child, everybody else for themselves. */
export const legalStatusOn = ({ legalStatus, birthDate }: Standing, day: string): LegalStatus =>
  legalStatus ?? (birthDate !== undefined && oldestAgeOn(birthDate, day) < majority ? 'minor-parent' : 'self-directed')

/** By status: the authority that somebody has to have. A court, and whoever decides for themselves, is nobody in a client's life. */
const deciding: Readonly<Partial<Record<LegalStatus, (typeof authorities)[number]>>> = {
  'minor-parent': 'parent',
  'minor-guardian': 'guardian',
  'guardian-adult': 'guardian',
  conservatee: 'guardian',
}

/** The authority that somebody else has to have; undefined where nobody decides for the client. */
export const decidingAuthority = (client: Standing, day: string): (typeof authorities)[number] | undefined =>
  client.deceased !== undefined && client.deceased !== false ? undefined : deciding[legalStatusOn(client, day)]

const minorTopics = ['mental-health', 'substance-use'] as const

/** A row of the table: from this age on a minor in this state agrees alone to care of this kind, and so to what is told of it. */
export const MinorLaw = z.strictObject({
  state: UsState,
  topic: z.enum(minorTopics),
  ageFrom: z.number().int().min(0).max(majority),
  /** Besides the age; in words, for people. */
  conditions: Text.optional(),
  citation: Text,
  sourceUrl: z.url(),
  effectiveFrom: LocalDate.optional(),
  effectiveTo: LocalDate.optional(),
  /** When somebody has read the law itself, and who. */
  verifiedAt: LocalDate,
  verifiedBy: Text,
})
export type MinorLaw = z.infer<typeof MinorLaw>

/** What the law of minors' consents says of a consent of this kind; the rest (social needs, research …) it does not know. */
const topicOf = (kind: ConsentKind | undefined): (typeof minorTopics)[number] | undefined => {
  if (isPart2(kind)) return 'substance-use'
  return isToTreatment(kind) || kind === 'hipaa-authorization' || kind === 'psychotherapy-notes' ? 'mental-health' : undefined
}

/** Whose word it takes. */
interface Agreement {
  readonly client?: true
  readonly decider?: true
}

/**
 * Of a consent of a client for whom somebody else decides, on a day: theirs; of a minor who is old enough either word is enough. To records of
 * substance use treatment a minor who is old enough agrees alone, all others together with whoever decides for them.
 * https://www.ecfr.gov/current/title-42/part-2/section-2.14
 */
export function agreementOn(
  client: Standing,
  { kind, jurisdiction }: { readonly kind?: ConsentKind | undefined; readonly jurisdiction?: string | undefined },
  laws: readonly MinorLaw[],
  day: string,
): Agreement {
  if (decidingAuthority(client, day) === undefined) return {}
  if (!legalStatusOn(client, day).startsWith('minor-')) return { decider: true }
  const topic = topicOf(kind)
  const age = client.birthDate === undefined ? -1 : youngestAgeOn(client.birthDate, day)
  const isOldEnough = laws.some(
    (law) => law.state === jurisdiction && law.topic === topic && age >= law.ageFrom && isInForceOn(law, day),
  )
  if (topic === 'substance-use') return isOldEnough ? { client: true } : { client: true, decider: true }
  return isOldEnough ? {} : { decider: true }
}

const isInForceOn = ({ effectiveFrom, effectiveTo }: MinorLaw, day: string): boolean =>
  (effectiveFrom === undefined || effectiveFrom <= day) && (effectiveTo === undefined || day <= effectiveTo)
