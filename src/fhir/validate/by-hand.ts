/**
 * Invariants written by hand: where the expression in the definition needs a resolver or an XHTML parser,
 * or would compare everything with everything.
 * https://hl7.org/fhir/R4/domainresource.html#invs and https://hl7.org/fhir/R4/references.html#contained
 */
import { many } from './fhirpath.ts'
import type { Node, Scope } from './rule.ts'
import { contained, targetType } from './targets.ts'
import { hasContent, hasOnlyFormatting } from './xhtml.ts'

type Holds = (node: Node, scope: Scope) => boolean

const text = (node: unknown): string | undefined => (typeof node === 'string' ? node : undefined)

/** Every text that could be a reference to a contained resource, without its #. */
function fragments(value: unknown, into: Set<string>): Set<string> {
  if (typeof value === 'string') {
    if (value.startsWith('#')) into.add(value.slice(1))
  } else if (Array.isArray(value)) {
    for (const item of value) fragments(item, into)
  } else if (typeof value === 'object' && value !== null) {
    for (const member in value) fragments((value as Node)[member], into)
  }
  return into
}

/** Who may take part in a care team and is no practitioner. https://hl7.org/fhir/R4/careteam-definitions.html#CareTeam.participant.member */
const others: ReadonlySet<unknown> = new Set(['PractitionerRole', 'RelatedPerson', 'Patient', 'Organization', 'CareTeam'])

export const byHand: Readonly<Record<string, Holds>> = {
  'dom-2': (o) => o.contained === undefined || many(o.contained).every((resource) => resource.contained === undefined),
  'dom-3': (o) => {
    if (o.contained === undefined) return true
    const referred = fragments(o, new Set())
    return many(o.contained).every(
      (resource) => (resource.id !== undefined && referred.has(text(resource.id)!)) || fragments(resource, new Set()).has(''),
    )
  },
  'dom-4': (o) =>
    o.contained === undefined ||
    many(o.contained).every(({ meta }) => meta?.versionId === undefined && meta?.lastUpdated === undefined),
  'dom-5': (o) => o.contained === undefined || many(o.contained).every(({ meta }) => meta?.security === undefined),
  'ref-1': (o, at) => {
    const reference = text(o.reference)
    return !reference?.startsWith('#') || reference === '#' || contained(at, reference.slice(1)) !== undefined
  },
  'ctm-1': (o, at) => o.onBehalfOf === undefined || !others.has(targetType(text(o.member?.reference) ?? '', at)),
  'ig-1': (o) => {
    const groups = new Set(many(o.grouping).map(({ id }) => text(id)))
    return many(o.resource).every(({ groupingId }) => groupingId === undefined || groups.has(text(groupingId)))
  },
  'ig-2': (o) => {
    const versions = new Set(many(o.fhirVersion).map(text))
    return many(o.definition?.resource).every(({ fhirVersion }) =>
      many(fhirVersion).every((version) => versions.has(text(version))),
    )
  },
  'txt-1': (o) => hasOnlyFormatting(text(o) ?? ''),
  'txt-2': (o) => hasContent(text(o) ?? ''),
}
