/** What rules ask of a client: the time zone in which their business days are counted, the sex that a score asks for. */
import mapping from '../../../mappings/client.patient.ts'
import { localDate } from '../../domain/calendar.ts'
import type { Client } from '../../domain/client.ts'
import { ask, type Steps } from '../../store/store.ts'
import { readStored } from '../read-as.ts'

export function* clientWith(id: string): Steps<Client | undefined> {
  return readStored(mapping, yield* ask({ ask: 'resource', type: 'Patient', id }))
}

export function* zoneOf(clientId: string): Steps<string | undefined> {
  return (yield* clientWith(clientId))?.timeZone
}

/** The day on the client's calendar; what was told as a (partial) date stays. */
export function* dayOf(clientId: string, moment: string): Steps<string> {
  return moment.length <= 10 ? moment : (localDate(moment, yield* zoneOf(clientId)) ?? moment.slice(0, 10))
}
