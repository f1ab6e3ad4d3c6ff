/** Goals in other people's words, and ours in theirs. */
import type { Goal as GoalResource } from '@medplum/fhirtypes'
import { describe, expect, it, test } from 'vitest'
import mapping from '../../mappings/goal.goal.ts'
import type { Goal } from '../../src/domain/goal.ts'
import { validate } from '../../src/fhir/validate/validate.ts'
import { corpora, resourcesOf } from '../support/corpora.ts'

function read(goal: GoalResource): Goal {
  const reading = mapping.read({ Goal: goal })
  if (!reading.ok) throw new Error(JSON.stringify(reading.issues))
  return reading.value
}
const write = (value: Goal, onto?: GoalResource): GoalResource => mapping.write(value, onto && { Goal: onto }).Goal

const bare: GoalResource = {
  resourceType: 'Goal',
  lifecycleStatus: 'active',
  description: { text: 'A place of my own' },
  subject: { reference: 'Patient/cli-1' },
}

it('what we write says all of it in FHIR', () => {
  const value: Goal = {
    ...read(bare),
    clientWords: 'Somewhere with a door I can lock',
    acceptance: [{ party: 'Patient/cli-1', status: 'agree', at: '2026-03-01', note: 'At the kitchen table' }],
    measures: [
      {
        handle: 'm1',
        code: { system: 'http://loinc.org', code: '44261-6' },
        baseline: { integer: 17 },
        target: { range: { high: { value: '9', unit: '{score}' } } },
        dueOn: '2026-09',
      },
      { handle: 'm2', dueOn: '2026-12-31' },
    ],
    achievement: 'improving',
    progress: [{ handle: 'p1', at: '2026-03-02', note: 'A lease', value: { boolean: true }, source: 'obs-1' }],
  }
  const written = write(value)
  expect(written).toMatchObject({
    achievementStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/goal-achievement', code: 'improving' }] },
    extension: [
      {
        url: 'http://hl7.org/fhir/StructureDefinition/goal-acceptance',
        extension: expect.arrayContaining([
          { url: 'individual', valueReference: { reference: 'Patient/cli-1' } },
          { url: 'status', valueCode: 'agree' },
        ]),
      },
    ],
    target: [
      { measure: { coding: [{ code: '44261-6' }] }, detailRange: { high: { value: 9 } }, dueDate: '2026-09' },
      { dueDate: '2026-12-31' },
    ],
    note: [{ text: 'Somewhere with a door I can lock' }, { time: '2026-03-02', text: 'A lease' }],
  })
  expect(read(written)).toEqual(value)
  expect(validate(written)).toEqual({ structure: [], rules: [] })
})

describe('what others write', () => {
  it('a note of theirs is no progress, and stays', () => {
    const theirs = { ...bare, note: [{ text: 'Discussed at length' }] }
    const value = read(theirs)
    expect([value.clientWords, value.progress]).toEqual([undefined, []])
    expect(write({ ...value, clientWords: 'A door' }, theirs).note).toMatchObject([
      { text: 'Discussed at length' },
      { text: 'A door' },
    ])
  })

  it('a target without a code, or of a type that we do not know, is left as it is', () => {
    const target = [
      { measure: { text: 'Calm' }, detailString: 'calmer' },
      {
        measure: { coding: [{ code: 'x' }] },
        detailRatio: { numerator: { value: 1 } },
        dueDuration: { value: 3, unit: 'months' },
      },
    ]
    const theirs = { ...bare, target } as GoalResource
    const value = read(theirs)
    expect(value.measures).toMatchObject([{ code: { code: 'x' } }])
    const [known] = value.measures
    const changed = write({ ...value, measures: [{ ...known!, dueOn: '2026-10-01' }] }, theirs)
    expect(changed.target?.[0]).toEqual(target[0])
    expect(changed.target?.[1]).toMatchObject({ detailRatio: { numerator: { value: 1 } }, dueDate: '2026-10-01' })
    expect(changed.target?.[1]).not.toHaveProperty('dueDuration')
  })

  it('is not read where it says nothing, or is about a group', () => {
    const { description: _, ...nothing } = bare
    expect(mapping.read({ Goal: nothing as GoalResource }).ok).toBe(false)
    expect(mapping.read({ Goal: { ...bare, subject: { reference: 'Group/g1' } } }).ok).toBe(false)
  })
})

test.skipIf(corpora === undefined)('published goals are read, and left as they are (needs CORPORA)', () => {
  const all = resourcesOf(new Set(['Goal']), ['1_igs'])
  const readable = all.filter(({ resource }) => mapping.read({ Goal: resource as unknown as GoalResource }).ok)
  expect(readable.length).toBeGreaterThan(5)
  for (const { resource } of readable) {
    const goal = resource as unknown as GoalResource
    expect(write(read(goal), goal)).toBe(goal)
  }
})
