/**
 * What care management wants before it begins: the client's consent, and a visit that initiates it, held by whoever bills within the year
 * before. Medicare's rules, which others follow: 42 CFR 410.26, the yearly Physician Fee Schedule rules, and
 * https://www.cms.gov/files/document/mln909432-behavioral-health-integration-services.pdf
 */
import { addDays } from '../domain/calendar.ts'
import type { HoldReason } from '../domain/service-line.ts'
import { type BillingFacts, holds } from './facts.ts'

const range = (from: number, to: number): readonly string[] => Array.from({ length: to - from + 1 }, (_, i) => String(from + i))

/** Psychiatric evaluations, and health-behaviour assessment: psychologists and social workers have no other visits. */
const evaluations = ['90791', '96156', '96158', '96159', '96164', '96165', '96167', '96168']
/** Visits of practitioners: office (not by staff alone, 99211), home, after a discharge, yearly wellness, the welcome to Medicare. */
const visits = [
  ...[...range(99202, 99205), ...range(99212, 99215), ...range(99341, 99350)],
  ...['99495', '99496', 'G0402', 'G0438', 'G0439', '90792', ...evaluations],
]

const initiatedBy: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['G0323', new Set(evaluations)],
  ...['99484', '99492', '99493', '99494', 'G2214', 'G0511', 'G0512', 'G0019', 'G0022', 'G0023', 'G0024', 'G0140', 'G0146'].map(
    (code) => [code, new Set(visits)] as const,
  ),
])

/** Must somebody have agreed to this, and been seen for it? */
export const isInitiated = (code: string): boolean => initiatedBy.has(code)

/** Is it a visit that may initiate something? */
export const mayInitiate = (code: string): boolean => visits.includes(code)

/** What is not on record on the day on which it began. */
export function missingBefore(code: string, began: string, { careConsents, visits: held }: BillingFacts): readonly HoldReason[] {
  const initiating = initiatedBy.get(code)
  if (!initiating) return []
  const isVisited = held.some((one) => initiating.has(one.code) && one.day <= began && one.day >= addDays(began, -365))
  return [
    ...(careConsents.some((consent) => holds(consent, began)) ? [] : (['no-consent'] as const)),
    ...(isVisited ? [] : (['no-initiating-visit'] as const)),
  ]
}
