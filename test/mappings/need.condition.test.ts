/** Needs in other people's Conditions, and ours in theirs. */
import type { Condition } from '@medplum/fhirtypes'
import { describe, expect, it, test } from 'vitest'
import mapping from '../../mappings/need.condition.ts'
import { type Need, needStates, verificationOf } from '../../src/domain/need.ts'
import { validate } from '../../src/fhir/validate/validate.ts'
import { corpora, resourcesOf } from '../support/corpora.ts'

function read(condition: Condition): Need {
  const reading = mapping.read({ Condition: condition })
  if (!reading.ok) throw new Error(JSON.stringify(reading.issues))
  return reading.value
}
const write = (value: Need, onto?: Condition): Condition => mapping.write(value, onto && { Condition: onto }).Condition
const clinical = (code: string) => ({ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code }] })
const verification = (code: string) => ({
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-ver-status', code }],
})

const condition = (clinicalStatus?: string, verificationStatus?: string): Condition => ({
  resourceType: 'Condition',
  subject: { reference: 'Patient/cli-1' },
  ...(clinicalStatus && { clinicalStatus: clinical(clinicalStatus) }),
  ...(verificationStatus && { verificationStatus: verification(verificationStatus) }),
})

describe('states', () => {
  it.each([
    ['suspected', 'active', 'unconfirmed'],
    ['confirmed', 'active', 'confirmed'],
    ['being-addressed', 'active', 'confirmed'],
    ['resolved', 'resolved', 'confirmed'],
    ['recurred', 'recurrence', 'confirmed'],
    ['refuted', 'inactive', 'refuted'],
    ['entered-in-error', undefined, 'entered-in-error'],
  ] as const)('%s is written %s, %s', (state, clinicalStatus, verificationStatus) => {
    const written = write({ ...read(condition()), state, verification: verificationOf(state, undefined) })
    expect(written.clinicalStatus?.coding?.[0]?.code).toBe(clinicalStatus)
    expect(written.verificationStatus?.coding?.[0]?.code).toBe(verificationStatus)
    expect(read(written).state).toBe(state === 'being-addressed' ? 'confirmed' : state)
  })

  it('declined leaves the verification as it was; without our extension it is one that has ended', () => {
    for (const verified of ['provisional', 'confirmed'] as const) {
      const base = condition('active', verified)
      const written = write({ ...read(base), state: 'declined' }, base)
      expect(written.verificationStatus).toBe(base.verificationStatus)
      expect(written.clinicalStatus).toMatchObject(clinical('inactive'))
      expect(read(written).state).toBe('declined')
      const { extension: _, ...stripped } = written
      expect(read(stripped).state).toBe('resolved')
    }
  })

  it.each([
    ['active', 'confirmed', 'confirmed'],
    ['active', undefined, 'confirmed'],
    [undefined, 'confirmed', 'confirmed'],
    [undefined, undefined, 'confirmed'],
    ['active', 'provisional', 'suspected'],
    ['active', 'differential', 'suspected'],
    [undefined, 'unconfirmed', 'suspected'],
    ['relapse', 'confirmed', 'recurred'],
    ['remission', 'confirmed', 'resolved'],
    ['inactive', 'confirmed', 'resolved'],
    ['resolved', 'provisional', 'resolved'],
    ['active', 'refuted', 'refuted'],
    [undefined, 'entered-in-error', 'entered-in-error'],
  ] as const)('%s, %s reads %s', (clinicalStatus, verificationStatus, state) => {
    expect(read(condition(clinicalStatus, verificationStatus)).state).toBe(state)
  })

  it('a relapse stays a relapse while it is being addressed', () => {
    const base = condition('relapse', 'confirmed')
    const written = write({ ...read(base), state: 'being-addressed', priority: 'high' }, base)
    expect(read(written).state).toBe('recurred')
  })

  it('every state that is stored is valid FHIR', () => {
    for (const state of needStates) {
      const value = { ...read(condition()), state, verification: verificationOf(state, 'confirmed') }
      expect(validate(write(value)), state).toEqual({ structure: [], rules: [] })
    }
  })
})

describe('what cannot be kept in step', () => {
  it('an end of a need that goes on, and an end that is no date', () => {
    const contradicted = { ...condition('active', 'confirmed'), abatementDateTime: '2026-01-01' }
    expect(mapping.read({ Condition: contradicted })).toMatchObject({
      ok: false,
      issues: [{ message: expect.stringContaining('con-4') }],
    })
    const aged = { ...condition('resolved', 'confirmed'), abatementAge: { value: 40 } }
    expect(mapping.read({ Condition: aged }).ok).toBe(false)
  })

  it('a group has no needs here', () => {
    expect(mapping.read({ Condition: { ...condition(), subject: { reference: 'Group/g1' } } }).ok).toBe(false)
  })
})

it('tells the day of a moment, and keeps the moment', () => {
  const base: Condition = { ...condition('resolved', 'confirmed'), abatementDateTime: '2026-04-02T23:15:00-04:00' }
  expect(read(base).resolvedOn).toBe('2026-04-02')
  expect(write({ ...read(base), severity: 'mild' }, base).abatementDateTime).toBe('2026-04-02T23:15:00-04:00')
  expect(write({ ...read(base), resolvedOn: '2026-04-03' }, base).abatementDateTime).toBe('2026-04-03')
})

it('an onset of another type gives way to a date, and stays when there is none', () => {
  const base: Condition = { ...condition('active', 'confirmed'), onsetString: 'in spring' }
  expect(read(base).onset).toBeUndefined()
  expect(write({ ...read(base), severity: 'mild' }, base).onsetString).toBe('in spring')
  const dated = write({ ...read(base), onset: '2026-04' }, base)
  expect([dated.onsetDateTime, dated.onsetString]).toEqual(['2026-04', undefined])
})

it('evidence that binds several things together is left to whoever bound them', () => {
  const both = { detail: [{ reference: 'Observation/1' }, { reference: 'Observation/2' }] }
  const base: Condition = {
    ...condition('active', 'confirmed'),
    evidence: [both, { detail: [{ reference: 'QuestionnaireResponse/a' }] }],
  }
  expect(read(base).evidence).toEqual([{ id: 'a' }])
  expect(write({ ...read(base), evidence: [{ id: 'b' }] }, base).evidence).toEqual([
    both,
    { detail: [{ reference: 'QuestionnaireResponse/b' }] },
  ])
})

test.skipIf(corpora === undefined)('published conditions of social needs are read with their category (needs CORPORA)', () => {
  const all = resourcesOf(new Set(['Condition']), ['1_igs']).map(({ from, resource }) => ({
    from,
    condition: resource as unknown as Condition,
  }))
  const social = all.filter(({ from }) => from.includes('sdoh-clinicalcare'))
  expect(social.length).toBeGreaterThan(0)
  for (const { condition: one, from } of social) {
    expect(read(one), from).toMatchObject({ category: { code: expect.any(String) }, state: expect.any(String) })
    expect(write(read(one), one)).toBe(one)
  }
})
