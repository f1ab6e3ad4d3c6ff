/** CMS's quarterly claim edits (NCCI) as they are loaded and kept: numbers alone, of codes that can be billed here. */
import { z } from 'zod'
import { LocalDate } from './kernel.ts'
import { ProcedureCode } from './service-line.ts'

const programmes = ['medicare', 'medicaid'] as const
export type Programme = (typeof programmes)[number]

export const PairEdit = z.object({
  column1: ProcedureCode,
  column2: ProcedureCode,
  from: LocalDate,
  /** The last day in force. */
  until: LocalDate.optional(),
  /** `0` nothing lifts it, `1` a modifier does, `9` it never was. */
  modifier: z.enum(['0', '1', '9']),
})
export type PairEdit = z.infer<typeof PairEdit>

export const UnitEdit = z.object({
  code: ProcedureCode,
  units: z.number().int().min(0).max(100_000),
  /** `1` of a claim's line, `2` of a day without exception, `3` of a day, with exceptions. */
  indicator: z.enum(['1', '2', '3']),
})
export type UnitEdit = z.infer<typeof UnitEdit>

/** `pairs`: all of the programme, which replace those that were. `units`: those of the quarter that begins on `from`. */
export const ClaimEditTables = z.strictObject({
  programme: z.enum(programmes),
  /** A day that there is: nothing else looks at it. */
  from: z.iso.date(),
  pairs: z.array(PairEdit).max(50_000).optional(),
  units: z.array(UnitEdit).max(5000).optional(),
})

/** A quarter's word on a code: none, where the quarter's table does not name it. */
export interface QuarterlyUnits {
  readonly code: string
  readonly from: string
  readonly edit?: UnitEdit | undefined
}
