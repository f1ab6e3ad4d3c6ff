/** A coordinator's work as the handbook of codes has it: what it turns into, in which years, and how its minutes count. */
import { describe, expect, test } from 'vitest'
import { isKnownCode, type ProcedureCode, procedureCode } from '../../src/billing/code-table.ts'
import { units } from '../../src/billing/units.ts'

const day = '2026-03-02'
const rule = (code: string): string | undefined => procedureCode(code, day)?.rule

describe('families of work', () => {
  test.each([
    ['assessment', 'H0031 H0002 H0001 T1023 90791 90792', 'once'],
    ['plans', 'H0032 T1007', 'once'],
    ['case management by the quarter hour', 'T1016 T1017', 'quarter-hour'],
    ['case management by the month', 'T2022 T2023', 'month'],
    ['skills and support', 'H0036 H2014 H2015 H2017 H2019 H2021 H2023 H2025 H2027 H2030 H2032', 'quarter-hour'],
    // Public lists of codes often swap H2015 and H2016.
    ['skills and support by the day', 'H0037 H2016 H2018 H2020', 'day'],
    ['peers', 'H0038', 'quarter-hour'],
    ['assertive community treatment', 'H0039', 'quarter-hour'],
    ['assertive community treatment by the day', 'H0040', 'day'],
    ['counselling', '90832 90834 90837 90833 90836 90838 90846 90847', 'band'],
    ['groups', '90853 90849 H0005', 'once'],
    ['crisis work', 'H2011 S9482', 'quarter-hour'],
    ['crisis work by the day', 'S9485', 'day'],
    ['what is counted by the month', 'G0019 G0022 G0023 G0024 G0140 G0146 99484 99492 99493 99494 G2214 G0323 G0512', 'month'],
    ['days of programmes', 'H0018 H0019 S9480 H0035', 'day'],
    ['screening', 'G0442 G0444 G0396 G0397 G2011 99408 99409', 'band'],
    ['education', 'S5110', 'quarter-hour'],
    ['learners, by more than half of half an hour', '98960 98961 98962', 'midpoint'],
    ['transitions', '99495 99496', 'once'],
    ['certified clinics by the day', 'T1040', 'day'],
    ['certified clinics by the month', 'T1041', 'month'],
  ])('%s: %s', (_, codes, wanted) => {
    for (const code of codes.split(' ')) expect([code, rule(code)]).toEqual([code, wanted])
  })

  test.each(
    '90785 90839 90840 S9484 G0017 G0018 H0030 G0560 G2086 G2088 H0020 S9446 S0220 S0221 G0176 G0177 G0544 96127'.split(' '),
  )('%s is known', (code) => {
    expect(isKnownCode(code)).toBe(true)
  })
})

describe('a code and the minutes that it wants', () => {
  const of = (code: string): ProcedureCode => procedureCode(code, day)!
  // Too few minutes, just enough, and where it ends or has a unit more.
  test.each([
    ['90832', '15→0 16→1 37→1 38→0'],
    ['90834', '37→0 38→1 52→1 53→0'],
    ['90837', '52→0 53→1 200→1'],
    ['90833', '15→0 16→1 38→0'],
    ['90836', '37→0 38→1 53→0'],
    ['90838', '52→0 53→1'],
    ['90846', '25→0 26→1 50→1'],
    ['90847', '25→0 26→1'],
    ['90839', '29→0 30→1 74→1'],
    ['90840', '74→0 75→1 104→1 105→2'],
    ['G0177', '44→0 45→1'],
    ['G0560', '19→0 20→1 39→1 40→2'],
    ['S9484', '59→0 60→1 119→1 120→2'],
    ['H0015', '179→0 180→1 400→1'],
    ['98960', '15→0 16→1 45→1 46→2'],
    ['99408', '14→0 15→1 30→1 31→0'],
    ['99409', '30→0 31→1'],
    ['H0031', '1→1 300→1'],
  ])('%s: %s', (code, edges) => {
    for (const [minutes = 0, wanted] of edges.split(' ').map((edge) => edge.split('→').map(Number)))
      expect([minutes, units(of(code), minutes, 'full')]).toEqual([minutes, wanted])
  })

  test.each([
    ['G0019', 60],
    ['G0023', 60],
    ['G0323', 20],
    ['99484', 20],
    ['G2086', 70],
    ['G0512', 60],
    ['99492', 36],
    ['99493', 31],
    ['G2214', 16],
  ])('%s is reached in the month with %i minutes', (code, least) => {
    expect(of(code).least).toBe(least)
    expect(units(of(code), 500, 'full')).toBe(0)
  })
})

describe('years', () => {
  test.each([
    ['G0136', '2023-12-31', '2024-01-01'],
    ['G0019', '2023-12-31', '2024-01-01'],
    ['G0140', '2023-12-31', '2024-01-01'],
    ['G0560', '2024-12-31', '2025-01-01'],
    ['G0568', '2025-12-31', '2026-01-01'],
  ])('%s is not in force on %s, and is on %s', (code, before, since) => {
    expect([procedureCode(code, before), procedureCode(code, since)?.code]).toEqual([undefined, code])
  })

  test.each([
    ['99441', '2024-12-31', '2025-01-01'],
    ['99443', '2024-12-31', '2025-01-01'],
    ['G2012', '2024-12-31', '2025-01-01'],
    ['G0511', '2025-09-30', '2025-10-01'],
  ])('%s is in force until %s, and not on %s', (code, last, after) => {
    expect([procedureCode(code, last)?.code, procedureCode(code, after)]).toEqual([code, undefined])
  })
})
