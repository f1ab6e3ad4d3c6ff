/** Who may acknowledge a crisis: a licensed clinician. Somebody whom this house does not know is believed, for the directory is elsewhere. */
import type { PractitionerRole } from '@medplum/fhirtypes'
import mapping from '../../../mappings/practitioner.practitioner.ts'
import type { Ref } from '../../domain/kernel.ts'
import { isLicensedOn } from '../../domain/practitioner.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { ask, type Steps } from '../../store/store.ts'
import { storedValue } from '../next-version.ts'
import { readStored } from '../read-as.ts'
import { targetOf } from '../references.ts'

export function* mayAcknowledge(clinician: Ref, at: string): Steps<Result<void>> {
  if (!('id' in clinician)) return ok(undefined)
  let { id } = clinician
  if (clinician.type === 'PractitionerRole') {
    const role = storedValue<PractitionerRole>(yield* ask({ ask: 'resource', type: 'PractitionerRole', id }))
    const person = targetOf(role?.practitioner?.reference)
    if (person.type !== 'Practitioner') return ok(undefined)
    id = person.id
  }
  const person = readStored(mapping, yield* ask({ ask: 'resource', type: 'Practitioner', id }))
  if (!person || isLicensedOn(person, at.slice(0, 10))) return ok(undefined)
  return fail('guard-failed', 'A crisis is acknowledged by a licensed clinician.', {
    issues: [{ path: 'clinician', message: 'has no licence that is valid today' }],
  })
}
