/** What an assessment amounts to: received numbers beside computed ones, findings with their moment, states in which it counts. */
import { describe, expect, it } from 'vitest'
import { AssessmentCommand, assess, instrumentFor } from '../../src/domain/assess.ts'
import { type Assessment, type AssessmentState, assessmentMachine, assessmentStates } from '../../src/domain/assessment.ts'
import { instrumentById } from '../../src/domain/instruments/index.ts'
import { answersOf, linkIdOf } from '../../src/domain/instruments/instrument.ts'
import { allowedEvents, step } from '../../src/domain/state-machine.ts'

const at = '2026-03-02T09:30:00.000Z'
const none = { scores: [], riskFindings: [] }
const phq9 = instrumentById('phq-9')!

const answered = (scores: readonly number[]): Assessment['items'] =>
  scores.map((score, i) => ({
    linkId: linkIdOf(phq9.items[i]!),
    answers: [
      {
        coding: {
          system: 'http://loinc.org',
          code: answersOf(phq9, phq9.items[i]!).find((one) => one.score === score)!.code,
        },
      },
    ],
  }))

const phq = (scores: readonly number[], more: Partial<Assessment> = {}): Assessment => ({
  identifiers: [],
  clientId: 'cli-1',
  kind: 'instrument',
  instrument: { id: 'phq-9' },
  administeredAt: '2026-03-02T09:00:00-05:00',
  mode: 'in-person',
  respondent: 'client',
  items: answered(scores),
  scores: [],
  riskFindings: [],
  needsDerived: [],
  sensitivity: [],
  legalBasis: [],
  state: 'completed',
  ...more,
})
const nine = [1, 1, 1, 1, 1, 1, 1, 1, 2]

describe('a completed PHQ-9', () => {
  it('carries its total, band, result, findings, and the rules that made them', () => {
    expect(assess(phq(nine), none, at)).toMatchObject({
      items: expect.arrayContaining([{ linkId: '/44260-8', answers: [expect.anything()], score: 2 }]),
      scores: [
        {
          key: 'total',
          code: { system: 'http://loinc.org', code: '44261-6' },
          value: '10',
          min: 0,
          max: 27,
          complete: true,
          ruleVersion: 'phq-9@1',
        },
      ],
      band: { code: 'moderate', ruleVersion: 'phq-9@1' },
      result: 'positive',
      riskFindings: [{ ruleId: 'PHQ9-I9', level: 'moderate', itemRefs: ['/44260-8'], at }],
    })
  })

  it('recomputed, it is the same, and a finding keeps its moment', () => {
    const once = assess(phq(nine), none, at)
    expect(assess(once, once, '2026-04-01T00:00:00.000Z')).toEqual(once)
    const graver = assess({ ...once, items: answered([1, 1, 1, 1, 1, 1, 1, 1, 3]) }, once, '2026-04-01T00:00:00.000Z')
    expect(graver.riskFindings.map(({ ruleId, at: when }) => [ruleId, when])).toEqual([
      ['PHQ9-I9', at],
      ['PHQ9-I9-3', '2026-04-01T00:00:00.000Z'],
    ])
  })

  it('has no total where one is missing or declined, and says which', () => {
    const missing = assess(phq(nine.slice(0, 8)), none, at)
    expect(missing).toMatchObject({ result: 'not-scorable', scores: [{ key: 'total', complete: false }] })
    expect(missing.scores[0]).not.toHaveProperty('value')
    expect(missing).not.toHaveProperty('band')
    const declined = phq(nine.slice(0, 8))
    const items = [...declined.items, { linkId: '/44260-8', answers: [], absentReason: 'asked-declined' as const }]
    expect(assess({ ...declined, items }, none, at).result).toBe('declined')
  })
})

describe('a total that was received', () => {
  const received = (value: string) => [{ key: 'total', value }]

  it('is kept beside the computed one where they differ, which is the flag', () => {
    const both = assess(phq(nine, { scores: received('14') }), none, at)
    expect(both.scores).toMatchObject([{ value: '10', receivedValue: '14', complete: true }])
    // The band is the computed one's.
    expect(both.band?.code).toBe('moderate')
    expect(assess(both, both, at)).toEqual(both)
    expect(assess({ ...both, scores: both.scores.map(({ receivedValue: _, ...one }) => one) }, both, at)).toEqual(both)
  })

  it('agreeing, it is said once', () => {
    for (const value of ['10', '10.0'])
      expect(assess(phq(nine, { scores: received(value) }), none, at).scores[0]).not.toHaveProperty('receivedValue')
  })

  it('may come among the answers', () => {
    const items = [...answered(nine), { linkId: '/44261-6', answers: [{ decimal: '12' }] }]
    expect(assess(phq([], { items }), none, at).scores).toMatchObject([{ value: '10', receivedValue: '12' }])
    const whole = [...answered(nine), { linkId: '/44261-6', answers: [{ integer: 10 }] }]
    expect(assess(phq([], { items: whole }), none, at).scores[0]).not.toHaveProperty('receivedValue')
  })

  it('stands alone where nothing can be computed', () => {
    const alone = assess(phq([1], { scores: received('14') }), none, at)
    expect(alone.scores).toMatchObject([{ receivedValue: '14', complete: false }])
    expect(alone.result).toBe('not-scorable')
  })

  it('survives the states before completion', () => {
    const started = assess(phq(nine, { state: 'in-progress', scores: received('14') }), none, at)
    expect(assess({ ...started, state: 'completed' }, started, at).scores).toMatchObject([{ value: '10', receivedValue: '14' }])
  })

  it('changed answers make a new total, not a mismatch with what we said before', () => {
    const once = assess(phq(nine), none, at)
    const amended = assess({ ...once, state: 'amended', items: answered([3, 1, 1, 1, 1, 1, 1, 1, 2]) }, once, at)
    expect(amended.scores).toMatchObject([{ value: '12' }])
    expect(amended.scores[0]).not.toHaveProperty('receivedValue')
  })

  it('other scores are kept as they came', () => {
    const other = { key: 'somatic', value: '3' }
    expect(assess(phq(nine, { scores: [other] }), none, at).scores).toContainEqual(other)
  })
})

describe('states', () => {
  it.each(['planned', 'in-progress'] as const)('%s amounts to nothing yet', (state) => {
    const open = assess(phq(nine, { state }), none, at)
    expect(open).toEqual(phq(nine, { state }))
  })

  it('stopped is looked at for risk all the same', () => {
    const stopped = assess(phq(nine, { state: 'stopped' }), none, at)
    expect(stopped.riskFindings.map(({ ruleId }) => ruleId)).toEqual(['PHQ9-I9'])
    expect(stopped).not.toHaveProperty('result')
  })

  it('declined says so', () => {
    expect(assess(phq([], { state: 'declined' }), none, at)).toMatchObject({ result: 'declined', scores: [] })
  })

  it('an instrument not known here is kept as it came', () => {
    const foreign = phq([], {
      instrument: { id: 'local-7' },
      items: [{ linkId: '1', answers: [{ integer: 3 }] }],
      scores: [{ key: 'total', value: '3' }],
    })
    expect(assess(foreign, none, at)).toEqual({ ...foreign, result: 'not-scorable' })
    expect(assess({ ...foreign, result: 'positive' }, none, at).result).toBe('positive')
    expect(instrumentFor(foreign)).toBeUndefined()
  })

  const table: Record<AssessmentState, Record<string, AssessmentState>> = {
    planned: { start: 'in-progress', decline: 'declined', 'mark-error': 'entered-in-error' },
    'in-progress': { complete: 'completed', stop: 'stopped', 'mark-error': 'entered-in-error' },
    completed: { review: 'reviewed', amend: 'amended', 'mark-error': 'entered-in-error' },
    reviewed: { amend: 'amended', 'mark-error': 'entered-in-error' },
    amended: { review: 'reviewed', 'mark-error': 'entered-in-error' },
    stopped: { 'mark-error': 'entered-in-error' },
    declined: { 'mark-error': 'entered-in-error' },
    'entered-in-error': {},
  }
  it.each(assessmentStates)('%s moves as documented, and no other way', (state) => {
    expect(allowedEvents(assessmentMachine, state).toSorted()).toEqual(Object.keys(table[state]).sort())
    for (const event of Object.keys(assessmentMachine.events)) {
      const to = table[state][event]
      expect(step(assessmentMachine, state, event, 'a reason')).toMatchObject(
        to ? { ok: true, value: to } : { ok: false, problem: { code: 'illegal-event', allowed: expect.anything() } },
      )
    }
  })
})

describe('the command', () => {
  const issuesOf = (value: unknown) => {
    const parsed = AssessmentCommand.safeParse(value)
    return (parsed.error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`)
  }

  it('takes answers of the instrument', () => {
    expect(issuesOf(phq([...nine, 2]))).toEqual([])
    expect(issuesOf(phq([], { items: [{ linkId: '/44250-9', answers: [], absentReason: 'asked-declined' }] }))).toEqual([])
  })

  it('refuses answers that are none, each with its place', () => {
    const yes = { coding: { system: 'http://loinc.org', code: 'LA33-6' } }
    const items = [
      ...answered([1]),
      { linkId: '/44255-8', answers: [yes] },
      { linkId: '/44255-8', answers: [] },
      { linkId: '/69722-7', answers: [{ coding: { system: 'http://loinc.org', code: 'LA6571-9' } }] },
      { linkId: '/own', answers: [yes, yes] },
    ]
    expect(issuesOf(phq([], { items }))).toEqual([
      'items.1.answers.0: is no answer of this instrument',
      'items.2: is answered more than once',
      'items.3.answers.0: is no answer of this instrument',
    ])
  })

  it('asks which instrument it was', () => {
    const { instrument: _, ...without } = phq([])
    expect(issuesOf(without)).toEqual(['instrument: is required for this kind'])
    expect(issuesOf({ ...without, kind: 'intake' })).toEqual([])
  })
})
