/**
 * What case management and care management want before they begin: a plan in force; the client's consent, and a visit that initiates it,
 * held by whoever bills within the year before. Medicare's rules, which others follow: 42 CFR 410.26, the yearly Physician Fee Schedule rules,
 * https://www.cms.gov/files/document/mln909432-behavioral-health-integration-services.pdf (integration, collaborative care) and
 * https://www.cms.gov/files/document/mln9201074-health-equity-services-2024-physician-fee-schedule-final-rule.pdf (community health, navigation).
 */
import { addDays } from '../domain/calendar.ts'
import type { HoldReason } from '../domain/service-line.ts'
import { type BillingFacts, holds } from './facts.ts'

const range = (from: number, to: number): readonly string[] => Array.from({ length: to - from + 1 }, (_, i) => String(from + i))

/** Practitioners' visits that lead to going on with somebody: office (not by staff alone, 99211) and home; those after a discharge; yearly wellness. */
const visits = [
  ...[...range(99202, 99205), ...range(99212, 99215), ...range(99341, 99350)],
  ...['99495', '99496', 'G0438', 'G0439'],
]
/** The psychiatric evaluation, and work on health behaviour: what psychologists and social workers have instead of visits. */
const evaluations = ['90791', '96156', '96158', '96159', '96164', '96165', '96167', '96168']

interface Initiation {
  /** Care management by the month, and what counts its time beyond. */
  readonly codes: readonly string[]
  readonly by: readonly string[]
  /** Besides, where it began on this day or later. */
  readonly since?: { readonly day: string; readonly by: readonly string[] }
}

const initiations: readonly Initiation[] = [
  // Beside those the welcome to Medicare.
  { codes: ['99484', '99492', '99493', '99494', 'G2214', 'G0511', 'G0512'], by: [...visits, 'G0402'] },
  { codes: ['G0323'], by: evaluations },
  { codes: ['G0023', 'G0024', 'G0140', 'G0146'], by: [...visits, ...evaluations] },
  // Social workers and counsellors came to it with the rule of 2026.
  { codes: ['G0019', 'G0022'], by: visits, since: { day: '2026-01-01', by: evaluations } },
]
const initiationOf = new Map(initiations.flatMap((one) => one.codes.map((code) => [code, one] as const)))
const initiating: ReadonlySet<string> = new Set(initiations.flatMap(({ by, since }) => [...by, ...(since?.by ?? [])]))

/** Must somebody have agreed to this, and been seen for it? */
export const isInitiated = (code: string): boolean => initiationOf.has(code)

/** Is it a visit that may initiate something? */
export const mayInitiate = (code: string): boolean => initiating.has(code)

/** Given by a plan, and so is what counts its time beyond. */
const byPlan: ReadonlySet<string> = new Set(['T1016', 'T1017', 'G0019', 'G0022', 'G0023', 'G0024', 'G0140', 'G0146'])

/** What is not on record: on the day of the service, and on the day on which it began. */
export function missingBefore(code: string, day: string, began: string, facts: BillingFacts): readonly HoldReason[] {
  const isPlanned = !byPlan.has(code) || facts.plans.some((plan) => holds(plan, day))
  return [...(isPlanned ? [] : (['no-plan'] as const)), ...missingInitiation(code, began, facts)]
}

export interface Begun {
  readonly consentId?: string
  readonly initiatingSessionId?: string
}

/** What it begins with, as far as it is on record: the client's word on that day, and the newest visit before it. Undefined: it wants neither. */
export function begunBy(
  code: string,
  began: string,
  { careConsents, visits: held }: Pick<BillingFacts, 'careConsents' | 'visits'>,
): Begun | undefined {
  const wanted = initiationOf.get(code)
  if (!wanted) return undefined
  const later = wanted.since !== undefined && began >= wanted.since.day ? wanted.since.by : []
  const fits = (one: BillingFacts['visits'][number]): boolean =>
    (wanted.by.includes(one.code) || later.includes(one.code)) && one.day <= began && one.day >= addDays(began, -365)
  const consent = careConsents.find((one) => holds(one, began))
  const visit = held.filter(fits).toSorted((a, b) => (a.day > b.day ? -1 : 1))[0]
  return { ...(consent && { consentId: consent.id }), ...(visit && { initiatingSessionId: visit.id }) }
}

function missingInitiation(code: string, began: string, facts: BillingFacts): readonly HoldReason[] {
  const begun = begunBy(code, began, facts)
  if (!begun) return []
  return [
    ...(begun.consentId === undefined ? (['no-consent'] as const) : []),
    ...(begun.initiatingSessionId === undefined ? (['no-initiating-visit'] as const) : []),
  ]
}
