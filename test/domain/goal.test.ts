/** Goals: how they move, and what each move needs. */
import { describe, expect, it } from 'vitest'
import { erased, type Goal, GoalCommand, goalMachine, lifecycles, Measure, unmet } from '../../src/domain/goal.ts'
import { allowedEvents, offeredEvents, step } from '../../src/domain/state-machine.ts'

const blank: Goal = {
  identifiers: [],
  clientId: 'cli-1',
  statement: { codings: [], text: 'A place of my own' },
  addresses: ['ned-1'],
  expressedBy: 'client',
  acceptance: [],
  measures: [],
  progress: [],
  trends: [],
  sensitivity: [],
  legalBasis: [],
  lifecycle: 'proposed',
}

type Lifecycle = Goal['lifecycle']
const table: Record<Lifecycle, Record<string, Lifecycle>> = {
  proposed: { plan: 'planned', reject: 'rejected', cancel: 'cancelled', 'mark-error': 'entered-in-error' },
  planned: { accept: 'accepted', cancel: 'cancelled', 'mark-error': 'entered-in-error' },
  accepted: { activate: 'active', cancel: 'cancelled', 'mark-error': 'entered-in-error' },
  active: { hold: 'on-hold', complete: 'completed', cancel: 'cancelled', 'mark-error': 'entered-in-error' },
  'on-hold': { resume: 'active', cancel: 'cancelled', 'mark-error': 'entered-in-error' },
  completed: { 'mark-error': 'entered-in-error' },
  cancelled: { 'mark-error': 'entered-in-error' },
  rejected: { 'mark-error': 'entered-in-error' },
  'entered-in-error': {},
}

describe('the machine', () => {
  it.each(lifecycles)('moves from %s as documented, and no other way', (state) => {
    expect(allowedEvents(goalMachine, state).toSorted()).toEqual(Object.keys(table[state]).sort())
    for (const event of Object.keys(goalMachine.events)) {
      const to = table[state][event]
      expect(step(goalMachine, state, event)).toMatchObject(
        to
          ? { ok: true, value: to }
          : { ok: false, problem: { code: 'illegal-event', allowed: offeredEvents(goalMachine, state) } },
      )
    }
  })
})

describe('what a state needs', () => {
  const agree = (party: string, status: 'agree' | 'disagree' | 'pending' = 'agree') => [{ party, status }]

  it('active: the agreement of the client, of nobody else', () => {
    const paths = (acceptance: Goal['acceptance']) => unmet({ ...blank, lifecycle: 'active', acceptance }).map(({ path }) => path)
    expect(paths([])).toEqual(['acceptance'])
    expect(paths(agree('Practitioner/cli-1'))).toEqual(['acceptance'])
    expect(paths(agree('Patient/cli-2'))).toEqual(['acceptance'])
    expect(paths(agree('Patient/cli-1', 'pending'))).toEqual(['acceptance'])
    expect(paths(agree('Patient/cli-1'))).toEqual([])
  })

  it('completed: a word on whether it was reached', () => {
    const fits = (achievement?: Goal['achievement']) =>
      unmet({ ...blank, lifecycle: 'completed', ...(achievement && { achievement }) }).length === 0
    expect((['achieved', 'sustaining', 'not-achieved', 'not-attainable'] as const).every(fits)).toBe(true)
    expect((['in-progress', 'improving', 'worsening', 'no-change', 'no-progress', undefined] as const).some(fits)).toBe(false)
  })
})

it('progress is added to, never changed', () => {
  const first = { handle: 'p1', at: '2026-03-01', note: 'Two viewings' }
  const second = { handle: 'p2', at: '2026-03-02', note: 'A lease' }
  const before = { ...blank, progress: [first] }
  expect(erased(before, { ...blank, progress: [second, first] })).toEqual([])
  expect(erased(before, { ...blank, progress: [second] })).toHaveLength(1)
  expect(erased(before, { ...blank, progress: [{ ...first, note: 'Three viewings' }] })).toHaveLength(1)
})

it('a target needs the code of what is measured; a deadline does not', () => {
  expect(Measure.safeParse({ target: { integer: 4 } }).success).toBe(false)
  expect(Measure.safeParse({ dueOn: '2026-06' }).success).toBe(true)
  expect(Measure.safeParse({ code: { code: '44261-6' }, target: { quantity: { value: '4', code: '{score}' } } }).success).toBe(
    false,
  )
})

it('a goal of our own says what it is in words, and which need it is for', () => {
  const issues = GoalCommand.safeParse({ ...blank, statement: { codings: [{ code: 'x' }] }, addresses: [] }).error?.issues ?? []
  expect(issues.map(({ path }) => path.join('.')).sort()).toEqual(['addresses', 'statement.text'])
})
