/**
 * One walk over a resource along its shapes. Without a list of findings it stops at the first fault; with one it goes on and collects.
 * Paths are put together on the way back from a fault, so a sound resource never pays for them.
 */
import type { Issue } from '../../domain/problem.ts'
import type { Resting } from '../at-once.ts'
import type { Node, Rule, Scope, TypeAt } from './rule.ts'
import type { Codes, Field, Shape } from './shape.ts'
import { resourceShape, shapeOfField } from './shape.ts'
import { astray, typesIn } from './targets.ts'

export interface Finding {
  /** FHIRPath from the resource that was given; empty for itself. */
  path: string
  readonly message: string
  /** Of an invariant, a binding or a type that a reference leads to; absent: it is the structure that is broken. */
  readonly kind?: NonNullable<Issue['kind']>
}

/** Where the walk is. */
export interface Walk extends Scope {
  resource: Node
  root: Node
  typeAt: TypeAt | undefined
  depth: number
  /** How many faults of structure there were. */
  broken: number
  /** Faults so far; undefined: stop at the first. */
  readonly found: Finding[] | undefined
  /** Long lists of the resource that were found sound before it is walked. */
  sound?: Set<unknown>
}

/** Nothing honest nests deeper, and the stack stays safe. */
const deepest = 200

/** No more faults are told. */
const enough = 200

export const isObject = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Notes a fault where faults are collected. Always false: "not sound". */
export function fault(walk: Walk, path: string, message: string, kind?: Issue['kind']): false {
  if (kind === undefined) walk.broken++
  if (walk.found !== undefined && walk.found.length < enough) walk.found.push({ path, message, ...(kind && { kind }) })
  return false
}

/** Puts a segment before the paths of the faults found since `from`. */
export function within(walk: Walk, from: number, segment: string): false {
  for (const finding of walk.found?.slice(from) ?? []) finding.path = finding.path === '' ? segment : `${segment}.${finding.path}`
  return false
}

/** A resource: the whole, one that is contained, or one in a Bundle or Parameters. */
export function walkResource(value: unknown, walk: Walk, isContained: boolean): boolean {
  if (!isObject(value)) return fault(walk, '', 'has to be a resource: a JSON object')
  const shape = resourceShape(value.resourceType)
  if (shape === undefined) return fault(walk, 'resourceType', 'has to be a resource type of FHIR R4')
  const { resource, root, typeAt } = walk
  walk.resource = value
  if (!isContained) walk.root = value
  if (value.resourceType === ('Bundle' as unknown)) walk.typeAt = typesIn(value)
  const isSound = walkObject(shape, value, walk)
  walk.resource = resource
  walk.root = root
  walk.typeAt = typeAt
  return isSound
}

/** `idSuffices`: an element beside a value may have nothing but its id; others need content (ele-1). */
function walkObject(shape: Shape, object: Node, walk: Walk, idSuffices = shape.isResource): boolean {
  if (walk.depth > deepest) return fault(walk, '', 'is nested too deeply')
  walk.depth++
  const broken = walk.broken
  let isSound = true
  let seen = 0
  let members = 0
  for (const name in object) {
    members++
    const field = shape.fields.get(name)
    if (field === undefined) {
      if (name === 'resourceType' && shape.isResource) continue
      isSound = fault(walk, isElementName(name) ? name : '', 'is not an element of this type')
    } else {
      const value: unknown = object[name]
      if (field.bit !== 0 && (field.beside === undefined || object[field.beside] === undefined)) {
        if (field.isChoice && (seen & field.bit) !== 0) isSound = fault(walk, field.element, 'is given in more than one type')
        seen |= field.bit
      }
      if (field.isPlain && field.primitive!(value)) continue
      if (!(field.isMany ? walkArray(field, value, object, walk) : walkMember(field, value, object, walk, -1))) isSound = false
    }
    if (!isSound && walk.found === undefined) return false
  }
  walk.depth--
  if (members === 0 || (members === 1 && !idSuffices && object.id !== undefined)) isSound = fault(walk, '', 'is empty')
  if ((seen & shape.requiredBits) !== shape.requiredBits) {
    for (const { bit, element } of shape.required) if ((seen & bit) === 0) isSound = fault(walk, element, 'is required')
  }
  return walk.broken === broken && keepsRules(shape.rules, object, walk) && isSound
}

/** Names that look like an element's are repeated in an answer; others are not, they could be content. */
const isElementName = (name: string): boolean => name.length <= 64 && /^_?[A-Za-z]+$/.test(name)

/** Invariants are asked only of what is sound in structure: they may rely on it. */
function keepsRules(rules: readonly Rule[], node: Node, walk: Walk): boolean {
  let isSound = true
  for (const rule of rules) if (!rule.holds(node, walk)) isSound = fault(walk, '', `${rule.human} (${rule.key})`, 'invariant')
  return isSound
}

function walkArray(field: Field, value: unknown, owner: Node, walk: Walk): boolean {
  if (!Array.isArray(value)) return fault(walk, field.element, 'has to be an array')
  if (value.length === 0) return fault(walk, field.element, 'is an empty array')
  if (walk.sound?.has(value)) return true
  let isSound = true
  for (let at = 0; at < value.length; at++) {
    if (walkMember(field, value[at], owner, walk, at)) continue
    if (walk.found === undefined) return false
    isSound = false
  }
  return isSound
}

/** So many items of a list are walked between two rests. */
const slice = 1000

/** The long lists of a resource, before it is walked itself: false at the first fault. */
export function* walkLongLists(resource: Node, walk: Walk): Resting<boolean> {
  walk.resource = resource
  walk.root = resource
  if (resource.resourceType === ('Bundle' as unknown)) walk.typeAt = typesIn(resource)
  const sound = new Set<unknown>()
  for (const [name, field] of resourceShape(resource.resourceType)?.fields ?? []) {
    const list: unknown = resource[name]
    if (!field.isMany || !Array.isArray(list) || list.length < slice) continue
    for (const [at, item] of list.entries()) {
      if (at % slice === slice - 1) yield { rest: true }
      if (!walkMember(field, item, resource, walk, at)) return false
    }
    sound.add(list)
  }
  walk.sound = sound
  return true
}

/** A value of a field, with its place in the array (-1 where there is none). */
function walkMember(field: Field, value: unknown, owner: Node, walk: Walk, at: number): boolean {
  const from = walk.found === undefined ? 0 : walk.found.length
  return walkValue(field, value, owner, walk, at) || within(walk, from, at < 0 ? field.element : `${field.element}[${at}]`)
}

function walkValue(field: Field, value: unknown, owner: Node, walk: Walk, at: number): boolean {
  let isSound = true
  if (field.primitive !== undefined) {
    if (!field.primitive(value)) {
      if (value === null && at >= 0 && field.sibling !== undefined && isObject(itemOf(owner[field.sibling], at))) return true
      return fault(walk, '', value === null ? 'is null' : `is not a valid ${field.type.replace(/^.*-/, '')}`)
    }
    if (field.codes?.alone.has(value) === false)
      isSound = fault(walk, '', 'is not a code of the required value set', 'code-invalid')
  } else if (field.type === 'Resource') {
    return walkResource(value, walk, field.element === 'contained')
  } else if (field.beside !== undefined) {
    return walkBeside(field, value, owner[field.beside], walk, at)
  } else if (isObject(value)) {
    const broken = walk.broken
    isSound = walkObject(field.shape ?? shapeOfField(field), value, walk)
    if (walk.broken > broken || (!isSound && walk.found === undefined)) return false
    if (field.codes !== undefined && !isCoded(field.codes, field.type, value))
      isSound = fault(walk, '', 'has no code of the required value set', 'code-invalid')
    const wrong = field.targets === undefined ? undefined : astray(value, field.targets, walk)
    if (wrong !== undefined) isSound = fault(walk, '', wrong, 'invalid')
  } else {
    return fault(walk, '', Array.isArray(value) ? 'has to be an object, not an array' : 'has to be an object')
  }
  return (field.rules.length === 0 || keepsRules(field.rules, value as Node, walk)) && isSound
}

const itemOf = (list: unknown, at: number): unknown => (Array.isArray(list) ? list[at] : undefined)

/** The `_member` of a primitive: id and extensions of a value, or in place of one. https://hl7.org/fhir/R4/json.html#primitive */
function walkBeside(field: Field, value: unknown, beside: unknown, walk: Walk, at: number): boolean {
  const primitive = at < 0 ? beside : itemOf(beside, at)
  const hasValue = primitive !== undefined && primitive !== null
  if (value === null && at >= 0 && hasValue) return true
  if (!isObject(value)) return fault(walk, '', value === null ? 'is null' : 'has to be an object')
  return walkObject(field.shape ?? shapeOfField(field), value, walk, hasValue)
}

/** Has a Coding, or one of the codings of a CodeableConcept, a code of the value set? */
function isCoded(codes: Codes, type: string, value: Node): boolean {
  const codings: unknown = type === 'Coding' ? [value] : (value.coding ?? [])
  return (codings as readonly Node[]).some((coding) => codes.coded.has(`${coding.system}|${coding.code}`))
}
