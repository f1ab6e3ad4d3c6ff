/**
 * When a care plan is looked at again: so long after it began, or was last reviewed, as it says; and within a week of what changes the ground
 * that it stands on. Pure: the same plan and the same events have the same day.
 */
import { addDays, daysBetween, localDate } from './calendar.ts'
import type { CarePlan } from './care-plan.ts'
import type { HouseWork } from './work-item.ts'

/** Days within which a hospital stay that ended, or a crisis, wants the plan reviewed. */
const afterOccasion = 7
/** Days before that the review is put on somebody's worklist. */
export const noticeDays = 14

/** The day a duration (`P90D`, `P3M`) after this one; hours end on the next day, and a month that is too short on its last. */
export function dayAfter(day: string, duration: string): string {
  const [, time, number = '1', unit] = /^P(T?)(\d+)([A-Z])$/.exec(duration) ?? []
  if (time === 'T') return addDays(day, 1)
  if (unit === 'D' || unit === 'W') return addDays(day, Number(number) * (unit === 'W' ? 7 : 1))
  const months = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1 + Number(number) * (unit === 'Y' ? 12 : 1)
  const date = new Date(0)
  date.setUTCFullYear(Math.floor(months / 12), (months % 12) + 1, 0)
  date.setUTCDate(Math.min(Number(day.slice(8)), date.getUTCDate()))
  return date.toISOString().slice(0, 10)
}

/** The day from which it counts: the last review, or the beginning. */
const countedFrom = ({ reviewedAt, period }: CarePlan): string | undefined => localDate(reviewedAt ?? period?.start ?? '')

/** `occasions`: days on which stays ended and crises began. Undefined for a plan that is not active, or says nothing of reviews. */
export function nextReview(plan: CarePlan, occasions: readonly string[]): string | undefined {
  const from = countedFrom(plan)
  if (plan.state !== 'active' || plan.reviewEvery === undefined || from === undefined) return undefined
  const due = occasions.filter((day) => day > from).map((day) => addDays(day, afterOccasion))
  return [dayAfter(from, plan.reviewEvery), ...due].toSorted()[0]
}

/** The review as work; undefined as long as there is time. `today` is a day. */
export function reviewWork(plan: CarePlan, today: string): HouseWork | undefined {
  const { nextReviewOn: on, reviewEvery } = plan
  const from = countedFrom(plan)
  if (plan.state !== 'active' || on === undefined || reviewEvery === undefined || from === undefined) return undefined
  if (daysBetween(today, on) > noticeDays) return undefined
  const isEarly = on < dayAfter(from, reviewEvery)
  const dueAt = `${on}T23:59:59Z`
  return {
    kind: 'review-plan',
    what: isEarly ? 'After a hospital stay or a crisis the plan is to be reviewed' : 'The plan is to be reviewed',
    dueAt,
    priority: isEarly ? 'urgent' : 'routine',
    sla: {
      policyId: 'plan-review',
      startedAt: `${addDays(on, isEarly ? -afterOccasion : -noticeDays)}T00:00:00Z`,
      targetAt: dueAt,
    },
  }
}

/** What tells this review from those before: it is one piece of work. */
export const reviewRound = (plan: CarePlan): string => `review ${countedFrom(plan) ?? ''}`
