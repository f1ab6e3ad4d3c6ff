/** `locations`: where services are given. */
import type { Location as Resource } from '@medplum/fhirtypes'
import mapping from '../../../mappings/location.location.ts'
import { type Location, LocationCommand } from '../../domain/location.ts'
import { collection } from './collection.ts'

export const locations = collection<Location, { Location: Resource }>({
  name: 'locations',
  prefix: 'loc',
  anchor: 'Location',
  parts: [],
  mapping,
  command: LocationCommand,
  claims: () => true,
  sort: 'name',
  removable: true,
})
