/** Answers as others group them, and as we write them; the Observations that we make of them. */
import type { QuestionnaireResponse, QuestionnaireResponseItem } from '@medplum/fhirtypes'
import { describe, expect, it, test } from 'vitest'
import mapping from '../../mappings/assessment.questionnaire-response.ts'
import { observationOf, observationsSaid } from '../../mappings/shared/assessment-observations.ts'
import { assess, instrumentFor } from '../../src/domain/assess.ts'
import { type Assessment, assessmentStates } from '../../src/domain/assessment.ts'
import { isValid, validate } from '../../src/fhir/validate/validate.ts'
import { corpora, resourcesOf } from '../support/corpora.ts'

function read(response: QuestionnaireResponse): Assessment {
  const reading = mapping.read({ QuestionnaireResponse: response })
  if (!reading.ok) throw new Error(JSON.stringify(reading.issues))
  return reading.value
}
const write = (value: Assessment, onto?: QuestionnaireResponse): QuestionnaireResponse =>
  mapping.write(value, onto && { QuestionnaireResponse: onto }).QuestionnaireResponse

const loinc = 'http://loinc.org'
const response = (item: QuestionnaireResponseItem[], status: QuestionnaireResponse['status'] = 'completed') =>
  ({ resourceType: 'QuestionnaireResponse', status, item }) satisfies QuestionnaireResponse
const coded = (linkId: string, code: string) => ({ linkId, answer: [{ valueCoding: { system: loinc, code } }] })

describe('states', () => {
  const statusOf = {
    planned: 'in-progress',
    'in-progress': 'in-progress',
    completed: 'completed',
    reviewed: 'completed',
    amended: 'amended',
    stopped: 'stopped',
    declined: 'stopped',
    'entered-in-error': 'entered-in-error',
  }
  const coarser = { planned: 'in-progress', reviewed: 'completed', declined: 'stopped' } as Record<string, string>

  it.each(assessmentStates)('%s goes out and comes back; without our extension it is the state that others mean', (state) => {
    const written = write({ ...read(response([])), state })
    expect(written.status).toBe(statusOf[state])
    expect(read(written).state).toBe(state)
    const { extension: _, ...stripped } = written
    expect(read(stripped).state).toBe(coarser[state] ?? state)
  })

  it('an extension that contradicts the status is not believed', () => {
    const extension = [{ url: 'https://warm-handoff.example/fhir/StructureDefinition/domain-state', valueCode: 'reviewed' }]
    expect(read({ ...response([], 'in-progress'), extension }).state).toBe('in-progress')
  })
})

describe('answers in groups', () => {
  const grouped = response([
    { linkId: 'mood', text: 'Mood', item: [coded('/44250-9', 'LA6568-5'), coded('/44255-8', 'LA6569-3')] },
    { linkId: 'sleep', text: 'Sleep', item: [{ ...coded('/44259-0', 'LA6570-1'), text: 'Their wording' }] },
  ])

  it('are read as one list', () => {
    expect(read(grouped).items.map(({ linkId }) => linkId)).toEqual(['/44250-9', '/44255-8', '/44259-0'])
  })

  it('are written back where they stood', () => {
    const value = read(grouped)
    const items = value.items.map((item) => (item.linkId === '/44259-0' ? { ...item, score: 2 } : item))
    const written = write({ ...value, items }, grouped)
    expect(written.item?.[0]).toEqual(grouped.item[0])
    expect(written.item?.[1]).toMatchObject({ text: 'Sleep', item: [{ linkId: '/44259-0', text: 'Their wording' }] })
    expect(read(written).items).toEqual(items)
  })

  it('one taken away leaves its group, the last one takes it along; a new one comes at the end', () => {
    const value = read(grouped)
    const fresh = { linkId: '/own', answers: [{ boolean: true }] }
    const written = write({ ...value, items: [value.items[0]!, fresh] }, grouped)
    expect(written.item).toEqual([
      { ...grouped.item[0], item: [coded('/44250-9', 'LA6568-5')] },
      { linkId: '/own', answer: [{ valueBoolean: true }] },
    ])
  })

  it('in another order they stand one after the other, each with what others know of it', () => {
    const value = read(grouped)
    const items = value.items.toReversed()
    const written = write({ ...value, items }, grouped)
    expect(read(written).items).toEqual(items)
    expect(written.item?.[0]).toMatchObject({ linkId: '/44259-0', text: 'Their wording' })
  })

  it('an answer of a type that we do not know is left as it is', () => {
    const odd = response([{ linkId: 'weight', answer: [{ valueQuantity: { value: 70 } }, { valueString: 'about' }] }])
    const reading = mapping.read({ QuestionnaireResponse: odd })
    expect(reading).toMatchObject({ ok: true, value: { items: [{ answers: [{ text: 'about' }] }] } })
    expect(reading.ok && reading.warnings.map(({ path }) => path)).toEqual([
      expect.stringContaining('QuestionnaireResponse.item[0].answer[0]'),
    ])
    const value = read(odd)
    const written = write({ ...value, items: [{ ...value.items[0]!, answers: [{ text: 'exactly' }] }] }, odd)
    expect(written.item?.[0]?.answer).toEqual([{ valueQuantity: { value: 70 } }, { valueString: 'exactly' }])
  })

  it('declined is said, and never a zero', () => {
    const value = { ...read(response([])), items: [{ linkId: '/44260-8', answers: [], absentReason: 'asked-declined' as const }] }
    expect(write(value).item).toEqual([
      {
        linkId: '/44260-8',
        extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'asked-declined' }],
      },
    ])
  })
})

describe('the Observations of an assessment', () => {
  const at = '2026-03-02T09:30:00Z'
  const frequency = ['LA6568-5', 'LA6569-3', 'LA6570-1', 'LA6571-9']
  const phq = (scores: readonly (number | 'declined')[], more: Partial<Assessment> = {}): Assessment => {
    const codes = ['44250-9', '44255-8', '44259-0', '44254-1', '44251-7', '44258-2', '44252-5', '44253-3', '44260-8']
    const items = scores.map((score, i) =>
      score === 'declined'
        ? { linkId: `/${codes[i]}`, answers: [], absentReason: 'asked-declined' as const }
        : { linkId: `/${codes[i]}`, answers: [{ coding: { system: loinc, code: frequency[score]! } }] },
    )
    const value: Assessment = {
      ...read(response([])),
      clientId: 'cli-1',
      administeredAt: at,
      administeredBy: { id: 'prc-1' },
      instrument: { id: 'phq-9' },
      items,
      state: 'completed',
      ...more,
    }
    return assess(value, { scores: [], riskFindings: [] }, at)
  }
  const observations = (value: Assessment) =>
    observationsSaid(value).map((said) => observationOf(said, value, { reference: 'QuestionnaireResponse/asm-1' }))
  const byCode = (value: Assessment) => new Map(observations(value).map((one) => [one.code.coding?.[0]?.code, one]))

  it('are one for each item, the total, and the panel last', () => {
    const codes = [...byCode(phq([1, 1, 1, 1, 1, 1, 1, 1, 2])).keys()]
    expect(codes).toHaveLength(11)
    expect(codes.slice(-2)).toEqual(['44261-6', '44249-1'])
  })

  it('say what a searcher looks for', () => {
    const all = byCode(phq([1, 1, 1, 1, 1, 1, 1, 1, 2]))
    expect(all.get('44260-8')).toMatchObject({
      status: 'final',
      category: [{ coding: [{ code: 'survey' }] }],
      subject: { reference: 'Patient/cli-1' },
      effectiveDateTime: at,
      performer: [{ reference: 'Practitioner/prc-1' }],
      valueCodeableConcept: { coding: [{ code: 'LA6570-1' }] },
      derivedFrom: [{ reference: 'QuestionnaireResponse/asm-1' }],
    })
    expect(all.get('44261-6')).toMatchObject({
      valueQuantity: { value: 10, unit: '{score}', system: 'http://unitsofmeasure.org', code: '{score}' },
      interpretation: [{ coding: [{ code: 'moderate' }] }, { coding: [{ code: 'POS' }] }],
    })
  })

  it('name a device that measured as their device: it performs nothing', () => {
    const device = { id: 'scale-7', type: 'Device' } as const
    const total = byCode(phq([1, 1, 1, 1, 1, 1, 1, 1, 2], { administeredBy: device })).get('44261-6')!
    expect([total.device, total.performer]).toEqual([{ reference: 'Device/scale-7' }, undefined])
    expect(isValid(total)).toBe(true)
  })

  it('show the received total, and the recomputed one beside it', () => {
    const total = byCode(phq([1, 1, 1, 1, 1, 1, 1, 1, 2], { scores: [{ key: 'total', value: '14' }] })).get('44261-6')
    expect(total).toMatchObject({
      valueQuantity: { value: 14 },
      component: [{ code: { coding: [{ code: 'recomputed' }] }, valueQuantity: { value: 10 } }],
    })
  })

  it('say why there is no value: declined is not unknown', () => {
    const declined = byCode(phq([1, 1, 1, 1, 1, 1, 1, 1, 'declined']))
    const reason = (code: string) => declined.get(code)?.dataAbsentReason?.coding?.[0]?.code
    expect([reason('44260-8'), reason('44261-6')]).toEqual(['asked-declined', 'asked-declined'])
    const missing = byCode(phq([1, 1, 1]))
    expect(missing.get('44261-6')?.dataAbsentReason?.coding?.[0]?.code).toBe('unknown')
    expect(missing.has('44260-8')).toBe(false)
    expect(observations(phq([], { state: 'declined' }))).toMatchObject([
      { code: { coding: [{ code: '44249-1' }] }, dataAbsentReason: { coding: [{ code: 'asked-declined' }] } },
    ])
  })

  it('are corrected when it is amended, and none while it goes on', () => {
    expect(byCode(phq([1], { state: 'amended' })).get('44250-9')?.status).toBe('corrected')
    expect(observations(phq([1], { state: 'in-progress' }))).toEqual([])
    expect(observations(phq([1], { instrument: { id: 'local' } }))).toEqual([])
  })

  it('carry the level of a triage; for none there is no code', () => {
    const cssrs = (yes: readonly number[]): Assessment => {
      const codes = ['93246-7', '93247-5', '93248-3', '93249-1', '93250-9', '93267-3', '93269-9']
      const items = codes.map((code, i) => ({
        linkId: `/${code}`,
        answers: [{ coding: { system: loinc, code: yes.includes(i + 1) ? 'LA33-6' : 'LA32-8' } }],
      }))
      return phq([], { instrument: { id: 'c-ssrs-screener' }, items })
    }
    const level = (yes: readonly number[]) => byCode(cssrs(yes)).get('93374-7')?.valueCodeableConcept?.coding?.[0]?.code
    expect(level([2, 4])).toBe('LA9193-9')
    expect(level([2, 3])).toBe('LA6751-7')
    expect(level([1])).toBe('LA9194-7')
    expect(level([])).toBeUndefined()
    expect(byCode(cssrs([])).size).toBe(8)
  })

  it('are valid FHIR', () => {
    const some = [
      phq([1, 1, 1, 1, 1, 1, 1, 1, 2], {
        scores: [{ key: 'total', value: '14', variant: 'paper' }],
        episodeId: 'epi-1',
        sessionId: 'ses-1',
      }),
      phq([1, 'declined']),
      phq([]),
      phq([], { state: 'declined' }),
    ]
    for (const one of some.flatMap(observations)) expect(validate(one)).toEqual({ structure: [], rules: [] })
  })
})

test.skipIf(corpora === undefined)('published responses are read, recognised, and scored as they say (needs CORPORA)', () => {
  const all = resourcesOf(new Set(['QuestionnaireResponse']), ['1_igs'])
  const known = all.flatMap(({ from, resource }) => {
    const value = read(resource as unknown as QuestionnaireResponse)
    const instrument = instrumentFor(value)
    return instrument ? [{ from, instrument: instrument.id, value }] : []
  })
  const named = (id: string) => known.filter(({ instrument }) => instrument === id)
  expect(named('phq-9').length).toBeGreaterThan(0)
  expect(named('c-ssrs-screener').length).toBeGreaterThan(0)
  for (const { value, from } of named('phq-9')) {
    const assessed = assess(value, { scores: [], riskFindings: [] }, '2026-03-02')
    expect(assessed.scores[0], from).toMatchObject({ value: '12', complete: true })
    // The total that came among the answers is the same.
    expect(assessed.scores[0]).not.toHaveProperty('receivedValue')
  }
})
