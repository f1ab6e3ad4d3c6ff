/** Codes that are not billed beside each other. */
import { expect, it } from 'vitest'
import { conflictsWith } from '../../src/billing/conflicts.ts'
import { linesOf } from '../../src/billing/lines.ts'
import { at, beside, facts, lasting, session } from './facts.ts'

const day = '2026-03-02'

it.each([
  ['90791', '90837', day, true, true],
  ['90837', '90791', day, true, true],
  ['90791', '90837', day, false, false],
  ['90791', '90837', '2026-03-03', true, false],
  ['90834', '90839', day, false, true],
  ['90834', '90834', day, true, false],
  ['90834', '90847', day, true, false],
  ['99484', '99492', '2026-03-01', true, true],
  ['99484', '99492', '2026-02-01', true, false],
  ['T1017', 'H0004', day, true, false],
  ['90785', '90847', day, true, true],
  ['90785', '90853', day, true, false],
  // A call belongs to the visit of the week before it, or of the day after.
  ['98967', '90834', '2026-02-23', true, true],
  ['98967', '90834', '2026-02-22', true, false],
  ['98967', '90834', '2026-03-03', true, true],
  ['98967', '90834', '2026-03-04', true, false],
  ['98967', '90834', day, false, false],
  ['98967', 'T1017', day, true, false],
  ['90834', '98967', day, true, false],
])('%s beside %s on %s, the same person: %s', (code, other, on, sameRenderer, conflict) =>
  expect(conflictsWith(code, day, [beside(other, { day: on, sameRenderer })])).toHaveLength(conflict ? 1 : 0),
)

it('holds the line that comes second, and names the first', () => {
  const therapy = session({ procedureCode: '90834', actual: lasting(45) })
  const besides = [beside('90839', { line: 'chg-crisis' }), beside('90853')]
  expect(linesOf(facts({ session: therapy, billedBeside: besides }), at)).toMatchObject([
    { state: 'held', holdReasons: ['code-conflict'], conflictingLines: ['chg-crisis'] },
  ])
  expect(linesOf(facts({ session: therapy, billedBeside: [beside('90853')] }), at)).toMatchObject([
    { state: 'ready', conflictingLines: [] },
  ])
})
