/** A change of code tables that is to be looked at before it is made: rows as data, never code. */
import { z } from 'zod'

const Change = z.strictObject({
  /** A code table by its name: `dischargeDisposition`. */
  table: z.string().min(1).max(100),
  rows: z
    .array(
      z.strictObject({
        code: z.string().min(1).max(200),
        /** Where it differs from the table's. */
        system: z.string().min(1).max(500).optional(),
        /** A term that the table has; null: the code goes. */
        term: z.string().min(1).max(200).nullable(),
      }),
    )
    .min(1)
    .max(1000),
})
export type TableChange = z.infer<typeof Change>

export const TablePreview = z.strictObject({
  tables: z.array(Change).min(1).max(20),
  /** How many of the newest messages of the inbox are read again. */
  messages: z.number().int().min(0).max(1000).default(200),
  /** How many of the newest records of each collection are read again. */
  resources: z.number().int().min(0).max(200).default(50),
})
