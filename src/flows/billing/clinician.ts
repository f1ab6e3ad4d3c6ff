/** Whoever held a session, as far as its lines depend on them, and for whom. */
import type { Encounter, PractitionerRole } from '@medplum/fhirtypes'
import type { RendererFact } from '../../billing/facts.ts'
import type { ServiceLine } from '../../domain/service-line.ts'
import type { Steps } from '../../store/store.ts'
import { idIn, referenceTo, typeOf } from '../references.ts'
import { personAt, roleAt, rolesOf, supervisorOf } from '../worklists/supervision.ts'

/** Which organization bills: the one that gave the session, or the one of its renderer's role. */
export const billingOrgOf = ({ serviceProvider }: Encounter, clinician: Clinician | undefined): string | undefined =>
  idIn(serviceProvider, 'Organization') ?? idIn(clinician?.role?.organization, 'Organization')

interface Clinician {
  readonly renderer: Omit<RendererFact, 'isSupervised'>
  readonly supervisor: ServiceLine['supervising']
  readonly role: PractitionerRole | undefined
}

/** Whoever held the session, by name or by the role that they have at an organization. */
export function* clinicianOf(ref: ServiceLine['renderer']): Steps<Clinician | undefined> {
  if (ref === undefined || !('id' in ref)) return undefined
  const reference = referenceTo(ref, 'Practitioner')
  const person = yield* personAt(reference)
  if (!person) return undefined
  const { staffLevel, credentials } = person
  const role = typeOf(ref) === undefined ? yield* onlyRoleOf(ref.id) : yield* roleAt(reference)
  const above = idIn(yield* supervisorOf(reference), 'PractitionerRole')
  const supervisor = above === undefined ? undefined : { id: above, type: 'PractitionerRole' as const }
  return { renderer: { staffLevel, credentials }, supervisor, role }
}

/** Where somebody works at one place alone, they were there. */
function* onlyRoleOf(practitionerId: string): Steps<PractitionerRole | undefined> {
  const roles = yield* rolesOf(practitionerId)
  return roles.length === 1 ? roles[0] : undefined
}
