/**
 * Epic: no conditional create on any type, and what has been created is changed by the people there. Patients are found by identifier;
 * problems wait for a clinician before they can be found at all. https://fhir.epic.com/Specifications (see `mappings/partners/epic.ts`
 * for how far that could be read).
 */
import type { AuthTools } from './auth/credentials.ts'
import { byPatient } from './by-patient.ts'
import type { Connection, Connector } from './connector.ts'
import { fhirR4 } from './fhir-r4.ts'
import { lookFirst } from './look-first.ts'

export const epic = (connection: Connection, tools: AuthTools): Connector => {
  const plain = fhirR4(connection, tools)
  return { ...lookFirst(plain, { found: { Patient: 'identifier' }, updated: ['Task'] }), ...byPatient(plain) }
}
