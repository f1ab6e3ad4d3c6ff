/**
 * Somebody who has no right to what is specially protected reads it of one client, in an emergency, and answers for it afterwards. They get
 * a token of its own, which reads and is soon over; the privacy officer and the client's coordinators are told at once, and the officer has
 * two business days to look at it. A therapist's notes stay closed, and nothing may leave the house for it. 45 CFR 164.312(a)(2)(ii)
 */
import type { Patient } from '@medplum/fhirtypes'
import { grant } from '../../access/scope.ts'
import { BreakGlass } from '../../domain/break-glass.ts'
import { addBusinessDays } from '../../domain/calendar.ts'
import { parsed } from '../../domain/parsed.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import type { HouseWork } from '../../domain/work-item.ts'
import { ask, type Steps, write } from '../../store/store.ts'
import { tell } from '../audit/line.ts'
import { dayOf } from '../clients/client-facts.ts'
import { leadsOf, notice } from '../clients/team-notices.ts'
import { commit } from '../commit.ts'
import type { Context } from '../context.ts'
import { derivedId } from '../derived-id.ts'
import { storedValue } from '../next-version.ts'
import { coordinatorOf } from '../worklists/assignments.ts'
import { keepWork } from '../worklists/house-work.ts'
import { authenticateClient, useOnce } from './authenticate-client.ts'
import { keepToken, type TokenAnswer } from './issue-token.ts'

/** v3-ActReason: break the glass. */
const purpose = 'BTG'

interface Reading extends Omit<BreakGlass, 'client_assertion'> {
  readonly clientId: string
  readonly officer: string
  /** Names the occasion. */
  readonly id: string
  /** When it ends. */
  readonly until: string
}

/**
 * `POST /coordination/clients/{id}/break-glass`, with the assertion of whoever asks. Fails `unauthenticated`, `forbidden` (not registered
 * with `break_glass`, nobody is there to look at it afterwards, or nothing is audited here), `invalid`, `not-found`.
 */
export async function breakGlass(ctx: Context, clientId: string, body: unknown): Promise<Result<TokenAnswer>> {
  const wanted = parsed(BreakGlass, body, 'This opens nothing.')
  if (!wanted.ok) return wanted
  const { client_assertion, ...said } = wanted.value
  const authenticated = await authenticateClient(ctx, client_assertion)
  if (!authenticated.ok) return authenticated
  const { client } = authenticated.value
  const { privacyOfficer: officer, audit } = ctx.settings
  if (client.client_id !== ctx.principal.id || !client.break_glass)
    return fail('forbidden', 'This client is not registered for emergencies.')
  if (officer === undefined || audit === 'off') return fail('forbidden', 'Nobody here would look at it afterwards.')
  const scopes = grant('system/*.rs', ctx.principal.scopes.join(' '))
  if (!scopes.ok) return scopes
  const used = await ctx.control.commit(() => useOnce(ctx, authenticated.value))
  if (!used.ok) return used
  const expires = ctx.clock() + said.hours * 3600_000
  const reading = { ...said, clientId, officer, id: ctx.newId('btg'), until: new Date(expires).toISOString() }
  const inEmergency = { ...ctx, principal: { ...ctx.principal, purpose } }
  const told = await commit(inEmergency, 'break-glass', () => answeredFor(inEmergency, reading))
  if (!told.ok) return told
  const kept = { scopes: scopes.value, purpose, protectedRecords: true, patient: clientId, expires }
  return keepToken(ctx, client, kept)
}

/** Told to the officer and to the client's coordinators, before anything is read. */
function* answeredFor(ctx: Context, reading: Reading): Steps<Result<undefined>> {
  const { clientId, practitionerId, officer, reason, id, until } = reading
  const stored = yield* ask({ ask: 'resource', type: 'Patient', id: clientId })
  const patient = storedValue<Patient>(stored)
  if (patient === undefined) return fail('not-found', 'There is no such client.')
  const reader = yield* ask({ ask: 'resource', type: 'Practitioner', id: practitionerId })
  if (reader?.text === undefined)
    return fail('invalid', 'This opens nothing.', { issues: [{ path: 'practitionerId', message: 'is nobody here' }] })
  const { at } = yield* ask({ ask: 'now' })
  const what = `Emergency access by Practitioner/${practitionerId}, until ${until}: ${reason}`
  const due = addBusinessDays(yield* dayOf(clientId, at), 2)
  const dueAt = `${due}T${at.slice(11)}`
  const review: HouseWork = { kind: 'access-review', what, dueAt, priority: 'urgent', assignee: { id: officer } }
  yield* write(...(yield* keepWork({ why: `break-glass ${id}`, about: patient, id: clientId, clientId }, review, at)))
  const coordinator = yield* coordinatorOf(clientId, at.slice(0, 10))
  const colleagues = [officer, ...(coordinator === undefined ? [] : [coordinator])]
  const roles = colleagues.map((role) => ({ id: role, type: 'PractitionerRole' as const }))
  const all = [...roles, ...(yield* leadsOf(clientId, at))]
  for (const who of all.filter((one, i) => all.findIndex((other) => other.id === one.id) === i)) {
    const message = { clientId, who, about: `Patient/${clientId}`, body: what, priority: 'urgent' } as const
    yield* write(notice(derivedId('msg', id, who.id), message, patient, at))
  }
  yield* tell(ctx, { action: 'break-glass', entities: [`Patient/${clientId}`, `Practitioner/${practitionerId}`] })
  return ok(undefined)
}
