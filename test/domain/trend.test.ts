/** Where a series goes: three values make a trend, an instrument says what is more than noise. */
import { describe, expect, it } from 'vitest'
import { courseOf } from '../../src/domain/trend.ts'

const series = (...values: number[]) => values.map((value, i) => ({ at: `2026-0${i + 1}-01`, value }))
const phq9 = { reliable: 5, response: 0.5, remission: 5 }

describe('the course of a PHQ-9', () => {
  it.each([
    [[17], { trend: 'insufficient-data' }],
    [[17, 12], { trend: 'insufficient-data', delta: -5, reliableChange: true, response: false, remission: false }],
    [[17, 15, 13], { trend: 'stable', delta: -4, reliableChange: false, response: false, remission: false }],
    [[17, 14, 8], { trend: 'improving', delta: -9, reliableChange: true, response: true, remission: false }],
    [[17, 9, 4], { trend: 'improving', delta: -13, reliableChange: true, response: true, remission: true }],
    [[20, 5, 8, 11], { trend: 'worsening', delta: -9, reliableChange: true, response: false, remission: false }],
  ])('%j is %j', (values, course) => expect(courseOf(series(...values), 'lower-better', phq9)).toEqual(course))
})

it('turns round where more is better, and counts every difference without an instrument’s number', () => {
  expect(courseOf(series(1, 1, 2), 'higher-better')).toEqual({ trend: 'improving', delta: 1 })
  expect(courseOf(series(2, 2, 1), 'higher-better').trend).toBe('worsening')
  expect(courseOf(series(2, 3, 2), 'higher-better').trend).toBe('stable')
})

it('is measured from the baseline where one is given; of nothing it says nothing', () => {
  expect(courseOf(series(10), 'lower-better', phq9, 20)).toMatchObject({ delta: -10, response: true })
  expect(courseOf([], 'lower-better')).toEqual({ trend: 'insufficient-data' })
})
