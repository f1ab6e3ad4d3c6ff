/**
 * References on their way out: `Patient/ours` becomes `Patient/theirs` by the links of the connection. What the partner is never sent is
 * referred to by our identifier instead of an address that means nothing there.
 */
import type { JsonObject } from '../../fhir/exact.ts'
import { parseReference } from '../../fhir/reference.ts'

/** `Type/id` of every relative reference in a resource. */
export function targetsIn(value: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(value)) for (const item of value) targetsIn(item, found)
  else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      if (name === 'reference' && typeof member === 'string') {
        const parsed = parseReference(member)
        if (parsed.kind === 'relative') found.add(`${parsed.type}/${parsed.id}`)
      } else targetsIn(member, found)
    }
  }
  return found
}

/**
 * `remote` answers `Type/id` at the partner for `Type/id` here; undefined where the partner has no such resource. Of what is `withheld` from
 * it all that is said beside the reference is left out; where something is (`isSilent`), narratives may say it once more, and are, too.
 */
export function translated(
  resource: JsonObject,
  remote: (target: string) => string | undefined,
  system: string,
  withheld: ReadonlySet<string> = new Set(),
  isSilent = false,
): JsonObject {
  const whole = rewritten(resource) as JsonObject
  return isSilent ? (withoutNarratives(whole) as JsonObject) : whole

  function rewritten(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(rewritten)
    if (typeof value !== 'object' || value === null || JSON.stringify(value) === undefined || 'rawJSON' in value) return value
    const copy: Record<string, unknown> = {}
    for (const [name, member] of Object.entries(value)) copy[name] = rewritten(member)
    if (typeof copy.reference !== 'string') return copy
    const parsed = parseReference(copy.reference)
    if (parsed.kind !== 'relative') return copy
    const there = remote(`${parsed.type}/${parsed.id}`)
    const { reference: _, ...rest } = copy
    const isWithheld = withheld.has(`${parsed.type}/${parsed.id}`)
    if (there !== undefined) return { ...(!isWithheld && copy), reference: there }
    return { ...(!isWithheld && rest), type: parsed.type, identifier: { system, value: parsed.id } }
  }
}

function withoutNarratives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNarratives)
  if (typeof value !== 'object' || value === null || 'rawJSON' in value) return value
  const isNarrative = (member: unknown) => typeof member === 'object' && member !== null && 'div' in member
  const rest = Object.entries(value).filter(([, member]) => !isNarrative(member))
  return Object.fromEntries(rest.map(([name, member]) => [name, withoutNarratives(member)]))
}
