/**
 * Shapes: what a type of R4 may have inside. Read from the generated tables when a type is first met, and kept.
 */
import { codes } from '../generated/validate-codes.ts'
import { rules } from '../generated/validate-rules.ts'
import { shapes } from '../generated/validate-shapes.ts'
import type { Primitive } from './primitives.ts'
import { bare, primitives } from './primitives.ts'
import type { Rule } from './rule.ts'
import { anyType } from './targets.ts'

/** The codes that a required binding allows: alone, and as `system|code`. */
export interface Codes {
  readonly alone: ReadonlySet<unknown>
  readonly coded: ReadonlySet<string>
}

/** One JSON member that an object of a shape may have. */
export interface Field {
  /** As in JSON: `valueQuantity`, `_birthDate`. */
  readonly name: string
  /** As FHIRPath calls it: `value`, `birthDate`. */
  readonly element: string
  readonly type: string
  /** The shape of the type; found when the first value is met, for types contain each other. */
  shape: Shape | undefined
  readonly isMany: boolean
  /** One bit for an element that is required or a choice; 0 for the others. */
  readonly bit: number
  readonly isChoice: boolean
  /** For a primitive type: has a value its syntax? */
  readonly primitive: Primitive | undefined
  /** A single primitive without codes or rules of its own: most of all there is. */
  readonly isPlain: boolean
  /** Of a primitive: its `_member`, if it may have one. */
  readonly sibling: string | undefined
  /** Of a `_member`: the primitive it stands beside. */
  readonly beside: string | undefined
  readonly codes: Codes | undefined
  /** Of a Reference: the types that it may lead to. */
  readonly targets: readonly string[] | undefined
  /** Rules of this element beyond those of its type. */
  readonly rules: readonly Rule[]
}

export interface Shape {
  readonly name: string
  readonly isResource: boolean
  readonly fields: ReadonlyMap<string, Field>
  readonly required: readonly { readonly bit: number; readonly element: string }[]
  /** All required bits. */
  readonly requiredBits: number
  readonly rules: readonly Rule[]
}

const shapesRead = new Map<string, Shape>()

/** The shape of a data type, a resource type or a backbone element; undefined if R4 has no such type. */
export function shapeOf(name: string): Shape | undefined {
  const found = shapesRead.get(name)
  if (found !== undefined || !Object.hasOwn(shapes, name)) return found
  const shape = read(name, shapes[name]!)
  shapesRead.set(name, shape)
  return shape
}

/** The shape that the values of a field have; it is kept in the field. */
export function shapeOfField(field: Field): Shape {
  field.shape = shapeOf(field.type)!
  return field.shape
}

/** The shape of a resource type. */
export function resourceShape(type: unknown): Shape | undefined {
  const shape = typeof type === 'string' && type !== 'Resource' && type !== 'DomainResource' ? shapeOf(type) : undefined
  return shape?.isResource ? shape : undefined
}

/** A table begins with its base; each line after it is `name cardinality types [value set]`, with `Reference(Patient,Group)` among the types. */
function read(name: string, table: string): Shape {
  const [base = '', ...lines] = table.split('\n')
  const inherited = shapeOf(base)
  const fields = new Map<string, Field>(inherited?.fields)
  const required = [...(inherited?.required ?? [])]
  let bit = 1
  for (const line of lines) {
    const [label = '', cardinality = '', types = '', valueSet] = line.split(' ')
    const isChoice = label.endsWith('[x]')
    const element = isChoice ? label.slice(0, -3) : label
    const isRequired = cardinality.startsWith('1')
    if (isRequired) required.push({ bit, element })
    const common = { element, isMany: cardinality.endsWith('*'), isChoice, bit: isRequired || isChoice ? bit : 0 }
    for (const [type = '', targets] of types.split('|').map((one) => one.split(/[()]/))) {
      const member = asMember(isChoice ? element + suffix(type) : element)
      for (const field of readMember(
        `${name}.${member}`,
        { ...common, name: member, type, targets: targetsOf(type, targets) },
        valueSet,
      ))
        fields.set(field.name, field)
    }
    if (common.bit !== 0) bit *= 2
  }
  const requiredBits = required.reduce((bits, one) => bits | one.bit, 0)
  const ownRules = [...(inherited?.rules ?? []), ...(rules[name] ?? [])]
  return {
    name,
    isResource: name === 'Resource' || inherited?.isResource === true,
    fields,
    required,
    requiredBits,
    rules: ownRules,
  }
}

const targetsOf = (type: string, named: string | undefined): readonly string[] | undefined =>
  type === 'Reference' ? (named?.split(',') ?? anyType) : undefined

type Common = Pick<Field, 'name' | 'element' | 'type' | 'isMany' | 'bit' | 'isChoice' | 'targets'>

/** A member, and the `_member` beside it where it is a primitive. Where the place is a shape of its own, its rules are the shape's. */
function readMember(place: string, common: Common, valueSet: string | undefined): Field[] {
  const primitive = Object.hasOwn(primitives, common.type) ? primitives[common.type] : undefined
  const sibling = primitive && !bare.has(common.type) ? asMember(`_${common.name}`) : undefined
  const own = {
    codes: valueSet === undefined ? undefined : codesOf(valueSet),
    rules: Object.hasOwn(shapes, place) ? [] : (rules[place] ?? []),
  }
  const isPlain = primitive !== undefined && !common.isMany && own.codes === undefined && own.rules.length === 0
  const field = { ...common, ...own, shape: undefined, primitive, isPlain, sibling, beside: undefined }
  if (sibling === undefined) return [field]
  const noneOfItsOwn = { shape: undefined, primitive: undefined, isPlain: false, sibling: undefined, codes: undefined, rules: [] }
  return [field, { ...common, ...noneOfItsOwn, name: sibling, type: 'Element', beside: common.name }]
}

const suffix = (type: string): string => (type === 'SimpleQuantity' ? 'Quantity' : type.charAt(0).toUpperCase() + type.slice(1))

/** The same name as the engine keeps it for members of objects: looking it up is then a comparison of pointers. */
const asMember = (name: string): string => Object.keys({ [name]: true })[0]!

const codesRead = new Map<string, Codes>()

function codesOf(valueSet: string): Codes {
  const found = codesRead.get(valueSet)
  if (found !== undefined) return found
  const all = Object.entries(codes[valueSet]!).flatMap(([system, list]) => list.split(' ').map((code) => ({ system, code })))
  const made = { alone: new Set(all.map(({ code }) => code)), coded: new Set(all.map(({ system, code }) => `${system}|${code}`)) }
  codesRead.set(valueSet, made)
  return made
}
