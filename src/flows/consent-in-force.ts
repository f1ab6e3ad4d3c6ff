/** Does a consent of this client's stand at this moment? https://hl7.org/fhir/R4/consent.html */
import type { Consent } from '@medplum/fhirtypes'
import { epoch } from '../domain/calendar.ts'

/** An end that is a day holds to the end of that day, in UTC. */
export function inForce(consent: Consent, clientId: string, at: string): boolean {
  const { start, end } = consent.provision?.period ?? {}
  const began = start === undefined || epoch(start)! <= epoch(at)!
  const lasts = end === undefined || (end.length > 10 ? epoch(end)! : epoch(end)! + 24 * 3600_000) > epoch(at)!
  return consent.status === 'active' && consent.patient?.reference === `Patient/${clientId}` && began && lasts
}
