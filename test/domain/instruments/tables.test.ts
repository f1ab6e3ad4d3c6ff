/** Each instrument at the edges of its cut, and with what is peculiar to it. Answers are given as scores, in the order of the items. */
import { describe, expect, it, test } from 'vitest'
import { AssessmentCommand, assess } from '../../../src/domain/assess.ts'
import { Assessment } from '../../../src/domain/assessment.ts'
import { instrumentById, instrumentOf, instruments } from '../../../src/domain/instruments/index.ts'
import { answersOf, linkIdOf, systemOf } from '../../../src/domain/instruments/instrument.ts'
import { evaluate, type ScorableItem } from '../../../src/domain/instruments/score.ts'

const loinc = 'http://loinc.org'
type Given = number | string | 'declined' | undefined
/** A score, a code that is not scored, or a refusal. */
const given = (id: string, answers: readonly Given[]): ScorableItem[] =>
  answers.flatMap((answer, i): ScorableItem[] => {
    const instrument = instrumentById(id)!
    const item = instrument.items[i]!
    const linkId = linkIdOf(item)
    if (answer === undefined) return []
    if (answer === 'declined') return [{ linkId, answers: [], absentReason: 'asked-declined' }]
    if (typeof answer === 'string') return [{ linkId, answers: [{ coding: { system: loinc, code: answer } }] }]
    if (item.counted) return [{ linkId, answers: [{ integer: answer }] }]
    const { code } = answersOf(instrument, item).find(({ score }) => score === answer)!
    return [{ linkId, answers: [{ coding: { system: systemOf(code), code } }] }]
  })
const of = (count: number, score: number): number[] => Array(count).fill(score)
const outcome = (id: string, answers: readonly Given[]) => {
  const { total, band, level, result } = evaluate(instrumentById(id)!, given(id, answers))
  return [total, band ?? level, result]
}

it.each<[string, string, readonly Given[], unknown[]]>([
  ['phq-4', 'all', of(4, 3), [12, undefined, 'indeterminate']],
  ['phq-a', 'below', [3, 3, 3, ...of(6, 0)], [9, 'mild', 'negative']],
  ['phq-a', 'from ten', [3, 3, 3, 1, ...of(5, 0)], [10, 'moderate', 'positive']],
  ['audit', 'below', [4, 3, ...of(8, 0)], [7, 'low', 'negative']],
  ['audit', 'from eight', [4, 4, ...of(8, 0)], [8, 'hazardous', 'positive']],
  ['audit', 'harmful', [4, 4, 4, 4, ...of(6, 0)], [16, 'harmful', 'positive']],
  ['audit', 'the last two count two and four', [4, 4, 4, 4, 0, 0, 0, 0, 2, 4], [22, 'possible-dependence', 'positive']],
  ['audit-c', 'below', [1, 1, 0], [2, 'negative', 'negative']],
  ['audit-c', 'the lower cut', [1, 1, 1], [3, 'positive-lower-cut', 'positive']],
  ['audit-c', 'both cuts', [2, 1, 1], [4, 'positive', 'positive']],
  ['alcohol-single', 'men, none', [0], [undefined, undefined, 'negative']],
  ['alcohol-single', 'women, once', [undefined, 1], [undefined, undefined, 'positive']],
  ['alcohol-single', 'nobody asked', [], [undefined, undefined, 'not-scorable']],
  ['dast-10', 'able to stop is no point', [0, 0, 0, ...of(7, 0)], [0, 'none', 'negative']],
  ['dast-10', 'below', [1, 1, 0, ...of(7, 0)], [2, 'low', 'negative']],
  ['dast-10', 'from three, one of them reversed', [1, 1, 1, ...of(7, 0)], [3, 'moderate', 'positive']],
  ['dast-10', 'all', of(10, 1), [10, 'severe', 'positive']],
  ['cage-aid', 'none', of(4, 0), [0, undefined, 'negative']],
  ['cage-aid', 'one', [0, 1, 0, 0], [1, undefined, 'positive']],
  ['smoking-status', 'some days', ['LA18977-1'], [undefined, undefined, 'positive']],
  ['smoking-status', 'formerly', ['LA15920-4'], [undefined, undefined, 'negative']],
  ['smoking-status', 'nobody knows', ['LA18980-5'], [undefined, undefined, 'not-scorable']],
  ['smoking-status', 'nobody asked', [], [undefined, undefined, 'not-scorable']],
  ['pc-ptsd-5', 'no event, nothing else asked', [0], [0, undefined, 'negative']],
  ['pc-ptsd-5', 'two', [1, 1, 1, 0, 0, 0], [2, undefined, 'negative']],
  ['pc-ptsd-5', 'three', [1, 1, 1, 1, 0, 0], [3, undefined, 'positive']],
  ['pc-ptsd-5', 'an event and no answers', [1], [undefined, undefined, 'not-scorable']],
  ['pc-ptsd-5', 'nothing at all', [], [undefined, undefined, 'not-scorable']],
  ['pcl-5', 'all', of(20, 4), [80, undefined, 'indeterminate']],
  ['mdq', 'seven together, a moderate problem', [...of(7, 1), ...of(6, 0), 1, 2], [7, undefined, 'positive']],
  ['mdq', 'six', [...of(6, 1), ...of(7, 0), 1, 3], [6, undefined, 'negative']],
  ['mdq', 'seven, never together', [...of(7, 1), ...of(6, 0), 0, 3], [7, undefined, 'negative']],
  ['mdq', 'a minor problem', [...of(13, 1), 1, 1], [13, undefined, 'negative']],
  ['epds', 'below', [3, 3, 3, ...of(7, 0)], [9, undefined, 'negative']],
  ['epds', 'from ten', [3, 3, 3, 1, ...of(6, 0)], [10, undefined, 'positive']],
  ['whodas-12', 'from nought', of(12, 4), [48, undefined, 'indeterminate']],
  ['whodas-12-from-1', 'from one', of(12, 1), [12, undefined, 'indeterminate']],
  ['sdq', 'normal', [...of(6, 2), 1, ...of(13, 0)], [13, 'normal', 'negative']],
  ['sdq', 'borderline', [...of(8, 2), ...of(12, 0)], [16, 'borderline', 'negative']],
  ['sdq', 'abnormal', [...of(8, 2), 1, ...of(11, 0)], [17, 'abnormal', 'positive']],
  ['psc-17', 'below every cut', [...of(4, 1), 0, ...of(5, 1), 1, ...of(4, 1), 0, 0], [14, undefined, 'negative']],
  ['psc-17', 'the total', [...of(4, 1), 0, ...of(5, 1), 1, ...of(5, 1), 0], [15, undefined, 'positive']],
  ['psc-17', 'internalizing alone', [...of(5, 1), ...of(12, 0)], [5, undefined, 'positive']],
  ['psc-17', 'attention alone', [...of(5, 0), 2, 2, 2, 1, 0, ...of(7, 0)], [7, undefined, 'positive']],
  ['psc-17', 'three blanks are nothing', of(14, 0), [0, undefined, 'negative']],
  ['psc-17', 'four blanks are too many', of(13, 0), [undefined, undefined, 'not-scorable']],
  ['asq', 'all no', of(4, 0), [undefined, 'none', 'negative']],
  ['asq', 'yes, and now', [0, 1, 0, 0, 1], [undefined, 'acute', 'positive']],
  ['asq', 'refused, and not now', ['declined', 0, 0, 0, 0], [undefined, 'moderate', 'positive']],
  ['asq', 'yes, and not asked about now', [0, 1, 0, 0], [undefined, 'high', 'positive']],
  ['asq', 'yes, and refused about now', [0, 1, 0, 0, 'declined'], [undefined, 'high', 'positive']],
  ['prapare', 'no home', ['LA30190-5'], [undefined, undefined, 'positive']],
  ['prapare', 'nothing answered', [], [undefined, undefined, 'not-scorable']],
  ['prapare', 'refused', ['declined'], [undefined, undefined, 'declined']],
  [
    'prapare',
    'the answers of AHC say nothing here',
    ['LA31994-9', 'LA32-8', 'LA0-0', 'LA0-0', 'LA32-8'],
    [undefined, undefined, 'negative'],
  ],
  ['ahc-hrsn', 'safe', [3, 3, 3, 1], [10, undefined, 'negative']],
  ['ahc-hrsn', 'unsafe', [3, 3, 3, 2], [11, undefined, 'positive']],
  ['ahc-hrsn', 'hunger', [1, 1, 1, 1, 'LA31993-1', undefined, 'LA6729-3'], [4, undefined, 'positive']],
  [
    'ahc-hrsn',
    'hunger, safety refused',
    ['declined', 1, 1, 1, undefined, undefined, 'LA6729-3'],
    [undefined, undefined, 'positive'],
  ],
  ['hark', 'one', [0, 1, 0, 0], [1, undefined, 'positive']],
])('%s, %s', (id, _, answers, expected) => {
  expect(outcome(id, answers)).toEqual(expected)
})

it.each<[string, readonly Given[], readonly string[]]>([
  ['phq-a', [...of(8, 0), 1], ['PHQA-SI']],
  ['phq-a', [...of(9, 0), 0, 0, 0, 1], ['PHQA-SI']],
  ['phq-a', of(9, 0), []],
  ['epds', [...of(9, 0), 1], ['EPDS-10']],
  ['asq', [0, 0, 0, 1, 1], ['ASQ-ACUTE']],
  ['asq', [0, 0, 0, 1], ['ASQ-UNK']],
  ['asq', [0, 0, 0, 1, 0], ['ASQ-POS']],
  ['ahc-hrsn', [3, 3, 3, 2], ['AHC-SAFETY']],
  ['hark', [1], ['HARK-ANY']],
])('%s %j finds %j', (id, answers, found) => {
  expect(evaluate(instrumentById(id)!, given(id, answers)).findings.map(({ ruleId }) => ruleId)).toEqual(found)
})

describe('assessed', () => {
  const at = '2026-03-02T09:30:00.000Z'
  const completed = (id: string, answers: readonly Given[], more: object = {}) => {
    const value = Assessment.parse({
      clientId: 'cli-1',
      instrument: { id },
      items: given(id, answers),
      state: 'completed',
      ...more,
    })
    return assess(value, { scores: [], riskFindings: [] }, at)
  }

  it('subscales stand beside the total, and what was received of them beside what they are', () => {
    const { scores } = completed('psc-17', [...of(5, 1), ...of(12, 0)], { scores: [{ key: 'attention', value: '4' }] })
    expect(scores.map(({ key, value, receivedValue }) => [key, value, receivedValue])).toEqual([
      ['total', '5', undefined],
      ['internalizing', '5', undefined],
      ['attention', '0', '4'],
      ['externalizing', '0', undefined],
    ])
  })

  it('a total of another variant is another number, not a contradiction', () => {
    const { scores } = completed('whodas-12', of(12, 1), { scores: [{ key: 'total', value: '24', variant: 'simple-1-5' }] })
    expect(scores).toMatchObject([
      { value: '12', variant: 'simple-0-4' },
      { value: '24', variant: 'simple-1-5' },
    ])
    expect(scores[0]).not.toHaveProperty('receivedValue')
  })

  it('a total under a code that is often mistaken is compared, and told under the right one', () => {
    const mistaken = [{ key: 'total', code: { system: loinc, code: '75624-7' }, value: '5' }]
    expect(completed('audit-c', [1, 1, 1], { scores: mistaken }).scores).toEqual([
      expect.objectContaining({ code: { system: loinc, code: '75626-2' }, value: '3', receivedValue: '5' }),
    ])
  })

  it('is labelled by what it is about', () => {
    expect(completed('dast-10', of(10, 0), { sensitivity: ['PSY'] }).sensitivity).toEqual(['PSY', 'SUD'])
    expect(completed('ahc-hrsn', of(4, 1)).sensitivity).toEqual(['SDV'])
    expect(completed('smoking-status', ['LA18978-9']).sensitivity).toEqual(['TBOO'])
    expect(completed('c-ssrs-screener', of(7, 0)).sensitivity).toEqual(['PSY'])
    expect(completed('asq', of(4, 0)).sensitivity).toEqual(['PSY'])
    expect(completed('gad-7', of(7, 0)).sensitivity).toEqual([])
  })

  it('answers without a list are taken as they come; counts are counts', () => {
    const command = (id: string, answers: readonly Given[]) =>
      AssessmentCommand.safeParse({
        ...{ clientId: 'cli-1', kind: 'instrument', instrument: { id }, mode: 'phone', respondent: 'client', administeredAt: at },
        ...{ items: given(id, answers), state: 'planned' },
      }).success
    expect(command('prapare', ['LA30190-5'])).toBe(true)
    expect(command('alcohol-single', [2])).toBe(true)
    expect(command('alcohol-single', ['LA33-6'])).toBe(false)
  })
})

test('every instrument is told by its id and by its canonical URLs, and no two share one', () => {
  const urls = instruments.flatMap(({ questionnaires }) => questionnaires)
  expect(new Set(urls).size).toBe(urls.length)
  for (const one of instruments) {
    expect(instrumentOf({ id: one.id }, [])).toBe(one)
    expect(instrumentOf({ questionnaire: `${one.questionnaires[0]}|1` }, [])).toBe(one)
  }
  const audit = instrumentById('audit')!
  expect(instrumentOf(undefined, audit.items.map(linkIdOf))).toBe(audit)
  expect(instrumentOf(undefined, audit.items.slice(0, 3).map(linkIdOf))?.id).toBe('audit-c')
})
