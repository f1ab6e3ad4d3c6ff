/** Where a Reference leads, and whether R4 lets it lead there. https://hl7.org/fhir/R4/references.html */
import { namedType, parseReference } from '../reference.ts'
import { isId, isResourceType } from '../types.ts'
import { many } from './fhirpath.ts'
import { type Node, remember, type Scope, type TypeAt } from './rule.ts'

/** Of the elements that a reference of any type may stand in. */
export const anyType: readonly string[] = []

/** What is wrong with where a reference leads; undefined: nothing, or nothing that could be told here. */
export function astray({ reference, type }: Node, targets: readonly string[], scope: Scope): string | undefined {
  const literal: unknown = reference
  if (type === undefined && (typeof literal !== 'string' || leadsTo(targets, literal, scope))) return undefined
  if (typeof literal === 'string' && !isFormed(literal)) return 'is relative, and not of the form [type]/[id]'
  if (type === undefined && targets === anyType) return undefined
  const to = typeof literal === 'string' ? targetType(literal, scope) : undefined
  const said = type === undefined ? undefined : String(type).replace(ofR4, '')
  if (said !== undefined && to !== undefined && said !== to) return `leads to ${to}, and its type says something else`
  const found = to ?? said
  if (found === undefined || targets === anyType || targets.includes(found)) return undefined
  return `may lead to ${targets.join(', ')} here, and not to ${isResourceType(found) ? found : 'another type'}`
}

const ofR4 = 'http://hl7.org/fhir/StructureDefinition/'

/** The fast way, for nearly all: does it begin with one of the types, or is it a URN of which nobody tells the type? */
function leadsTo(targets: readonly string[], literal: string, { typeAt }: Scope): boolean {
  const first = literal.charCodeAt(0)
  if (first === 117) return typeAt === undefined && literal.startsWith('urn:')
  for (let at = 0; at < targets.length; at++) {
    const target = targets[at]!
    if (target.charCodeAt(0) !== first || !literal.startsWith(target)) continue
    const next = literal.charCodeAt(target.length)
    if (next === 63 || (next === 47 && isId(literal.slice(target.length + 1)))) return true
  }
  return false
}

/** "Relative to the Service Base URL", `[type]/[id]`, perhaps of a version. An absolute URL may have any form. https://hl7.org/fhir/R4/references.html#literal */
const isFormed = (literal: string): boolean =>
  /^[A-Za-z][A-Za-z\d+.-]*:/.test(literal) || parseReference(literal).kind !== 'other'

/** The type of the resource that a literal reference leads to, as far as itself, the contained resources and the Bundle around it tell. */
export function targetType(literal: string, scope: Scope): string | undefined {
  const { root, typeAt } = scope
  const type: unknown = literal.startsWith('#')
    ? (literal === '#' ? root : contained(scope, literal.slice(1)))?.resourceType
    : (namedType(literal) ?? typeAt?.(literal))
  return isResourceType(type) ? type : undefined
}

/** The resource that the root contains under an id. */
export const contained = (scope: Scope, id: string): Node | undefined => remember(scope, scope.root, containedById).get(id)

const text = (node: unknown): string | undefined => (typeof node === 'string' ? node : undefined)

/** Asked while `root` is still being read: they may be anything. */
function containedById(root: Node): ReadonlyMap<string | undefined, Node> {
  const resources = many(root.contained).filter((resource: Node | null) => text(resource?.id) !== undefined)
  return new Map(resources.map((resource) => [text(resource.id), resource]))
}

/** Of a Bundle that is still being read, too: its entries are looked through when a reference asks for one. */
export function typesIn(bundle: Node): TypeAt {
  let types: ReadonlyMap<unknown, unknown> | undefined
  return (fullUrl) => {
    types ??= new Map(many(bundle.entry).map((entry: Node | null) => [entry?.fullUrl, entry?.resource?.resourceType]))
    return types.get(fullUrl)
  }
}
