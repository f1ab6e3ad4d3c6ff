/** A clinic sends results (ORU^R01): a known screening becomes an assessment with all that follows, anything else an Observation. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { segmentText } from '../support/hl7v2.ts'
import { type Hospital, openHospital } from '../support/hospital.ts'

let hospital: Hospital
beforeEach(async () => {
  hospital = await openHospital()
})
afterEach(() => hospital.stop())

const items = ['44250-9', '44255-8', '44259-0', '44254-1', '44251-7', '44258-2', '44252-5', '44253-3', '44260-8']
type Fields = Readonly<Record<number, string>>
/** PHQ-9 with 1 to each item, told in numbers. */
const ones: readonly Fields[] = items.map((code) => ({ 2: 'NM', 3: `${code}^item^LN`, 5: '1', 11: 'F' }))

const message = (results: readonly Fields[], changes: Readonly<Record<string, Fields>> = {}): string =>
  [
    segmentText('MSH', {
      2: '^~\\&',
      3: 'CAREADT',
      4: 'STBRENDAN',
      7: '20250310230000',
      9: 'ORU^R01^ORU_R01',
      10: 'ORU-1',
      11: 'P',
      12: '2.5.1',
      ...changes.MSH,
    }),
    segmentText('PID', { 3: '778812^^^STB&2.16.840.1.113883.19.5&ISO^MR', ...changes.PID }),
    segmentText('OBR', { 1: '1', 3: 'R-5^STB', 4: '44249-1^PHQ-9^LN', 7: '20250310140000', ...changes.OBR }),
    ...results.map((fields, i) => segmentText('OBX', { 1: `${i + 1}`, ...fields })),
    '',
  ].join('\r')

test('a PHQ-9 is an assessment, scored, with its Observations and its finding; told again it is the same one', async () => {
  const rosa = await hospital.register()
  const total = { 2: 'NM', 3: '44261-6^total^LN', 5: '9', 11: 'F' }
  expect(await hospital.send(message([...ones, total]))).toBe('AA')
  expect(await hospital.send(message([...ones, total]))).toBe('AA')
  const [assessment, ...more] = await hospital.list('assessments')
  expect(more).toEqual([])
  expect(assessment).toMatchObject({
    clientId: rosa,
    state: 'completed',
    instrument: { id: 'phq-9' },
    administeredAt: '2025-03-10T14:00:00-04:00',
    band: { code: 'mild' },
    riskFindings: [{ ruleId: 'PHQ9-I9' }],
  })
  expect(await hospital.search('Observation?code=http://loinc.org|44261-6')).toMatchObject([{ valueQuantity: { value: 9 } }])
})

test('a correction amends it; what comes late does not undo that', async () => {
  await hospital.register()
  await hospital.send(message(ones))
  const threes = ones.map((one) => ({ ...one, 2: 'CWE', 5: 'LA6571-9^^LN', 11: 'C' }))
  const later = { MSH: { 10: 'ORU-2', 7: '20250310233000' } }
  expect(await hospital.send(message(threes, later))).toBe('AA')
  expect(await hospital.list('assessments')).toMatchObject([{ state: 'amended', band: { code: 'severe' } }])
  expect(await hospital.send(message(ones, { MSH: { 10: 'ORU-3', 7: '20250310232000' } }))).toBe('AA')
  expect(await hospital.list('assessments')).toMatchObject([{ band: { code: 'severe' } }])
  expect((await hospital.messages('?limit=1'))[0]).toMatchObject({ issues: [{ path: 'MSH-7' }] })
})

test('taken back it is entered in error, and so are its Observations', async () => {
  await hospital.register()
  const taken = ones.map((one) => ({ ...one, 3: one[3]!.replace('item', 'renamed'), 11: 'D' }))
  const later = { MSH: { 10: 'ORU-2', 7: '20250310233000' } }
  await hospital.send(message(ones))
  expect(await hospital.send(message(taken, later))).toBe('AA')
  expect(await hospital.list('assessments')).toMatchObject([{ state: 'entered-in-error' }])
  const lithium = { 2: 'NM', 3: '14334-7^Lithium^LN', 5: '0.80', 11: 'F' }
  const other = { 3: 'R-6^STB', 4: '24320-4^Panel^LN' }
  await hospital.send(message([lithium], { MSH: { 10: 'ORU-3' }, OBR: other }))
  await hospital.send(
    message([{ ...lithium, 3: '14334-7^Lithium level^LN', 5: '0.9', 11: 'C' }], {
      MSH: { 10: 'ORU-4', 7: '20250310233500' },
      OBR: other,
    }),
  )
  expect(await hospital.search('Observation?code=http://loinc.org|14334-7')).toMatchObject([
    { status: 'corrected', valueQuantity: { value: 0.9 } },
  ])
})

test('an answer that is none of the instrument is never guessed at: the message is held', async () => {
  await hospital.register()
  expect(await hospital.send(message([...ones.slice(1), { ...ones[0], 5: '7' }]))).toBe('AE')
  expect((await hospital.messages('?state=held'))[0]).toMatchObject({ issues: [{ path: 'OBX[9]-5' }] })
  expect(await hospital.list('assessments')).toEqual([])
})

test('other results are Observations of the client, to the digit', async () => {
  const rosa = await hospital.register()
  const other = { OBR: { 4: '24320-4^Basic metabolic panel^LN' } }
  const lithium = { 2: 'NM', 3: '14334-7^Lithium^LN', 5: '0.80', 6: 'mmol/L^^UCUM', 8: 'N', 11: 'F' }
  const note = { 2: 'ST', 3: 'NOTE^Remark^L', 5: 'taken & kept', 11: 'P' }
  const none = { 2: 'NM', 3: '2951-2^Sodium^LN', 5: '', 11: 'N' }
  expect(await hospital.send(message([lithium, note, none], other))).toBe('AA')
  const found = await hospital.request(`/fhir/Observation?subject=Patient/${rosa}`)
  const text = await found.text()
  expect(text).toContain('"value":0.80')
  expect((JSON.parse(text) as { entry: { resource: object }[] }).entry.map(({ resource }) => resource)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ status: 'final', effectiveDateTime: '2025-03-10T14:00:00-04:00' }),
      expect.objectContaining({ status: 'preliminary', valueString: 'taken & kept' }),
      expect.objectContaining({ dataAbsentReason: { coding: [expect.objectContaining({ code: 'not-asked' })] } }),
    ]),
  )
  const validated = await Promise.all(
    (await hospital.search('Observation')).map((json) =>
      hospital.request('/fhir/Observation/$validate', { method: 'POST', json }),
    ),
  )
  for (const answer of validated) expect(await answer.text()).not.toContain('"severity":"error"')
})

test('of a stranger, of two people, of nothing, or of a kind that cannot be kept, it is held (the stranger’s until they are known); other events are turned away', async () => {
  expect(await hospital.send(message(ones))).toBe('AE')
  expect(await hospital.search('Patient')).toEqual([])
  expect(await hospital.list('assessments')).toEqual([])
  await hospital.register()
  expect(await hospital.list('assessments')).toHaveLength(1)
  expect(await hospital.send(message([], { MSH: { 10: 'ORU-2' } }))).toBe('AE')
  const picture = { 2: 'ED', 3: 'PIC^Picture^L', 5: '^IM^PNG^Base64^AAAA', 11: 'F' }
  expect(await hospital.send(message([picture], { MSH: { 10: 'ORU-3' } }))).toBe('AE')
  expect(await hospital.send(message([{ ...ones[0], 5: 'many' }], { MSH: { 10: 'ORU-4' } }))).toBe('AE')
  expect(await hospital.send(message(ones, { MSH: { 9: 'ORU^R30^ORU_R30', 10: 'ORU-5' } }))).toBe('AR')
  expect(await hospital.send(message(ones, { MSH: { 10: 'ORU-6', 11: 'T' } }))).toBe('AA')
  expect(await hospital.list('assessments')).toHaveLength(1)
  expect(await hospital.messages('?state=held')).toHaveLength(3)
})
