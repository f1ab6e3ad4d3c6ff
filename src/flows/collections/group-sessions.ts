/** Group sessions: each member has a session of their own when the group was held, and none of them names another. */
import type { Group } from '@medplum/fhirtypes'
import mapping, { isGroupSession } from '../../../mappings/group-session.group.ts'
import sessionMapping from '../../../mappings/session.encounter.ts'
import { localNaming } from '../../../mappings/shared/extension.ts'
import { detailsOf } from '../../domain/event-details.ts'
import {
  fewest,
  type GroupSession,
  GroupSessionCommand,
  groupSessionMachine,
  HoldDetail,
  presentIn,
} from '../../domain/group-session.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import type { Session } from '../../domain/session.ts'
import type { Put } from '../../store/change.ts'
import { ask, askAll, type Steps } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { derivedId } from '../derived-id.ts'
import { nextOf } from '../next-version.ts'
import { every, hasToken } from '../questions.ts'
import { readStored } from '../read-as.ts'
import { collection, type EventInput } from './collection.ts'

const refused = (path: string, message: string) =>
  fail('rule-broken', 'The group cannot have been held so.', { issues: [{ path, message }] })

function* hold(_ctx: Context, value: GroupSession, event: EventInput): Steps<Result<GroupSession>> {
  const details = detailsOf(HoldDetail, event)
  if (!details.ok) return details
  const { actual, absent } = details.value
  if (Date.parse(actual.end) <= Date.parse(actual.start)) return refused('actual.end', 'is not after the start')
  if (absent.some((id) => !value.members.some(({ clientId }) => clientId === id)))
    return refused('absent', 'names somebody who is no member')
  const members = value.members.map((one) => ({ ...one, present: !absent.includes(one.clientId) }))
  const next: GroupSession = { ...value, members, actual }
  return presentIn(next).length < fewest
    ? refused('absent', 'leaves less than two: whoever came had an individual session')
    : ok(next)
}

/** What happened with one member: nothing in it tells who else was there. */
function sessionOf(id: string, group: GroupSession, clientId: string, present: boolean): Session {
  const { topic, curriculum, facilitator, coFacilitators, scheduled, actual, sensitivity, legalBasis, confidentiality } = group
  return {
    identifiers: [],
    clientId,
    kind: 'group-counselling',
    focus: [],
    ...(scheduled && { scheduled }),
    ...(present && actual && { actual }),
    modality: group.modality ?? 'in-person',
    ...(facilitator && { renderer: facilitator }),
    coRenderers: coFacilitators,
    participants: [],
    group: {
      groupSessionId: id,
      size: presentIn(group).length,
      ...(topic !== undefined && { topic }),
      ...(curriculum !== undefined && { curriculum }),
    },
    interventions: [],
    needIds: [],
    goalIds: [],
    diagnoses: [],
    addOnCodes: [],
    signatures: [],
    outcome: present ? 'completed' : 'no-show',
    sensitivity,
    legalBasis,
    ...(confidentiality !== undefined && { confidentiality }),
    state: present ? 'completed' : 'no-show',
  }
}

/** Sessions of members that have none yet. */
function* sessionsFor(id: string, group: GroupSession, at: string): Steps<readonly Put[]> {
  if (group.state !== 'held') return []
  const wanted = group.members.map(({ clientId, present }) => ({ clientId, present, session: derivedId('ses', id, clientId) }))
  const there = yield* askAll(wanted.map(({ session }) => ({ ask: 'resource' as const, type: 'Encounter', id: session })))
  return wanted.flatMap(({ clientId, present, session }, i): Put[] =>
    there[i] === undefined
      ? [nextOf(sessionMapping.write(sessionOf(id, group, clientId, present === true)).Encounter, session, undefined, at)]
      : [],
  )
}

export const groupSessions = collection<GroupSession, { Group: Group }>({
  name: 'group-sessions',
  prefix: 'gse',
  anchor: 'Group',
  parts: [],
  mapping,
  command: GroupSessionCommand,
  claims: (anchor) => isGroupSession(anchor as Group),
  machine: { field: 'state', states: groupSessionMachine, initial: 'planned' },
  byEvents: ['actual'],
  shown: ['sessions'],
  *view({ id }, seen) {
    const identifier = hasToken('identifier', { system: localNaming('group-session'), code: id })
    const { items } = yield* ask(every('Encounter', identifier))
    const sessions = items.filter(seen).flatMap((stored) => {
      const session = readStored(sessionMapping, stored)
      return session ? [{ id: stored.id, clientId: session.clientId, state: session.state }] : []
    })
    return { sessions }
  },
  *prepare(_ctx, value, before) {
    const stands = before?.value.state === 'held' && value.state === 'held'
    const members = (group: GroupSession): string =>
      JSON.stringify(group.members.map(({ clientId, present }) => [clientId, present]))
    return stands && members(value) !== members(before.value)
      ? refused('members', 'stay as they were: their sessions are on record')
      : ok(value)
  },
  on: { hold },
  concerns: (anchor) => mapping.fields.state.get({ Group: anchor as Group }, []) === 'held',
  *after(_ctx, { id, value }, _before, at) {
    return ok(yield* sessionsFor(id, value, at))
  },
})
