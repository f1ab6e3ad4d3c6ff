/** `authorizations`: what payers were asked for beforehand, what they said, and what is left of it. */
import type { Claim, ClaimResponse, Resource } from '@medplum/fhirtypes'
import { z } from 'zod'
import mapping, { type AuthorizationParts } from '../../../mappings/authorization.claim.ts'
import {
  type Authorization,
  type AuthorizationAnswer,
  AuthorizationCommand,
  type AuthorizationItem,
  authorizationMachine,
  type DecidedItem,
} from '../../domain/authorization.ts'
import { decidedState, grantOf } from '../../domain/authorization-units.ts'
import { Decimal, PeriodD } from '../../domain/kernel.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { equal } from '../../lens/equal.ts'
import { ask, type Steps } from '../../store/store.ts'
import { linesUnder, usedOf } from '../billing/authorized-units.ts'
import type { Context } from '../context.ts'
import { afterDenial, chaseAnswer } from '../denied-authorization.ts'
import { collection, type EventInput, type Held } from './collection.ts'

/** What a payer said, by telephone or on paper: for all items, or for these. */
const AnswerDetail = z.object({
  payerRef: z.string().min(1).max(100).optional(),
  period: PeriodD.optional(),
  items: z
    .array(
      z.object({ sequence: z.int().min(1), unitsApproved: Decimal.optional(), number: z.string().min(1).max(100).optional() }),
    )
    .default([]),
})

type Rule = (
  ctx: Context,
  value: Authorization,
  event: EventInput,
  at: string,
  before: Held<Authorization, AuthorizationParts>,
) => Steps<Result<Authorization>>

/** Records an answer: the code of each item follows from the event, and from how much was granted. A ClaimResponse says it all. */
const answered: Rule = function* (_ctx, value, event, _at, before) {
  if (!equal(value.answer, before.value.answer)) return ok({ ...value, state: decidedState(value) })
  const detail = AnswerDetail.safeParse(event)
  if (!detail.success) {
    const issues = detail.error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }))
    return fail('invalid', `The event ${event.type} does not say this.`, { issues })
  }
  const { payerRef = value.answer?.payerRef, period = value.answer?.period, items } = detail.data
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

/** The payer's decisions count as they come in; so do the calendar, and the units that lines have used. */
function* view({ id, value }: Held<Authorization, AuthorizationParts>): Steps<Partial<Authorization>> {
  const decided: Authorization = { ...value, state: decidedState(value) }
  const grants = decided.items.map((item) => grantOf(decided, item))
  if (grants.every((grant) => grant === undefined)) return { state: decided.state }
  const { at } = yield* ask({ ask: 'now' })
  const used = usedOf(id, decided, yield* linesUnder([decided]))
  const items = decided.items.map((item, i) => ({ ...item, ...(grants[i] && { unitsUsed: String(used(item)) }) }))
  const isOver = grants.every((grant) => grant === undefined || (grant.period?.end ?? '9999') < at.slice(0, 10))
  const isUsed = grants.every((grant, i) => grant === undefined || grant.units <= used(decided.items[i]!))
  return { items, state: isOver ? 'expired' : isUsed ? 'exhausted' : decided.state }
}

/** What was asked stays once it was asked, and what was answered is not forgotten. */
function* prepare(
  _ctx: Context,
  value: Authorization,
  before: Held<Authorization, AuthorizationParts> | undefined,
  at: string,
): Steps<Result<Authorization>> {
  const items = value.items.map(asked)
  if (!before) return ok({ ...value, items, createdAt: at })
  const { state, createdAt, answer, submittedAt, items: were } = before.value
  if (state !== 'draft' && JSON.stringify(items) !== JSON.stringify(were.map(asked)))
    return fail('rule-broken', 'What a payer was asked for stays as it was asked.', {
      issues: [{ path: 'items', message: 'change in a draft alone' }],
    })
  return ok({ ...(answer && { answer }), ...(submittedAt !== undefined && { submittedAt }), ...value, items, createdAt })
}

/** Without what `view` has laid over it. */
const asked = ({ sequence, code, modifiers, unitsRequested }: AuthorizationItem): AuthorizationItem => ({
  sequence,
  code,
  modifiers,
  ...(unitsRequested !== undefined && { unitsRequested }),
})

/** An answer that was told is about the request and its client, from the payer. */
function ofClaim(part: Resource, anchor: string, value: object): Resource {
  const { clientId, insurer } = value as Authorization
  return {
    ...(part as ClaimResponse),
    request: { reference: anchor },
    patient: { reference: `Patient/${clientId}` },
    ...(insurer && 'id' in insurer && { insurer: { reference: `Organization/${insurer.id}` } }),
  }
}

export const authorizations = collection<Authorization, AuthorizationParts>({
  name: 'authorizations',
  prefix: 'aut',
  anchor: 'Claim',
  parts: [
    {
      type: 'ClaimResponse',
      many: false,
      by: 'request',
      link: ofClaim,
      anchorOf: (part) => (part as ClaimResponse).request?.reference,
    },
  ],
  mapping,
  command: AuthorizationCommand,
  claims: (anchor) => (anchor as Claim).use === 'preauthorization',
  client: 'patient',
  sort: '-created',
  machine: { field: 'state', states: authorizationMachine, initial: 'draft' },
  view,
  byEvents: ['answer', 'submittedAt'],
  prepare,
  on: {
    *submit(_ctx, value, event, at) {
      return ok({ ...value, submittedAt: event.at ?? at })
    },
    pend: answered,
    approve: answered,
    modify: answered,
    deny: answered,
  },
  *after(_ctx, { id, value, parts }, _before, at) {
    return ok([...(yield* afterDenial(id, parts.Claim, value, at)), ...(yield* chaseAnswer(id, parts.Claim, value, at))])
  },
})
