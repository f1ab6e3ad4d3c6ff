/**
 * A profile's tree → checks: closures over what each element asks, put together once. They are asked of resources that are valid R4, so
 * they rely on the structure, and ask only what R4 itself does not.
 */
import { affords, type Node } from '../validate/rule.ts'
import { type Field, resourceShape, type Shape, shapeOf, shapeOfField } from '../validate/shape.ts'
import type { Walk } from '../validate/walk.ts'
import { codeOf } from './definition.ts'
import { type Invariant, invariant } from './invariant.ts'
import { absent, all, broken, counted, eachItem, fieldsIn, type ItemCheck, type ObjectCheck, sliced } from './members.ts'
import { referredType } from './referred.ts'
import { type SlicingTools, sorter } from './slicing.ts'
import type { Element, Tree } from './tree.ts'
import { valueTest } from './values.ts'

/** A profile as checks: each element of its tree becomes what is asked of the values that stand there. */
export class Compiler {
  readonly #tree: Tree
  readonly #tools: SlicingTools
  readonly #read = new Map<string, Invariant | undefined>()
  /** What the profile asks and cannot be asked here, in words. */
  readonly notAsked = new Set<string>()

  constructor(tree: Tree, tools: SlicingTools) {
    this.#tree = tree
    this.#tools = tools
    if (tree.isCut) this.notAsked.add('It says more than is asked here.')
    for (const base of tree.unknown) this.notAsked.add(`It derives from ${base}, which is not known here.`)
  }

  /** Of the whole: a resource, or a data type. */
  whole(type: string): ObjectCheck {
    const { root } = this.#tree
    const own = this.#invariants(root, type)
    const shape = shapeOf(type)
    return all([...(shape ? [this.#object(root, shape) ?? yes] : []), ...own]) ?? yes
  }

  /** What a profile says of the members of an object; undefined: nothing. */
  #object(element: Element, shape: Shape): ObjectCheck | undefined {
    return all([...element.children].flatMap(([name, child]) => this.#member(name, child, shape)))
  }

  #member(name: string, child: Element, shape: Shape): ObjectCheck[] {
    const fields = [...shape.fields.values()].filter((field) => field.element === name && field.beside === undefined)
    if (fields.length === 0) return []
    const min = child.min ?? 0
    const max = child.max ?? Number.POSITIVE_INFINITY
    const types = fields.length > 1 && child.types ? new Set(child.types.map(({ code }) => code)) : undefined
    const allowed = fields.filter(({ type }) => types?.has(codeOf(type)) ?? true)
    const item = this.#item(child, allowed)
    const checks: ObjectCheck[] = []
    const at = fieldsIn(fields)
    if (min > 0 || max < (fields[0]!.isMany ? Number.POSITIVE_INFINITY : 1)) checks.push(counted(name, at, min, max))
    const others = fields.filter((field) => !allowed.includes(field))
    if (others.length > 0) checks.push(absent(name, at, others))
    const among = fieldsIn(allowed)
    if (item) checks.push((object, walk) => eachItem(object, among, item, walk))
    return [...checks, ...this.#slices(name, child, fields)]
  }

  #slices(name: string, element: Element, fields: readonly Field[]): ObjectCheck[] {
    const all = [...element.slices.values()]
    const isClosed = element.slicing?.rules === 'closed'
    if (all.length === 0 && !isClosed) return []
    const sort = sorter(fields, element, all, this.#tools)
    if (!sort || all.some((slice) => slice.slices.size > 0)) this.notAsked.add(`How ${name} is sliced cannot be told here.`)
    if (!sort) return []
    const slices = [...element.slices].map(([label, slice]) => {
      return { label, item: this.#item(slice, fields), min: slice.min ?? 0, max: slice.max ?? Number.POSITIVE_INFINITY }
    })
    return [sliced(name, slices, sort, fieldsIn(fields), isClosed)]
  }

  /** What is asked of each value of an element, or of a slice; undefined: nothing. */
  #item(element: Element, fields: readonly Field[]): ItemCheck | undefined {
    const checks: ItemCheck[] = valueTest(element, this.#tools.known).map(
      ({ test, message, kind }) =>
        (value, _, __, walk) =>
          test(value, walk) || broken(walk, message, '', kind),
    )
    if (element.valueSet !== undefined && checks.length === 0)
      this.notAsked.add(`The codes of ${element.valueSet} are not known here.`)
    const targets = fields.some(({ type }) => type === 'Reference') ? this.#targets(element) : undefined
    if (targets)
      checks.push((value, _, { type }, walk) => {
        const to = type === 'Reference' ? referredType(value, walk) : undefined
        return to === undefined || targets.has(to) || broken(walk, 'refers to a type that the profile does not allow')
      })
    checks.push(...this.#profiled(element, fields), ...this.#below(element, fields))
    for (const asked of element.constraints.length > 0 ? fields : [])
      for (const check of this.#invariants(element, asked.type))
        checks.push((value, beside, field, walk) => field !== asked || check((value ?? beside) as Node, walk))
    if (checks.length === 0) return undefined
    return (value, beside, field, walk) => {
      if (!affords(walk, checks.length)) return true
      let isSound = true
      for (const check of checks) {
        if (check(value, beside, field, walk)) continue
        if (walk.found === undefined) return false
        isSound = false
      }
      return isSound
    }
  }

  /** The types that a reference may be to; undefined: any, or some that are not known here. */
  #targets({ types = [] }: Element): ReadonlySet<string> | undefined {
    const profiles = types.flatMap(({ code, targetProfile }) => (code === 'Reference' ? (targetProfile ?? ['']) : []))
    const targets = profiles.map((one) => this.#tools.typeOf(one))
    return targets.length === 0 || targets.includes(undefined) || targets.includes('Resource')
      ? undefined
      : new Set(targets as string[])
  }

  /** Types of which a profile is named: extensions are looked at by their URL wherever they stand. */
  #profiled({ types = [] }: Element, fields: readonly Field[]): ItemCheck[] {
    const isResource = fields[0]!.type === 'Resource'
    const named = types.filter(({ code, profile }) => code !== 'Extension' && profile !== undefined)
    const kinds = new Set(isResource ? types.map(({ code }) => code) : [])
    const checks: ItemCheck[] = []
    if (kinds.size > 0 && !kinds.has('Resource'))
      checks.push(
        (value, _, __, walk) =>
          kinds.has(String((value as Node).resourceType)) || broken(walk, 'is of a type that the profile does not allow'),
      )
    if (named.length > 0)
      checks.push((value, _, { type }, walk) => {
        const candidates = types.filter(({ code }) => code === type || code === String((value as Node | undefined)?.resourceType))
        const profiles = candidates.flatMap(({ profile }) => profile ?? [''])
        return (
          profiles.length === 0 ||
          profiles.some((one) => this.#tools.isValid(value, one, walk) !== false) ||
          broken(walk, `is not valid against ${profiles.join(' or ')}`)
        )
      })
    return checks
  }

  /** What is said of the members of a value; of a primitive, of what stands beside it. */
  #below(element: Element, fields: readonly Field[]): ItemCheck[] {
    const content = element.repeats === undefined ? element : this.#tree.at(element.repeats)
    if (content.children.size === 0) return []
    const made = new Map<Shape | undefined, ObjectCheck | undefined>()
    const checkFor = (shape: Shape | undefined): ObjectCheck | undefined => {
      if (shape !== undefined && !made.has(shape)) made.set(shape, this.#object(content, shape))
      return made.get(shape)
    }
    // An element that repeats another is met inside of it: compiled when the first value is.
    const isLater = element.repeats !== undefined || fields.some(({ type }) => type === 'Resource')
    if (!isLater && fields.every((field) => checkFor(shapeBelow(field)) === undefined)) return []
    return [
      (value, beside, field, walk) => {
        const shape = field.type === 'Resource' ? resourceShape((value as Node).resourceType) : shapeBelow(field)
        const check = checkFor(shape)
        return check === undefined || check(((field.primitive ? beside : value) ?? nothing) as Node, walk)
      },
    ]
  }

  #invariants({ constraints }: Element, type: string): ObjectCheck[] {
    return constraints.flatMap(({ key, human, expression = '' }) => {
      const holds = this.#invariant(expression)
      if (holds)
        return [
          (node: Node, walk: Walk) => holds(node, type, walk) !== false || broken(walk, `${human} (${key})`, '', 'invariant'),
        ]
      this.notAsked.add(`The invariant ${key} cannot be asked here.`)
      return []
    })
  }

  /** Read once, of however many types the values are. */
  #invariant(expression: string): Invariant | undefined {
    if (!this.#read.has(expression)) this.#read.set(expression, invariant(expression, this.#tools.isBounded))
    return this.#read.get(expression)
  }
}

const yes: ObjectCheck = () => true
const nothing: Node = {}
const shapeBelow = (field: Field): Shape | undefined =>
  field.primitive ? shapeOf('Element') : field.type === 'Resource' ? undefined : shapeOfField(field)
