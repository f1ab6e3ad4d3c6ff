/** `related-persons`: those in a client's life. */
import type { RelatedPerson as Resource } from '@medplum/fhirtypes'
import mapping from '../../../mappings/related-person.related-person.ts'
import { type RelatedPerson, RelatedPersonCommand } from '../../domain/related-person.ts'
import { collection } from './collection.ts'

export const relatedPersons = collection<RelatedPerson, { RelatedPerson: Resource }>({
  name: 'related-persons',
  prefix: 'rel',
  anchor: 'RelatedPerson',
  parts: [],
  mapping,
  command: RelatedPersonCommand,
  claims: () => true,
  client: 'patient',
  removable: true,
})
