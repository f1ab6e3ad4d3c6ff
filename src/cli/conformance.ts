/** Profiles and terminology from folders, beside our own: as a FHIR package has them when it is unpacked. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CodeSystem, StructureDefinition, ValueSet } from '@medplum/fhirtypes'
import { fail, ok, type Result, unlessThrown } from '../domain/problem.ts'
import { ownStructures } from '../fhir/generated/structures.ts'
import { ownTerminology } from '../fhir/generated/terminology.ts'
import { ownProfiles } from '../fhir/profiles/own.ts'
import { Profiles, termsIn } from '../fhir/profiles/profiles.ts'
import { validate } from '../fhir/validate/validate.ts'

type Conformance = StructureDefinition | ValueSet | CodeSystem

export function knownProfiles(folders: readonly string[]): Result<Profiles> {
  if (folders.length === 0) return ok(ownProfiles())
  const missing = folders.find((folder) => !existsSync(folder))
  if (missing !== undefined) return fail('not-found', `There is no folder ${missing}.`)
  const found = folders.flatMap(conformanceIn)
  const structures = found.filter((one) => one.resourceType === 'StructureDefinition')
  const terms = found.filter((one) => one.resourceType === 'ValueSet' || one.resourceType === 'CodeSystem')
  return ok(new Profiles([...ownStructures, ...structures], termsIn([...Object.values(ownTerminology), ...terms])))
}

/** What is no R4, or no definition with an address, is passed over. */
function conformanceIn(folder: string): readonly Conformance[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'))
  return names.flatMap((name) => {
    const read = unlessThrown(() => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Conformance)
    return typeof read?.url === 'string' && validate(read).structure.length === 0 ? [read] : []
  })
}
