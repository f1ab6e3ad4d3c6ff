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
}

/** Nothing said yet. */
export const blank = (): Element => ({ constraints: [], children: new Map(), slices: new Map() })

/** No honest profile derives from more than this. */
const deepest = 20

export function treeOf(definition: Definition, known: Known): Tree {
  const unknown: string[] = []
  const root = blank()
  const at = (id: string): Element => elementAt(root, definition.type, id)
  for (const row of rowsOf(definition, known, unknown)) {
    const id = row.id ?? (row.sliceName === undefined ? row.path : `${row.path}:${row.sliceName}`)
    if (id !== undefined) say(at(id), row)
  }
  return { root, at, unknown }
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
function elementAt(root: Element, type: string, id: string): Element {
  let shape = shapeOf(type)
  let element = root
  for (const segment of id.split('.').slice(1)) {
    const [label = '', slice] = segment.split(':')
    const spelled = spelledOut(shape, label)
    const name = spelled?.element ?? label.replace('[x]', '')
    element = childOf(element.children, name)
    // `valueQuantity` is short for the slice of `value[x]` that is a Quantity.
    for (const part of [...(spelled ? [label] : []), ...(slice?.split('/') ?? [])]) {
      element = childOf(element.slices, part)
      if (spelled) element.types ??= [{ code: spelled.type }]
    }
    const types = new Set(
      [...(shape?.fields.values() ?? [])].filter((field) => field.element === name && !field.beside).map((field) => field.type),
    )
    shape = types.size === 1 ? shapeOf([...types][0]!) : undefined
  }
  return element
}

const spelledOut = (shape: Shape | undefined, label: string) => {
  const field = shape?.fields.get(label)
  return field?.isChoice && field.element !== label ? field : undefined
}

function childOf(among: Map<string, Element>, name: string): Element {
  const child = among.get(name) ?? blank()
  among.set(name, child)
  return child
}

/** Later rows say it otherwise, or add to it. */
function say(element: Element, row: Row): void {
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
  const beyond = (row.constraint ?? []).filter(
    ({ key, severity }) => severity === 'error' && key !== undefined && !r4Keys().has(key),
  )
  element.constraints = [...element.constraints.filter(({ key }) => !beyond.some((one) => one.key === key)), ...beyond]
}

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
