/** When a plan is looked at again: a matter of the calendar, and of what happened since. */
import { describe, expect, it } from 'vitest'
import type { CarePlan } from '../../src/domain/care-plan.ts'
import { dayAfter, nextReview, reviewRound, reviewWork } from '../../src/domain/plan-review.ts'

const plan = (changes: object = {}) =>
  ({ clientId: 'cli-1', state: 'active', reviewEvery: 'P90D', period: { start: '2026-03-02' }, ...changes }) as CarePlan

it.each([
  ['2026-03-02', 'P90D', '2026-05-31'],
  ['2026-03-02', 'P2W', '2026-03-16'],
  ['2026-01-31', 'P1M', '2026-02-28'],
  ['2024-02-29', 'P1Y', '2025-02-28'],
  ['2026-11-30', 'P3M', '2027-02-28'],
  ['2026-12-31', 'PT12H', '2027-01-01'],
])('%s and %s is %s', (day, duration, wanted) => expect(dayAfter(day, duration)).toBe(wanted))

describe('the next review', () => {
  it('counts from the last one, or from the beginning', () => {
    expect(nextReview(plan(), [])).toBe('2026-05-31')
    expect(nextReview(plan({ reviewedAt: '2026-05-20T10:00:00Z' }), [])).toBe('2026-08-18')
  })

  it('comes within a week of what happened since, and of nothing before', () => {
    expect(nextReview(plan(), ['2026-03-10', '2026-04-01'])).toBe('2026-03-17')
    expect(nextReview(plan(), ['2026-03-02', '2026-01-01'])).toBe('2026-05-31')
    expect(nextReview(plan(), ['2026-05-30'])).toBe('2026-05-31')
    expect(nextReview(plan({ reviewedAt: '2026-03-12T10:00:00Z' }), ['2026-03-10'])).toBe('2026-06-10')
  })

  it.each([[{ state: 'draft' }], [{ state: 'completed' }], [{ reviewEvery: undefined }], [{ period: { end: '2026-12-31' } }]])(
    'of %o there is none',
    (changes) => expect(nextReview(plan(changes), ['2026-03-10'])).toBeUndefined(),
  )
})

describe('as work', () => {
  it('two weeks before, and sooner after an occasion, with a clock that does not move', () => {
    const due = plan({ nextReviewOn: '2026-05-31' })
    expect(reviewWork(due, '2026-05-16')).toBeUndefined()
    expect(reviewWork(due, '2026-05-17')).toMatchObject({
      ...{ kind: 'review-plan', priority: 'routine', dueAt: '2026-05-31T23:59:59Z' },
      sla: { policyId: 'plan-review', startedAt: '2026-05-17T00:00:00Z', targetAt: '2026-05-31T23:59:59Z' },
    })
    expect(reviewWork(due, '2026-06-20')).toEqual(reviewWork(due, '2026-05-17'))
    expect(reviewWork(plan({ nextReviewOn: '2026-03-17' }), '2026-03-10')).toMatchObject({
      ...{ priority: 'urgent', sla: { startedAt: '2026-03-10T00:00:00Z' } },
    })
  })

  it('each review is one piece', () => {
    expect(reviewRound(plan())).not.toBe(reviewRound(plan({ reviewedAt: '2026-05-20T10:00:00Z' })))
    expect(reviewRound(plan())).toBe(reviewRound(plan({ nextReviewOn: '2026-03-17' })))
  })
})
