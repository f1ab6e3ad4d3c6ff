/** What rules ask of a client: the time zone in which their business days are counted, the sex that a score asks for. */
import type { Patient } from '@medplum/fhirtypes'
import mapping from '../../mappings/client.patient.ts'
import type { Client } from '../domain/client.ts'
import { ask, type Steps } from '../store/store.ts'
import { storedValue } from './keep.ts'

export function* clientWith(id: string): Steps<Client | undefined> {
  const patient = storedValue<Patient>(yield* ask({ ask: 'resource', type: 'Patient', id }))
  const reading = patient && mapping.read({ Patient: patient })
  return reading?.ok ? reading.value : undefined
}

export function* zoneOf(clientId: string): Steps<string | undefined> {
  return (yield* clientWith(clientId))?.timeZone
}
