/** Goals: agreed upon, worked on, and ended with a word on whether they were reached. */
import type { Goal as GoalResource } from '@medplum/fhirtypes'
import { z } from 'zod'
import mapping from '../../../mappings/goal.goal.ts'
import { detailsOf } from '../../domain/event-details.ts'
import { achievements, erased, type Goal, GoalCommand, goalMachine, unmet } from '../../domain/goal.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import type { Steps } from '../../store/store.ts'
import { trendsOf } from '../care-plans/measurement-series.ts'
import type { Context } from '../context.ts'
import { collection, type EventInput, onEach } from './collection.ts'
import { reasoned } from './with-reason.ts'

const Details = z.object({ achievement: z.enum(achievements).optional() })

function* onEvent(_ctx: Context, moved: Goal, event: EventInput): Steps<Result<Goal>> {
  const details = detailsOf(Details, event)
  if (!details.ok) return details
  const { achievement } = details.value
  const value = { ...reasoned(moved, 'statusReason', event), ...(achievement !== undefined && { achievement }) }
  const issues = unmet(value)
  return issues.length > 0 ? fail('guard-failed', 'The goal does not stand so yet.', { issues }) : ok(value)
}

export const goals = collection<Goal, { Goal: GoalResource }>({
  name: 'goals',
  prefix: 'gol',
  anchor: 'Goal',
  parts: [],
  mapping,
  command: GoalCommand,
  claims: () => true,
  client: 'patient',
  sort: '-start-date',
  machine: { field: 'lifecycle', states: goalMachine, initial: 'proposed' },
  computed: ['trends'],
  *view({ value }, seen) {
    const found = yield* trendsOf(value, [], seen)
    return found.length > 0 ? { trends: found } : {}
  },
  *prepare(_ctx, { trends: _, ...said }, before) {
    const value: Goal = { ...said, trends: [] }
    const issues = before ? erased(before.value, value) : []
    return issues.length > 0 ? fail('rule-broken', 'Progress is added to.', { issues }) : ok(value)
  },
  on: onEach(goalMachine, onEvent),
})
