/** The client's time zone, where their business days are counted. */
import type { Patient } from '@medplum/fhirtypes'
import client from '../../mappings/client.patient.ts'
import { ask, type Steps } from '../store/store.ts'
import { storedValue } from './keep.ts'

export function* zoneOf(clientId: string): Steps<string | undefined> {
  const patient = storedValue<Patient>(yield* ask({ ask: 'resource', type: 'Patient', id: clientId }))
  const reading = patient && client.read({ Patient: patient })
  return reading?.ok ? reading.value.timeZone : undefined
}
