/** Whoever held a session, as far as its lines depend on them, and for whom. */
import type { Encounter, Practitioner, PractitionerRole } from '@medplum/fhirtypes'
import practitionerMapping from '../../../mappings/practitioner.practitioner.ts'
import type { RendererFact } from '../../billing/facts.ts'
import type { ServiceLine } from '../../domain/service-line.ts'
import { ask, type Steps } from '../../store/store.ts'
import { storedValue } from '../next-version.ts'
import { allOf } from '../questions.ts'
import { idIn, referenceTo, typeOf } from '../references.ts'
import { supervisorOf } from '../worklists/supervision.ts'

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
  const role =
    typeOf(ref) === undefined
      ? yield* onlyRoleOf(ref.id)
      : storedValue<PractitionerRole>(yield* ask({ ask: 'resource', type: 'PractitionerRole', id: ref.id }))
  const id = typeOf(ref) === undefined ? ref.id : idIn(role?.practitioner, 'Practitioner')
  const person =
    id === undefined ? undefined : storedValue<Practitioner>(yield* ask({ ask: 'resource', type: 'Practitioner', id }))
  const reading = person && practitionerMapping.read({ Practitioner: person, PractitionerRole: [] })
  if (!reading?.ok) return undefined
  const { staffLevel, credentials } = reading.value
  const above = idIn(yield* supervisorOf(referenceTo(ref, 'Practitioner')), 'PractitionerRole')
  const supervisor = above === undefined ? undefined : { id: above, type: 'PractitionerRole' as const }
  return { renderer: { staffLevel, credentials }, supervisor, role }
}

/** Where somebody works at one place alone, they were there. */
function* onlyRoleOf(practitionerId: string): Steps<PractitionerRole | undefined> {
  const found = yield* allOf('PractitionerRole', {
    kind: 'reference',
    param: 'practitioner',
    values: [`Practitioner/${practitionerId}`],
  })
  const active = found.map((one) => storedValue<PractitionerRole>(one)!).filter((one) => one.active !== false)
  return active.length === 1 ? active[0] : undefined
}
