/** What is told with a line and does not hold it. */
import { describe, expect, it } from 'vitest'
import { bundleLinesOf } from '../../src/billing/bundle-lines.ts'
import type { BillingFacts } from '../../src/billing/facts.ts'
import { linesOf } from '../../src/billing/lines.ts'
import { unknownPayer } from '../../src/domain/payer-rule.ts'
import { at, beside, coverage, facts, lasting, session } from './facts.ts'

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
    ['T1016', 30, beside('T2022', { samePayer: false }), []],
    ['T1017', 30, beside('T2023', { day: '2026-03-01' }), ['case-management-twice']],
    ['T1017', 30, beside('T1017', { sameAgency: false, day: '2026-03-20' }), ['other-agency']],
    ['T1017', 30, beside('T1017'), []],
    ['H2015', 30, beside('H2016'), ['day-rate']],
    ['H0040', 30, beside('H0038'), ['day-rate']],
  ])('%s of %i minutes', (code, minutes, other, wanted) => {
    expect(warnings(code, minutes, { billedBeside: [other] })).toEqual([['ready', wanted]])
  })
})

describe('a payer who has not said how it counts', () => {
  const unknown = { coverages: [coverage({ rule: unknownPayer })] }
  it.each([
    ['T1017', 30, unknown, ['rule-unknown']],
    ['H0031', 30, unknown, []],
    ['90834', 45, unknown, []],
    ['T1017', 30, {}, []],
  ])('%s of %i minutes', (code, minutes, changes, wanted) => {
    expect(warnings(code, minutes, changes)).toEqual([['ready', wanted]])
  })
})

describe('around it', () => {
  it('a night in a hospital', () => {
    const stay = (start: string, end?: string) => ({ inHospital: [{ start, end }] })
    expect(warnings('T1017', 60, stay('2026-03-02'))).toEqual([['ready', ['in-hospital']]])
    expect(warnings('T1017', 60, stay('2026-02-25', '2026-03-01'))).toEqual([['ready', []]])
  })
})

describe('before care management begins', () => {
  const agreed = [{ id: 'con-1', start: '2026-01-01', end: undefined }]
  const lines = (code: string, changes: Partial<BillingFacts>, began?: string) => {
    const bundle = {
      ...{ clientId: 'cli-1', month: '2026-03', code, thresholdMinutes: 1, state: 'charged' as const },
      ...{ contributions: [{ sessionId: 'ses-1', minutes: 60 }], sensitivity: [], legalBasis: [] },
    }
    const counted = facts({ session: session({ procedureCode: code, actual: lasting(60) }), ...changes })
    return bundleLinesOf(counted, { id: 'mbn-1', bundle, began }, at).map(({ holdReasons }) => holdReasons)
  }
  const consent = { id: 'con-1', start: '2026-03-02T08:00:00Z', end: undefined }

  it.each([
    ['nothing', [], [], ['no-consent', 'no-initiating-visit']],
    ['a word', [consent], [], ['no-initiating-visit']],
    ['a visit', [], [{ id: 'ses-0', code: '99214', day: '2026-03-02' }], ['no-consent']],
    ['both', [consent], [{ id: 'ses-0', code: '99214', day: '2025-03-02' }], []],
    ['a visit too long ago', [consent], [{ id: 'ses-0', code: '99214', day: '2025-03-01' }], ['no-initiating-visit']],
    ['a visit that came later', [consent], [{ id: 'ses-0', code: '99214', day: '2026-03-03' }], ['no-initiating-visit']],
    [
      'a word that came later',
      [{ ...consent, start: '2026-03-03' }],
      [{ id: 'ses-0', code: '99214', day: '2026-03-01' }],
      ['no-consent'],
    ],
    [
      'a word taken back',
      [{ ...consent, end: '2026-03-01' }],
      [{ id: 'ses-0', code: '99214', day: '2026-03-01' }],
      ['no-consent'],
    ],
  ])('%s', (_, careConsents, visits, wanted) => {
    expect(lines('99492', { careConsents, visits })).toEqual([wanted])
  })

  it.each([
    // Not by staff alone, nor where somebody else will go on with the client.
    ['99484', '99211', false],
    ['99484', '99283', false],
    ['99484', '99223', false],
    ['99484', '99213', true],
    ['99484', '99348', true],
    ['99484', '99496', true],
    ['99484', 'G0439', true],
    ['99484', 'G0402', true],
    // Integration by practitioners begins with their visits, that by psychologists and social workers with their evaluations.
    ['99484', '90791', false],
    ['G2214', '90791', false],
    ['G0323', '90791', true],
    ['G0323', '96156', true],
    ['G0323', '99214', false],
    // Navigation begins with either, but not with the welcome to Medicare.
    ['G0023', '99214', true],
    ['G0140', '90791', true],
    ['G0140', '96168', true],
    ['G0023', 'G0438', true],
    ['G0023', 'G0402', false],
    ['G0019', '99495', true],
    ['G0019', 'G0402', false],
  ])('%s begins with %s: %s', (code, visit, isWell) => {
    const held = lines(code, { careConsents: agreed, visits: [{ id: 'ses-0', code: visit, day: '2026-02-27' }] })
    expect(held[0]).toEqual(isWell ? [] : ['no-initiating-visit'])
  })

  it('community health by an evaluation since 2026', () => {
    const seen = (day: string) => ({
      careConsents: [{ id: 'con-1', start: '2025-01-01', end: undefined }],
      visits: [{ id: 'ses-0', code: '90791', day }],
    })
    expect(lines('G0019', seen('2025-12-30'), '2025-12-31')).toEqual([['no-initiating-visit']])
    expect(lines('G0019', seen('2025-12-30'), '2026-01-01')).toEqual([[]])
  })

  it.each([
    ['T1017', ['no-plan']],
    ['T1016', ['no-plan']],
    ['H0004', []],
    ['H2015', []],
  ])('a plan in force for %s', (code, wanted) => {
    const held = (start?: string, end?: string) =>
      linesOf(facts({ session: session({ procedureCode: code }), plans: [{ start, end }] }), at)[0]?.holdReasons
    expect(held('2026-03-03')).toEqual(wanted)
    expect(held('2026-01-01', '2026-03-01')).toEqual(wanted)
    expect(held('2026-03-02')).toEqual([])
    expect(held(undefined, '2026-03')).toEqual([])
  })

  it('and for what is counted by the month, and its time beyond', () => {
    const well = { careConsents: agreed, visits: [{ id: 'ses-0', code: '99214', day: '2026-02-27' }], plans: [] }
    for (const code of ['G0019', 'G0023', 'G0140']) expect(lines(code, well)).toEqual([['no-plan']])
    expect(lines('99484', well)).toEqual([[]])
  })
})
