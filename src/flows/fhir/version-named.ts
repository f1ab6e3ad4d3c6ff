/**
 * "Version-specific references should remain as version-specific references after the references have been updated": a reference to a
 * version of what the transaction creates, whichever it names, leads to the one that it makes. What is updated had versions before: one that
 * is not the entry's own (`meta.versionId`) is meant as it was. https://hl7.org/fhir/R4/http.html#trules
 */
import type { JsonObject } from '../../fhir/exact.ts'
import { versionAfter } from '../next-version.ts'
import type { Target } from './settle.ts'

/**
 * The version at which an entry's resource (`Type/id`) will stand; undefined where none brings the version that is named. `isSame`: whether
 * an update brings nothing to what stands (its references may lead back here: in a circle all are changed).
 */
export function versionNamed(
  targets: readonly Target[],
  at: string,
  isSame: (target: Target) => boolean,
): (name: string, version: string) => number | undefined {
  let byName: ReadonlyMap<string, Target> | undefined
  const known = new Map<string, number>()
  return (name, version) => {
    byName ??= named(targets)
    const target = byName.get(name)
    if (target === undefined || !brings(target, version)) return undefined
    if (known.has(name)) return known.get(name)
    const { current, matched } = target
    known.set(name, versionAfter(current, at))
    if (current?.text !== undefined && (matched || isSame(target))) known.set(name, current.version)
    return known.get(name)
  }
}

function brings({ write }: Target, version: string): boolean {
  if (write.kind !== 'update') return write.kind === 'create'
  return (write.resource.value.meta as JsonObject | undefined)?.versionId === version
}

/** What is written comes before what was found. */
function named(targets: readonly Target[]): ReadonlyMap<string, Target> {
  const found = new Map<string, Target>()
  for (const target of targets) {
    const { write, id, matched } = target
    if (write.kind === 'delete' || id === undefined) continue
    const name = `${write.type}/${id}`
    if (!matched || !found.has(name)) found.set(name, target)
  }
  return found
}
