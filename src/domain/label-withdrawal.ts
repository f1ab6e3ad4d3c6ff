/** Taking a label away that the codes of a record gave it wrongly. */
import { z } from 'zod'
import { contentLabels } from './content-labels.ts'
import { Text, TypeAndId } from './kernel.ts'

export const Withdrawal = z.strictObject({
  resource: TypeAndId.meta({ description: 'Type and id: `Condition/ned-1`' }),
  /** What codes can give. What anybody else has labelled a record, and 42CFRPart2, is not theirs. */
  label: z.enum(contentLabels),
  reason: Text,
})
export type LabelWithdrawal = z.infer<typeof Withdrawal>
