/**
 * Whose discharge is it? The client who carries one of the hospital's identifiers (system and value); nobody else, and never a new one:
 * an unmatched discharge waits on its board until a person says whose it is.
 */
import { z } from 'zod'
import type { Discharge } from '../../domain/discharge.ts'
import { detailsOf } from '../../domain/event-details.ts'
import { Id, type Identifier } from '../../domain/kernel.ts'
import { fail, type Issue, ok, type Result } from '../../domain/problem.ts'
import type { TokenValue } from '../../fhir/search/query.ts'
import type { AnswerIssue } from '../../hl7v2/acknowledge.ts'
import { ask, type Steps } from '../../store/store.ts'
import { survivorOf } from '../clients/survivor.ts'
import type { EventInput } from '../collections/collection.ts'
import type { Context } from '../context.ts'
import { visible } from '../fhir/visible.ts'
import { every, hasToken } from '../questions.ts'

export interface Match {
  readonly clientId?: string
  readonly issues: readonly Issue[]
}

/** Values of a token search for these identifiers; those without system or value match nobody. */
export const tokensOf = (identifiers: readonly Pick<Identifier, 'system' | 'value'>[]): readonly TokenValue[] =>
  identifiers.flatMap(({ system, value }) => (system === undefined || value === undefined ? [] : [{ system, code: value }]))

/** The one client with one of these identifiers. Several are nobody, and an issue. */
export function* matchClient(identifiers: readonly Identifier[]): Steps<Match> {
  const values = tokensOf(identifiers)
  if (values.length === 0)
    return { issues: [{ path: 'patient', message: 'no identifier that could be matched', severity: 'warning' }] }
  const { items } = yield* ask(every('Patient', hasToken('identifier', ...values)))
  const ids = new Set<string>()
  for (const stored of items) ids.add(yield* survivorOf(stored))
  const [only, ...others] = ids
  if (others.length > 0)
    return {
      issues: [{ path: 'patient', message: 'several clients have these identifiers: match it by hand', severity: 'warning' }],
    }
  return only === undefined ? { issues: [] } : { clientId: only, issues: [] }
}

/** The one client, for messages that can be about nobody else: nobody, or several, is a problem. */
export function* certainClient(identifiers: readonly Identifier[]): Steps<Result<string>> {
  const { clientId, issues } = yield* matchClient(identifiers)
  if (clientId !== undefined) return ok(clientId)
  if (issues.length > 0) return fail('conflict', 'The person cannot be told for certain.', { issues })
  return unknownClient('PID-3')
}

export function unknownClient(path: string): Result<never> {
  const issues: AnswerIssue[] = [{ path, message: 'is no client here', condition: '204' }]
  return fail('unresolved-reference', 'Nobody here has these identifiers: the message is kept, and can be replayed.', { issues })
}

const MatchDetail = z.object({ clientId: Id })

/** The event `match` of an unmatched discharge: `{ "type": "match", "clientId": "…" }`. */
export function* matchByHand(ctx: Context, value: Discharge, event: EventInput): Steps<Result<Discharge>> {
  const detail = detailsOf(MatchDetail, event)
  if (!detail.ok) return detail
  const { clientId } = detail.value
  const client = yield* ask({ ask: 'resource', type: 'Patient', id: clientId })
  if (client?.text === undefined || !visible(ctx, client)) {
    return fail('unresolved-reference', 'There is no such client.', { issues: [{ path: 'clientId', message: 'is no client' }] })
  }
  return ok({ ...value, clientId })
}
