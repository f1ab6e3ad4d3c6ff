/** Value sets of required bindings, expanded. */
import type { Concept } from './definitions.ts'
import { codeSystems, valueSets } from './definitions.ts'

/** System → codes. */
export type Expansion = Readonly<Record<string, readonly string[]>>

const flat = (concepts: readonly Concept[]): string[] =>
  concepts.flatMap((concept) => [concept.code, ...flat(concept.concept ?? [])])

/** The codes of a value set; undefined where the definitions do not enumerate them (mime types, currencies, UCUM …). */
export function expand(canonical: string): Expansion | undefined {
  const valueSet = valueSets.get(canonical.split('|')[0]!)
  if (!valueSet?.compose || valueSet.compose.exclude) return undefined
  const expansion: Record<string, string[]> = {}
  for (const { system, concept, filter, valueSet: imported } of valueSet.compose.include) {
    const concepts = concept ?? (system === undefined ? undefined : codeSystems.get(system)?.concept)
    if (system === undefined || concepts === undefined || filter || imported) return undefined
    expansion[system] = [...(expansion[system] ?? []), ...flat(concepts)]
  }
  return expansion
}

/** What the tables call a value set. */
export const nameOf = (canonical: string): string => canonical.split('|')[0]!.split('/').at(-1)!
