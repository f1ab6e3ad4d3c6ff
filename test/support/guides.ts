/** Our profiles together with the guides that they derive from, where the machine has them. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CodeSystem, StructureDefinition, ValueSet } from '@medplum/fhirtypes'
import { ownTerminology } from '../../src/fhir/generated/terminology.ts'
import { Profiles, termsIn } from '../../src/fhir/profiles/profiles.ts'
import { corpora } from './corpora.ts'

const guides = ['us-core-7.0.0', 'sdoh-clinicalcare-3.0.0']

let made: Profiles | undefined

export function withGuides(): Profiles {
  made ??= profilesOf(guides)
  return made
}

const profiles = join(import.meta.dirname, '../../profiles')

const conformanceIn = (folder: string, names: RegExp): readonly (StructureDefinition | ValueSet | CodeSystem)[] =>
  readdirSync(folder).flatMap((name) => (names.test(name) ? [JSON.parse(readFileSync(join(folder, name), 'utf8'))] : []))

/** Guides by their folders in the corpora, and ours as they stand in `profiles/`; `differentials`: without what R4 itself says. */
export function profilesOf(folders: readonly string[], how: 'whole' | 'differentials' = 'whole'): Profiles {
  const ours = ['structure-definitions', 'extensions'].flatMap((folder) => conformanceIn(join(profiles, folder), /json$/))
  const theirs = folders.flatMap((guide) =>
    conformanceIn(join(corpora!, '1_igs', guide, 'conformance'), /^(StructureDefinition|ValueSet|CodeSystem)-/),
  )
  const found = [...ours, ...theirs]
  const structures = found.filter((one) => one.resourceType === 'StructureDefinition')
  const terms = theirs.filter((one) => one.resourceType !== 'StructureDefinition')
  const said = how === 'whole' ? structures : structures.map(({ snapshot: _, ...rest }) => rest)
  return new Profiles(said, termsIn([...Object.values(ownTerminology), ...terms]))
}
