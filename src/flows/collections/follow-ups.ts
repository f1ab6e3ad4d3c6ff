/** `follow-ups`: what is owed after a discharge. It is computed; people add attempts, outside evidence, and exclusions with a document. */
import type { Resource, Task } from '@medplum/fhirtypes'
import type { z } from 'zod'
import mapping, { obligationPolicy, statusesOf } from '../../../mappings/follow-up.task.ts'
import { detailsOf } from '../../domain/event-details.ts'
import {
  AttemptDetail,
  EvidenceDetail,
  ExclusionDetail,
  FollowUpCommand,
  type FollowUpObligation,
  followUpMachine,
  isOverdue,
} from '../../domain/follow-up.ts'
import { owedKey } from '../../domain/follow-ups-owed.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { ask, type Steps, write } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { inSight } from '../fhir/visible.ts'
import { settle } from '../follow-ups/update-follow-ups.ts'
import { collection, type Held, type Rule } from './collection.ts'

const claims = (resource: Resource): boolean => {
  const codings = (resource as Task).code?.coding
  return Array.isArray(codings) && codings.some((one) => one?.system === obligationPolicy)
}

export const followUps = collection<FollowUpObligation, { Task: Task }>({
  name: 'follow-ups',
  prefix: 'fob',
  anchor: 'Task',
  parts: [],
  mapping,
  command: FollowUpCommand,
  claims,
  sealed: true,
  among: ['code', `${obligationPolicy}|`],
  client: 'patient',
  sort: 'due',
  due: 'due',
  // What is still owed by its status may be missed by the clock.
  inState: (state) => ['status', statusesOf(...(state === 'missed' ? (['missed', 'open', 'attempted'] as const) : [state]))],
  machine: { field: 'state', states: followUpMachine, initial: 'open' },
  // What the clock says counts, whether or not a timer ran.
  *view({ value }) {
    const { at } = yield* ask({ ask: 'now' })
    return isOverdue(value, at) ? { state: 'missed' } : {}
  },
  computed: [
    'clientId',
    'dischargeId',
    'policyId',
    'ruleVersion',
    'indexDate',
    'dueFrom',
    'dueTo',
    'timeZone',
    'indexDayCounts',
    'calendar',
    'evidence',
    'exclusions',
    'attempts',
  ],
  prepare,
  on: {
    attempt: detailed(AttemptDetail, ({ channel, outcome }, value, at) => ({
      ...value,
      attempts: [...value.attempts, { at, channel, outcome }],
    })),
    'add-evidence': detailed(EvidenceDetail, ({ ref, occurredAt }, value) => ({
      ...value,
      evidence: [...value.evidence.filter((one) => one.ref !== ref), { ref, at: occurredAt, rule: 'added', accepted: true }],
    })),
    /** Those of stays are computed; of others nobody is owed any more who has died. */
    undo: function* (_ctx, value, _event, at) {
      return ok({ ...value, exclusions: [...value.exclusions, { code: 'died', at }] })
    },
    exclude: function* (ctx, value, event, at) {
      const detail = detailsOf(ExclusionDetail, event)
      if (!detail.ok) return detail
      const { code, documentId } = detail.value
      if (!(yield* inSight(ctx, 'DocumentReference', documentId)))
        return fail('unresolved-reference', 'An exclusion needs its document.', {
          issues: [{ path: 'documentId', message: 'is no document here' }],
        })
      return ok({ ...value, exclusions: [...value.exclusions.filter((one) => one.code !== code), { code, at, documentId }] })
    },
  },
})

function detailed<T>(
  schema: z.ZodType<T>,
  change: (detail: T, value: FollowUpObligation, at: string) => FollowUpObligation,
): Rule<FollowUpObligation, { Task: Task }> {
  return function* (_ctx, value, event, at) {
    const detail = detailsOf(schema, event)
    return detail.ok ? ok(change(detail.value, value, event.at ?? at)) : detail
  }
}

/** Whatever was added, the rest is computed: the state above all. Tasks of crises and payers' own policies are as they are told. */
function* prepare(
  ctx: Context,
  value: FollowUpObligation,
  before: Held<FollowUpObligation, { Task: Task }> | undefined,
  at: string,
): Steps<Result<FollowUpObligation>> {
  if (!before || value.dischargeId === undefined || value.clientId === undefined || value.state === 'entered-in-error')
    return ok(value)
  const { owed, puts } = yield* settle(ctx, value.clientId, at, { followUp: { id: before.id, value } })
  // How far the discharge is, changes with it.
  yield* write(...puts)
  const computed = owed.find((one) => owedKey(one) === owedKey(value))
  return computed ? ok({ ...value, ...computed }) : ok({ ...value, state: before.value.state })
}
