/** Rules across what a session of ours says once it was held; of a foreign record, which names no kind, they ask nothing. */
import { dayMs, localDate } from './calendar.ts'
import type { Issue } from './problem.ts'
import type { Session } from './session.ts'

const withFamily: ReadonlySet<Session['kind']> = new Set(['family-counselling', 'family-education'])
/** Residential facilities: substance use, psychiatric. */
const residential: ReadonlySet<string | undefined> = new Set(['55', '56'])
/** Psychotherapy with the family, the client not there. */
const withoutClient = '90846'
/** Moments in UTC tell no day of anybody's where the zone is not known: of them only what is longer than a day is sure. */
function spansDays({ actual }: Session, zone: string | undefined): boolean {
  const { start, end } = actual ?? {}
  if (start === undefined || end === undefined) return false
  if (zone === undefined && (start.endsWith('Z') || end.endsWith('Z'))) return Date.parse(end) - Date.parse(start) >= dayMs
  return localDate(start, zone) !== localDate(end, zone)
}

/** `zone` is the client's. */
export function impossible(session: Session, zone: string | undefined): readonly Issue[] {
  const { kind, participants, placeOfService, procedureCode } = session
  if (kind === undefined) return []
  const isThere = (role: string): boolean => participants.some((one) => one.role === role && one.present !== false)
  return [
    ...(kind !== 'crisis-intervention' && !residential.has(placeOfService) && spansDays(session, zone)
      ? [{ path: 'actual', message: 'ends on the day it began, but for a crisis or in a residential facility' }]
      : []),
    ...(withFamily.has(kind) && !isThere('family')
      ? [{ path: 'participants', message: 'names nobody of the family who was there' }]
      : []),
    ...(procedureCode === withoutClient && isThere('client')
      ? [{ path: 'participants', message: `names the client as present, and ${withoutClient} is without the client` }]
      : []),
  ]
}
