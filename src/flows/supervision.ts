/** Who supervises whom: a role names the role that it answers to. */
import type { PractitionerRole } from '@medplum/fhirtypes'
import { local } from '../../mappings/shared/extension.ts'
import { ask, type Steps } from '../store/store.ts'
import { idIn } from './billing/references.ts'
import { storedValue } from './keep.ts'
import { every } from './stays.ts'

type Ref = { readonly id: string; readonly type?: string | undefined } | { readonly external: object }

const supervisorIn = (role: PractitionerRole | undefined): string | undefined =>
  idIn(role?.extension?.find(({ url }) => url === local('supervisor'))?.valueReference, 'PractitionerRole')

/** Roles of a person that are not over. */
export function* rolesOf(practitionerId: string): Steps<readonly PractitionerRole[]> {
  const held = { kind: 'reference' as const, param: 'practitioner', values: [`Practitioner/${practitionerId}`] }
  const { items } = yield* ask(every('PractitionerRole', held))
  return items.map((one) => storedValue<PractitionerRole>(one)!).filter(({ active }) => active !== false)
}

/** The supervising role (its id) of somebody who is named by their role, or as a person whose roles answer to one alone. */
export function* supervisorOf(who: Ref | undefined): Steps<string | undefined> {
  if (who === undefined || !('id' in who)) return undefined
  if (who.type === undefined)
    return supervisorIn(storedValue<PractitionerRole>(yield* ask({ ask: 'resource', type: 'PractitionerRole', id: who.id })))
  if (who.type !== 'Practitioner') return undefined
  const supervisors = new Set((yield* rolesOf(who.id)).flatMap((role) => supervisorIn(role) ?? []))
  return supervisors.size === 1 ? [...supervisors][0] : undefined
}
