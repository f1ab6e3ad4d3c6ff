/** The work that an open crisis is, done: the crisis is acknowledged by whoever did it, if they may. */
import type { CrisisEvent } from '../../domain/crisis.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import type { WorkItem } from '../../domain/work-item.ts'
import type { Change } from '../../store/change.ts'
import type { Steps } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { idIn, referenceTo } from '../references.ts'
import { crises } from './crises.ts'
import { mayAcknowledge } from './may-acknowledge.ts'
import { hold, putsFor } from './parts.ts'

export function* acknowledged(ctx: Context, { about, assignee }: WorkItem, at: string): Steps<Result<readonly Change[]>> {
  const id = idIn(about, 'Flag')
  const held = id === undefined ? undefined : yield* hold(crises, id)
  if (!held?.ok) return ok([])
  const crisis = held.value.value as unknown as CrisisEvent
  if (crisis.state !== 'open') return ok([])
  const reference = referenceTo(assignee, 'PractitionerRole')
  const [role, person] = [idIn(reference, 'PractitionerRole'), idIn(reference, 'Practitioner')]
  if (role === undefined && person === undefined)
    return fail('guard-failed', 'A crisis is acknowledged by a person.', {
      issues: [{ path: 'assignee', message: 'is no clinician' }],
    })
  const clinician = role === undefined ? { id: person! } : { id: role, type: 'PractitionerRole' as const }
  const allowed = yield* mayAcknowledge(clinician, at)
  if (!allowed.ok) return allowed
  const next: CrisisEvent = { ...crisis, state: 'acknowledged', acknowledgedBy: { clinician, at } }
  const prepared = yield* crises.prepare!(ctx, next, held.value as never, at)
  return prepared.ok ? ok(putsFor(ctx, { collection: crises, id: id!, value: prepared.value, before: held.value, at })) : prepared
}
