/**
 * What payers want differently: how they count 15-minute codes, and for which codes they want a prior authorization. A rule is kept for a
 * kind of coverage, for one payer (the id of its Organization), or for one coverage; what it leaves open, the more general one says.
 */
import { z } from 'zod'
import { Id } from './kernel.ts'
import { type CoverageKind, coverageKinds, ProcedureCode } from './service-line.ts'

/**
 * - `full`: every unit fully reached.
 * - `medicare8`: the 8-minute rule: 8–22 minutes are one unit, 23–37 two … (CMS Claims Processing Manual, chapter 5, §20.2).
 */
export const quarterHourRules = ['full', 'medicare8'] as const
export type QuarterHourRule = (typeof quarterHourRules)[number]

export const PayerRule = z.strictObject({
  quarterHour: z.enum(quarterHourRules).optional(),
  /** Codes that need an authorization; `all`: every code. */
  authorizationRequired: z.union([z.literal('all'), z.array(ProcedureCode).max(1000)]).optional(),
})
export type PayerRule = z.infer<typeof PayerRule>

/** Under what a rule is kept. */
export const PayerRuleKey = z.union([z.enum(coverageKinds), Id])

/** What applies to one coverage, nothing left open. */
export interface AppliedPayerRule {
  readonly quarterHour: QuarterHourRule
  readonly authorizationRequired: 'all' | readonly string[]
}

/** Of a payer of whom nothing is known: what bills least, and asks for nothing. */
export const unknownPayer: AppliedPayerRule = { quarterHour: 'full', authorizationRequired: [] }

const medicare: ReadonlySet<CoverageKind | undefined> = new Set(['medicare', 'medicare-advantage'])

/** What is usual for the kind, and over it the rules given, from the general to the particular: each says what it says. */
export function payerRuleOf(kind: CoverageKind | undefined, rules: readonly PayerRule[]): AppliedPayerRule {
  const usual: AppliedPayerRule = medicare.has(kind) ? { ...unknownPayer, quarterHour: 'medicare8' } : unknownPayer
  return rules.reduce<AppliedPayerRule>(
    (applied, { quarterHour = applied.quarterHour, authorizationRequired = applied.authorizationRequired }) => ({
      quarterHour,
      authorizationRequired,
    }),
    usual,
  )
}

export const needsAuthorization = ({ authorizationRequired }: AppliedPayerRule, code: string): boolean =>
  authorizationRequired === 'all' || authorizationRequired.includes(code)
