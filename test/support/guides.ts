/** Our profiles together with the guides that they derive from, where the machine has them. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CodeSystem, StructureDefinition, ValueSet } from '@medplum/fhirtypes'
import { ownStructures } from '../../src/fhir/generated/structures.ts'
import { ownTerminology } from '../../src/fhir/generated/terminology.ts'
import { Profiles, termsIn } from '../../src/fhir/profiles/profiles.ts'
import { corpora } from './corpora.ts'

const guides = ['us-core-7.0.0', 'sdoh-clinicalcare-3.0.0']

let made: Profiles | undefined

export function withGuides(): Profiles {
  made ??= profilesOf(guides)
  return made
}

/** Guides by their folders in the corpora. */
export function profilesOf(folders: readonly string[]): Profiles {
  const found = folders.flatMap((guide) => {
    const folder = join(corpora!, '1_igs', guide, 'conformance')
    const names = readdirSync(folder).filter((name) => /^(StructureDefinition|ValueSet|CodeSystem)-/.test(name))
    return names.map(
      (name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as StructureDefinition | ValueSet | CodeSystem,
    )
  })
  const structures = found.filter((one) => one.resourceType === 'StructureDefinition')
  const terms = found.filter((one) => one.resourceType !== 'StructureDefinition')
  return new Profiles([...ownStructures, ...structures], termsIn([...Object.values(ownTerminology), ...terms]))
}
