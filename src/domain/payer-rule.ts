/**
 * What payers want differently: how they count 15-minute codes, which modifiers they want, and for which codes a prior authorization. A rule
 * is kept for a kind of coverage, for one payer (the id of its Organization; Medicaid of a state is one), or for one coverage; what it leaves
 * open, the more general one says. What is said of a code counts before what is said of all, and what has changed by the day of the service
 * before what was.
 */
import { z } from 'zod'
import { Id, LocalDate } from './kernel.ts'
import { type CoverageKind, coverageKinds, ProcedureCode } from './service-line.ts'

/**
 * - `full`: every unit fully reached.
 * - `medicare8`: the 8-minute rule: 8–22 minutes are one unit, 23–37 two …; of several timed codes that one person gave on one day the
 *   minutes of all decide how many units there are (CMS Claims Processing Manual, chapter 5, §20.2).
 * - `midpoint`: a unit once more than half of it has passed, each session by itself.
 */
export const quarterHourRules = ['full', 'medicare8', 'midpoint'] as const
export type QuarterHourRule = (typeof quarterHourRules)[number]

const counting = {
  quarterHour: z.enum(quarterHourRules).optional(),
  /** Minutes of one code and one day are added up before they are counted. */
  sumOfDay: z.boolean().optional(),
}
const CodeRule = z.strictObject({
  ...counting,
  /** Besides those that follow from the session: of the programme, the funder, or what a state means by U1 to UD. */
  modifiers: z
    .array(z.string().regex(/^[A-Z0-9]{2}$/))
    .max(4)
    .optional(),
  /** What a unit costs, in US dollars: `32.50`. Lines are told with it, whenever they were made. */
  fee: z
    .string()
    .regex(/^\d{1,6}(\.\d{1,2})?$/, 'is no amount of dollars')
    .optional(),
})
type CodeRule = z.infer<typeof CodeRule>

const Months = z.number().int().min(1).max(24)
const said = {
  ...counting,
  /**
   * Telehealth at home wants a visit in person: in so many months before the first one, and in so many before each that follows; not for
   * disorders by a substance. `never`: it does not.
   */
  inPerson: z.union([z.literal('never'), z.strictObject({ first: Months, later: Months })]).optional(),
  /** Codes that need an authorization; `all`: every code. */
  authorizationRequired: z.union([z.literal('all'), z.array(ProcedureCode).max(1000)]).optional(),
  codes: z.record(ProcedureCode, CodeRule).optional(),
}
export const PayerRule = z.strictObject({
  ...said,
  /** What else it says for services on and after a day. */
  changes: z
    .array(z.strictObject({ from: LocalDate, ...said }))
    .max(100)
    .optional(),
})
export type PayerRule = z.infer<typeof PayerRule>

/** Under what a rule is kept. */
export const PayerRuleKey = z.union([z.enum(coverageKinds), Id])

/** What applies to one coverage on one day. */
export interface AppliedPayerRule {
  /** Undefined: nobody has said. */
  readonly quarterHour: QuarterHourRule | undefined
  /** The day from which it counts so, where it has counted otherwise. */
  readonly since?: string
  readonly sumOfDay: boolean
  readonly authorizationRequired: 'all' | readonly string[]
  readonly inPerson?: PayerRule['inPerson']
  readonly codes: Readonly<Record<string, CodeRule>>
}

/** Of a payer of whom nothing is known: it asks for nothing. */
export const unknownPayer: AppliedPayerRule = { quarterHour: undefined, sumOfDay: false, authorizationRequired: [], codes: {} }

/**
 * Section 1834(m)(7) of the Social Security Act, put off by one law after the other: by that of February 2026 (Public Law 119-75) through 2027.
 * https://www.cms.gov/medicare/coverage/telehealth
 */
const wantedInPerson = { from: '2028-01-01', inPerson: { first: 6, later: 12 } } as const

const medicare: ReadonlySet<CoverageKind | undefined> = new Set(['medicare', 'medicare-advantage'])

/** What is usual for the kind, and over it the rules given, from the general to the particular: each says what it says by that day. */
export function payerRuleOf(kind: CoverageKind | undefined, rules: readonly PayerRule[], day: string): AppliedPayerRule {
  const usual: AppliedPayerRule = medicare.has(kind)
    ? { ...unknownPayer, quarterHour: 'medicare8', ...(day >= wantedInPerson.from && { inPerson: wantedInPerson.inPerson }) }
    : unknownPayer
  const since = (changes: PayerRule['changes'] = []) =>
    changes.filter(({ from }) => from <= day).toSorted((a, b) => (a.from < b.from ? -1 : 1))
  return rules
    .flatMap(
      ({ changes, ...rule }) => [rule, ...since(changes)] as readonly (Omit<PayerRule, 'changes'> & { readonly from?: string })[],
    )
    .reduce<AppliedPayerRule>(
      (applied, rule) => ({
        quarterHour: rule.quarterHour ?? applied.quarterHour,
        sumOfDay: rule.sumOfDay ?? applied.sumOfDay,
        ...sinceOf(rule, applied),
        authorizationRequired: rule.authorizationRequired ?? applied.authorizationRequired,
        inPerson: rule.inPerson ?? applied.inPerson,
        codes: merged(applied.codes, rule.codes),
      }),
      usual,
    )
}

/** What says nothing of counting leaves it as it was. */
function sinceOf(rule: Omit<PayerRule, 'changes'> & { readonly from?: string }, { since }: AppliedPayerRule): { since?: string } {
  const counts = [rule, ...Object.values(rule.codes ?? {})].some(
    ({ quarterHour, sumOfDay }) => quarterHour !== undefined || sumOfDay !== undefined,
  )
  const day = counts ? rule.from : since
  return day === undefined ? {} : { since: day }
}

const merged = (codes: AppliedPayerRule['codes'], more: PayerRule['codes'] = {}): AppliedPayerRule['codes'] => ({
  ...codes,
  ...Object.fromEntries(Object.entries(more).map(([code, rule]) => [code, { ...codes[code], ...rule }])),
})

export interface Counting {
  /** Where nobody has said, `full` bills least. */
  readonly quarterHour: QuarterHourRule
  readonly sumOfDay: boolean
  readonly isKnown: boolean
}

/** How a code is counted. */
export function countingOf({ codes, ...rule }: AppliedPayerRule, code: string): Counting {
  const { quarterHour = rule.quarterHour, sumOfDay = rule.sumOfDay } = codes[code] ?? {}
  return { quarterHour: quarterHour ?? 'full', sumOfDay, isKnown: quarterHour !== undefined }
}

export const needsAuthorization = ({ authorizationRequired }: AppliedPayerRule, code: string): boolean =>
  authorizationRequired === 'all' || authorizationRequired.includes(code)
