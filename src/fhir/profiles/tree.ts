/**
 * A profile as a tree of elements: its snapshot, or, where it has none, the rows of what it derives from with its differential on top.
 * Rows of R4's own types are left to the base validator. https://hl7.org/fhir/R4/profiling.html
 */
import type { ElementDefinitionConstraint, ElementDefinitionSlicing, ElementDefinitionType } from '@medplum/fhirtypes'
import { rules } from '../generated/validate-rules.ts'
import { notCovered } from '../validate/not-covered.ts'
import { type Shape, shapeOf } from '../validate/shape.ts'
import { type Definition, type Known, type Row, r4Type } from './definition.ts'

/** What a profile says of one element, or of one slice of it. */
export interface Element {
  min?: number
  /** Infinity for `*`. */
  max?: number
  types?: readonly ElementDefinitionType[]
  fixed?: unknown
  pattern?: unknown
  /** Of a required binding. */
  valueSet?: string
  /** Invariants of severity error that R4 itself does not ask. */
  constraints: readonly ElementDefinitionConstraint[]
  slicing?: ElementDefinitionSlicing
  /** Id of the element of the same profile that this one repeats. */
  repeats?: string
  /** By name as in FHIRPath: `value`, not `value[x]`. */
  readonly children: Map<string, Element>
  readonly slices: Map<string, Element>
}

export interface Tree {
  readonly root: Element
  /** The element of an id. */
  readonly at: (id: string) => Element
  /** What it derives from and is not known here. */
  readonly unknown: readonly string[]
  /** It says more than is asked. */
  readonly isCut: boolean
}

/** Nothing said yet. */
export const blank = (): Element => ({ constraints: [], children: new Map(), slices: new Map() })

/** No honest profile derives from more than this. */
const deepest = 20

/** Characters of all invariants of a profile, each of which counts for so many besides. */
const [mostAsked, ofEach] = [40_000, 100]
/** Elements of a tree: more than rows, for an id names all that it is within. */
const mostElements = 5000

/** What a profile and those that it derives from say, element by element; `isCut`: there was more than is asked of anybody. */
export function treeOf(definition: Definition, known: Known): Tree {
  const unknown: string[] = []
  const root = blank()
  let [room, elements] = [mostAsked, 0]
  const make = (): Element => {
    elements++
    return blank()
  }
  const at = (id: string): Element => elementAt(root, definition.type, id, make)
  for (const row of rowsOf(definition, known, unknown)) {
    const id = row.id ?? (row.sliceName === undefined ? row.path : `${row.path}:${row.sliceName}`)
    if (id === undefined || elements > mostElements) continue
    const invariants = ownInvariants(row)
    for (const { expression = '' } of invariants) room -= ofEach + expression.length
    say(at(id), row, room < 0 ? [] : invariants)
  }
  return { root, at, unknown, isCut: room < 0 || elements > mostElements }
}

function rowsOf(
  { snapshot, differential, baseDefinition }: Definition,
  known: Known,
  unknown: string[],
  depth = 0,
): readonly Row[] {
  if (snapshot) return snapshot.element
  const own = differential?.element ?? []
  if (baseDefinition === undefined || shapeOf(r4Type(baseDefinition) ?? '') !== undefined) return own
  const base = known.structure(baseDefinition)
  if (base !== undefined && depth < deepest) return [...rowsOf(base, known, unknown, depth + 1), ...own]
  unknown.push(baseDefinition)
  return own
}

/** The element of an id such as `Patient.extension:race.value[x]`, made where it is not there yet. */
function elementAt(root: Element, type: string, id: string, make: () => Element): Element {
  let shape = shapeOf(type)
  let element = root
  for (const segment of id.split('.').slice(1)) {
    const [label = '', slice] = segment.split(':')
    const spelled = spelledOut(shape, label)
    const name = spelled?.element ?? label.replace('[x]', '')
    element = childOf(element.children, name, make)
    // `valueQuantity` is short for the slice of `value[x]` that is a Quantity.
    for (const part of [...(spelled ? [label] : []), ...(slice?.split('/') ?? [])]) {
      element = childOf(element.slices, part, make)
      if (spelled) element.types ??= [{ code: spelled.type }]
    }
    shape = shape && shapeBelow(shape, name)
  }
  return element
}

const below = new WeakMap<Shape, Map<string, Shape | undefined>>()

/** What is in an element, where all of its types have the same. */
function shapeBelow(shape: Shape, name: string): Shape | undefined {
  let known = below.get(shape)
  if (known === undefined) {
    const elements = Map.groupBy(shape.fields.values(), ({ element }) => element)
    known = new Map(
      [...elements].map(([element, fields]) => {
        const types = new Set(fields.filter(({ beside }) => !beside).map(({ type }) => type))
        return [element, types.size === 1 ? shapeOf([...types][0]!) : undefined]
      }),
    )
    below.set(shape, known)
  }
  return known.get(name)
}

const spelledOut = (shape: Shape | undefined, label: string) => {
  const field = shape?.fields.get(label)
  return field?.isChoice && field.element !== label ? field : undefined
}

function childOf(among: Map<string, Element>, name: string, make: () => Element): Element {
  const child = among.get(name) ?? make()
  among.set(name, child)
  return child
}

/** Later rows say it otherwise, or add to it. */
function say(element: Element, row: Row, invariants: Element['constraints']): void {
  const isBase = row.sliceName === undefined && row.base !== undefined
  if (row.min !== undefined && !(isBase && row.base?.min === row.min)) element.min = row.min
  if (row.max !== undefined && !(isBase && row.base?.max === row.max))
    element.max = row.max === '*' ? Number.POSITIVE_INFINITY : Number(row.max)
  if (row.type !== undefined) element.types = row.type
  if (row.slicing !== undefined) element.slicing = row.slicing
  if (row.binding?.strength === 'required' && row.binding.valueSet !== undefined) element.valueSet = row.binding.valueSet
  // An address with a profile before its # means R4's own element, without what this profile says.
  if (row.contentReference?.startsWith('#')) element.repeats = row.contentReference.slice(1)
  for (const [member, value] of Object.entries(row)) {
    if (member.startsWith('fixed')) element.fixed = value
    if (member.startsWith('pattern')) element.pattern = value
  }
  if (invariants.length === 0) return
  const keys = new Set(invariants.map(({ key }) => key))
  element.constraints = [...element.constraints.filter(({ key }) => !keys.has(key)), ...invariants]
}

const ownInvariants = ({ constraint = [] }: Row): Element['constraints'] =>
  constraint.filter(({ key, severity }) => severity === 'error' && key !== undefined && !r4Keys().has(key))

let keys: ReadonlySet<string> | undefined

/** Keys of the invariants that the base validator asks, or has a reason not to. */
function r4Keys(): ReadonlySet<string> {
  keys ??= new Set([
    ...Object.values(rules).flatMap((list) => list.map(({ key }) => key)),
    ...Object.keys(notCovered),
    'ele-1',
    'ext-1',
  ])
  return keys
}
