/** Who may acknowledge a crisis: a licensed clinician. Somebody whom this house does not know is believed, for the directory is elsewhere. */
import type { Ref } from '../../domain/kernel.ts'
import { isLicensedOn } from '../../domain/practitioner.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import type { Steps } from '../../store/store.ts'
import { referenceTo } from '../references.ts'
import { personAt } from '../worklists/supervision.ts'

export function* mayAcknowledge(clinician: Ref, at: string): Steps<Result<void>> {
  const person = yield* personAt(referenceTo(clinician, 'Practitioner'))
  if (!person || isLicensedOn(person, at.slice(0, 10))) return ok(undefined)
  return fail('guard-failed', 'A crisis is acknowledged by a licensed clinician.', {
    issues: [{ path: 'clinician', message: 'has no licence that is valid today' }],
  })
}
