/**
 * A sheet that a person faxes: what stands on it was accounted for when it was printed; that it was sent, or was not, its communication
 * tells, by a person's event, and the account with it.
 */
import type { Communication as Resource } from '@medplum/fhirtypes'
import disclosureMapping from '../../../mappings/disclosure.audit-event.ts'
import type { Communication } from '../../domain/communication.ts'
import type { DisclosureResult } from '../../domain/disclosure.ts'
import type { Change } from '../../store/change.ts'
import { ask, type Steps } from '../../store/store.ts'
import type { Held } from '../collections/collection.ts'
import { Kept } from '../kept.ts'
import { restated, standingAs } from '../read-as.ts'

/** Ids of disclosures, by the communication that they go out with. */
export const printed = new Kept<readonly string[]>('printed-sheet')

export const isSheet = ({ channel, notice }: Pick<Communication, 'channel' | 'notice'>): boolean =>
  channel === 'fax' && notice === 'secure-link'

export function* isPrinted(id: string): Steps<boolean> {
  return (yield* printed.of(id)) !== undefined
}

type Holding = Held<Communication, { Communication: Resource }>

/** What the state of the communication says of what was told by it; nothing while it waits. */
const results: Readonly<Record<string, DisclosureResult>> = { sent: 'sent', failed: 'failed', 'entered-in-error': 'failed' }

export function* faxed({ id, value }: Holding, before: Holding | undefined, at: string): Steps<readonly Change[]> {
  const result = value.state === before?.value.state ? undefined : results[value.state]
  if (result === undefined) return []
  const changes: Change[] = []
  for (const one of (yield* printed.of(id)) ?? []) {
    const held = standingAs(disclosureMapping, yield* ask({ ask: 'resource', type: 'AuditEvent', id: one }))
    // What arrived has arrived, whatever is said of it later.
    if (!held || held.value.result === 'sent') continue
    changes.push(...restated(disclosureMapping, held, { ...held.value, result }, at))
  }
  return changes
}
