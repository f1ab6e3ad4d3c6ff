/**
 * Oracle Health Millennium: no conditional create, and unsupported elements (our identifier on most types) are ignored, so that those
 * resources cannot be found again. https://fhir.cerner.com/millennium/r4/
 */
import type { AuthTools } from './auth/credentials.ts'
import { byPatient } from './by-patient.ts'
import type { Connection, Connector } from './connector.ts'
import { fhirR4 } from './fhir-r4.ts'
import { type Habits, lookFirst } from './look-first.ts'

export const oracleHealth = (connection: Connection, tools: AuthTools): Connector => {
  // https://fhir.cerner.com/millennium/r4/base/individuals/related-person/#search: required beside an identifier.
  const findBy = { RelatedPerson: { '-relationship-level': 'Patient' } }
  const plain = fhirR4(connection, tools, { findBy })
  const habits: Habits = {
    // Names of organizations are unique; they have no identifiers but official ones.
    found: { Organization: 'name', Patient: 'identifier', Practitioner: 'identifier', RelatedPerson: 'identifier' },
    // https://docs.oracle.com/en/industries/health/millennium-platform-apis/mfrap/op-patientid-patch.html, op-relatedperson-id-patch.html:
    // items of lists are added, and removed once their ids are tested. Single values of a person are left to the people there.
    patched: { Patient: ['telecom', 'address'], RelatedPerson: ['telecom', 'address', 'relationship'] },
    updated: ['Condition', 'DocumentReference', 'Observation', 'QuestionnaireResponse'],
  }
  return { ...lookFirst(plain, habits), ...byPatient(plain, findBy) }
}
