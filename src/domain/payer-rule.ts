/**
 * What payers want differently: how they count 15-minute codes, and for which codes they want a prior authorization. A rule is kept for a
 * kind of coverage or for one payer (the id of its Organization); what the payer's own rule leaves open, the rule of its kind says.
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

/** The payer's own rule before the one of its kind, before what is usual for the kind. */
export function payerRuleOf(
  rules: ReadonlyMap<string, PayerRule>,
  payer: { readonly kind: CoverageKind | undefined; readonly organization: string | undefined },
): AppliedPayerRule {
  const { kind, organization } = payer
  const usual: AppliedPayerRule = medicare.has(kind) ? { ...unknownPayer, quarterHour: 'medicare8' } : unknownPayer
  const given = [kind, organization].map((key) => (key === undefined ? {} : (rules.get(key) ?? {})))
  return given.reduce<AppliedPayerRule>(
    (applied, { quarterHour = applied.quarterHour, authorizationRequired = applied.authorizationRequired }) => ({
      quarterHour,
      authorizationRequired,
    }),
    usual,
  )
}

export const needsAuthorization = ({ authorizationRequired }: AppliedPayerRule, code: string): boolean =>
  authorizationRequired === 'all' || authorizationRequired.includes(code)
