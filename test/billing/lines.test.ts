/** From a signed session to its lines, by rules alone. */
import { describe, expect, it, test } from 'vitest'
import type { BillingFacts } from '../../src/billing/facts.ts'
import { linesOf } from '../../src/billing/lines.ts'
import { unknownPayer } from '../../src/domain/payer-rule.ts'
import { ServiceLine } from '../../src/domain/service-line.ts'
import { at, authorization, beside as besideOf, coverage, facts, lasting, renderer, session } from './facts.ts'

const lines = (changes: Partial<BillingFacts> = {}) => linesOf(facts(changes), at)
const line = (changes: Partial<BillingFacts> = {}) => lines(changes)[0]!
const medicare8 = { ...unknownPayer, quarterHour: 'medicare8' } as const

describe('a line that is ready', () => {
  it('says all that a claim needs', () => {
    const ready = line()
    expect(ready).toEqual({
      clientId: 'cli-1',
      sessionId: 'ses-1',
      code: 'T1017',
      modifiers: ['HO'],
      units: '4',
      unitBasis: { ruleId: 'full', ruleVersion: '2026.1', minutes: 60 },
      serviceFrom: '2026-03-02',
      serviceTo: '2026-03-02',
      placeOfService: '11',
      renderer: { id: 'prc-1' },
      billingOrg: { id: 'org-1' },
      diagnoses: ['F32.2'],
      pointers: [1],
      coverageId: 'cov-1',
      holdReasons: [],
      laterClaims: [],
      conflictingLines: [],
      warnings: [],
      checks: ['C13', 'C14', 'C20', 'C21', 'C22'].map((conflictId) => ({ conflictId, outcome: 'pass' })),
      createdAt: at,
      sensitivity: [],
      legalBasis: [],
      state: 'ready',
    })
    expect(ServiceLine.safeParse(ready).success).toBe(true)
  })

  it('carries the labels of its session', () => {
    const labels = { sensitivity: ['SUD'], legalBasis: ['42CFRPart2'], confidentiality: 'R' }
    expect(line({ session: session(labels) })).toMatchObject(labels)
  })

  it('counts by the rule of who pays', () => {
    const fifty = { session: session({ actual: lasting(50) }) }
    expect(line(fifty).units).toBe('3')
    expect(line({ ...fifty, coverages: [coverage({ rule: medicare8 })] }).units).toBe('3')
    const longer = { session: session({ actual: lasting(53) }) }
    expect(line(longer)).toMatchObject({ units: '3', unitBasis: { ruleId: 'full', minutes: 53 } })
    expect(line({ ...longer, coverages: [coverage({ rule: medicare8 })] })).toMatchObject({
      units: '4',
      unitBasis: { ruleId: 'medicare8', minutes: 53 },
    })
  })

  it('does not count breaks', () => {
    expect(line({ session: session({ actual: { ...lasting(60)!, breakMinutes: 16 } }) }).units).toBe('2')
  })

  it('is of the day on which the session began, where it began', () => {
    const late = { start: '2026-03-02T23:30:00-05:00', end: '2026-03-03T00:30:00-05:00' }
    expect(line({ session: session({ actual: late }) }).serviceFrom).toBe('2026-03-02')
    const inUtc = { start: '2026-03-03T04:30:00Z', end: '2026-03-03T05:30:00Z' }
    expect(line({ session: session({ actual: inUtc }), timeZone: 'America/New_York' }).serviceFrom).toBe('2026-03-02')
    expect(line({ session: session({ actual: inUtc }) }).serviceFrom).toBe('2026-03-03')
  })

  it('is paid by whoever pays first on that day', () => {
    const second = coverage({ id: 'cov-2', priority: 2 })
    const first = coverage({ id: 'cov-3', priority: 1 })
    expect(line({ coverages: [second, first] }).coverageId).toBe('cov-3')
    expect(line({ coverages: [second, { ...first, end: '2026-03-01' }] }).coverageId).toBe('cov-2')
    expect(line({ coverages: [second, { ...first, end: '2026-03' }] }).coverageId).toBe('cov-3')
    expect(line({ coverages: [second, { ...first, active: false }] }).coverageId).toBe('cov-2')
  })
})

describe('which code', () => {
  const commercial = [coverage({ kind: 'commercial' })]
  test.each([
    ['individual-counselling', 50, 'commercial', '90834'],
    ['individual-counselling', 53, 'commercial', '90837'],
    ['individual-counselling', 37, 'commercial', '90832'],
    ['individual-counselling', 50, 'medicaid-mco', 'H0004'],
    ['case-management', 50, 'medicaid-mco', 'T1017'],
    ['case-management', 50, 'commercial', 'T1016'],
    ['peer-support', 50, 'medicare', 'H0038'],
    ['assessment-visit', 50, 'commercial', 'H0031'],
    ['crisis-intervention', 50, 'dual', 'H2011'],
    ['crisis-intervention', 50, 'tricare', '90839'],
  ] as const)('%s of %i minutes, %s: %s', (kind, minutes, payer, code) => {
    expect(line({ session: session({ kind, actual: lasting(minutes) }), coverages: [coverage({ kind: payer })] }).code).toBe(code)
  })

  it('the session may say it itself', () => {
    expect(line({ session: session({ procedureCode: 'H2015' }) }).code).toBe('H2015')
  })

  it('outreach and conferences are not billed, nor a session that did not take place', () => {
    for (const kind of ['outreach', 'team-conference', 'navigation']) expect(lines({ session: session({ kind }) })).toEqual([])
    expect(lines({ session: session({ outcome: 'no-show' }) })).toEqual([])
    expect(lines({ session: session({ outcome: 'partial' }) })).toHaveLength(1)
    const { actual: _, ...unheld } = session()
    expect(lines({ session: unheld })).toEqual([])
    expect(lines({ session: { ...session(), clientId: undefined } as never })).toEqual([])
  })

  test.each([
    [29, [['90839', 'held', undefined]]],
    [30, [['90839', 'ready', '1']]],
    [74, [['90839', 'ready', '1']]],
    [
      75,
      [
        ['90839', 'ready', '1'],
        ['90840', 'ready', '1'],
      ],
    ],
    [
      104,
      [
        ['90839', 'ready', '1'],
        ['90840', 'ready', '1'],
      ],
    ],
    [
      105,
      [
        ['90839', 'ready', '1'],
        ['90840', 'ready', '2'],
      ],
    ],
  ])('a crisis of %i minutes', (minutes, expected) => {
    const made = lines({ session: session({ kind: 'crisis-intervention', actual: lasting(minutes) }), coverages: commercial })
    expect(made.map(({ code, state, units }) => [code, state, units])).toEqual(expected)
  })
})

describe('an add-on', () => {
  const beside = (procedureCode: string, minutes: number, addOnCodes: string[], changes: Partial<BillingFacts> = {}) =>
    lines({ session: session({ procedureCode, addOnCodes, actual: lasting(minutes) }), ...changes }).map(
      ({ code, state, units, holdReasons }) => [code, state, units, ...holdReasons],
    )

  test.each(['90791', '90792', '90853'])('of a complex communication goes with %s', (code) => {
    expect(beside(code, 60, ['90785'])).toEqual([
      [code, 'ready', '1'],
      ['90785', 'ready', '1'],
    ])
  })

  test.each([
    ['90832', 30],
    ['90834', 45],
    ['90837', 60],
  ])('and with therapy: %s of %i minutes', (code, minutes) => {
    expect(beside(code, minutes, ['90785'])[1]).toEqual(['90785', 'ready', '1'])
  })

  test.each(['90839', '90846', '90847', 'T1017', 'H0004'])('but not with %s', (code) => {
    expect(beside(code, 60, ['90785'])[1]).toEqual(['90785', 'held', '1', 'add-on-alone'])
  })

  it('waits as long as what it adds to', () => {
    expect(beside('90834', 45, ['90785'], { diagnoses: [] })).toEqual([
      ['90834', 'held', '1', 'no-diagnosis'],
      ['90785', 'held', '1', 'add-on-alone', 'no-diagnosis'],
    ])
    expect(beside('90834', 60, ['90785'])[1]).toEqual(['90785', 'held', '1', 'add-on-alone'])
  })

  it('is named once, and is one', () => {
    expect(beside('90834', 45, ['90785', '90785', '90834'])).toHaveLength(2)
    expect(beside('90834', 45, ['T1017'])[1]).toEqual(['T1017', 'held', '3', 'no-add-on'])
    expect(beside('90834', 45, ['Z9999'])[1]).toEqual(['Z9999', 'held', undefined, 'code-unknown'])
    expect(beside('90839', 110, ['90840'])).toHaveLength(2)
  })

  it('of crisis work goes with another session of the day, by the same person', () => {
    const held = (changes: object, code = '90840') =>
      lines({
        session: session({ procedureCode: code, actual: lasting(80) }),
        billedBeside: [{ ...besideOf('90839'), ...changes }],
      })[0]?.holdReasons
    expect(held({})).toEqual([])
    expect(held({ sameRenderer: false })).toEqual(['add-on-alone'])
    expect(held({ day: '2026-03-03' })).toEqual(['add-on-alone'])
    expect(held({}, 'G0018')).toEqual(['add-on-alone'])
  })

  test.each(['90833', '90836', '90838'])('%s goes with a medical visit, which is not billed here', (code) => {
    const minutes = { 90833: 30, 90836: 45, 90838: 60 }[code]
    expect(lines({ session: session({ procedureCode: code, actual: lasting(minutes!) }) })[0]?.holdReasons).toEqual([
      'add-on-alone',
    ])
  })
})

describe('modifiers and place', () => {
  const telehealth = { clientLocation: 'home' }
  test.each([
    ['video, Medicaid', { modality: 'video', telehealth }, 'medicaid-ffs', ['HO', 'GT'], '10'],
    ['video, commercial', { modality: 'video', telehealth }, 'commercial', ['HO', '95'], '10'],
    ['video, Medicare', { modality: 'video', telehealth }, 'medicare', ['HO'], '10'],
    ['audio only', { modality: 'audio-only', telehealth }, 'medicare', ['HO', '93'], '10'],
    [
      'audio only at a clinic',
      { modality: 'audio-only', telehealth: { clientLocation: 'clinic' } },
      'medicaid-ffs',
      ['HO', '93'],
      '02',
    ],
    ['asynchronous', { modality: 'async', telehealth }, 'medicaid-ffs', ['HO', 'GQ'], '10'],
    ['in person, at a shelter', { placeOfService: '04' }, 'medicaid-ffs', ['HO'], '04'],
    ['in person, place unsaid', {}, 'medicaid-ffs', ['HO'], '11'],
    ['a visit at home', { kind: 'home-visit', procedureCode: 'H0036' }, 'medicaid-ffs', ['HO'], '12'],
  ] as const)('%s', (_, changes, kind, modifiers, place) => {
    const made = line({ session: session(changes), coverages: [coverage({ kind })] })
    expect(made.modifiers).toEqual(modifiers)
    expect(made.placeOfService).toBe(place)
  })

  const on = (day: string, changes: object) =>
    session({ actual: { start: `${day}T09:00:00-05:00`, end: `${day}T10:00:00-05:00` }, ...changes })
  test.each([
    ['Medicare by video through 2023', '2023-12-31', { modality: 'video', telehealth }, 'medicare', ['HO', '95'], '11'],
    ['Medicare by video since', '2024-01-01', { modality: 'video', telehealth }, 'medicare', ['HO'], '10'],
    ['Medicare by voice in 2023', '2023-12-31', { modality: 'audio-only', telehealth }, 'medicare', ['HO', '93'], '11'],
    ['Medicaid by video in 2023', '2023-12-31', { modality: 'video', telehealth }, 'medicaid-ffs', ['HO', 'GT'], '10'],
    [
      'at home, before there was a number for it',
      '2021-12-31',
      { modality: 'video', telehealth },
      'medicaid-ffs',
      ['HO', 'GT'],
      '02',
    ],
    ['by voice, before there was a modifier', '2021-12-31', { modality: 'audio-only', telehealth }, 'medicaid-ffs', ['HO'], '02'],
    ['in the street', '2023-10-01', { placeOfService: '27' }, 'medicaid-ffs', ['HO'], '27'],
    ['in the street, before that was a place', '2023-09-30', { placeOfService: '27' }, 'medicaid-ffs', ['HO'], '99'],
  ] as const)('%s', (_, day, changes, kind, modifiers, place) => {
    const made = line({ session: on(day, changes), coverages: [coverage({ kind, start: undefined })] })
    expect([made.modifiers, made.placeOfService]).toEqual([modifiers, place])
  })

  it('what the payer wants for the code stands between staff and format, four in all', () => {
    const rule = { ...unknownPayer, codes: { H0004: { modifiers: ['HE', 'U1', 'HK'] } } }
    const group = { kind: 'group-counselling', group: { groupSessionId: 'gse-1' } }
    const made = (changes: object) => line({ session: session(changes), coverages: [coverage({ rule })] }).modifiers
    expect(made({ ...group, procedureCode: 'H0004' })).toEqual(['HO', 'U1', 'HE', 'HK'])
    expect(made({ ...group, procedureCode: 'H2014' })).toEqual(['HO', 'HQ'])
  })

  test.each([
    ['intern', ['HL']],
    ['below-bachelor', ['HM']],
    ['bachelor', ['HN']],
    ['master', ['HO']],
    ['doctoral', ['HP']],
    ['rn', ['TD']],
    ['peer', []],
    [undefined, []],
  ] as const)('staff level %s', (staffLevel, modifiers) => {
    expect(line({ renderer: renderer({ staffLevel }) }).modifiers).toEqual(modifiers)
  })

  it('a group is HQ, each of its members', () => {
    const group = { kind: 'group-counselling', group: { groupSessionId: 'gse-1', size: 6 } }
    expect(line({ session: session(group) })).toMatchObject({ code: 'H0004', modifiers: ['HO', 'HQ'] })
    const commercial = line({ session: session(group), coverages: [coverage({ kind: 'commercial' })] })
    expect(commercial).toMatchObject({ code: '90853', modifiers: [], units: '1' })
  })

  it('a family with the client is HR, without HS; for CPT it is another number', () => {
    const family = { kind: 'family-counselling', procedureCode: 'H0004' }
    const absent = { participants: [{ who: { id: 'cli-1' }, role: 'client', present: false }] }
    expect(line({ session: session(family) }).modifiers).toEqual(['HO', 'HR'])
    expect(line({ session: session({ ...family, ...absent }) }).modifiers).toEqual(['HO', 'HS'])
    expect(line({ session: session({ kind: 'family-counselling' }) }).code).toBe('90847')
    expect(line({ session: session({ kind: 'family-counselling', ...absent }) }).code).toBe('90846')
  })

  it('a peer is told by the code alone, by distance', () => {
    const peer = session({ kind: 'peer-support', modality: 'audio-only', telehealth })
    expect(line({ session: peer, renderer: renderer({ staffLevel: 'peer' }) }).modifiers).toEqual(['93'])
  })
})

describe('diagnoses', () => {
  it('clinical ones come first, social ones after them', () => {
    expect(line({ diagnoses: ['Z59.01', 'F32.2', 'Z56.0', 'F10.20', 'F32.2'] })).toMatchObject({
      diagnoses: ['F32.2', 'F10.20', 'Z59.01', 'Z56.0'],
      pointers: [1, 2, 3, 4],
      state: 'ready',
    })
  })

  it('headings are left out from the day on which they became ones', () => {
    expect(line({ diagnoses: ['F32.2', 'Z59.0', 'Z59.86'] }).diagnoses).toEqual(['F32.2'])
    const earlier = session({ actual: { start: '2025-09-30T09:00:00-04:00', end: '2025-09-30T10:00:00-04:00' } })
    expect(line({ session: earlier, diagnoses: ['F32.2', 'Z59.0', 'Z59.86'] }).diagnoses).toEqual(['F32.2', 'Z59.86'])
  })

  it('there are twelve at the most, and four are pointed at', () => {
    const many = Array.from({ length: 15 }, (_, i) => `F${20 + i}.0`)
    expect(line({ diagnoses: many }).diagnoses).toHaveLength(12)
    expect(line({ diagnoses: many }).pointers).toEqual([1, 2, 3, 4])
  })
})

describe('a line is held', () => {
  const wants = { ...unknownPayer, authorizationRequired: ['T1017'] }
  test.each<[string, Partial<BillingFacts>, readonly string[]]>([
    ['no coverage at all', { coverages: [] }, ['no-coverage']],
    ['coverage began a day later', { coverages: [coverage({ start: '2026-03-03' })] }, ['no-coverage']],
    ['coverage ended the day before', { coverages: [coverage({ end: '2026-03-01' })] }, ['no-coverage']],
    ['authorization wanted, none there', { coverages: [coverage({ rule: wants })] }, ['no-authorization']],
    [
      'authorization of another code',
      { coverages: [coverage({ rule: wants })], authorizations: [authorization({ code: 'H2015' })] },
      ['no-authorization'],
    ],
    [
      'authorization with another payer',
      { coverages: [coverage({ rule: wants })], authorizations: [authorization({ coverageId: 'cov-9' })] },
      ['no-authorization'],
    ],
    [
      'authorization over',
      { coverages: [coverage({ rule: wants })], authorizations: [authorization({ end: '2026-03-01' })] },
      ['no-authorization'],
    ],
    [
      'too few units left',
      { coverages: [coverage({ rule: wants })], authorizations: [authorization({ unitsLeft: 3 })] },
      ['authorization-exhausted'],
    ],
    ['renderer not on record', { renderer: undefined }, ['renderer-unknown']],
    ['no credential', { renderer: renderer({ credentials: [] }) }, ['credential-invalid']],
    [
      'credential expired',
      { renderer: renderer({ credentials: [{ code: 'LPC', validTo: '2026-03-01' }] }) },
      ['credential-invalid'],
    ],
    [
      'credential suspended',
      { renderer: renderer({ credentials: [{ code: 'LPC', status: 'suspended' }] }) },
      ['credential-invalid'],
    ],
    ['no diagnosis', { diagnoses: [] }, ['no-diagnosis']],
    ['social diagnoses alone', { diagnoses: ['Z59.01', 'Z60.2'] }, ['diagnosis-social-only']],
    ['too short', { session: session({ actual: lasting(14) }) }, ['minutes-short']],
    ['too long', { session: session({ procedureCode: '90832', actual: lasting(38) }) }, ['minutes-over']],
    ['a code that is none', { session: session({ procedureCode: 'Q9999' }) }, ['code-unknown']],
    ['a code that is over', { session: session({ procedureCode: '99441' }) }, ['code-not-in-force']],
    ['an add-on alone', { session: session({ procedureCode: '90785' }) }, ['add-on-alone']],
    ['what is counted by the month otherwise', { session: session({ procedureCode: 'G0544' }) }, ['counted-by-month']],
    ['a day rate, billed already', { session: session({ procedureCode: 'H2016' }), unitsThatDay: () => 1 }, ['daily-limit']],
    [
      'everything at once',
      { coverages: [], renderer: undefined, diagnoses: [], session: session({ actual: lasting(2) }) },
      ['minutes-short', 'no-coverage', 'renderer-unknown', 'no-diagnosis'],
    ],
  ])('%s', (_, changes, reasons) => {
    const made = line(changes)
    expect(made.holdReasons).toEqual(reasons)
    expect(made.state).toBe('held')
    expect(ServiceLine.safeParse(made).success).toBe(true)
  })

  it('and is not where the last unit just suffices', () => {
    const made = line({ coverages: [coverage({ rule: wants })], authorizations: [authorization({ unitsLeft: 4 })] })
    expect(made).toMatchObject({ state: 'ready', authorizationId: 'aut-1' })
  })

  it('the authorization with enough units is the one used', () => {
    const two = [authorization({ unitsLeft: 1 }), authorization({ id: 'aut-2', unitsLeft: 9 })]
    expect(line({ coverages: [coverage({ rule: wants })], authorizations: two }).authorizationId).toBe('aut-2')
  })
})
