/** Does a consent of this client's stand at this moment? https://hl7.org/fhir/R4/consent.html */
import type { Consent } from '@medplum/fhirtypes'
import mapping from '../../../mappings/consent.consent.ts'
import { isInForce } from '../../domain/consent-rules.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import type { Steps } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { inSight } from '../fhir/visible.ts'
import { readAs } from '../read-as.ts'

/** A Consent that cannot be read is in force for nobody. */
export function inForce(consent: Consent, clientId: string, at: string): boolean {
  const told = readAs(mapping, consent)
  return told?.clientId === clientId && isInForce(told, at)
}

/** The same of a consent that is named: 422 where it is not known to the caller, or not in force. */
export function* consentInForce(ctx: Context, consentId: string, clientId: string, at: string): Steps<Result<void>> {
  const issues = [{ path: 'consentId', message: 'is no consent of this client that is in force' }]
  const consent = yield* inSight<Consent>(ctx, 'Consent', consentId)
  if (!consent) return fail('unresolved-reference', 'The consent is not known here.', { issues })
  return inForce(consent, clientId, at) ? ok(undefined) : fail('guard-failed', 'The consent is not in force.', { issues })
}
