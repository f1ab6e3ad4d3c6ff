/** How a line came out under each of the rules that concern its code: told with it, so that nobody has to work it out again. */
import type { ConflictId, LineCheck } from '../domain/line-checks.ts'
import type { HoldReason, LineWarning } from '../domain/service-line.ts'
import { rulesBeside } from './conflicts.ts'
import type { BillingFacts } from './facts.ts'

interface Rule {
  readonly id: ConflictId
  /** Undefined: every code. */
  readonly codes?: readonly string[]
  /** Since when it is one. */
  readonly since?: string
  readonly denies?: readonly HoldReason[]
  readonly warns?: readonly LineWarning[]
}

const rules: readonly Rule[] = [
  { id: 'C08', codes: ['90840'], denies: ['add-on-alone'] },
  { id: 'C09', codes: ['90839'], denies: ['daily-limit'] },
  { id: 'C10', codes: ['G0022'], denies: ['add-on-alone'] },
  { id: 'C11', codes: ['G0024'], denies: ['add-on-alone'] },
  { id: 'C12', codes: ['G0146'], denies: ['add-on-alone'] },
  { id: 'C18', codes: ['G0136'], since: '2026-01-01', denies: ['purpose-over'] },
  { id: 'C19', codes: ['99441', '99442', '99443', 'G2012'], denies: ['code-not-in-force'] },
  { id: 'C20', denies: ['times-overlap'], warns: ['times-overlap'] },
  { id: 'C21', warns: ['in-hospital', 'in-custody'] },
  { id: 'C22', codes: ['T1016', 'T1017', 'G0019', 'G0023', 'G0140'], denies: ['no-plan', 'no-consent'] },
]

interface Told {
  readonly code: string
  readonly day: string
  readonly holdReasons: readonly HoldReason[]
  readonly warnings: readonly LineWarning[]
}

/** By their numbers. */
export function checksOf({ code, day, holdReasons, warnings }: Told, facts: BillingFacts): readonly LineCheck[] {
  const beside = rulesBeside(code, day, facts.billedBeside).map(
    ({ id, denies, met }): LineCheck => ({ conflictId: id, outcome: !met ? 'pass' : denies ? 'deny' : 'warn' }),
  )
  const alone = rules
    .filter(({ codes, since = '' }) => (codes?.includes(code) ?? true) && since <= day)
    .map(({ id, denies = [], warns = [] }): LineCheck => {
      const isDenied = denies.some((reason) => holdReasons.includes(reason))
      return { conflictId: id, outcome: isDenied ? 'deny' : warns.some((one) => warnings.includes(one)) ? 'warn' : 'pass' }
    })
  return [...beside, ...alone].toSorted((a, b) => (a.conflictId < b.conflictId ? -1 : 1))
}
