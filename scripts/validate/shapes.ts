/** StructureDefinitions → shapes: per type or backbone element, its fields with cardinality, types and required codes. */
import type { Constraint, ElementDefinition } from './definitions.ts'
import { elements, structures, targetsOf } from './definitions.ts'

export interface Field {
  /** As in the definition: `status`, `value[x]`. */
  readonly name: string
  readonly min: number
  readonly many: boolean
  /** A primitive, a data type, `Resource`, or the path of a backbone element. */
  readonly types: readonly string[]
  /** The types that a reference may be to; undefined: none is named, or any will do. */
  readonly targets?: readonly string[]
  /** Canonical of the value set that codes have to come from. */
  readonly valueSet?: string
  /** What the element's own definition asks beyond its type. */
  readonly constraints: readonly Constraint[]
}

export interface Shape {
  /** `Observation`, `Observation.component`, `Quantity`. */
  readonly name: string
  /** `DomainResource`, `BackboneElement` …: its fields and rules hold here too. */
  readonly base?: string
  readonly fields: readonly Field[]
  readonly constraints: readonly Constraint[]
}

const system = 'http://hl7.org/fhirpath/System.'
const fhirType = 'http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type'
const simpleQuantity = 'http://hl7.org/fhir/StructureDefinition/SimpleQuantity'

/** These have neither id nor extensions in JSON (no `_id`), so they get type names of their own. https://hl7.org/fhir/R4/json.html */
const bare: Readonly<Record<string, string>> = { 'Extension.url': 'extension-url', 'Resource.id': 'resource-id' }

function typesOf(element: ElementDefinition, hasChildren: boolean): string[] {
  if (element.contentReference) return [element.contentReference.slice(1)]
  if (hasChildren) return [element.path]
  return element.type!.map((type) => {
    if (type.profile?.includes(simpleQuantity)) return 'SimpleQuantity'
    if (!type.code.startsWith(system)) return type.code
    return bare[element.path] ?? type.extension?.find((extension) => extension.url === fhirType)?.valueUrl ?? 'string'
  })
}

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('.'))

function baseOf(name: string, kind: string, names: ReadonlySet<string>): string | undefined {
  if (['Element', 'Resource'].includes(name)) return undefined
  if (name === 'DomainResource') return 'Resource'
  if (name === 'BackboneElement') return 'Element'
  if (kind === 'resource') return names.has('text') ? 'DomainResource' : 'Resource'
  return names.has('modifierExtension') ? 'BackboneElement' : 'Element'
}

function shapesOf(name: string): Shape[] {
  const definition = structures.get(name)!
  const all = elements(definition)
  const root = all[0]!.path
  const parents = new Set(all.map((element) => parentOf(element.path)))
  return all
    .filter((element) => parents.has(element.path))
    .map((owner) => {
      const own = all.filter((element) => parentOf(element.path) === owner.path)
      const names = new Set(own.map((element) => element.path.slice(owner.path.length + 1)))
      const isRoot = owner.path === root
      const base = baseOf(isRoot ? name : owner.path, isRoot ? definition.kind : 'element', names)
      const inherited = new Set(base === undefined ? [] : fieldNames(base))
      const fields = own.flatMap((element): Field[] => {
        const field = element.path.slice(owner.path.length + 1)
        if (inherited.has(field)) return []
        const types =
          field === 'id' && base === undefined
            ? [owner.path === 'Resource' ? 'resource-id' : 'element-id']
            : typesOf(element, parents.has(element.path))
        const valueSet = element.binding?.strength === 'required' ? element.binding.valueSet : undefined
        const targets = targetsOf(element)
        const constraints = parents.has(element.path) ? [] : (element.constraint ?? [])
        return [
          {
            name: field,
            min: element.min,
            many: element.max === '*',
            types,
            constraints,
            ...(targets && { targets }),
            ...(valueSet && { valueSet }),
          },
        ]
      })
      return { name: isRoot ? name : owner.path, fields, constraints: owner.constraint ?? [], ...(base ? { base } : {}) }
    })
}

function fieldNames(base: string): string[] {
  const path = structures.get(base)!.snapshot!.element[0]!.path
  return elements(structures.get(base)!).flatMap((element) =>
    parentOf(element.path) === path ? [element.path.slice(path.length + 1)] : [],
  )
}

/** Every shape of R4, by name. Primitive types have none. */
export const shapes: ReadonlyMap<string, Shape> = new Map(
  [...structures.values()]
    .filter((definition) => definition.kind !== 'primitive-type')
    .flatMap((definition) => shapesOf(definition.name))
    .map((shape) => [shape.name, shape]),
)

const capitalised = (word: string): string => word[0]!.toUpperCase() + word.slice(1)

/** The members that a field is written as: one, or one per type of a choice. */
export function members(field: Field): { readonly name: string; readonly type: string }[] {
  if (!field.name.endsWith('[x]')) return [{ name: field.name, type: field.types[0]! }]
  return field.types.map((type) => ({
    name: field.name.slice(0, -3) + capitalised(type === 'SimpleQuantity' ? 'Quantity' : type),
    type,
  }))
}

/** The field of a shape or of its bases, by the name FHIRPath knows it by. */
export function fieldOf(shape: string, name: string): Field | undefined {
  const found = shapes.get(shape)
  if (!found) return undefined
  return (
    found.fields.find((field) => field.name === name || field.name === `${name}[x]`) ??
    (found.base ? fieldOf(found.base, name) : undefined)
  )
}
