/** Needs: what a client lacks or suffers from, and whether somebody does something about it. */
import type { Condition } from '@medplum/fhirtypes'
import need from '../../../mappings/need.condition.ts'
import { applyNeedEvent, billableAs, type Need, NeedCommand, needMachine, verificationOf } from '../../domain/need.ts'
import { ok, type Result } from '../../domain/problem.ts'
import { ask, type Steps } from '../../store/store.ts'
import { dayOf } from '../clients/client-facts.ts'
import { openReferrals } from '../clients/open-referrals.ts'
import type { Context } from '../context.ts'
import { every, isActive, pointsAt } from '../questions.ts'
import { collection, type EventInput, onEach, type Seen } from './collection.ts'

/** Does an active plan or an open referral that is `seen` name this need? */
function* isBeingAddressed(id: string, clientId: string, seen: Seen): Steps<boolean> {
  const reference = `Condition/${id}`
  const plans = yield* ask(every('CarePlan', pointsAt('condition', reference), isActive))
  if (plans.items.some(seen)) return true
  const referrals = yield* openReferrals(clientId, seen)
  return referrals.some(({ reasonReference }) => reasonReference?.some((reason) => reason.reference === reference))
}

function* onEvent(_ctx: Context, moved: Need, event: EventInput, at: string): Steps<Result<Need>> {
  return ok(applyNeedEvent(moved, event, yield* dayOf(moved.clientId, event.at ?? at)))
}

const isDiagnosis = ({ category = [] }: Condition): boolean =>
  category.length > 0 && category.every(({ coding }) => coding?.some(({ code }) => code === 'encounter-diagnosis') === true)

export const needs = collection<Need, { Condition: Condition }>({
  name: 'needs',
  prefix: 'ned',
  anchor: 'Condition',
  parts: [],
  mapping: need,
  command: NeedCommand,
  /** What was diagnosed in a visit stays with the visit. */
  claims: (anchor) => !isDiagnosis(anchor as Condition),
  client: 'patient',
  sort: '-recorded-date',
  machine: { field: 'state', states: needMachine, initial: 'suspected' },
  computed: ['verification'],
  shown: ['billable'],
  *view({ id, value }, seen) {
    const billable = billableAs(value)
    const stands = value.state === 'confirmed' || value.state === 'recurred'
    const addressed = stands && (yield* isBeingAddressed(id, value.clientId, seen))
    return { ...(billable && { billable }), ...(addressed && { state: 'being-addressed' as const }) }
  },
  *prepare(_ctx, value, before) {
    const stays = before && before.value.state === value.state
    return ok({
      ...value,
      verification: stays ? before.value.verification : verificationOf(value.state, before?.value.verification),
    } as Need)
  },
  on: onEach(needMachine, onEvent),
})
