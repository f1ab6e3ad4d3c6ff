/** `clients`: the people that coordinators work with. */
import type { Patient } from '@medplum/fhirtypes'
import mapping from '../../../mappings/client.patient.ts'
import { type Client, ClientCommand } from '../../domain/client.ts'
import { ok } from '../../domain/problem.ts'
import { stands } from '../duplicates.ts'
import { collection } from './collection.ts'
import { identifiersOf, uniqueIdentifiers } from './unique-identifiers.ts'

export const clients = collection<Client, { Patient: Patient }>({
  name: 'clients',
  prefix: 'cli',
  anchor: 'Patient',
  parts: [],
  mapping,
  command: ClientCommand,
  claims: () => true,
  client: '_id',
  sort: 'family',
  shown: ['state'],
  *view({ value }) {
    return { state: value.mergedInto === undefined ? 'registered' : 'merged' }
  },
  *prepare(_ctx, value, before) {
    const known = before && identifiersOf(before.value)
    const unique = yield* uniqueIdentifiers('Patient', before?.id, identifiersOf(value), known, (other) =>
      stands(other as Patient),
    )
    return unique.ok ? ok(value) : unique
  },
})
