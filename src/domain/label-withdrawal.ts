/** Taking a label away that the codes of a record gave it wrongly. */
import { z } from 'zod'
import { contentLabels } from './content-labels.ts'
import { Text } from './kernel.ts'

export const Withdrawal = z.strictObject({
  resource: z
    .string()
    .regex(/^[A-Z][A-Za-z]{1,63}\/[A-Za-z0-9\-.]{1,64}$/)
    .meta({ description: 'Type and id: `Condition/ned-1`' }),
  /** What codes can give. What anybody else has labelled a record, and 42CFRPart2, is not theirs. */
  label: z.enum(contentLabels),
  reason: Text,
})
export type LabelWithdrawal = z.infer<typeof Withdrawal>
