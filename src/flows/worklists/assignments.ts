/** Assignments across caseloads: who has a client's episode, and what ends with it. */
import type { List } from '@medplum/fhirtypes'
import caseload, { isCaseload, listKind } from '../../../mappings/caseload.list.ts'
import { type Caseload, isOpen, openPrimaries } from '../../domain/caseload.ts'
import type { Filter } from '../../fhir/search/query.ts'
import type { Put } from '../../store/change.ts'
import type { Steps, Stored } from '../../store/store.ts'
import { allOf, hasToken, pointsAt } from '../questions.ts'
import { restated, type Standing, standingAs } from '../read-as.ts'

type HeldCaseload = Standing<Caseload, List>

export function readCaseload(stored: Stored | undefined): HeldCaseload | undefined {
  const held = standingAs(caseload, stored)
  return held && isCaseload(held.resource) ? held : undefined
}

export const caseloadPuts = (held: HeldCaseload, value: Caseload, at: string): readonly Put[] =>
  restated(caseload, held, value, at)

/** Caseloads in use of whoever has these roles. */
export function* caseloadsOf(roles: readonly string[]): Steps<readonly HeldCaseload[]> {
  if (roles.length === 0) return []
  const theirs = pointsAt('source', ...roles.map((id) => `PractitionerRole/${id}`))
  return yield* caseloadsIn(theirs)
}

/** Caseloads in use that name the client. */
function* caseloadsWith(clientId: string): Steps<readonly HeldCaseload[]> {
  return yield* caseloadsIn(pointsAt('item', `Patient/${clientId}`))
}

function* caseloadsIn(which: Filter): Steps<readonly HeldCaseload[]> {
  const code = hasToken('code', { system: listKind, code: 'caseload' })
  const found = yield* allOf('List', code, which)
  return found.flatMap((stored) => readCaseload(stored) ?? []).filter(({ value }) => value.state === 'current')
}

/** The caseload, other than this one, that has the episode's primary assignment. */
export function* primaryElsewhere(clientId: string, episodeId: string, day: string, id?: string): Steps<string | undefined> {
  const others = (yield* caseloadsWith(clientId)).filter(({ stored }) => stored.id !== id)
  return others.find(({ value }) => openPrimaries(value, day).some((one) => one.episodeId === episodeId))?.stored.id
}

/** The role of the coordinator whose client it is on this day. */
export function* coordinatorOf(clientId: string, day: string): Steps<string | undefined> {
  const held = (yield* caseloadsWith(clientId)).find(({ value }) =>
    openPrimaries(value, day).some((one) => one.clientId === clientId),
  )
  return held?.value.coordinatorId
}

/** All open assignments of an episode that is over, ended. */
export function* endAssignments(clientId: string, episodeId: string, at: string): Steps<readonly Put[]> {
  const day = at.slice(0, 10)
  return (yield* caseloadsWith(clientId)).flatMap((held) => {
    const ends = (one: Caseload['assignments'][number]): boolean => one.episodeId === episodeId && isOpen(one, day)
    if (!held.value.assignments.some(ends)) return []
    const assignments = held.value.assignments.map((one) =>
      ends(one) ? { ...one, to: day, endReason: 'The episode is over' } : one,
    )
    return caseloadPuts(held, { ...held.value, assignments }, at)
  })
}
