/** What a payer said of the claim that a line went out with. */
import { z } from 'zod'
import { Decimal, LocalDate, list } from './kernel.ts'

export const adjudicationStates = ['accepted', 'rejected', 'paid', 'denied', 'partial'] as const

/** US dollars, to the cent, never less than nothing. */
export const Dollars = z.object({ amount: Decimal, currency: z.literal('USD') })

/** As billing systems tell it. An amount is text: a number of JSON may have lost its cents on the way. */
export const Payment = z.strictObject({
  amount: z.string().regex(/^(0|[1-9]\d{0,9})(\.\d{1,2})?$/, 'is an amount in dollars and cents, as text'),
  currency: z.literal('USD').default('USD'),
})

/** Group and reason: `CO-45`. */
export const AdjustmentCode = z.string().regex(/^(CO|CR|OA|PI|PR)-[A-Z0-9]{1,5}$/, 'is no code such as CO-45')

/** As billing systems tell it; a payer that takes something back has it below nothing. */
export const TakenOff = z.strictObject({
  code: AdjustmentCode,
  amount: z.string().regex(/^-?(0|[1-9]\d{0,9})(\.\d{1,2})?$/, 'is an amount in dollars and cents, as text'),
})

/** As payers write them: group and reason of X12 (`CO-197`), or the reason alone. https://x12.org/codes/claim-adjustment-reason-codes */
export const ReasonCode = z.string().regex(/^[A-Z0-9]{1,5}(-[A-Z0-9]{1,5})?$/)

/** What the payer took off the charge, or left to others. */
const Adjustment = z.object({ code: AdjustmentCode, amount: Dollars })

export const Adjudication = z.object({
  /** The payer's last word; it stays when the line itself is corrected. */
  status: z.enum(adjudicationStates),
  paid: Dollars.optional(),
  reasonCodes: list(ReasonCode),
  /** With what was paid they come to the charge. */
  adjustments: list(Adjustment),
  /** When the payer decided it. */
  on: LocalDate.optional(),
})
export type Adjudication = z.infer<typeof Adjudication>

/** Codes among words: `CO-45, PR-2`. What is a sentence has none. */
export function reasonCodesIn(text: string): readonly string[] {
  const words = text.split(/[\s,;]+/).filter((word) => word !== '')
  return words.every((word) => /\d/.test(word) && ReasonCode.safeParse(word).success) ? words : []
}
