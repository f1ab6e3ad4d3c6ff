/** A month of care management as service lines: pure. The code itself once, and its add-on for the time beyond. */
import { lastDayOf } from '../domain/calendar.ts'
import { labelsOf } from '../domain/labels.ts'
import { type MonthlyBundle, minutesOf } from '../domain/monthly-bundle.ts'
import type { ServiceLine } from '../domain/service-line.ts'
import { type ProcedureCode, procedureCode } from './code-table.ts'
import type { BillingFacts } from './facts.ts'
import { lineOf, payerOn, serviceDay } from './lines.ts'

/** A month's count, with the day of the first session that counts. */
interface Counted {
  readonly id: string
  readonly bundle: MonthlyBundle
  readonly began: string | undefined
}

/** `facts` are those of the last session that counts: who held it, and who pays on its day. */
export function bundleLinesOf(facts: BillingFacts, { id, bundle, began }: Counted, at: string): readonly ServiceLine[] {
  const { clientId, code, month } = bundle
  const minutes = minutesOf(bundle)
  const day = serviceDay(facts.session, facts.timeZone)
  const row = day === undefined ? undefined : procedureCode(code, day)
  if (day === undefined || row?.least === undefined || minutes < row.least) return []
  const occasion = {
    facts,
    clientId,
    day,
    minutes,
    coverage: payerOn(facts.coverages, day),
    at,
    ...(began !== undefined && { began }),
  }
  const further = row.continuedBy === undefined ? undefined : procedureCode(row.continuedBy, day)
  const more = further ? unitsBeyond(further, minutes - (row.minutes ?? row.least)) : 0
  const lines = [
    lineOf(occasion, code, row, 1),
    ...(further && more > 0 ? [lineOf(occasion, further.code, further, more, true)] : []),
  ]
  return lines.map(({ sessionId: _, referralId: _r, ...line }) => ({
    ...line,
    ...labelsOf([facts.session, bundle]),
    bundleId: id,
    serviceFrom: `${month}-01`,
    serviceTo: lastDayOf(month),
  }))
}

/** A unit for what reaches the least of its minutes, and one for every further unit of them that does. */
const unitsBeyond = ({ least = 1, minutes: unit = 30 }: ProcedureCode, beyond: number): number =>
  beyond < least ? 0 : Math.floor((beyond - least) / unit) + 1
