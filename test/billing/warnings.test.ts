/** What is told with a line and does not hold it. */
import { describe, expect, it } from 'vitest'
import { bundleLinesOf } from '../../src/billing/bundle-lines.ts'
import type { BilledBeside } from '../../src/billing/conflicts.ts'
import type { BillingFacts } from '../../src/billing/facts.ts'
import { linesOf } from '../../src/billing/lines.ts'
import { at, facts, lasting, session } from './facts.ts'

const beside = (code: string, changes: Partial<BilledBeside> = {}): BilledBeside => ({
  ...{ code, day: '2026-03-02', sameRenderer: true, sameAgency: true },
  ...changes,
})
const warnings = (code: string, minutes: number, changes: Partial<BillingFacts>) =>
  linesOf(facts({ session: session({ procedureCode: code, actual: lasting(minutes) }), ...changes }), at).map(
    ({ state, warnings }) => [state, warnings],
  )

describe('beside another line', () => {
  it.each([
    ['90834', 45, beside('90847'), ['separate-sessions']],
    ['90847', 45, beside('90834'), ['separate-sessions']],
    ['90847', 45, beside('90834', { day: '2026-03-03' }), []],
    ['90846', 45, beside('90847'), ['family-twice']],
    ['T1016', 30, beside('T2022', { day: '2026-03-31' }), ['case-management-twice']],
    ['T1016', 30, beside('T2022', { day: '2026-04-01' }), []],
    ['T1017', 30, beside('T1017', { sameAgency: false, day: '2026-03-20' }), ['other-agency']],
    ['T1017', 30, beside('T1017'), []],
    ['H2015', 30, beside('H2016'), ['day-rate']],
    ['H0040', 30, beside('H0038'), ['day-rate']],
  ])('%s of %i minutes', (code, minutes, other, wanted) => {
    expect(warnings(code, minutes, { billedBeside: [other] })).toEqual([['ready', wanted]])
  })
})

describe('around it', () => {
  const meeting = (start: string, end: string, group?: string) => ({ heldBeside: [{ start, end, group }] })

  it('a minute in two places is one too many', () => {
    expect(warnings('T1017', 60, meeting('2026-03-02T14:59:00Z', '2026-03-02T16:00:00Z'))).toEqual([['ready', ['times-overlap']]])
    expect(warnings('T1017', 60, meeting('2026-03-02T15:00:00Z', '2026-03-02T16:00:00Z'))).toEqual([['ready', []]])
  })

  it('a group is in one place', () => {
    const group = { kind: 'group-counselling', group: { groupSessionId: 'grp-1' } }
    const lines = (of: string) =>
      linesOf(facts({ session: session(group), ...meeting('2026-03-02T14:00:00Z', '2026-03-02T15:00:00Z', of) }), at)
    expect(lines('grp-1')[0]?.warnings).toEqual([])
    expect(lines('grp-2')[0]?.warnings).toEqual(['times-overlap'])
  })

  it('a night in a hospital', () => {
    const stay = (start: string, end?: string) => ({ inHospital: [{ start, end }] })
    expect(warnings('T1017', 60, stay('2026-03-02'))).toEqual([['ready', ['in-hospital']]])
    expect(warnings('T1017', 60, stay('2026-02-25', '2026-03-01'))).toEqual([['ready', []]])
  })

  it('no plan, where one is wanted', () => {
    const plans = [{ start: '2026-03-03', end: undefined }]
    expect(warnings('T1017', 60, { plans })).toEqual([['ready', ['no-plan']]])
    expect(warnings('T1017', 60, { plans: [{ start: undefined, end: '2026-03' }] })).toEqual([['ready', []]])
    expect(warnings('H0004', 60, { plans })).toEqual([['ready', []]])
  })
})

describe('before care management begins', () => {
  const month = session({ procedureCode: '99492', actual: lasting(60) })
  const consent = { start: '2026-03-02T08:00:00Z', end: undefined }

  it.each([
    ['nothing', [], [], ['no-consent', 'no-initiating-visit']],
    ['a word', [consent], [], ['no-initiating-visit']],
    ['a visit', [], [{ code: '99214', day: '2026-03-02' }], ['no-consent']],
    ['both', [consent], [{ code: '99214', day: '2025-03-02' }], []],
    ['a visit too long ago', [consent], [{ code: '99214', day: '2025-03-01' }], ['no-initiating-visit']],
    ['a visit that came later', [consent], [{ code: '99214', day: '2026-03-03' }], ['no-initiating-visit']],
    ['a word that came later', [{ ...consent, start: '2026-03-03' }], [{ code: '90791', day: '2026-03-01' }], ['no-consent']],
    ['a word taken back', [{ ...consent, end: '2026-03-01' }], [{ code: '90791', day: '2026-03-01' }], ['no-consent']],
  ])('%s', (_, careConsents, visits, wanted) => {
    const bundle = {
      ...{ clientId: 'cli-1', month: '2026-03', code: '99492', thresholdMinutes: 36, state: 'charged' as const },
      ...{ contributions: [{ sessionId: 'ses-1', minutes: 60 }], sensitivity: [], legalBasis: [] },
    }
    const lines = bundleLinesOf(facts({ session: month, careConsents, visits }), { id: 'mbn-1', bundle, began: undefined }, at)
    expect(lines.map(({ holdReasons }) => holdReasons)).toEqual([wanted])
  })
})
