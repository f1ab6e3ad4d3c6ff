/** `practitioners`: who works here or elsewhere, with their roles. */
import type { PractitionerRole, Practitioner as Resource } from '@medplum/fhirtypes'
import mapping from '../../../mappings/practitioner.practitioner.ts'
import { besideRoles, type Practitioner, PractitionerCommand, taxonomyOf } from '../../domain/practitioner.ts'
import { ok } from '../../domain/problem.ts'
import { collection } from './collection.ts'
import { uniqueIdentifiers } from './unique-identifiers.ts'

export const practitioners = collection<Practitioner, { Practitioner: Resource; PractitionerRole: PractitionerRole[] }>({
  name: 'practitioners',
  prefix: 'prc',
  anchor: 'Practitioner',
  parts: [
    {
      type: 'PractitionerRole',
      many: true,
      by: 'practitioner',
      link: (part, anchor) => ({ ...(part as PractitionerRole), practitioner: { reference: anchor } }),
    },
  ],
  mapping,
  command: PractitionerCommand,
  claims: () => true,
  sort: 'family',
  *view({ value }) {
    return { taxonomy: taxonomyOf(value) }
  },
  *prepare(ctx, value, before) {
    const unique = yield* uniqueIdentifiers(ctx, 'Practitioner', value, before)
    if (!unique.ok) return unique
    return ok({ ...value, taxonomy: besideRoles(value.taxonomy, [...value.roles, ...(before?.value.roles ?? [])]) })
  },
})
