/** What a payer said to a request, by telephone or on paper, as people record it. */
import { z } from 'zod'
import type { AuthorizationParts } from '../../../mappings/authorization.claim.ts'
import type { Authorization, AuthorizationAnswer, AuthorizationItem, DecidedItem } from '../../domain/authorization.ts'
import { decidedState } from '../../domain/authorization-units.ts'
import { detailsOf } from '../../domain/event-details.ts'
import { Decimal, Period } from '../../domain/kernel.ts'
import { fail, ok } from '../../domain/problem.ts'
import { equal } from '../../lens/equal.ts'
import type { Rule } from './collection.ts'

/** For all items, or for these. */
const AnswerDetail = z.object({
  payerRef: z.string().min(1).max(100).optional(),
  period: Period.optional(),
  items: z
    .array(
      z.object({ sequence: z.int().min(1), unitsApproved: Decimal.optional(), number: z.string().min(1).max(100).optional() }),
    )
    .default([]),
})

/** Records an answer: the code of each item follows from the event, and from how much was granted. A ClaimResponse says it all. */
export const answered: Rule<Authorization, AuthorizationParts> = function* (_ctx, value, event, _at, before) {
  if (!equal(value.answer, before.value.answer)) return ok({ ...value, state: decidedState(value) })
  const detail = detailsOf(AnswerDetail, event)
  if (!detail.ok) return detail
  const { payerRef = value.answer?.payerRef, period = value.answer?.period, items } = detail.value
  const unasked = items.filter(({ sequence }) => !value.items.some((item) => item.sequence === sequence))
  if (unasked.length > 0)
    return fail('rule-broken', 'A decision is about an item that was asked for.', {
      issues: [{ path: 'items', message: 'name a sequence that is not there' }],
    })
  const answer: AuthorizationAnswer = {
    ...(payerRef !== undefined && { payerRef }),
    ...(period && { period }),
    items: value.items.map((item): DecidedItem => {
      const said = items.find(({ sequence }) => sequence === item.sequence)
      const units = said?.unitsApproved
      const code = codeOf(event.type, item, units)
      return {
        sequence: item.sequence,
        ...(units !== undefined && { unitsApproved: units }),
        decision: {
          code,
          ...(said?.number !== undefined && { number: said.number }),
          ...(event.reason !== undefined && { reason: event.reason }),
        },
      }
    }),
  }
  return ok({ ...value, answer, state: decidedState({ ...value, answer }) })
}

function codeOf(
  event: string,
  { unitsRequested }: AuthorizationItem,
  units: string | undefined,
): 'A1' | 'A2' | 'A3' | 'A4' | 'A6' {
  if (event === 'pend') return 'A4'
  if (event === 'deny') return 'A3'
  if (event === 'modify') return 'A6'
  return units !== undefined && unitsRequested !== undefined && Number(units) < Number(unitsRequested) ? 'A2' : 'A1'
}
