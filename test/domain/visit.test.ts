import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DischargeFacts, VisitFacts } from '../../src/domain/discharge.ts'
import { hear, packed, saidAt, told, unpacked, type VisitRecord, without } from '../../src/domain/visit.ts'

const facts = (
  event: DischargeFacts['event'],
  recordedAt: string,
  visit: VisitFacts = {},
  rest: Partial<DischargeFacts> = {},
): DischargeFacts => ({
  event,
  source: 'adt',
  messageId: `${event} ${recordedAt}`,
  sender: {},
  recordedAt,
  test: false,
  patient: { identifiers: [{ system: 'urn:x', value: '1' }], names: [] },
  visit,
  diagnoses: [],
  ...rest,
})
const received = '2025-03-11T12:00:00.000Z'
const tellAll = (...messages: readonly DischargeFacts[]) =>
  told(messages.reduce<VisitRecord>((record, one) => hear(record, one, received), {}))

const admission = facts('admit', '2025-03-02T08:20:00Z', { admittedAt: '2025-03-02T08:15:00Z', location: 'PSY4' })
const discharge = facts('discharge', '2025-03-10T20:00:00Z', {
  dischargedAt: '2025-03-10T19:55:00Z',
  disposition: { code: '01' },
})
const cancelled = facts('cancel-discharge', '2025-03-10T21:00:00Z', {
  dischargedAt: '2025-03-10T19:55:00Z',
  disposition: { code: '01' },
})

test('the latest word on each part counts, whenever it was heard', () => {
  expect(tellAll(admission, discharge)).toMatchObject({
    progress: 'discharged',
    admittedAt: '2025-03-02T08:15:00Z',
    dischargedAt: '2025-03-10T19:55:00Z',
  })
  expect(tellAll(discharge, admission)).toEqual(tellAll(admission, discharge))
  const corrected = facts('update', '2025-03-10T22:00:00Z', { disposition: { code: '07' } })
  expect(tellAll(corrected, admission, discharge)).toMatchObject({ disposition: { code: '07' }, progress: 'discharged' })
})

test('a discharge taken back leaves no end behind, even if it repeats it', () => {
  const resumed = tellAll(admission, discharge, cancelled)
  expect(resumed).toMatchObject({ progress: 'resumed', admittedAt: '2025-03-02T08:15:00Z' })
  expect(resumed).not.toHaveProperty('dischargedAt')
  expect(resumed).not.toHaveProperty('disposition')
  const anew = facts('discharge', '2025-03-12T10:00:00Z', { dischargedAt: '2025-03-12T09:00:00Z' })
  expect(told(hear(hear({}, cancelled, received), anew, '2025-03-12T12:00:00.000Z'))).not.toHaveProperty('disposition')
})

test('an admission that never was has no beginning', () => {
  expect(tellAll(admission, facts('cancel-admit', '2025-03-02T09:00:00Z'))).not.toHaveProperty('admittedAt')
})

test('what is expressly emptied is gone, what is not spoken of stays', () => {
  const emptied = facts('update', '2025-03-11T08:00:00Z', { disposition: null })
  expect(tellAll(admission, discharge, emptied)).not.toHaveProperty('disposition')
  expect(tellAll(admission, discharge, emptied)).toHaveProperty('dischargedAt')
})

test('diagnoses of the admission and of the stay are two lists', () => {
  const admitting = [{ code: { codings: [{ code: 'F32.9' }] }, role: 'admitting' as const }]
  const final = [{ code: { codings: [{ code: 'F32.2' }] }, role: 'principal' as const }]
  const both = tellAll(
    facts('discharge', '2025-03-10T20:00:00Z', {}, { diagnoses: final }),
    facts('update', '2025-03-10T21:00:00Z', {}, { diagnoses: admitting }),
  )
  expect(both.diagnoses).toEqual([...final, ...admitting])
})

describe('when it was said', () => {
  const at = (recordedAt?: string, sentAt?: string) =>
    saidAt({ messageId: 'm', ...(recordedAt && { recordedAt }), ...(sentAt && { sentAt }) }, received)
  test('when it was taken down, else sent, else received; a day alone, or the future, tells nothing', () => {
    expect(at('2025-03-10T20:00:00-04:00')).toMatch(/^2025-03-11T00:00:00.000Z /)
    expect(at(undefined, '2025-03-10T20:00:00Z')).toMatch(/^2025-03-10T20:00:00.000Z /)
    expect(at('2025-03-10', '2025-03-10T20:00:00Z')).toMatch(/^2025-03-10T20:00:00.000Z /)
    expect(at('2099-01-01T00:00:00Z')).toMatch(/^2025-03-11T12:00:00.000Z /)
    expect(at('no time')).toMatch(/^2025-03-11T12:00:00.000Z /)
  })
  test('of two said at the same time the one received later counts', () => {
    const first = facts('discharge', '2025-03-10T20:00:00Z', { disposition: { code: '01' } }, { messageId: 'z' })
    const second = facts('cancel-discharge', '2025-03-10T20:00:00Z', {}, { messageId: 'a' })
    expect(told(hear(hear({}, first, received), second, '2025-03-11T12:00:01.000Z')).progress).toBe('resumed')
  })
})

describe('laws', () => {
  const time = fc.integer({ min: 0, max: 9 * 24 }).map((hours) => new Date(Date.UTC(2025, 2, 2) + hours * 3600_000).toISOString())
  const code = fc.constantFrom('01', '07', '65').map((one) => ({ code: one }))
  const visit = fc.record(
    {
      admittedAt: time,
      dischargedAt: fc.oneof(time, fc.constant(null)),
      disposition: fc.oneof(code, fc.constant(null)),
      location: fc.constantFrom('A', 'B'),
    },
    { requiredKeys: [], noNullPrototype: true },
  ) as fc.Arbitrary<VisitFacts>
  const message = fc
    .tuple(
      fc.constantFrom('pre-admit', 'admit', 'register', 'discharge', 'update', 'cancel-admit', 'cancel-discharge'),
      time,
      visit,
      fc.nat(),
    )
    .map(([event, at, content, id]) => facts(event as DischargeFacts['event'], at, content, { messageId: `m${id}` }))
  const messages = fc.uniqueArray(message, { maxLength: 8, selector: (one) => `${one.recordedAt} ${one.messageId}` })

  test('any order of messages comes to the same, and each counts once', () => {
    fc.assert(
      fc.property(
        messages.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }), fc.shuffledSubarray(all)),
        ),
        ([all, shuffled, again]) => {
          expect(tellAll(...shuffled, ...again)).toEqual(tellAll(...all))
        },
      ),
    )
  })

  test('to forget the last message is never to have heard it', () => {
    fc.assert(
      fc.property(message, (one) => {
        expect(without(hear({}, one, received), one, received)).toEqual({})
      }),
    )
  })

  test('what is kept is read as what was heard, also what was kept as it is', () => {
    fc.assert(
      fc.property(messages, (all) => {
        const record = all.reduce<VisitRecord>((so, one) => hear(so, one, received), {})
        for (const kept of [packed(record), record]) expect(unpacked(JSON.parse(JSON.stringify(kept)))).toEqual(record)
        expect(packed(record)).toHaveLength(new Set(Object.values(record).map(({ said }) => said)).size)
      }),
    )
  })
})
