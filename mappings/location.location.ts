/** Location ↔ Location. https://hl7.org/fhir/R4/location.html */
import type * as fhir from '@medplum/fhirtypes'
import { Location } from '../src/domain/location.ts'
import { codeIn } from '../src/lens/code-table.ts'
import { type Codec, cannot, chain } from '../src/lens/codec.ts'
import { decimal, idOf, text } from '../src/lens/codecs.ts'
import { mapping } from '../src/lens/mapping.ts'
import { first } from './shared/combine.ts'
import { identifier } from './shared/datatypes.ts'
import { address } from './shared/person.ts'

/** A suspended location is not active, and stays suspended as long as nobody says otherwise. */
const active: Codec<NonNullable<fhir.Location['status']>, boolean> = {
  name: 'location status',
  read: (raw, report) =>
    raw === 'active' ? true : raw === 'suspended' || raw === 'inactive' ? false : cannot(report, 'unmapped status'),
  write: (value, prior) => (value ? 'active' : prior === 'suspended' ? prior : 'inactive'),
}

const cms = 'https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set'
const twoDigits: Codec<string, string> = {
  name: 'place of service',
  read: (raw, report) => (/^\d{2}$/.test(raw) ? raw : cannot(report, 'expected two digits')),
  write: (value) => value,
}
const isPlaceOfService = (item: fhir.CodeableConcept): boolean =>
  Array.isArray(item.coding) && item.coding.some((one) => one?.system === cms)

export default mapping<Location, { Location: fhir.Location }>({
  name: 'location.location',
  version: 1,
  domain: Location,
  owner: 'shared',
  blank: { Location: { resourceType: 'Location' } },
  fields: ({ Location }) => ({
    identifiers: Location.identifier.each(identifier, { by: ['handle'] }),
    active: Location.status.optional(active),
    name: Location.name.optional(text),
    placeOfService: first(
      Location.type.each(chain(codeIn<fhir.CodeableConcept>(cms), twoDigits), {
        by: (code) => code,
        only: { label: 'place-of-service', test: isPlaceOfService },
      }),
    ),
    address: Location.address.optional(address),
    lat: Location.position.needing('latitude').latitude.optional(decimal),
    lon: Location.position.needing('latitude').longitude.optional(decimal),
    organizationId: Location.managingOrganization.optional(idOf('Organization')),
  }),
})
