/** Whoever does not come while a follow-up of theirs is due is sought out: in three ways within three days. */
import type { Resource } from '@medplum/fhirtypes'
import mapping from '../../../mappings/follow-up.task.ts'
import { localDate } from '../../domain/calendar.ts'
import { isOverdue } from '../../domain/follow-up.ts'
import type { HouseWork } from '../../domain/work-item.ts'
import type { Put } from '../../store/change.ts'
import type { Steps } from '../../store/store.ts'
import { allOf, owedFollowUp, patientIs } from '../questions.ts'
import { readStored } from '../read-as.ts'
import { keepWork } from '../worklists/house-work.ts'

export interface Contact {
  readonly id: string
  /** The appointment or session; its labels are the work's. */
  readonly about: Resource
  readonly clientId: string | undefined
  /** When it was to be. */
  readonly when: string
  readonly isMissed: boolean
  readonly wasMissed: boolean
}

const days = 3

const outreach = (since: string): HouseWork => ({
  kind: 'call',
  what: 'Did not come while a follow-up is due: reach out in three ways within three days',
  dueAt: new Date(Date.parse(since) + days * 24 * 3600_000).toISOString(),
  priority: 'urgent',
})

/** The outreach, and not any more where it turns out that they came, or the follow-up is owed no longer. */
export function* seekOut({ id, about, clientId, when, isMissed, wasMissed }: Contact, at: string): Steps<readonly Put[]> {
  if (clientId === undefined || !(isMissed || wasMissed)) return []
  const isWanted = isMissed && (yield* isAwaited(clientId, when, at))
  return yield* keepWork({ why: 'missed-contact', about, id, clientId }, isWanted ? outreach : undefined, at)
}

/** Was it in the window of a follow-up that is owed still? */
function* isAwaited(clientId: string, when: string, at: string): Steps<boolean> {
  const items = yield* allOf('Task', patientIs(clientId), ...owedFollowUp)
  return items.some((stored) => {
    const obligation = readStored(mapping, stored)
    if (!obligation || isOverdue(obligation, at)) return false
    const { dueFrom, dueTo, timeZone } = obligation
    const day = localDate(when, timeZone) ?? when.slice(0, 10)
    return dueFrom !== undefined && dueTo !== undefined && dueFrom <= day && day <= dueTo
  })
}
