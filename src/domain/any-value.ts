/** A value of one of several types: what a goal aims at, what was measured. */
import { z } from 'zod'
import { Concept, Decimal, Quantity, Text, Uri } from './kernel.ts'

const amount = z.object({ value: Decimal.optional(), unit: Text.optional(), system: Uri.optional(), code: Text.optional() })
const hasSystem = ({ code, system }: { code?: string | undefined; system?: string | undefined }): boolean =>
  code === undefined || system !== undefined
const needed = { message: 'is needed for a code', path: ['system'] }

/** https://hl7.org/fhir/R4/datatypes.html#Quantity */
const Amount = amount.extend({ comparator: Quantity.shape.comparator }).refine(hasSystem, needed)
/** A quantity that is exactly so much. https://hl7.org/fhir/R4/datatypes.html#SimpleQuantity */
const Exactly = amount.refine(hasSystem, needed)
type Exactly = z.infer<typeof Exactly>

const inOrder = ({ low, high }: { low?: Exactly | undefined; high?: Exactly | undefined }): boolean =>
  low?.value === undefined || high?.value === undefined || Number(low.value) <= Number(high.value)

export const AnyValue = z.union([
  z.object({ quantity: Amount }),
  z.object({ range: z.object({ low: Exactly.optional(), high: Exactly.optional() }).refine(inOrder, 'low is above high') }),
  z.object({ concept: Concept }),
  z.object({ boolean: z.boolean() }),
  z.object({ integer: z.number().int() }),
  z.object({ text: Text }),
])
export type AnyValue = z.infer<typeof AnyValue>
