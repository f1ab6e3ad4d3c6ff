/** Organization ↔ Organization. https://hl7.org/fhir/R4/organization.html */
import type * as fhir from '@medplum/fhirtypes'
import { Organization } from '../src/domain/organization.ts'
import { bool, idOf, text } from '../src/lens/codecs.ts'
import { mapping } from '../src/lens/mapping.ts'
import { concept, conceptKey, identifiersWithNpi } from './shared/datatypes.ts'
import { core, extension, local } from './shared/extension.ts'
import { contactPoint, postalAddress } from './shared/person.ts'

export default mapping<Organization, { Organization: fhir.Organization }>({
  name: 'organization.organization',
  version: 1,
  domain: Organization,
  owner: 'shared',
  blank: { Organization: { resourceType: 'Organization' } },
  fields: ({ Organization }) => ({
    timeZone: extension(Organization, core('timezone')).valueCode.optional(text),
    calendarId: extension(Organization, local('holiday-calendar')).valueString.optional(text),
    hipaaCovered: extension(Organization, local('hipaa-covered')).valueBoolean.optional(bool),
    part2Programme: extension(Organization, local('part2-programme')).valueBoolean.optional(bool),
    ...identifiersWithNpi(Organization),
    active: Organization.active.optional(bool),
    types: Organization.type.each(concept, conceptKey),
    name: Organization.name.optional(text),
    contacts: Organization.telecom.each(contactPoint, { by: ['handle'] }),
    addresses: Organization.address.each(postalAddress, { by: ['handle'] }),
    partOf: Organization.partOf.optional(idOf('Organization')),
  }),
})
