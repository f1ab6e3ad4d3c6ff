/** Diagnoses that can be billed on a day, as far as can be told without the year's table. */
import { describe, expect, it, test } from 'vitest'
import { diagnosesOn } from '../../src/billing/diagnoses.ts'
import { linesOf } from '../../src/billing/lines.ts'
import { at, facts, lasting, session } from './facts.ts'

const day = '2026-03-02'

describe('a code', () => {
  test.each([
    ['F32.2', day, true],
    ['F10.20', day, true],
    ['T14.91XA', day, true],
    ['C4A.0', day, true],
    ['U07.1', day, true],
    // Chapter V: headings of three characters, and whole codes of three.
    ['F32', day, false],
    ['F43', day, false],
    ['F22', day, true],
    ['F99', day, true],
    // No form of ICD-10-CM at all.
    ['296.33', day, false],
    ['F3', day, false],
    ['F32.', day, false],
    ['F32.20000', day, false],
    ['F32.2 severe', day, false],
    ['', day, false],
    // The fiscal year of a social code: the heading until then, what is below it since.
    ['Z59.0', '2021-09-30', true],
    ['Z59.0', '2021-10-01', false],
    ['Z59.02', '2021-09-30', false],
    ['Z59.02', '2021-10-01', true],
    ['Z59.7', '2024-09-30', true],
    ['Z59.7', '2024-10-01', false],
    ['Z59.72', '2024-09-30', false],
    ['Z59.86', '2025-09-30', true],
    ['Z59.86', '2025-10-01', false],
    ['Z59.861', '2025-09-30', false],
    ['Z59.861', '2025-10-01', true],
    ['Z59.811', '2021-10-01', true],
    ['Z59.81', day, false],
    ['Z56.0', day, true],
  ])('%s on %s: %s', (code, on, isBilled) => {
    expect(diagnosesOn(on, [code])).toEqual(isBilled ? [code] : [])
  })

  it('is one, with its dot and without it, in either case', () => {
    expect(diagnosesOn(day, ['F322', 'F32.2', 'f32.2', 'Z5901'])).toEqual(['F32.2', 'Z59.01'])
  })
})

describe('the primary one', () => {
  const held = (...diagnoses: string[]) => linesOf(facts({ diagnoses }), at)[0]!.holdReasons
  test.each([
    [['F32', 'F41.1'], ['diagnosis-invalid']],
    [['depression', 'F41.1'], ['diagnosis-invalid']],
    [['Z59.01', 'F32', 'F41.1'], ['diagnosis-invalid']],
    // What comes after it is left out, where it is none.
    [['F41.1', 'F32'], []],
    [['F41.1', 'Z59.0'], []],
    [['Z59.01'], ['diagnosis-social-only']],
    [['Z59.0'], ['no-diagnosis']],
  ])('%j', (diagnoses, reasons) => expect(held(...diagnoses)).toEqual(reasons))

  it.each([
    ['H0004', 'E11.9', ['primary-not-mental']],
    ['90834', 'I10', ['primary-not-mental']],
    ['H0004', 'F32.2', []],
    ['H0004', 'R45.851', []],
    ['H0031', 'Z03.89', []],
    // Work on the body's health, and care between all services, may be for anything.
    ['96156', 'E11.9', []],
    ['T1017', 'E11.9', []],
  ])('of %s, %s, is told of: %j', (code, primary, warnings) => {
    const made = linesOf(facts({ session: session({ procedureCode: code, actual: lasting(45) }), diagnoses: [primary] }), at)
    expect(made[0]).toMatchObject({ state: 'ready', warnings })
  })
})
