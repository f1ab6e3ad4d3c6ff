/** Who pays for a client, and in which order. */
import { z } from 'zod'
import { Id, Identifier, list, Moment, Period, RefTo, Text } from './kernel.ts'
import { labelFields } from './labels.ts'
import type { Issue } from './problem.ts'
import { coverageKinds } from './service-line.ts'
import { stateMachine } from './state-machine.ts'

export const coverageStates = ['draft', 'active', 'cancelled', 'entered-in-error'] as const
export const relationships = ['self', 'spouse', 'child', 'other'] as const

/** Why Medicare pays after somebody else. https://x12.org/codes (element 1336) */
export const medicareSecondReasons = [
  ...['working-aged', 'kidney-disease', 'no-fault', 'workers-compensation', 'public-health-service', 'black-lung', 'veterans'],
  ...['disabled', 'liability'],
] as const
export type MedicareSecondReason = (typeof medicareSecondReasons)[number]

export const Coverage = z.object({
  identifiers: list(Identifier),
  memberId: Text.optional(),
  state: z.enum(coverageStates),
  kind: z.enum(coverageKinds).optional(),
  subscriberId: Text.optional(),
  clientId: Id,
  /** What the client is to whoever holds the policy, and who that is. */
  relationship: z.enum(relationships).optional(),
  subscriber: RefTo('Patient', 'RelatedPerson').optional(),
  period: Period.optional(),
  /** An organization; whoever pays for themselves is named here, too. */
  payerOrg: RefTo('Organization', 'Patient', 'RelatedPerson'),
  groupNumber: Text.optional(),
  planName: Text.optional(),
  /** 1 pays first. */
  priority: z.number().int().min(1).optional(),
  /** Of Medicare, where another coverage pays before it. */
  medicareSecondBecause: z.enum(medicareSecondReasons).optional(),
  /** Where behavioural health is managed by another payer. */
  bhCarveOut: RefTo('Organization').optional(),
  verifiedAt: Moment.optional(),
  statusReason: Text.optional(),
  ...labelFields,
})
export type Coverage = z.infer<typeof Coverage>

/** Kinds that are nobody's membership: there is nobody to send a claim to. */
const withoutPayer: ReadonlySet<string | undefined> = new Set(['self-pay', 'sliding', 'grant'])
export const isWithoutPayer = (kind: Coverage['kind']): boolean => withoutPayer.has(kind)

/**
 * Kept by us. A card says seldom since when, and often no plan: without a period a coverage holds until it is cancelled; that it held on the
 * day is looked at when a session is charged.
 */
export const CoverageCommand = Coverage.extend({
  kind: z.enum(coverageKinds),
  relationship: z.enum(relationships),
  priority: z.number().int().min(1),
}).refine(({ kind, memberId }) => memberId !== undefined || isWithoutPayer(kind), {
  message: 'is required for this kind of coverage',
  path: ['memberId'],
})

export const inOrderOfPaying = <T extends { readonly id: string; readonly priority?: number | undefined }>(
  coverages: readonly T[],
): readonly T[] => coverages.toSorted((a, b) => (a.priority ?? 99) - (b.priority ?? 99) || (a.id < b.id ? -1 : 1))

export const coverageMachine = stateMachine({
  states: coverageStates,
  events: {
    activate: { from: ['draft', 'cancelled'], to: 'active' },
    cancel: { from: ['draft', 'active'], to: 'cancelled', reason: true },
    'mark-error': { from: 'any', to: 'entered-in-error', reason: true },
  },
})

/** Those that pay when nobody else does. */
const last: ReadonlySet<string> = new Set(['self-pay', 'grant'])

/** At any time one active coverage of each priority, and self-pay and grants after all others. */
export function orderIssues(value: Coverage, others: readonly Coverage[]): Issue[] {
  if (value.state !== 'active' || value.priority === undefined) return []
  const issues: Issue[] = []
  for (const other of others) {
    if (other.state !== 'active' || other.priority === undefined || !overlap(value.period, other.period)) continue
    const [mine, theirs] = [last.has(value.kind ?? ''), last.has(other.kind ?? '')]
    if (other.priority === value.priority) issues.push({ path: 'priority', message: 'another active coverage has this priority' })
    else if (mine && !theirs && value.priority < other.priority)
      issues.push({ path: 'priority', message: 'self-pay and grants come last' })
    else if (theirs && !mine && value.priority > other.priority)
      issues.push({ path: 'priority', message: 'self-pay and grants come last' })
  }
  return issues
}

type Span = z.infer<typeof Period> | undefined
const overlap = (a: Span, b: Span): boolean => before(a?.start, b?.end) && before(b?.start, a?.end)
/** By days: what is open is no bound. */
const before = (start: string | undefined, end: string | undefined): boolean =>
  start === undefined ||
  end === undefined ||
  start.slice(0, 10) <= end.slice(0, 10) ||
  end.startsWith(start) ||
  start.startsWith(end)
