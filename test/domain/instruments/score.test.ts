/** Scores at every edge of every band, and the whole truth table of the triage. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { instrumentById, instrumentOf, instruments } from '../../../src/domain/instruments/index.ts'
import {
  answersOf,
  type Instrument,
  linkIdOf,
  ownCodes,
  scoreCodeOf,
  systemOf,
} from '../../../src/domain/instruments/instrument.ts'
import { evaluate, itemsIn, type ScorableItem } from '../../../src/domain/instruments/score.ts'
import { hasCheckDigit } from '../../support/loinc.ts'

const phq9 = instrumentById('phq-9')!
const gad7 = instrumentById('gad-7')!
const cssrs = instrumentById('c-ssrs-screener')!
const loinc = 'http://loinc.org'

type Given = number | 'declined' | 'missing'
/** Answers by item, as scores; an item left out was not there at all. */
const given = (instrument: Instrument, answers: readonly Given[]): ScorableItem[] =>
  answers.flatMap((answer, i): ScorableItem[] => {
    const item = instrument.items[i]!
    const linkId = linkIdOf(item)
    if (answer === 'missing') return []
    if (answer === 'declined') return [{ linkId, answers: [], absentReason: 'asked-declined' }]
    const { code } = answersOf(instrument, item).find(({ score }) => score === answer)!
    return [{ linkId, answers: [{ coding: { system: systemOf(code), code } }] }]
  })

/** Answers that sum up to a total, the last item as low as can be. */
function summing(instrument: Instrument, items: number, total: number): ScorableItem[] {
  let left = total
  const answers = Array.from({ length: items }, () => {
    const score = Math.min(3, left)
    left -= score
    return score
  })
  return given(instrument, answers)
}

describe.each(instruments.map((one) => ({ id: one.id, one })))('$id as data', ({ one }) => {
  const all = [...one.answers, ...one.items.flatMap((item) => answersOf(one, item))]

  it('has codes that LOINC could have, each once', () => {
    const levels = one.scoring.method === 'triage' ? one.scoring.levels.flatMap(({ answer }) => answer ?? []) : []
    const codes = [one.panel, ...[scoreCodeOf(one) ?? []].flat(), ...one.items.map(({ code }) => code)]
    for (const code of [...codes, ...all.map(({ code }) => code), ...levels])
      expect(hasCheckDigit(code) || (systemOf(code) === ownCodes && /^[a-z]/.test(code)), code).toBe(true)
    expect(new Set(codes).size).toBe(codes.length)
  })

  it('shows wordings only where the owner lets anybody show them', () => {
    const worded = one.items.filter(({ text }) => text !== undefined)
    // All of them or none; who may is not obliged to.
    expect(one.licence.wording ? [0, one.items.length] : [0]).toContain(worded.length)
    expect(one.licence.notice).not.toBe('')
  })

  it('names in its rules items that it has', () => {
    const conditions = [
      ...one.risks.map(({ when }) => when),
      ...one.items.flatMap(({ askedWhen }) => askedWhen ?? []),
      ...(one.scoring.method === 'triage' ? one.scoring.levels.map(({ when }) => when) : [one.scoring.positive ?? []].flat()),
    ]
    for (const item of conditions.flatMap(itemsIn)) expect(one.items[item - 1]).toBeDefined()
    expect(new Set(one.risks.map(({ id }) => id)).size).toBe(one.risks.length)
  })

  it('has no holes between its bands, and ends where its answers end', () => {
    if (one.scoring.method !== 'sum') return
    const scored = one.items.filter(({ unscored }) => !unscored)
    const end = (pick: typeof Math.max) =>
      scored.reduce((sum, item) => sum + pick(...answersOf(one, item).map(({ score }) => score)), 0)
    expect([one.scoring.min, one.scoring.max]).toEqual([end(Math.min), end(Math.max)])
    for (const { items, max } of one.scoring.subscales ?? []) expect(items.length * 2).toBe(max)
    const starts = one.scoring.bands.map(({ min }) => min)
    if (starts.length > 0) expect(starts[0]).toBe(one.scoring.min)
    expect(starts).toEqual(starts.toSorted((a, b) => a - b))
  })

  it('says the same of the same answers, whatever their order', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(
          given(
            one,
            one.items.map((item) => answersOf(one, item)[0]?.score ?? 'declined'),
          ),
        ),
        (items) => {
          const { scores, ...said } = evaluate(one, items)
          const { scores: again, ...sorted } = evaluate(
            one,
            items.toSorted((a, b) => (a.linkId < b.linkId ? -1 : 1)),
          )
          expect(said).toEqual(sorted)
          expect(new Map([...scores].sort())).toEqual(new Map([...again].sort()))
        },
      ),
    )
  })
})

describe('PHQ-9', () => {
  it.each([
    [0, 'minimal', 'negative'],
    [4, 'minimal', 'negative'],
    [5, 'mild', 'negative'],
    [9, 'mild', 'negative'],
    [10, 'moderate', 'positive'],
    [14, 'moderate', 'positive'],
    [15, 'moderately-severe', 'positive'],
    [19, 'moderately-severe', 'positive'],
    [20, 'severe', 'positive'],
    [27, 'severe', 'positive'],
  ])('%i is %s, %s', (total, band, result) => {
    expect(evaluate(phq9, summing(phq9, 9, total))).toMatchObject({ total, band, result })
  })

  it('the tenth item is asked, and counts nothing', () => {
    const nine = Array<Given>(9).fill(1)
    expect(evaluate(phq9, given(phq9, [...nine, 3])).total).toBe(9)
    expect(evaluate(phq9, given(phq9, [...nine, 'declined'])).total).toBe(9)
    expect(evaluate(phq9, given(phq9, nine)).total).toBe(9)
  })

  it.each([
    [0, []],
    [1, ['PHQ9-I9']],
    [2, ['PHQ9-I9']],
    [3, ['PHQ9-I9', 'PHQ9-I9-3']],
  ])('the ninth item at %i finds %j, whatever the total', (nine, found) => {
    for (const others of [0, 'missing', 'declined'] as const) {
      const { findings } = evaluate(phq9, given(phq9, [...Array<Given>(8).fill(others), nine]))
      expect(findings.map(({ ruleId }) => ruleId)).toEqual(found)
      for (const { itemRefs } of findings) expect(itemRefs).toEqual(['/44260-8'])
    }
  })

  it('a severe total is a finding, the one below it none', () => {
    const rules = (total: number) => evaluate(phq9, summing(phq9, 9, total)).findings.map(({ ruleId }) => ruleId)
    expect(rules(19)).toEqual([])
    expect(rules(20)).toEqual(['PHQ9-SEV'])
  })
})

describe('GAD-7', () => {
  it.each([
    [0, 'minimal', 'negative'],
    [4, 'minimal', 'negative'],
    [5, 'mild', 'negative'],
    [9, 'mild', 'negative'],
    [10, 'moderate', 'positive'],
    [14, 'moderate', 'positive'],
    [15, 'severe', 'positive'],
    [21, 'severe', 'positive'],
  ])('%i is %s, %s', (total, band, result) => {
    expect(evaluate(gad7, summing(gad7, 7, total))).toMatchObject({ total, band, result, findings: [] })
  })
})

describe('an item without an answer', () => {
  it.each([
    { name: 'phq-9', one: phq9, scored: 9 },
    { name: 'gad-7', one: gad7, scored: 7 },
  ])('takes the total of $name away, and is never a zero', ({ one, scored }) => {
    for (let i = 0; i < scored; i++) {
      const answers: Given[] = Array(scored).fill(2)
      answers[i] = 'missing'
      expect(evaluate(one, given(one, answers))).toMatchObject({ result: 'not-scorable' })
      expect(evaluate(one, given(one, answers))).not.toHaveProperty('total')
      answers[i] = 'declined'
      expect(evaluate(one, given(one, answers))).toMatchObject({ result: 'declined' })
      expect(evaluate(one, given(one, answers))).not.toHaveProperty('band')
    }
  })

  it('counts as nothing where an instrument says so, up to as many as it says', () => {
    const lenient: Instrument = { ...gad7, scoring: { ...gad7.scoring, method: 'sum', blanksAsZero: 2 } as Instrument['scoring'] }
    expect(evaluate(lenient, given(lenient, [3, 3, 3, 3, 3])).total).toBe(15)
    expect(evaluate(lenient, given(lenient, [3, 3, 3, 3])).result).toBe('not-scorable')
    expect(evaluate(lenient, given(lenient, [3, 3, 3, 3, 3, 'declined'])).result).toBe('declined')
  })
})

describe('an answer that is none', () => {
  const eight = given(phq9, Array<Given>(8).fill(1))
  const ninth = (answers: object[]) => evaluate(phq9, [...eight, { linkId: '/44260-8', answers }])

  it.each([
    ['of another list', [{ coding: { system: loinc, code: 'LA33-6' } }]],
    ['of another system', [{ coding: { system: 'urn:other', code: 'LA6571-9' } }]],
    ['without a system', [{ coding: { code: 'LA6571-9' } }]],
    ['a bare number', [{ integer: 3 }]],
    ['a word', [{ text: 'Nearly every day' }]],
    ['true', [{ boolean: true }]],
  ])('%s is not guessed at', (_, answers) => {
    expect(ninth(answers)).toMatchObject({ result: 'not-scorable', findings: [] })
  })

  it('answered twice, there is no total, and the graver answer counts for risk', () => {
    const twice = ninth([{ coding: { system: loinc, code: 'LA6568-5' } }, { coding: { system: loinc, code: 'LA6571-9' } }])
    expect(twice).toMatchObject({ result: 'not-scorable' })
    expect(twice.findings.map(({ ruleId }) => ruleId)).toEqual(['PHQ9-I9', 'PHQ9-I9-3'])
    expect(twice.scores.has('/44260-8')).toBe(false)
  })
})

describe('C-SSRS screener', () => {
  const states = [0, 1, 'declined', 'missing'] as const
  type Seven = readonly (typeof states)[number][]

  /** The published card, written out once more and not by the rules of the data. */
  function card(answers: Seven): { level: string | undefined; unknown: boolean } {
    const yes = (item: number): boolean => answers[item - 1] === 1
    const no = (item: number): boolean => answers[item - 1] === 0
    const unknown = yes(6) && !yes(7) && !no(7)
    if (yes(4) || yes(5) || (yes(6) && !no(7))) return { level: 'high', unknown }
    if (yes(3) || yes(6)) return { level: 'moderate', unknown }
    if (yes(1) || yes(2)) return { level: 'low', unknown }
    return { level: no(1) && no(2) && no(6) ? 'none' : undefined, unknown }
  }

  /** All that the screener says, as the card has it. */
  function told(answers: Seven): unknown {
    const { level, unknown } = card(answers)
    const rule = { high: 'CSSRS-HIGH', moderate: 'CSSRS-MOD', low: 'CSSRS-LOW' }[level ?? '']
    const declined = [0, 1, 5].some((i) => answers[i] === 'declined')
    return {
      level,
      band: level,
      total: undefined,
      result: level === undefined ? (declined ? 'declined' : 'not-scorable') : level === 'none' ? 'negative' : 'positive',
      rules: [rule, unknown ? 'CSSRS-UNK' : undefined].filter((one) => one !== undefined).sort(),
    }
  }

  it('triages every one of the 16,384 ways to answer as the card does', () => {
    const wrong: string[] = []
    const levels = new Set<string | undefined>()
    for (let n = 0; n < 4 ** 7; n++) {
      const answers = Array.from({ length: 7 }, (_, i) => states[Math.floor(n / 4 ** i) % 4]!)
      const { level, band, total, result, findings } = evaluate(cssrs, given(cssrs, answers))
      const rules = findings.map(({ ruleId }) => ruleId).sort()
      const [said, expected] = [{ level, band, total, result, rules }, told(answers)].map((one) => JSON.stringify(one))
      if (said !== expected) wrong.push(`${answers}: ${said} instead of ${expected}`)
      levels.add(level)
    }
    expect(wrong).toEqual([])
    // The table is the whole table: every level occurs.
    expect(levels).toEqual(new Set(['high', 'moderate', 'low', 'none', undefined]))
  })

  it('a no to the second item skips to the sixth', () => {
    expect(evaluate(cssrs, given(cssrs, [0, 0, 'missing', 'missing', 'missing', 0]))).toMatchObject({ level: 'none' })
    expect(evaluate(cssrs, given(cssrs, [1, 0, 'missing', 'missing', 'missing', 0]))).toMatchObject({ level: 'low' })
  })

  it('reads yes and no in SNOMED CT and as booleans', () => {
    const item = (answer: object) => [{ linkId: '/93249-1', answers: [answer] }]
    expect(evaluate(cssrs, item({ coding: { system: 'http://snomed.info/sct', code: '373066001' } })).level).toBe('high')
    expect(evaluate(cssrs, item({ boolean: true })).level).toBe('high')
    expect(evaluate(cssrs, item({ boolean: false })).level).toBeUndefined()
  })
})

describe('which instrument it is', () => {
  it('is told by id, by canonical URL of any version, or by its items', () => {
    expect(instrumentOf({ id: 'gad-7' }, [])).toBe(gad7)
    expect(instrumentOf({ questionnaire: 'http://loinc.org/q/44249-1|2.78' }, [])).toBe(phq9)
    expect(instrumentOf(undefined, [...gad7.items.map(linkIdOf), '/70274-6'])).toBe(gad7)
    expect(instrumentOf(undefined, phq9.items.slice(0, 9).map(linkIdOf))).toBe(phq9)
    expect(instrumentOf(undefined, gad7.items.slice(1).map(linkIdOf))).toBeUndefined()
    expect(instrumentOf(undefined, [])).toBeUndefined()
    // Somebody else's instrument is not ours because it asks the same.
    expect(instrumentOf({ id: 'local-9' }, phq9.items.map(linkIdOf))).toBeUndefined()
    expect(instrumentOf({ id: 'constructor' }, [])).toBeUndefined()
  })
})

describe('PHQ-2', () => {
  const phq2 = instrumentById('phq-2')!
  it.each([
    [[0, 0], 0, 'negative'],
    [[1, 1], 2, 'negative'],
    [[0, 3], 3, 'positive'],
    [[3, 3], 6, 'positive'],
  ] as const)('%j is %i: %s', (answers, total, result) =>
    expect(evaluate(phq2, given(phq2, answers))).toMatchObject({ total, result }),
  )
  it('is followed by the whole PHQ-9 where it is positive', () => {
    const found = (...answers: readonly number[]) => evaluate(phq2, given(phq2, answers)).findings.map(({ ruleId }) => ruleId)
    expect([found(1, 1), found(0, 3)]).toEqual([[], ['PHQ2-POS']])
  })
  it('is told from the PHQ-9 by what was asked', () => {
    expect(instrumentOf(undefined, phq2.items.map(linkIdOf))).toBe(phq2)
    expect(instrumentOf(undefined, phq9.items.map(linkIdOf))).toBe(phq9)
  })
})
