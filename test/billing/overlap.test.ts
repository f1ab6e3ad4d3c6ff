/** Nobody is in two places. The session is from nine to ten in the morning. */
import { describe, expect, it } from 'vitest'
import { linesOf } from '../../src/billing/lines.ts'
import { overlaps } from '../../src/billing/overlap.ts'
import { at, facts, session } from './facts.ts'

const own = session()
const other = (start: string, end: string, changes: object = {}) =>
  session({ actual: { start: `2026-03-02T${start}:00-05:00`, end: `2026-03-02T${end}:00-05:00` }, ...changes })
const absent = { participants: [{ who: { id: 'cli-1' }, role: 'client', present: false }] }
const group = (id: string) => ({ kind: 'group-counselling', group: { groupSessionId: id } })
const elsewhere = { clientId: 'cli-2' }

describe('two sessions', () => {
  it.each([
    ['meet in a minute', own, other('09:59', '11:00'), true],
    ['one within the other', own, other('09:10', '09:20'), true],
    ['follow upon each other', own, other('10:00', '11:00'), false],
    ['lead to each other', own, other('08:00', '09:00'), false],
    ['of a time without an end', own, session({ actual: { start: '2026-03-02T09:00:00-05:00' } }), false],
    ['of a client who was absent: a talk about them', own, other('09:00', '10:00', absent), false],
    ['of one group', session(group('grp-1')), other('09:00', '10:00', { ...group('grp-1'), ...elsewhere }), false],
    ['of two groups', session(group('grp-1')), other('09:00', '10:00', group('grp-2')), true],
    ['of a group and of one alone', session(group('grp-1')), other('09:00', '10:00'), true],
    ['beside the fee of the site', own, other('09:00', '10:00', { procedureCode: 'Q3014' }), false],
    ['beside an interpreter', session({ procedureCode: 'T1013' }), other('09:00', '10:00'), false],
  ])('%s', (_, one, two, wanted) => {
    expect([overlaps(one, two, false), overlaps(two, one, false)]).toEqual([wanted, wanted])
  })

  it('of other clients meet where one person held both', () => {
    const two = other('09:30', '10:30', elsewhere)
    expect([overlaps(own, two, true), overlaps(own, two, false)]).toEqual([true, false])
    expect(overlaps(session(group('grp-1')), other('09:00', '10:00', { ...group('grp-1'), ...elsewhere }), true)).toBe(false)
    expect(overlaps(session(absent), two, true)).toBe(true)
  })
})

it.each([
  ['billed: this one waits for it', { lines: ['chg-9'], isBilled: true }, ['times-overlap'], ['chg-9'], []],
  ['nobody’s to bill: a payer may ask', { lines: [], isBilled: false }, [], [], ['times-overlap']],
])('the other is %s', (_, overlap, holdReasons, conflictingLines, warnings) => {
  expect(linesOf(facts({ overlapping: [overlap] }), at)).toMatchObject([{ holdReasons, conflictingLines, warnings }])
})
