/** Does a consent of this client's stand at this moment? https://hl7.org/fhir/R4/consent.html */
import type { Consent } from '@medplum/fhirtypes'
import { epoch } from '../domain/calendar.ts'
import { fail, ok, type Result } from '../domain/problem.ts'
import { ask, type Steps } from '../store/store.ts'
import { storedValue } from './keep.ts'

/** An end that is a day holds to the end of that day, in UTC. */
export function inForce(consent: Consent, clientId: string, at: string): boolean {
  const { start, end } = consent.provision?.period ?? {}
  const began = start === undefined || epoch(start)! <= epoch(at)!
  const lasts = end === undefined || (end.length > 10 ? epoch(end)! : epoch(end)! + 24 * 3600_000) > epoch(at)!
  return consent.status === 'active' && consent.patient?.reference === `Patient/${clientId}` && began && lasts
}

/** The same of a consent that is named: 422 where it is not known, or not in force. */
export function* consentInForce(consentId: string, clientId: string, at: string): Steps<Result<void>> {
  const issues = [{ path: 'consentId', message: 'is no consent of this client that is in force' }]
  const consent = storedValue<Consent>(yield* ask({ ask: 'resource', type: 'Consent', id: consentId }))
  if (!consent) return fail('unresolved-reference', 'The consent is not known here.', { issues })
  return inForce(consent, clientId, at) ? ok(undefined) : fail('rule-broken', 'The consent is not in force.', { issues })
}
