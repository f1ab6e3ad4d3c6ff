/** Extensions as places. https://hl7.org/fhir/R4/extensibility.html */
import type { Extension } from '@medplum/fhirtypes'
import type { Place } from '../../src/lens/place.ts'

/** Base of our own canonical URLs as they stand in stored resources. */
export const canonicalBase = 'https://warm-handoff.example/fhir'

/** Canonical URL of one of our own extensions. */
export const local = (name: string): string => `${canonicalBase}/StructureDefinition/${name}`

/** Canonical URL of one of our own code systems. */
export const localSystem = (name: string): string => `${canonicalBase}/CodeSystem/${name}`

/** Canonical URL of one of our own naming systems. */
export const localNaming = (name: string): string => `${canonicalBase}/NamingSystem/${name}`

/** Extensions of HL7's own core package and US Core. */
export const core = (name: string): string => `http://hl7.org/fhir/StructureDefinition/${name}`
export const usCore = (name: string): string => `http://hl7.org/fhir/us/core/StructureDefinition/${name}`

/** An extension that has lost its value goes away whole (ext-1: an extension has a value or extensions). */
function hasContent(item: Extension): boolean {
  for (const key in item) if (key.startsWith('value') && item[key as keyof Extension] !== undefined) return true
  return (item.extension?.length ?? 0) > 0
}

interface Extensible {
  extension?: Extension[]
}

/** The extension with this url, at an element or a resource. */
export function extension<R, A extends Extensible>(at: Place<R, A>, url: string): Place<R, Extension> {
  return (at as unknown as Place<R, Extensible>).extension.where({ url }, hasContent)
}
