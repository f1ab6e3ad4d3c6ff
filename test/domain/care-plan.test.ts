/** Care plans: how they move, and which of them cannot stand side by side. */
import { describe, expect, it } from 'vitest'
import {
  type CarePlan,
  CarePlanCommand,
  carePlanMachine,
  Duration,
  Intervention,
  notYetActive,
  type PlanState,
  planStates,
  rivals,
  Schedule,
} from '../../src/domain/care-plan.ts'
import { allowedEvents, offeredEvents, step } from '../../src/domain/state-machine.ts'

const blank: CarePlan = {
  identifiers: [],
  clientId: 'cli-1',
  kind: 'coordination',
  contributors: [],
  needs: ['ned-1'],
  goals: ['gol-1'],
  interventions: [],
  signatures: [],
  sensitivity: [],
  legalBasis: [],
  state: 'draft',
}

const table: Record<PlanState, Record<string, PlanState>> = {
  draft: { activate: 'active', revoke: 'revoked', 'mark-error': 'entered-in-error' },
  active: {
    hold: 'on-hold',
    review: 'active',
    complete: 'completed',
    revoke: 'revoked',
    supersede: 'superseded',
    'mark-error': 'entered-in-error',
  },
  'on-hold': { resume: 'active', revoke: 'revoked', 'mark-error': 'entered-in-error' },
  completed: { 'mark-error': 'entered-in-error' },
  revoked: { 'mark-error': 'entered-in-error' },
  superseded: { 'mark-error': 'entered-in-error' },
  'entered-in-error': {},
}

it.each(planStates)('moves from %s as documented, and no other way', (state) => {
  expect(allowedEvents(carePlanMachine, state).toSorted()).toEqual(Object.keys(table[state]).sort())
  for (const event of Object.keys(carePlanMachine.events)) {
    const to = table[state][event]
    expect(step(carePlanMachine, state, event)).toMatchObject(
      to
        ? { ok: true, value: to }
        : { ok: false, problem: { code: 'illegal-event', allowed: offeredEvents(carePlanMachine, state) } },
    )
  }
  expect(carePlanMachine.events.supersede.by).toBe('clock')
})

it('an active plan has a goal', () => {
  expect(notYetActive({ ...blank, state: 'active', goals: [] })).toHaveLength(1)
  expect(notYetActive({ ...blank, state: 'active' })).toEqual([])
  expect(notYetActive({ ...blank, goals: [] })).toEqual([])
})

describe('rivals', () => {
  it('are coordination plans of one client and one episode', () => {
    expect(rivals(blank, blank)).toBe(true)
    expect(rivals(blank, { ...blank, clientId: 'cli-2' })).toBe(false)
    expect(rivals(blank, { ...blank, kind: 'treatment' })).toBe(false)
    const { kind: _, ...foreign } = blank
    expect(rivals(blank, foreign)).toBe(false)
    const inEpisode = (episodeId: string) => ({ ...blank, episodeId })
    expect(rivals(inEpisode('epi-1'), inEpisode('epi-1'))).toBe(true)
    expect(rivals(inEpisode('epi-1'), inEpisode('epi-2'))).toBe(false)
    expect(rivals(blank, inEpisode('epi-2'))).toBe(true)
  })
})

it('durations have one unit', () => {
  for (const text of ['P90D', 'P1W', 'PT12H']) expect(Duration.safeParse(text).success, text).toBe(true)
  for (const text of ['90D', 'P', 'P0D', 'P1Y6M', 'PT', 'P1H', 'P-1D', ''])
    expect(Duration.safeParse(text).success, text).toBe(false)
})

it('an intervention is planned here or linked to what carries it out', () => {
  expect(Intervention.parse({ linked: { id: 'ref-1' }, status: 'completed' })).toEqual({ linked: { id: 'ref-1' }, goalIds: [] })
  expect(Intervention.parse({ status: 'scheduled' })).toEqual({ status: 'scheduled', goalIds: [], performers: [] })
  expect(Intervention.safeParse({ kind: 'service' }).success).toBe(false)
  expect(Schedule.safeParse({ timesPer: 1, period: 'P1W', start: '2026-03-02', end: '2026-03-01' }).success).toBe(false)
})

it('a plan of our own says what it is for, and is reviewed every ninety days unless it says otherwise', () => {
  const { kind: _, ...bare } = { ...blank, needs: [] }
  const issues = CarePlanCommand.safeParse(bare).error?.issues ?? []
  expect(issues.map(({ path }) => path.join('.')).sort()).toEqual(['author', 'kind', 'narrative', 'needs', 'period', 'title'])
  const whole = {
    ...blank,
    title: 'Home',
    narrative: 'A home, and help with the first months.',
    period: { start: '2026-03-02' },
    author: { id: 'prc-1' },
  }
  expect(CarePlanCommand.parse(whole).reviewEvery).toBe('P90D')
  const planned = { status: 'not-started' }
  const vague = CarePlanCommand.safeParse({ ...whole, interventions: [planned] })
  expect([vague.success, Intervention.safeParse(planned).success]).toEqual([false, true])
  const told = { ...planned, kind: 'monitoring', code: { text: 'Ask how it goes' } }
  expect(CarePlanCommand.safeParse({ ...whole, interventions: [told, { linked: { id: 'ref-1' } }] }).success).toBe(true)
})
