/** Links being made: what waited in the inbox for somebody to be known at a partner may go on. */
import type { Change, Link } from '../../store/change.ts'
import { ask, type Steps } from '../../store/store.ts'
import { release, releaseMessages } from '../intake/waiting-list.ts'

/** As `waiting.ts` wants it: a patient of this partner. */
export const patientAt = (linkedAs: string, id: string) => ({
  system: `urn:handoff:patient-at:${linkedAs}`,
  value: id,
})

/** Something else of this partner, which says whom what points at it is about. */
export const resourceAt = (linkedAs: string, { type, id }: { readonly type: string; readonly id: string }) => ({
  system: `urn:handoff:resource-at:${linkedAs}`,
  value: `${type}/${id}`,
})

export function* tied(link: Link): Steps<readonly Change[]> {
  const tie: Change = { change: 'tie', link }
  if (link.remoteType !== 'Patient')
    return [tie, ...(yield* releaseMessages(resourceAt(link.connection, { type: link.remoteType, id: link.remoteId })))]
  const before = yield* ask({ ask: 'link', connection: link.connection, type: link.type, id: link.id })
  return before ? [tie] : [tie, ...(yield* release([patientAt(link.connection, link.remoteId)]))]
}
