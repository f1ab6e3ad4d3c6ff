/** What stays in the house, whatever a connection pushes. */
import type { Account, Communication, DocumentReference, Group, List, Task } from '@medplum/fhirtypes'
import { isCaseload } from '../../../mappings/caseload.list.ts'
import { isTeamNotice } from '../../../mappings/codes/communication.ts'
import { isGroupSession } from '../../../mappings/group-session.group.ts'
import { isMonthlyBundle } from '../../../mappings/monthly-bundle.account.ts'
import { isInHouse } from '../../../mappings/shared/in-house.ts'
import { isSessionNote } from '../../../mappings/shared/session-note.ts'
import { workItemKind } from '../../../mappings/work-item.task.ts'
import { sharedKinds } from '../../domain/work-item.ts'
import type { JsonObject } from '../../fhir/exact.ts'

const ours: Readonly<Record<string, (resource: object) => boolean>> = {
  // They tell who is in a programme, and with whom.
  List: (resource) => isCaseload(resource as List),
  Group: (resource) => isGroupSession(resource as Group),
  // A note is a draft until it is signed.
  DocumentReference: (resource) =>
    isSessionNote(resource as DocumentReference) && (resource as DocumentReference).docStatus === 'preliminary',
  // What we tell each other.
  Communication: (resource) => isTeamNotice(resource as Communication),
  // Counted here, for our own billing.
  Account: (resource) => isMonthlyBundle(resource as Account),
  // Work about nobody is our own, and so is what we ask of each other about a client.
  Task: (resource) => {
    const { code, for: client } = resource as Task
    const kinds = (code?.coding ?? []).filter(({ system }) => system === workItemKind)
    return kinds.length > 0 && (client === undefined || !kinds.every(({ code }) => sharedKinds.some((kind) => kind === code)))
  },
}

export const staysInHouse = (resource: object): boolean =>
  ours[(resource as { resourceType?: string }).resourceType ?? '']?.(resource) === true

/** The resource without the extensions that are for ourselves alone. */
export const withoutInHouse = (resource: JsonObject): JsonObject => stripped(resource) as JsonObject

function stripped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stripped)
  if (typeof value !== 'object' || value === null || 'rawJSON' in value) return value
  const members = Object.entries(value).flatMap(([name, member]) => {
    if (name !== 'extension' || !Array.isArray(member)) return [[name, stripped(member)] as const]
    const kept = member.filter((one: { url?: unknown } | null) => typeof one?.url !== 'string' || !isInHouse(one.url))
    return kept.length > 0 ? [[name, stripped(kept)] as const] : []
  })
  return Object.fromEntries(members)
}
