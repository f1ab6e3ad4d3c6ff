/**
 * `communications`: what was said to and about clients. What is queued has been checked to be fit for its way. With a connection of kind
 * `mail` a queued e-mail goes out by itself, with one of kind `direct` what is queued for Direct; all else is taken by whoever sends it, who
 * tells by events what became of it.
 */
import type { Communication as Resource } from '@medplum/fhirtypes'
import { isAdvocacyStep } from '../../../mappings/codes/advocacy.ts'
import { isOfCrisis } from '../../../mappings/codes/communication.ts'
import mapping from '../../../mappings/communication.communication.ts'
import {
  type Communication,
  CommunicationCommand,
  communicationMachine,
  needsContact,
  noticeText,
  resaid,
  unready,
  usableContact,
} from '../../domain/communication.ts'
import type { Ref } from '../../domain/kernel.ts'
import { fail, type Issue, ok, type Result } from '../../domain/problem.ts'
import { organizationOf } from '../../domain/secure-link.ts'
import type { Steps } from '../../store/store.ts'
import { isInCrisis } from '../clients/active-crises.ts'
import { consentInForce } from '../clients/consent-in-force.ts'
import type { Context } from '../context.ts'
import { addressee } from '../mail/addressee.ts'
import { listedIn } from '../mail/directory.ts'
import { faxed, isPrinted, isSheet } from '../mail/faxed.ts'
import { armed } from '../mail/link-code.ts'
import { mailConnection, owedMail } from '../mail/owed-mail.ts'
import { collection, type EventInput, type Rule } from './collection.ts'
import { reasoned } from './with-reason.ts'

type Parts = { Communication: Resource }
type Leaving = Rule<Communication, Parts>

const broken = (issues: readonly Issue[]): Result<never> => fail('guard-failed', 'This cannot be said in this way.', { issues })

const isClient = ({ clientId }: Communication, who: Ref): boolean => 'id' in who && who.type === 'Patient' && who.id === clientId

/** Everything that a message needs to leave: fit for its way, a safe address, and a consent where others learn what is sensitive. */
function* leaving(ctx: Context, value: Communication, event: EventInput, at: string): Steps<Result<Communication>> {
  const issues = [...unready(value, true)]
  const { channel, to, consentId, clientId, notice } = value
  const person = yield* addressee(to[0])
  if (person?.hasDied) issues.push({ path: 'to', message: 'has died' })
  const reader = person ?? (channel === 'direct' ? yield* listedIn(to[0]) : undefined)
  const sentTo =
    reader && channel && needsContact(channel) ? usableContact(reader.contacts, channel, event.asked === true) : undefined
  if (person && channel && needsContact(channel)) {
    if (to.length > 1) issues.push({ path: 'to', message: 'is one person on this channel' })
    // Whoever calls or faxes an organization may know a number that is not on record.
    const isDialled = organizationOf(value) !== undefined && channel !== 'email-tls'
    if (sentTo === undefined && !isDialled)
      issues.push({ path: 'channel', message: 'has no address or number that is safe to use' })
  }
  const tellsOthers = value.classification === 'sensitive' && to.some((who) => !isClient(value, who))
  if (tellsOthers && consentId === undefined) issues.push({ path: 'consentId', message: 'is required to tell others this' })
  if (issues.length > 0) return broken(issues)
  if (consentId !== undefined && clientId !== undefined) {
    const allowed = yield* consentInForce(ctx, consentId, clientId, at)
    if (!allowed.ok) return allowed
  }
  const body = notice === undefined ? value.body : noticeText(notice, person?.languages ?? [])
  return ok({ ...value, ...(body !== undefined && { body }), ...(sentTo !== undefined && { sentTo }) })
}

const queue: Leaving = function* (ctx, value, event, at, before) {
  const left = yield* leaving(ctx, value, event, at)
  if (!left.ok) return left
  const issues = [...(yield* armed(ctx, before.id, left.value, event.code, at)), ...(yield* unlisted(left.value))]
  return issues.length > 0 ? broken(issues) : left
}

/** By Direct the gateway writes to one colleague, at the Direct address that the directory has of them. */
function* unlisted({ channel, to, sentTo }: Communication): Steps<readonly Issue[]> {
  if (channel !== 'direct' || !(yield* mailConnection('direct'))) return []
  return [
    ...(to.length > 1 ? [{ path: 'to', message: 'is one reader on this channel' }] : []),
    ...((yield* listedIn(to[0])) ? [] : [{ path: 'to', message: 'is nobody in the directory, or no longer active there' }]),
    ...(sentTo === undefined ? [{ path: 'channel', message: 'has no Direct address that is safe to use' }] : []),
  ]
}

const send: Leaving = function* (ctx, value, event, at, before) {
  const left = before.value.state === 'draft' ? yield* leaving(ctx, value, event, at) : ok(value)
  if (!left.ok) return left
  const unfit = [...unready(left.value, true)]
  const isReminder = before.value.state === 'draft' && value.category === 'reminder' && value.clientId !== undefined
  if (isReminder && (yield* isInCrisis(value.clientId!)))
    unfit.push({ path: 'category', message: 'waits until the crisis of this client is resolved' })
  if (before.value.state === 'draft' && value.notice === 'secure-link')
    unfit.push({ path: 'notice', message: 'goes with its link: queue it' })
  if (isSheet(value) && !(yield* isPrinted(before.id)))
    unfit.push({ path: 'channel', message: 'is fax: print the sheet first, which tells what is sent' })
  const { failure: _, ...rest } = left.value
  return unfit.length > 0 ? broken(unfit) : ok({ ...rest, sentAt: event.at ?? at })
}

/** Ways on which something follows from what stands there: mail and Direct are sent, a fax is printed. */
const outOfTheHouse = new Set(['EMAILWRIT', 'direct', 'FAXWRIT'])

export const communications = collection<Communication, Parts>({
  name: 'communications',
  prefix: 'msg',
  anchor: 'Communication',
  parts: [],
  mapping,
  command: CommunicationCommand,
  claims: (anchor) => !isOfCrisis(anchor as Resource) && !isAdvocacyStep(anchor as Resource),
  client: 'patient',
  sort: '-sent',
  machine: { field: 'state', states: communicationMachine, initial: 'draft' },
  byEvents: ['sentTo', 'sentAt', 'receivedAt', 'readAt', 'failure'],
  *prepare(_ctx, value, before) {
    const issues = before ? resaid(before.value, value) : []
    return issues.length > 0 ? fail('rule-broken', 'What was said stays as it was said.', { issues }) : ok(value)
  },
  concerns: (anchor) =>
    (anchor as Resource).medium?.some((one) => one.coding?.some(({ code = '' }) => outOfTheHouse.has(code))) === true,
  *after(ctx, now, before, at) {
    return ok(isSheet(now.value) ? yield* faxed(now, before, at) : yield* owedMail(ctx, now, at))
  },
  on: {
    queue,
    send,
    *retry(ctx, value, event, at, before) {
      const issues = yield* armed(ctx, before.id, value, event.code, at)
      return issues.length > 0 ? broken(issues) : ok(reasoned(value, 'failure', event))
    },
    *deliver(_ctx, value, event, at) {
      return ok({ ...value, receivedAt: event.at ?? at })
    },
    *receive(_ctx, value, event, at) {
      const issues = unready(value, false)
      return issues.length > 0 ? broken(issues) : ok({ ...value, receivedAt: event.at ?? at })
    },
    *read(_ctx, value, event, at) {
      return ok({ ...value, readAt: event.at ?? at })
    },
  },
})
