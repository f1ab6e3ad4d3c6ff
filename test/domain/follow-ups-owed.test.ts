import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { federalCalendar } from '../../src/domain/calendar.ts'
import { inCodeSet } from '../../src/domain/code-sets.ts'
import { Discharge } from '../../src/domain/discharge.ts'
import type { FollowUpObligation } from '../../src/domain/follow-up.ts'
import { followUpChanges, progressOf } from '../../src/domain/follow-up-changes.ts'
import type { Contact } from '../../src/domain/follow-up-evidence.ts'
import { optionalPolicies, policies } from '../../src/domain/follow-up-policies.ts'
import { followUpsOwed, type OwedInput } from '../../src/domain/follow-ups-owed.ts'
import type { Stay } from '../../src/domain/stay.ts'

const icd10 = 'http://hl7.org/fhir/sid/icd-10-cm'
const diagnosis = (code: string, role: 'principal' | 'secondary' | 'admitting' = 'principal') => ({
  id: `dx-${code.replace('.', '')}`,
  code: { codings: [{ system: icd10, code }] },
  role,
})

/** A stay for depression in a hospital of New York, from the second to the tenth of March 2025, home on Monday at 23:40. */
function stay(id: string, changes: Partial<Discharge> = {}): Stay {
  const value = Discharge.parse({
    encounterClass: 'inpatient-acute-psych',
    clientId: 'rosa',
    admittedAt: '2025-03-02T08:15:00-05:00',
    dischargedAt: '2025-03-10T23:40:00-04:00',
    timeZone: 'America/New_York',
    disposition: { code: '01' },
    diagnoses: [diagnosis('F32.2')],
    source: 'adt',
    state: 'matched',
    ...changes,
  })
  return { id, value }
}
const emergency = (id: string, day: string, changes: Partial<Discharge> = {}): Stay =>
  stay(id, { encounterClass: 'ed', admittedAt: `${day}T18:00:00-04:00`, dischargedAt: `${day}T22:00:00-04:00`, ...changes })

const contact = (at: string, changes: Partial<Contact> = {}): Contact => ({
  ref: `Encounter/ses-${at.slice(0, 10)}`,
  at,
  kind: 'individual-counselling',
  modality: 'in-person',
  providerIsMentalHealth: true,
  diagnoses: [],
  signed: true,
  ...changes,
})

const owed = (stays: readonly Stay[], rest: Partial<OwedInput> = {}) =>
  followUpsOwed({
    stays,
    contacts: [],
    client: { birthDate: '1984-02-19' },
    standing: [],
    calendar: federalCalendar,
    policies,
    now: '2025-03-11T09:00:00Z',
    ...rest,
  })

const brief = (all: readonly FollowUpObligation[] | ReturnType<typeof owed>) =>
  Object.fromEntries(
    all.map((one) => [
      one.policyId,
      `${one.dueFrom}…${one.dueTo} ${one.state}${one.exclusions[0] ? ` ${one.exclusions[0].code}` : ''}`,
    ]),
  )

describe('the days that count', () => {
  test('a discharge on Monday at 23:40 in New York: FUH leaves the day of discharge out', () => {
    expect(brief(owed([stay('d1')]))).toEqual({
      'FUH-7@MY2025': '2025-03-11…2025-03-17 open',
      'FUH-30@MY2025': '2025-03-11…2025-04-09 open',
      'TCM-2BD': '2025-03-11…2025-03-12 open',
    })
  })

  test('an emergency visit on the same Monday: FUM counts the day itself', () => {
    expect(brief(owed([emergency('e1', '2025-03-10')]))).toEqual({
      'FUM-7@MY2025': '2025-03-10…2025-03-17 open',
      'FUM-30@MY2025': '2025-03-10…2025-04-09 open',
    })
  })

  test('FUA: an overdose as any diagnosis, or substance use as the principal one; from 13 years on', () => {
    const overdose = emergency('e1', '2025-03-10', { diagnoses: [diagnosis('I46.9'), diagnosis('T40.1X1A', 'secondary')] })
    expect(Object.keys(brief(owed([overdose])))).toEqual(['FUA-7@MY2025', 'FUA-30@MY2025'])
    const withdrawal = emergency('e1', '2025-03-10', { diagnoses: [diagnosis('F10.230')] })
    expect(Object.keys(brief(owed([withdrawal])))).toEqual(['FUA-7@MY2025', 'FUA-30@MY2025'])
    expect(owed([withdrawal], { client: { birthDate: '2012-03-11' } })).toEqual([])
    expect(owed([withdrawal], { client: { birthDate: '2012-03-10' } })).toHaveLength(2)
  })

  test('visits that transitional care bills for, word within a day and medicines in thirty are due where they are turned on', () => {
    const due = owed([stay('d1')], { policies: optionalPolicies }).map((one) => `${one.policyId} ${one.dueTo}`)
    expect(due.slice(0, 2)).toEqual(['TCM-7D 2025-03-17', 'TCM-14D 2025-03-24'])
    expect(due.slice(2)).toEqual(['CCBHC-24H 2025-03-11', 'MED-REC-30 2025-04-09'])
    const young = { policies: optionalPolicies, client: { birthDate: '2010-03-10' } }
    expect(owed([stay('d1')], young).map(({ policyId }) => policyId)).not.toContain('MED-REC-30')
    expect(owed([emergency('e1', '2025-03-10')], young).map(({ policyId }) => policyId)).toEqual(['CCBHC-24H'])
  })

  test('daylight saving and leap days move no deadline', () => {
    const spring = stay('d1', { dischargedAt: '2025-03-08T23:40:00-05:00', admittedAt: '2025-03-02' })
    expect(brief(owed([spring]))['FUH-7@MY2025']).toBe('2025-03-09…2025-03-15 open')
    const autumn = stay('d1', { dischargedAt: '2025-11-02T01:30:00-04:00', admittedAt: '2025-11-01' })
    expect(brief(owed([autumn], { now: '2025-11-03T00:00:00Z' }))['FUH-7@MY2025']).toBe('2025-11-03…2025-11-09 open')
    const leap = stay('d1', { dischargedAt: '2024-02-27T12:00:00-05:00', admittedAt: '2024-02-20' })
    expect(brief(owed([leap], { now: '2024-02-28T00:00:00Z' }))['FUH-7@MY2024']).toBe('2024-02-28…2024-03-05 open')
  })

  test('the name says the year of the discharge, the rules the year since which they are in force', () => {
    const rules = (year: number) =>
      owed([stay('d1', { admittedAt: `${year}-03-02`, dischargedAt: `${year}-03-10T23:40:00-04:00` })], {
        now: `${year}-03-11T09:00:00Z`,
      }).map(({ policyId, ruleVersion }) => `${policyId} ${ruleVersion}`)
    expect(rules(2024)).toEqual(['FUH-7@MY2024 MY2024', 'FUH-30@MY2024 MY2024', 'TCM-2BD CMS-2013'])
    expect(rules(2025)).toEqual(['FUH-7@MY2025 MY2025', 'FUH-30@MY2025 MY2025', 'TCM-2BD CMS-2013'])
    expect(rules(2026)).toEqual(['FUH-7@MY2026 MY2025', 'FUH-30@MY2026 MY2025', 'TCM-2BD CMS-2013'])
  })

  test('what is due today at the facility is not missed before midnight there', () => {
    const at = (now: string) => brief(owed([stay('d1')], { now }))['FUH-7@MY2025']
    expect(at('2025-03-18T03:59:59Z')).toBe('2025-03-11…2025-03-17 open')
    expect(at('2025-03-18T04:00:00Z')).toBe('2025-03-11…2025-03-17 missed')
  })
})

describe('whom it concerns', () => {
  test('a stay for another illness owes transitional care alone, a child of five nothing more', () => {
    expect(Object.keys(brief(owed([stay('d1', { diagnoses: [diagnosis('I21.4'), diagnosis('F32.2', 'secondary')] })])))).toEqual([
      'TCM-2BD',
    ])
    expect(Object.keys(brief(owed([stay('d1')], { client: { birthDate: '2019-03-11' } })))).toEqual(['TCM-2BD'])
    expect(Object.keys(brief(owed([stay('d1')], { client: {} })))).toHaveLength(3)
  })

  test('self-harm counts like a mental illness; a psychiatric ward speaks for itself as long as no diagnosis is known', () => {
    expect(owed([stay('d1', { diagnoses: [diagnosis('T14.91XA')], encounterClass: 'inpatient-medical' })])).toHaveLength(3)
    expect(owed([stay('d1', { diagnoses: [] })])).toHaveLength(3)
    expect(owed([stay('d1', { diagnoses: [], encounterClass: 'inpatient-medical' })])).toHaveLength(1)
  })

  test('codes of the sets', () => {
    const is = (code: string, ...names: Parameters<typeof inCodeSet>[1]) => inCodeSet({ system: icd10, code }, names)
    expect([
      is('F32.2', 'mental-illness'),
      is('F70', 'mental-illness'),
      is('F10.20', 'mental-illness'),
      is('F99', 'mental-illness'),
    ]).toEqual([true, false, false, true])
    expect([
      is('T39.012A', 'self-harm'),
      is('T39.011A', 'self-harm'),
      is('T65.92XA', 'self-harm'),
      is('X83.8XXA', 'self-harm'),
    ]).toEqual([true, false, true, true])
    expect([is('T40.2X1A', 'overdose'), is('T40.2X5A', 'overdose'), is('T40', 'overdose')]).toEqual([true, false, false])
    expect(inCodeSet({ system: 'http://example.org', code: 'F32.2' }, ['mental-illness'])).toBe(false)
    expect(inCodeSet({ system: 'http://snomed.info/sct', code: '370143000' }, ['mental-illness'])).toBe(true)
  })

  test('nobody is owed anything for an unmatched, cancelled or duplicate discharge, nor for a disposition of "still a patient"', () => {
    for (const state of ['notified', 'cancelled', 'duplicate', 'entered-in-error', undefined] as const) {
      const { state: _, ...value } = stay('d1').value
      expect(owed([{ id: 'd1', value: state === undefined ? value : { ...value, state } }])).toEqual([])
    }
    expect(owed([stay('d1', { disposition: { code: '30' } })])).toEqual([])
  })

  test('history that came with a record owes nothing anew; what a hospital reports late is missed', () => {
    const { source: _, ...history } = stay('d1').value
    expect(owed([{ id: 'd1', value: history }], { now: '2026-11-22T00:00:00Z' })).toEqual([])
    expect(owed([{ id: 'd1', value: history }])).toHaveLength(3)
    expect(owed([stay('d1')], { now: '2026-11-22T00:00:00Z' }).map((one) => one.state)).toEqual(['missed', 'missed', 'missed'])
  })
})

describe('what excludes', () => {
  test('transfers, hospice and death; leaving against advice does not', () => {
    const state = (code: string) => brief(owed([stay('d1', { disposition: { code } })]))['FUH-7@MY2025']
    expect(state('65')).toBe('2025-03-11…2025-03-17 excluded transferred')
    expect(state('03')).toBe('2025-03-11…2025-03-17 excluded transferred')
    expect(state('50')).toBe('2025-03-11…2025-03-17 excluded hospice')
    expect(state('20')).toBe('2025-03-11…2025-03-17 excluded died')
    expect(state('7')).toBe('2025-03-11…2025-03-17 open')
    expect(state('21')).toBe('2025-03-11…2025-03-17 open')
  })

  test('a death elsewhere closes what is open, and leaves what was done', () => {
    const contacts = [contact('2025-03-12T15:00:00Z')]
    const after = owed([stay('d1')], { contacts, client: { deceased: '2025-03-13' } }).map((one) => one.state)
    expect(after).toEqual(['satisfied', 'satisfied', 'satisfied'])
    expect(owed([stay('d1')], { client: { deceased: true } }).map((one) => one.state)).toEqual([
      'excluded',
      'excluded',
      'excluded',
    ])
    expect(owed([stay('d1')], { client: { deceased: '2025-09-01' } })[0]?.state).toBe('open')
  })

  test('of a chain of readmissions only the last discharge counts', () => {
    const again = stay('d2', { admittedAt: '2025-03-20T10:00:00-04:00', dischargedAt: '2025-03-28T12:00:00-04:00' })
    const all = owed([stay('d1'), again], { now: '2025-03-28T20:00:00Z' })
    const fuh = all.filter((one) => one.policyId === 'FUH-7@MY2025')
    expect(fuh.map((one) => [one.dischargeId, one.state, one.dueTo])).toEqual([
      ['d1', 'excluded', '2025-03-17'],
      ['d2', 'open', '2025-04-04'],
    ])
    // TCM of the first was not reached, and its two days were over before the readmission.
    expect(all.filter((one) => one.policyId === 'TCM-2BD').map((one) => one.state)).toEqual(['missed', 'open'])
    expect(progressOf([stay('d1'), again], all)).toEqual([
      { id: 'd1', state: 'readmitted' },
      { id: 'd2', state: 'obligations-created', readmissionOf: 'd1' },
    ])
  })

  test('a readmission counts while it lasts, on day 0 and on day 30, and no longer', () => {
    const until = (admittedAt: string) => {
      const { dischargedAt: _, state: __, ...open } = stay('d2', { admittedAt }).value
      return owed([stay('d1'), { id: 'd2', value: open }])[0]?.state
    }
    expect(until('2025-03-10T23:50:00-04:00')).toBe('excluded')
    expect(until('2025-04-09T23:50:00-04:00')).toBe('excluded')
    expect(until('2025-04-10T00:10:00-04:00')).toBe('open')
    expect(until('2025-03-01T00:10:00-05:00')).toBe('open')
  })

  test('an emergency visit that ends in a bed is not counted, nor a second one within 31 days', () => {
    const bed = stay('d1', { admittedAt: '2025-03-10T23:00:00-04:00', dischargedAt: '2025-03-15T12:00:00-04:00' })
    expect(owed([emergency('e1', '2025-03-10'), bed]).find((one) => one.dischargeId === 'e1')?.exclusions[0]?.code).toBe(
      'admitted',
    )
    const visits = ['2025-03-01', '2025-03-31', '2025-04-01', '2025-05-01', '2025-05-02'].map((day, i) => emergency(`e${i}`, day))
    const counted = owed(visits).filter((one) => one.policyId === 'FUM-7@MY2025')
    expect(counted.map((one) => one.state)).toEqual(['missed', 'excluded', 'open', 'excluded', 'open'])
  })

  test('an exclusion by a person counts until somebody is reached', () => {
    const standing = owed([stay('d1')]).map((one) => ({
      ...one,
      identifiers: [],
      exclusions: [{ code: 'client-declined', documentId: 'doc-1' }],
    }))
    expect(owed([stay('d1')], { standing })[0]?.state).toBe('excluded')
    expect(owed([stay('d1')], { standing, contacts: [contact('2025-03-12T15:00:00Z')] })[0]?.state).toBe('satisfied')
  })
})

describe('what satisfies', () => {
  const state = (changes: Partial<Contact>, at = '2025-03-12T15:00:00Z', policy = 'FUH-7@MY2025') => {
    const found = owed([stay('d1')], { contacts: [contact(at, changes)] }).find((one) => one.policyId === policy)
    return `${found?.state} ${found?.evidence[0]?.rule ?? found?.evidence[0]?.why ?? '-'}`
  }

  test('a signed visit with a mental-health provider, or with a mental-health diagnosis, or peer support', () => {
    expect(state({})).toBe('satisfied visit-with-mental-health-provider')
    const depression = [{ system: icd10, code: 'F32.2' }]
    expect(state({ providerIsMentalHealth: false, diagnoses: depression })).toBe('satisfied visit-with-mental-health-diagnosis')
    expect(state({ providerIsMentalHealth: false })).toBe('open visit-with-mental-health-provider')
    expect(state({ kind: 'peer-support', providerIsMentalHealth: false })).toBe('satisfied peer-support')
    expect(state({ signed: false })).toBe('open -')
  })

  test('a call to arrange things satisfies transitional care, and leaves the measure open: both can be seen', () => {
    const call = { kind: 'case-management', modality: 'audio-only' }
    expect(state(call)).toBe('open This policy does not count contacts of this kind.')
    expect(state(call, '2025-03-12T15:00:00Z', 'TCM-2BD')).toBe('satisfied interactive-contact')
  })

  test('not on the day of discharge; until the last minute of the last day; afterwards late', () => {
    expect(state({}, '2025-03-11T03:50:00Z')).toBe('open -')
    expect(state({}, '2025-03-18T03:59:00Z')).toBe('satisfied visit-with-mental-health-provider')
    expect(state({}, '2025-03-18T04:00:00Z')).toBe('satisfied-late visit-with-mental-health-provider')
  })

  test('before 2025 a diagnosis alone was not enough', () => {
    const last = stay('d1', { dischargedAt: '2024-12-10T12:00:00-05:00', admittedAt: '2024-12-01' })
    const contacts = [
      contact('2024-12-12T15:00:00Z', { providerIsMentalHealth: false, diagnoses: [{ system: icd10, code: 'F32.2' }] }),
    ]
    expect(brief(owed([last], { contacts, now: '2024-12-13T00:00:00Z' }))['FUH-7@MY2024']).toContain('open')
  })

  test('outside evidence that a person brought, and attempts that reached nobody', () => {
    const [first] = owed([stay('d1')])
    const added = {
      ...first!,
      identifiers: [],
      evidence: [{ ref: 'DocumentReference/doc-1', at: '2025-03-14T10:00:00Z', rule: 'added', accepted: true }],
    }
    expect(owed([stay('d1')], { standing: [added] })[0]?.state).toBe('satisfied')
    const attempts = [{ at: '2025-03-11T10:00:00Z', channel: 'phone', outcome: 'no-answer' }]
    expect(owed([stay('d1')], { standing: [{ ...first!, identifiers: [], attempts }] })[0]?.state).toBe('attempted')
  })
})

describe('laws', () => {
  const day = fc.integer({ min: 0, max: 120 }).map((days) => new Date(Date.UTC(2025, 0, 1 + days)).toISOString().slice(0, 10))
  const time = fc
    .tuple(day, fc.integer({ min: 0, max: 23 }))
    .map(([date, hour]) => `${date}T${String(hour).padStart(2, '0')}:30:00Z`)
  const aStay = fc
    .record({
      from: time,
      length: fc.integer({ min: 0, max: 20 }),
      encounterClass: fc.constantFrom('inpatient-acute-psych', 'inpatient-medical', 'ed', 'observation', 'residential', 'other'),
      timeZone: fc.constantFrom('America/New_York', 'Pacific/Kiritimati', 'America/Los_Angeles', 'Europe/Berlin'),
      code: fc.constantFrom('F32.2', 'F10.20', 'I21.4', 'T40.1X1A', 'T14.91XA'),
      disposition: fc.constantFrom('01', '65', '20', '03', '07'),
      state: fc.constantFrom('matched', 'cancelled', undefined),
    })
    .map(({ from, length, code, disposition, state, ...rest }) => ({
      ...rest,
      admittedAt: from,
      dischargedAt: new Date(Date.parse(from) + length * 86_400_000).toISOString(),
      diagnoses: [diagnosis(code)],
      disposition: { code: disposition },
      ...(state !== undefined && { state }),
    }))
  const someStays = fc.array(aStay, { maxLength: 5 }).map((values) =>
    values.map((value, i): Stay => {
      const { state: _, ...whole } = stay(`d${i}`, value as Partial<Discharge>).value
      return { id: `d${i}`, value: 'state' in value ? stay(`d${i}`, value as Partial<Discharge>).value : whole }
    }),
  )
  const someContacts = fc
    .array(time, { maxLength: 4 })
    .map((times) => times.map((at, i) => contact(at, { ref: `Encounter/s${i}` })))
  const now = '2025-03-20T12:00:00Z'
  const after = (standing: readonly FollowUpObligation[], changes: ReturnType<typeof followUpChanges>): FollowUpObligation[] => {
    const key = (one: FollowUpObligation) => `${one.dischargeId} ${one.policyId}`
    const all = new Map(standing.map((one) => [key(one), one]))
    for (const change of changes) all.set(key(change.value), change.value)
    return [...all.values()].toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
  }
  const settle = (stays: readonly Stay[], contacts: readonly Contact[], standing: readonly FollowUpObligation[]) =>
    after(standing, followUpChanges('rosa', standing, owed(stays, { contacts, standing, now }), stays))

  test('the order in which stays and contacts become known does not matter', () => {
    fc.assert(
      fc.property(someStays, someContacts, fc.integer(), (stays, contacts, seed) => {
        const order = <T>(items: readonly T[]): T[] =>
          items.toSorted((a, b) => ((JSON.stringify(a).length * seed) % 7) - ((JSON.stringify(b).length * seed) % 7))
        expect(owed(order(stays), { contacts: order(contacts), now })).toEqual(owed(stays, { contacts, now }))
        // One after the other, or all at once: those that are owed are the same.
        let standing: FollowUpObligation[] = []
        for (let i = 0; i <= stays.length; i++) standing = settle(order(stays).slice(0, i), contacts, standing)
        const stand = (all: readonly FollowUpObligation[]) =>
          all.filter((one) => !['discharge-cancelled', 'no-longer-owed'].includes(one.exclusions[0]?.code ?? ''))
        expect(stand(standing)).toEqual(stand(settle(stays, contacts, [])))
      }),
    )
  })

  test('recomputed twice is recomputed once, and nothing is owed twice', () => {
    fc.assert(
      fc.property(someStays, someContacts, (stays, contacts) => {
        const standing = settle(stays, contacts, [])
        expect(followUpChanges('rosa', standing, owed(stays, { contacts, standing, now }), stays)).toEqual([])
        expect(new Set(standing.map((one) => `${one.dischargeId} ${one.policyId}`)).size).toBe(standing.length)
      }),
    )
  })

  test('a discharge taken back and reported anew leaves what was there before', () => {
    fc.assert(
      fc.property(someStays, someContacts, fc.nat(), (stays, contacts, pick) => {
        const standing = settle(stays, contacts, [])
        const back = stays.map((one, i) =>
          i === pick % Math.max(stays.length, 1) ? { ...one, value: { ...one.value, state: 'cancelled' as const } } : one,
        )
        expect(settle(stays, contacts, settle(back, contacts, standing))).toEqual(standing)
      }),
    )
  })

  test('a later discharge is never due earlier; windows begin and end in order', () => {
    fc.assert(
      fc.property(aStay, fc.integer({ min: 0, max: 90 }), (value, more) => {
        const only = { ...value, state: 'matched', disposition: { code: '01' } } as Partial<Discharge>
        const later = { ...only, dischargedAt: new Date(Date.parse(value.dischargedAt) + more * 3600_000).toISOString() }
        const [first, second] = [owed([stay('d1', only)], { now }), owed([stay('d1', later)], { now })]
        for (const [i, one] of first.entries()) {
          expect(one.dueFrom! <= one.dueTo!).toBe(true)
          expect(one.dueTo! <= second[i]!.dueTo!).toBe(true)
        }
      }),
    )
  })
})

test('changes carry their event: opened, undone, reinstated, satisfied, missed, reset', () => {
  const changes = (standing: readonly FollowUpObligation[], stays: readonly Stay[], rest: Partial<OwedInput> = {}) =>
    followUpChanges('rosa', standing, owed(stays, { standing, ...rest }), stays)
  const opened = changes([], [stay('d1')])
  expect(opened.map((one) => one.event)).toEqual(['opened', 'opened', 'opened'])
  const standing = opened.map((one) => one.value)
  const cancelled = changes(standing, [stay('d1', { state: 'cancelled' })])
  expect(cancelled.map((one) => `${one.event} ${one.value.state} ${one.value.exclusions[0]?.code}`)).toEqual(
    Array(3).fill('undone excluded discharge-cancelled'),
  )
  const undone = cancelled.map((one) => one.value)
  expect(changes(undone, [stay('d1')]).map((one) => one.event)).toEqual(Array(3).fill('reinstated'))
  expect(changes(standing, [stay('d1', { dischargedAt: '2025-03-11T10:00:00-04:00' })]).map((one) => one.event)).toEqual(
    Array(3).fill('reset'),
  )
  const satisfied = changes(standing, [stay('d1')], { contacts: [contact('2025-03-12T15:00:00Z')] })
  expect(satisfied.map((one) => one.event)).toEqual(Array(3).fill('satisfied'))
  expect(
    changes(
      satisfied.map((one) => one.value),
      [stay('d1')],
    ).map((one) => one.event),
  ).toEqual(Array(3).fill('reset'))
  expect(
    changes(standing, [stay('d1')], { now: '2025-03-14T00:00:00Z' }).map((one) => `${one.event} ${one.value.policyId}`),
  ).toEqual(['missed TCM-2BD'])
})
