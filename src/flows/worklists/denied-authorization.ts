/**
 * A payer's no is not the end: the client's rights are explained, and the last day for an appeal is kept in sight. What was submitted is asked
 * after when the payer's own time is up.
 */
import type { Claim, Task } from '@medplum/fhirtypes'
import advocacyMapping from '../../../mappings/advocacy.task.ts'
import { AdvocacyAction } from '../../domain/advocacy.ts'
import { type Authorization, answerDue, appealBy } from '../../domain/authorization.ts'
import type { HouseWork } from '../../domain/work-item.ts'
import type { Put } from '../../store/change.ts'
import { ask, type Steps } from '../../store/store.ts'
import { dayOf } from '../clients/client-facts.ts'
import { withLabelsOf } from '../collections/labels-of.ts'
import { derivedId } from '../derived-id.ts'
import { nextOf } from '../next-version.ts'
import { keepWork } from './house-work.ts'

/** One action for one denial: a second no, after an appeal, opens another. */
export function* afterDenial(id: string, claim: Claim, value: Authorization, at: string): Steps<readonly Put[]> {
  if (value.state !== 'denied') return []
  const action = derivedId('adv', id, value.submittedAt ?? '')
  if (yield* ask({ ask: 'resource', type: 'Task', id: action })) return []
  const today = yield* dayOf(value.clientId, at)
  const { Task } = advocacyMapping.write(
    AdvocacyAction.parse({
      clientId: value.clientId,
      kind: 'denied-service',
      ...(value.insurer && { target: value.insurer }),
      authority: 'none',
      openedAt: at,
      deadline: appealBy(today),
      outcome: 'pending',
      appealOf: { id },
      workStatus: 'in-progress',
      state: 'open',
    }),
  )
  return [nextOf<Task>(withLabelsOf(Task, claim), action, undefined, at)]
}

/** Somebody asks after what the payer has not answered in time. */
export function* chaseAnswer(id: string, claim: Claim, value: Authorization, at: string): Steps<readonly Put[]> {
  const due = value.state === 'submitted' || value.state === 'pended' ? answerDue(value) : undefined
  const wanted: HouseWork | undefined =
    due === undefined
      ? undefined
      : {
          ...{ kind: 'authorise', what: 'The payer owes an answer to an authorization', dueAt: due },
          priority: value.urgency === 'expedited' ? 'urgent' : 'routine',
        }
  return yield* keepWork({ why: 'answer', about: claim, id, clientId: value.clientId }, wanted, at)
}
