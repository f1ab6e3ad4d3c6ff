/** RelatedPerson ↔ RelatedPerson. https://hl7.org/fhir/R4/relatedperson.html */
import type * as fhir from '@medplum/fhirtypes'
import { authorities, RelatedPerson, supportRoles } from '../src/domain/related-person.ts'
import { bool, idOf, oneOf } from '../src/lens/codecs.ts'
import { mapping } from '../src/lens/mapping.ts'
import { valuesOf } from './shared/combine.ts'
import { concept, conceptKey, identifier, period } from './shared/datatypes.ts'
import { extension, local } from './shared/extension.ts'
import { labels } from './shared/labels.ts'
import { contactPoint, humanName, postalAddress } from './shared/person.ts'

export default mapping<RelatedPerson, { RelatedPerson: fhir.RelatedPerson }>({
  name: 'related-person.related-person',
  version: 1,
  domain: RelatedPerson,
  owner: 'coordination',
  blank: { RelatedPerson: { resourceType: 'RelatedPerson', patient: {} } },
  fields: ({ RelatedPerson }) => ({
    ...labels(RelatedPerson),
    authority: valuesOf(RelatedPerson.extension, local('authority'), (at) => at.valueCode.as(oneOf(...authorities))),
    supportRole: extension(RelatedPerson, local('support-role')).valueCode.optional(oneOf(...supportRoles)),
    authorityDocument: extension(RelatedPerson, local('authority-document')).valueReference.optional(idOf('DocumentReference')),
    identifiers: RelatedPerson.identifier.each(identifier, { by: ['handle'] }),
    active: RelatedPerson.active.optional(bool),
    clientId: RelatedPerson.patient.as(idOf('Patient')),
    relationship: RelatedPerson.relationship.each(concept, conceptKey),
    names: RelatedPerson.name.each(humanName, { by: ['handle'] }).ownedBy('shared'),
    contacts: RelatedPerson.telecom.each(contactPoint, { by: ['handle'] }).ownedBy('shared'),
    addresses: RelatedPerson.address.each(postalAddress, { by: ['handle'] }).ownedBy('shared'),
    period: RelatedPerson.period.optional(period),
  }),
})
