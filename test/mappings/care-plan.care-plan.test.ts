/** Plans in other people's words, and ours in theirs. */
import type { CarePlanActivity, CarePlan as CarePlanResource } from '@medplum/fhirtypes'
import { describe, expect, it, test } from 'vitest'
import mapping from '../../mappings/care-plan.care-plan.ts'
import type { CarePlan } from '../../src/domain/care-plan.ts'
import { validate } from '../../src/fhir/validate/validate.ts'
import { corpora, resourcesOf } from '../support/corpora.ts'

function read(plan: CarePlanResource): CarePlan {
  const reading = mapping.read({ CarePlan: plan })
  if (!reading.ok) throw new Error(JSON.stringify(reading.issues))
  return reading.value
}
const write = (value: CarePlan, onto?: CarePlanResource): CarePlanResource =>
  mapping.write(value, onto && { CarePlan: onto }).CarePlan

const aTask: { id: string } = { id: 't1', type: 'Task' } as { id: string; type: string }

const bare: CarePlanResource = {
  resourceType: 'CarePlan',
  status: 'active',
  intent: 'plan',
  subject: { reference: 'Patient/cli-1' },
}

describe('states', () => {
  it.each([
    ['draft', 'draft'],
    ['active', 'active'],
    ['on-hold', 'on-hold'],
    ['completed', 'completed'],
    ['revoked', 'revoked'],
    ['entered-in-error', 'entered-in-error'],
  ] as const)('%s is %s, both ways', (state, status) => {
    const written = write({ ...read(bare), state })
    expect(written.status).toBe(status)
    expect(read(written).state).toBe(state)
  })

  it('superseded is written revoked; unknown reads on hold, and stays unknown', () => {
    expect(write({ ...read(bare), state: 'superseded' }).status).toBe('revoked')
    const unknown: CarePlanResource = { ...bare, status: 'unknown' }
    expect(read(unknown).state).toBe('on-hold')
    expect(write({ ...read(unknown), title: 'Home' }, unknown).status).toBe('unknown')
  })
})

describe('interventions', () => {
  const plan = (...activity: CarePlanActivity[]): CarePlanResource => ({ ...bare, activity })

  it('carried out by a request they are a reference, and no detail', () => {
    const written = write({
      ...read(bare),
      interventions: [
        { handle: 'i1', kind: 'referral', linked: { id: 'ref-1' }, goalIds: ['gol-1'], code: { codings: [], text: 'Food' } },
      ],
    })
    expect(written.activity).toMatchObject([{ id: 'i1', reference: { reference: 'ServiceRequest/ref-1' } }])
    expect(written.activity?.[0]).not.toHaveProperty('detail')
    expect(read(written).interventions).toMatchObject([{ handle: 'i1', linked: { id: 'ref-1' }, goalIds: ['gol-1'] }])
  })

  it('planned here they are a detail, until they are linked', () => {
    const value = {
      ...read(bare),
      interventions: [
        {
          handle: 'i1',
          kind: 'session-series' as const,
          status: 'scheduled' as const,
          goalIds: ['gol-1'],
          performers: [{ id: 'prc-1' }],
          schedule: { timesPer: 2, period: 'P1W', start: '2026-03-02' },
          locationId: 'loc-1',
        },
      ],
    }
    const written = write(value)
    expect(written.activity?.[0]?.detail).toMatchObject({
      status: 'scheduled',
      goal: [{ reference: 'Goal/gol-1' }],
      performer: [{ reference: 'Practitioner/prc-1' }],
      scheduledTiming: { repeat: { boundsPeriod: { start: '2026-03-02' }, frequency: 2, period: 1, periodUnit: 'wk' } },
    })
    expect(read(written)).toEqual(value)
    const linked = write({ ...value, interventions: [{ handle: 'i1', linked: aTask, goalIds: [] }] }, written)
    expect(linked.activity).toEqual([{ id: 'i1', reference: { reference: 'Task/t1' } }])
    for (const one of [written, linked]) expect(validate(one)).toEqual({ structure: [], rules: [] })
  })

  it('a timing that says more than so many times is left as it is', () => {
    const theirs = plan({
      detail: {
        status: 'in-progress',
        scheduledTiming: { repeat: { frequency: 1, period: 1, periodUnit: 'd', when: ['MORN'] } },
      },
    })
    const [one] = read(theirs).interventions
    expect(one).not.toHaveProperty('schedule')
    expect(write({ ...read(theirs), interventions: [{ ...one!, outcome: 'Slept' }] }, theirs).activity?.[0]?.detail).toEqual(
      theirs.activity?.[0]?.detail,
    )
  })

  it('an activity that is neither is left as it is', () => {
    const theirs = plan({ progress: [{ text: 'Going well' }] }, { detail: { status: 'scheduled' } })
    expect(read(theirs).interventions).toHaveLength(1)
    expect(write({ ...read(theirs), interventions: [] }, theirs).activity).toEqual([{ progress: [{ text: 'Going well' }] }])
  })
})

it('a new plan is one that US Core knows, and its narrative tells nothing', () => {
  const written = mapping.write({
    ...read(bare),
    kind: 'coordination',
    narrative: 'Lives with her sister after the hospital.',
  }).CarePlan
  expect(written.category).toMatchObject([{ coding: [{ code: 'assess-plan' }] }, { coding: [{ code: 'coordination' }] }])
  expect(written.text?.div).not.toContain('hospital')
  expect(written.description).toContain('hospital')
})

test.skipIf(corpora === undefined)('published plans are read, and left as they are (needs CORPORA)', () => {
  const all = resourcesOf(new Set(['CarePlan']), ['1_igs'])
  const readable = all.filter(({ resource }) => mapping.read({ CarePlan: resource as unknown as CarePlanResource }).ok)
  expect(readable.length).toBeGreaterThan(4)
  for (const { resource } of readable) {
    const plan = resource as unknown as CarePlanResource
    expect(write(read(plan), plan)).toBe(plan)
  }
})
