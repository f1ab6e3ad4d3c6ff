/** `authorizations`: what payers were asked for beforehand, what they said, and what is left of it. */
import type { Claim, ClaimResponse, Resource } from '@medplum/fhirtypes'
import mapping, { type AuthorizationParts } from '../../../mappings/authorization.claim.ts'
import {
  type Authorization,
  AuthorizationCommand,
  type AuthorizationItem,
  answerDue,
  authorizationMachine,
  type SeenItem,
} from '../../domain/authorization.ts'
import { decidedState, decisionOn, grantOf } from '../../domain/authorization-units.ts'
import { fail, type Issue, ok, type Result } from '../../domain/problem.ts'
import { equal } from '../../lens/equal.ts'
import { ask, type Steps } from '../../store/store.ts'
import { linesUnder, usedOf } from '../billing/authorized-units.ts'
import type { Context } from '../context.ts'
import { afterDenial, chaseAnswer } from '../worklists/denied-authorization.ts'
import { answered } from './authorization-answers.ts'
import { collection, type Held } from './collection.ts'

type Shown = { readonly payerRef?: string; readonly decideBy?: string }

const withDecision = ({ answer }: Authorization, item: AuthorizationItem): SeenItem => {
  const { unitsApproved, decision } = decisionOn(answer, item.sequence) ?? {}
  return { ...item, ...(unitsApproved !== undefined && { unitsApproved }), ...(decision && { decision }) }
}

/** The payer's decisions count as they come in; so do the calendar, and the units that lines have used. */
function* view({ id, value }: Held<Authorization, AuthorizationParts>): Steps<Partial<Authorization> & Shown> {
  const decided: Authorization = {
    ...value,
    state: decidedState(value),
    items: value.items.map((item) => withDecision(value, item)),
  }
  const { answer, items: wanted, state } = decided
  const decideBy = answerDue(value)
  const told = {
    ...(answer?.payerRef !== undefined && { payerRef: answer.payerRef }),
    ...(decideBy !== undefined && { decideBy }),
  }
  const grants = wanted.map((item) => grantOf(decided, item))
  if (grants.every((grant) => grant === undefined)) return { ...told, items: wanted, state }
  const { at } = yield* ask({ ask: 'now' })
  const used = usedOf(id, decided, yield* linesUnder([decided]))
  const items = wanted.map((item, i) => ({ ...item, ...(grants[i] && { unitsUsed: String(used(item)) }) }))
  const isOver = grants.every((grant) => grant === undefined || (grant.period?.end ?? '9999') < at.slice(0, 10))
  const isUsed = grants.every((grant, i) => grant === undefined || grant.units <= used(wanted[i]!))
  return { ...told, items, state: isOver ? 'expired' : isUsed ? 'exhausted' : decided.state }
}

/** What was asked stays once it was asked, and what was answered is not forgotten. */
function* prepare(
  _ctx: Context,
  value: Authorization,
  before: Held<Authorization, AuthorizationParts> | undefined,
  at: string,
): Steps<Result<Authorization>> {
  const items = value.items.map(asked)
  // What comes with an answer in FHIR is seen at once.
  const isAnswered = before !== undefined && !equal(value.answer ?? before.value.answer, before.value.answer)
  const forged = isAnswered ? [] : forgedIn(value.items, before?.value.items ?? [])
  if (forged.length > 0) return fail('rule-broken', 'What became of an item is not said here.', { issues: forged })
  if (!before) return ok({ ...value, items, createdAt: at })
  const { state, createdAt, answer, submittedAt, items: were } = before.value
  if (state !== 'draft' && JSON.stringify(items) !== JSON.stringify(were.map(asked)))
    return fail('rule-broken', 'What a payer was asked for stays as it was asked.', {
      issues: [{ path: 'items', message: 'change in a draft alone' }],
    })
  return ok({ ...(answer && { answer }), ...(submittedAt !== undefined && { submittedAt }), ...value, items, createdAt })
}

/** What is seen of an item may be repeated, not set. */
const forgedIn = (items: readonly SeenItem[], seen: readonly SeenItem[]): readonly Issue[] =>
  items.flatMap((item, i) => {
    const shown = seen.find(({ sequence }) => sequence === item.sequence)
    return (['unitsApproved', 'unitsUsed', 'decision'] as const)
      .filter((name) => item[name] !== undefined && !equal(item[name], shown?.[name]))
      .map((name) => ({ path: `items.${i}.${name}`, message: 'comes with the answer of the payer, and with lines' }))
  })

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
  shown: ['payerRef', 'decideBy'],
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
