/**
 * Who of the care team is told of something because they want to be: a message to each, in the commit that it happens in. It says what
 * happened and names the record; what is in there, each may see as far as they may see it. Messages among ourselves stay in the house, and
 * so nobody outside of it is told: family and other organizations are, by a person and with the client's consent.
 */
import type { Communication as Message, Resource } from '@medplum/fhirtypes'
import careTeam from '../../../mappings/care-team.care-team.ts'
import { teamNotice } from '../../../mappings/codes/communication.ts'
import mapping from '../../../mappings/communication.communication.ts'
import { type CareTeamMember, isPresent, type teamEvents } from '../../domain/care-team.ts'
import { Communication } from '../../domain/communication.ts'
import type { Put } from '../../store/change.ts'
import { ask, type Steps } from '../../store/store.ts'
import type { AnyCollection } from '../collections/collection.ts'
import { withLabelsOf } from '../collections/labels-of.ts'
import type { Membership } from '../collections/membership.ts'
import { type Gathered, gather } from '../collections/parts.ts'
import { derivedId } from '../derived-id.ts'
import { nextOf, storedValue } from '../next-version.ts'
import { allOf, isActive, patientIs } from '../questions.ts'
import { readStored } from '../read-as.ts'

type TeamEvent = (typeof teamEvents)[number]

interface News {
  readonly event: TeamEvent
  readonly what: string
}

/** What it is to whom it may concern that a member has come to be in this state. */
type Tell = (state: string, was: string | undefined) => News | undefined

const unknown: ReadonlySet<string | undefined> = new Set([undefined, 'notified', 'duplicate', 'cancelled', 'entered-in-error'])
const tells: Readonly<Record<string, Tell>> = {
  discharges: (state, was) =>
    unknown.has(was) && !unknown.has(state) ? { event: 'discharge', what: 'Discharged from hospital' } : undefined,
  crises: (state) => (state === 'open' ? { event: 'crisis', what: 'In a crisis' } : undefined),
  'care-plans': (state) => (state === 'active' ? { event: 'plan-change', what: 'A care plan is in force' } : undefined),
  referrals: (state) => (state === 'draft' ? undefined : { event: 'referral-change', what: `A referral is ${state}` }),
  sessions: (state) => (state === 'no-show' ? { event: 'missed-contact', what: 'Did not come to a session' } : undefined),
}

type Told = Pick<Gathered, 'id' | 'value' | 'parts'>

/**
 * The member as it was before these writes, where nobody has kept it: what follows from a write touches records that are old, and no news. By
 * a part alone nothing of it comes to be otherwise then.
 */
export function* asItWas({ collection, id }: Membership, now: Told, puts: readonly Put[]): Steps<Told | undefined> {
  if (!Object.hasOwn(tells, collection.name)) return undefined
  const put = puts.find((one) => one.type === collection.anchor && one.id === id)
  if (!put) return now
  const earlier = yield* ask({ ask: 'version', type: put.type, id, version: put.version - 1 })
  const resource = storedValue<Resource>(earlier)
  const held = resource && collection.claims(resource) ? yield* gather(collection, earlier!) : undefined
  return held?.ok ? held.value : undefined
}

/** Messages that have not been written yet; `before`: the member as it was, where it was. */
export function* teamNotices(
  { name, anchor, machine }: AnyCollection,
  { id, value, parts }: Told,
  before: Pick<Told, 'value'> | undefined,
  at: string,
): Steps<readonly Put[]> {
  const [state, was] = [value, before?.value].map((one) => one?.[machine?.field ?? ''] as string | undefined)
  const news = state === undefined || state === was ? undefined : tells[name]?.(state, was)
  const { clientId } = value
  if (!news || typeof clientId !== 'string') return []
  const puts: Put[] = []
  for (const who of yield* colleagues(clientId, at, ({ notifyOn }) => notifyOn.includes(news.event))) {
    const messageId = derivedId('msg', id, news.event, news.what, who.id)
    if (yield* ask({ ask: 'resource', type: 'Communication', id: messageId })) continue
    const priority = news.event === 'crisis' ? 'stat' : 'routine'
    const said = { clientId, who, about: `${anchor}/${id}`, body: news.what, priority } as const
    puts.push(notice(messageId, said, parts[anchor] as Resource, at))
  }
  return puts
}

interface Notice {
  readonly clientId: string
  readonly who: Colleague
  readonly about: string
  readonly body: string
  readonly priority: Communication['priority']
}

/** A message of the house to one of its own, with the labels of what it is about. */
export function notice(id: string, { clientId, who, about, body, priority }: Notice, whole: Resource, at: string): Put {
  const message = Communication.parse({
    ...{ identifiers: [{ system: teamNotice, value: id }], clientId, direction: 'out', channel: 'portal' },
    ...{ to: [who], about: [about], body, priority, category: 'notification', classification: 'phi', sentAt: at, state: 'sent' },
  })
  return nextOf(withLabelsOf<Message>(mapping.write(message).Communication, whole), id, undefined, at)
}

interface Colleague {
  readonly id: string
  readonly type?: 'PractitionerRole'
}

/** By the type that goes without saying in a message: there it is a person, in a team a role. */
function colleague({ who }: CareTeamMember): Colleague | undefined {
  if (who === undefined || !('id' in who)) return undefined
  if (!('type' in who) || who.type === undefined) return { id: who.id, type: 'PractitionerRole' }
  return who.type === 'Practitioner' ? { id: who.id } : undefined
}

/** Who leads the teams at work. */
export const leadsOf = (clientId: string, at: string) => colleagues(clientId, at, ({ isLead }) => isLead === true)

/** Colleagues in a team at work, of whom this is true, each once. */
function* colleagues(clientId: string, at: string, isMeant: (member: CareTeamMember) => boolean): Steps<readonly Colleague[]> {
  const items = yield* allOf('CareTeam', patientIs(clientId), isActive)
  const members = items.flatMap((stored) => readStored(careTeam, stored)?.members ?? [])
  const wanted = members.flatMap((member) => {
    const who = colleague(member)
    return who && isMeant(member) && isPresent(member, at) ? [who] : []
  })
  return wanted.filter((who, i) => wanted.findIndex((other) => other.id === who.id) === i)
}
