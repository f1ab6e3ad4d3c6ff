/** Whoever left a hospital against advice is sought out on the same day. */
import type { Encounter } from '@medplum/fhirtypes'
import { addDays, localDate } from '../../domain/calendar.ts'
import { leftAgainstAdvice, type Stay } from '../../domain/stay.ts'
import type { HouseWork } from '../../domain/work-item.ts'
import type { Put } from '../../store/change.ts'
import type { Steps } from '../../store/store.ts'
import { keepWork } from '../worklists/house-work.ts'

/** Told of later, it is history. */
const days = 30

/** The day ends in UTC: before it ends anywhere in the States. */
function wanted({ value }: Stay, at: string): HouseWork | undefined {
  const day = localDate(value.dischargedAt!, value.timeZone)
  if (day === undefined || day < addDays(at.slice(0, 10), -days)) return undefined
  return {
    kind: 'call',
    what: 'Left the hospital against advice: reach out on the same day',
    dueAt: `${day}T23:59:59Z`,
    priority: 'urgent',
  }
}

/** The call, once the stay is told to have ended so, and not any more where it turns out that it did not. */
export function* reachOut(now: Stay, before: Stay | undefined, encounter: Encounter, at: string): Steps<readonly Put[]> {
  const { clientId } = now.value
  const left = leftAgainstAdvice(now)
  if (clientId === undefined || !(left || (before && leftAgainstAdvice(before)))) return []
  const cause = { why: 'left-against-advice', about: encounter, id: now.id, clientId }
  return yield* keepWork(cause, left ? wanted(now, at) : undefined, at)
}
