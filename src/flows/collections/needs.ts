/** Needs: what a client lacks or suffers from, and whether somebody does something about it. */
import type { Condition, ServiceRequest, Task } from '@medplum/fhirtypes'
import { isReferral } from '../../../mappings/codes/referral.ts'
import need from '../../../mappings/need.condition.ts'
import { applyNeedEvent, type Need, NeedCommand, needMachine, verificationOf } from '../../domain/need.ts'
import { ok, type Result } from '../../domain/problem.ts'
import { ask, type Steps } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { storedValue } from '../keep.ts'
import { every } from '../stays.ts'
import { collection, type EventInput } from './collection.ts'

/** Work on a referral that is over does nothing any more, though the referral still stands. */
const idle = new Set<Task['status']>(['rejected', 'failed', 'cancelled', 'completed', 'entered-in-error'])

const patientIs = (clientId: string) => ({ kind: 'reference' as const, param: 'patient', values: [`Patient/${clientId}`] })
const statusIs = (code: string) => ({ kind: 'token' as const, param: 'status', values: [{ code }] })

/** Does an active plan or an open referral name this need? */
function* isBeingAddressed(id: string, clientId: string): Steps<boolean> {
  const reference = `Condition/${id}`
  const named = { kind: 'reference' as const, param: 'condition', values: [reference] }
  const plans = yield* ask(every('CarePlan', named, statusIs('active')))
  if (plans.items.length > 0) return true
  const requests = yield* ask(every('ServiceRequest', patientIs(clientId), statusIs('active')))
  const naming = requests.items.flatMap((stored) => {
    const request = storedValue<ServiceRequest>(stored)
    const names = request?.reasonReference?.some((reason) => reason.reference === reference)
    return request && names && isReferral(request) ? [`ServiceRequest/${stored.id}`] : []
  })
  if (naming.length === 0) return false
  const tasks = yield* ask(every('Task', { kind: 'reference', param: 'focus', values: naming }))
  const work = tasks.items.flatMap((stored) => storedValue<Task>(stored) ?? [])
  return naming.some((one) => {
    const own = work.filter(({ focus }) => focus?.reference === one)
    return own.length === 0 || own.some(({ status }) => !idle.has(status))
  })
}

function* onEvent(_ctx: Context, moved: Need, event: EventInput, at: string): Steps<Result<Need>> {
  return ok(applyNeedEvent(moved, event, event.at ?? at))
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
  *view({ id, value }) {
    if (value.state !== 'confirmed' && value.state !== 'recurred') return {}
    return (yield* isBeingAddressed(id, value.clientId)) ? { state: 'being-addressed' as const } : {}
  },
  *prepare(_ctx, value, before) {
    const stays = before && before.value.state === value.state
    return ok({
      ...value,
      verification: stays ? before.value.verification : verificationOf(value.state, before?.value.verification),
    } as Need)
  },
  on: Object.fromEntries(Object.keys(needMachine.events).map((name) => [name, onEvent])),
})
