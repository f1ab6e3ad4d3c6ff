/** For partners that answer no search of a whole type: what stands there is asked for patient by patient. */
import { type Connector, delivered, type Outcome, type Remote } from './connector.ts'
import type { PlainConnector } from './fhir-r4.ts'

/** `beside`: search parameters that go with `patient`, by type. */
export const byPatient = (
  plain: PlainConnector,
  beside: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
): Required<Pick<Connector, 'ofPatient'>> => ({
  async ofPatient(type, patient): Promise<Outcome<readonly Remote[]>> {
    if (type !== 'Patient') return plain.search(type, { patient, ...beside[type] })
    const read = await plain.read(type, patient)
    return read.outcome === 'delivered' ? delivered(read.value ? [read.value] : []) : read
  },
})
