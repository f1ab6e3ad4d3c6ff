/** Conformance resources as far as the validator reads them. https://hl7.org/fhir/R4/structuredefinition.html */
import type { CodeSystem, ElementDefinition, StructureDefinition, ValueSet } from '@medplum/fhirtypes'

/** A row of a snapshot or differential. `id` (or `path` and `sliceName`) tells where it stands. */
export type Row = Partial<ElementDefinition>

export type Definition = Pick<StructureDefinition, 'url' | 'type'> &
  Partial<Pick<StructureDefinition, 'version' | 'baseDefinition' | 'derivation' | 'context'>> & {
    readonly snapshot?: { readonly element: readonly Row[] }
    readonly differential?: { readonly element: readonly Row[] }
  }

/** What is known by its canonical URL. */
export interface Known {
  /** Of a `url|version`, that very one; of a URL alone, the one that was told last. */
  readonly structure: (canonical: string) => Definition | undefined
  readonly terms: (url: string, type: 'CodeSystem' | 'ValueSet') => CodeSystem | ValueSet | undefined
}

const r4 = 'http://hl7.org/fhir/StructureDefinition/'

/** The name of a type that R4 itself defines: `Patient`. The base validator knows those. */
export const r4Type = (canonical: string): string | undefined =>
  canonical.startsWith(r4) ? canonical.slice(r4.length).split('|', 1)[0] : undefined

export const withoutVersion = (canonical: string): string => canonical.split('|', 1)[0]!

/** A type as profiles name it: those of quantities are profiles themselves in R4. https://hl7.org/fhir/R4/datatypes.html#quantity */
export const codeOf = (type: string): string => (type === 'SimpleQuantity' ? 'Quantity' : type)
