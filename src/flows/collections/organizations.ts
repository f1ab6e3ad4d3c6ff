/** `organizations`: agencies, hospitals, payers, community organizations. */
import type { Organization as Resource } from '@medplum/fhirtypes'
import mapping from '../../../mappings/organization.organization.ts'
import { type Organization, OrganizationCommand } from '../../domain/organization.ts'
import { ok } from '../../domain/problem.ts'
import { collection } from './collection.ts'
import { uniqueIdentifiers } from './unique-identifiers.ts'

export const organizations = collection<Organization, { Organization: Resource }>({
  name: 'organizations',
  prefix: 'org',
  anchor: 'Organization',
  parts: [],
  mapping,
  command: OrganizationCommand,
  claims: () => true,
  sort: 'name',
  *prepare(ctx, value, before) {
    const unique = yield* uniqueIdentifiers(ctx, 'Organization', value, before)
    return unique.ok ? ok(value) : unique
  },
})
