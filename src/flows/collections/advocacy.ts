/** Advocacy: what is done for a client's rights, step by step, until a day that does not move. */
import type { Communication, Resource, Task } from '@medplum/fhirtypes'
import { z } from 'zod'
import mapping, { type AdvocacyParts } from '../../../mappings/advocacy.task.ts'
import { advocacyKind } from '../../../mappings/codes/advocacy.ts'
import {
  type AdvocacyAction,
  AdvocacyCommand,
  advocacyMachine,
  advocacyOutcomes,
  lastDay,
  unauthorised,
  workStatusOf,
} from '../../domain/advocacy.ts'
import { detailsOf } from '../../domain/event-details.ts'
import { LocalDate } from '../../domain/kernel.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import type { Steps } from '../../store/store.ts'
import { consentInForce } from '../clients/consent-in-force.ts'
import type { Context } from '../context.ts'
import { keepWork } from '../worklists/house-work.ts'
import { collection, type EventInput, onEach } from './collection.ts'
import { withLabelsOf } from './labels-of.ts'
import { reasoned } from './with-reason.ts'

const Closing = z.object({ outcome: z.enum(advocacyOutcomes).exclude(['pending']) })
const Appealing = z.object({ deadline: LocalDate.optional() })

function* onEvent(_ctx: Context, moved: AdvocacyAction, event: EventInput): Steps<Result<AdvocacyAction>> {
  const value = reasoned(moved, 'statusReason', event)
  if (event.type === 'close') {
    const detail = detailsOf(Closing, { ...event, outcome: event.outcome ?? settled(value.outcome) })
    return detail.ok ? ok({ ...value, outcome: detail.value.outcome }) : detail
  }
  if (event.type !== 'appeal') return ok(value)
  const detail = detailsOf(Appealing, event)
  if (!detail.ok) return detail
  const { deadline } = detail.value
  return ok({ ...value, outcome: 'pending', ...(deadline !== undefined && { deadline }) })
}

const settled = (outcome: AdvocacyAction['outcome']) => (outcome === 'pending' ? undefined : outcome)

/** A step says of which action it is, whose, and bears its labels. */
function ofAction(part: Resource, anchor: string, value: object): Resource {
  const { Task } = mapping.write(value as AdvocacyAction)
  const about = { subject: { reference: Task.for!.reference! }, about: [{ reference: anchor }] }
  return withLabelsOf<Communication>({ ...(part as Communication), ...about }, Task)
}

export const advocacy = collection<AdvocacyAction, AdvocacyParts>({
  name: 'advocacy',
  prefix: 'adv',
  anchor: 'Task',
  parts: [{ type: 'Communication', many: true, by: 'about', link: ofAction, anchorOf: aboutTasks }],
  mapping,
  command: AdvocacyCommand,
  claims: (anchor) => (anchor as Task).code?.coding?.some(({ system }) => system === advocacyKind.system) === true,
  among: ['code', `${advocacyKind.system}|`],
  client: 'patient',
  sort: 'due',
  due: 'due',
  machine: { field: 'state', states: advocacyMachine, initial: 'open' },
  *prepare(ctx, value, before, at) {
    const issues = unauthorised(value)
    if (issues.length > 0) return fail('guard-failed', 'Nobody has given the authority for this in writing.', { issues })
    if (value.consentId !== undefined && value.consentId !== before?.value.consentId) {
      const allowed = yield* consentInForce(ctx, value.consentId, value.clientId, at)
      if (!allowed.ok) return allowed
    }
    const same = before?.value.state === value.state && before.value.outcome === value.outcome
    return ok({
      ...value,
      openedAt: value.openedAt ?? at,
      workStatus: same ? before.value.workStatus : workStatusOf(value),
    })
  },
  on: onEach(advocacyMachine, onEvent),
  *after(_ctx, { id, value, parts }, _before, at) {
    return ok(yield* keepWork({ why: 'deadline', about: parts.Task, id, clientId: value.clientId }, lastDay(value), at))
  },
})

function aboutTasks(part: Resource): readonly (string | undefined)[] {
  return ((part as Communication).about ?? []).map(({ reference }) => reference)
}
