/** FHIRPath Patch: operations in a Parameters resource. https://hl7.org/fhir/R4/fhirpatch.html */
import { fail, ok, type Result } from '../../domain/problem.ts'
import type { Exact } from '../exact.ts'
import { nameOf, valueIn } from '../parameters.ts'
import { copyOf, itemsIn, memberNamed, type Node, objectOf, parseTree, stringOf } from '../tree.ts'
import { type Field, type Shape, shapeOfField } from '../validate/shape.ts'
import { type Given, itemsOf, setElement, setItems } from './element.ts'
import { fieldsOf, insideOf, locate, locateMember, readPath, type Spot } from './locate.ts'
import { inOrder, type Patch, patchLimits, Refused, type Room } from './patch.ts'

const types = ['add', 'insert', 'delete', 'replace', 'move'] as const
const known: readonly string[] = ['type', 'path', 'name', 'value', 'index', 'source', 'destination']

interface Operation {
  readonly type: (typeof types)[number]
  readonly path: string
  /** The parameter with this name, if the operation has it. */
  part(name: string): Node | undefined
}

/** From a Parameters resource. Fails `invalid` where it is no list of operations. */
export function readFhirPathPatch(parameters: Exact): Result<Patch> {
  const { parameter } = parameters.value
  if (Array.isArray(parameter) && parameter.length > patchLimits.operations)
    return fail('too-large', `A patch may have at most ${patchLimits.operations} operations.`)
  const parts = parameters.value.resourceType === 'Parameters' ? itemsIn(parseTree(parameters.text), 'parameter') : []
  if (parts.length === 0) return fail('invalid', 'A FHIRPath Patch is a Parameters resource with operations.')
  const operations: Operation[] = []
  for (const [index, parameter] of parts.entries()) {
    const part = (name: string) => itemsIn(parameter, 'part').find((one) => nameOf(one) === name)
    const type = types.find((one) => one === textOf(part('type')))
    const path = textOf(part('path'))
    const names = itemsIn(parameter, 'part').map((one) => nameOf(one) ?? '')
    const isSound = new Set(names).size === names.length && names.every((name) => known.includes(name))
    if (nameOf(parameter) !== 'operation' || !type || path === undefined || !isSound) {
      const message = `has to be an operation with a type and a path, its parts among ${known.join(', ')}, each once`
      const issues = [{ path: `Parameters.parameter[${index}]`, message }]
      return fail('invalid', 'The FHIRPath Patch is not well formed.', { issues })
    }
    operations.push({ type, path, part })
  }
  return ok(inOrder(operations, apply, ({ path }) => !isPlain(path)))
}

/** Names and places in lists alone, no criteria. */
const isPlain = (path: string): boolean => /^[\w.[\]]*$/.test(path)

function apply(root: Node, operation: Operation, room: Room): Node {
  const path = readPath(operation.path)
  switch (operation.type) {
    case 'add':
      add(only(locate(path, root, room)), operation, room)
      return root
    case 'replace':
      replace(only(locate(path, root, room)), givenValue(operation))
      return root
    case 'delete': {
      const spots = locate(path, root, room)
      if (spots.length > 0) remove(only(spots))
      return root
    }
    case 'insert':
    case 'move': {
      const { owners, name } = locateMember(path, root, room)
      const { shape, value } = opened(only(owners))
      const [field] = shape ? fieldsOf(shape, name) : []
      if (!field?.isMany || value.kind !== 'object') throw new Refused('needs a path to a list')
      const items = itemsOf(value, field)
      room.look(items.length)
      if (operation.type === 'insert') {
        const at = integer(operation, 'index', items.length)
        items.splice(at, 0, givenValue(operation)(field))
      } else {
        const [moved] = items.splice(integer(operation, 'source', items.length - 1), 1)
        items.splice(integer(operation, 'destination', items.length), 0, moved!)
      }
      setItems(value, field, items)
      return root
    }
  }
}

function only(spots: readonly Spot[]): Spot {
  if (spots.length !== 1)
    throw new Refused(`has a path that leads to ${spots.length === 0 ? 'nothing' : 'more than one element'}`)
  return spots[0]!
}

/** A list gets one more item; another element must not be there yet. */
function add(spot: Spot, operation: Operation, room: Room): void {
  const { value, shape } = opened(spot)
  const name = textOf(operation.part('name'))
  const fields = shape && name !== undefined ? fieldsOf(shape, name) : []
  const field = fields.length > 1 ? fieldOfChoice(fields, operation) : fields[0]
  if (!field || value.kind !== 'object') throw new Refused('adds an element that is not known there')
  const added = givenValue(operation)(field)
  if (field.isMany) {
    const items = itemsOf(value, field)
    room.look(items.length)
    setItems(value, field, [...items, added])
    return
  }
  if (fields.some((one) => memberNamed(value, one.name))) throw new Refused('adds an element that is there already')
  setElement(value, field, added)
}

/** Where members are to go; a primitive that has no `_member` beside it gets one. */
function opened(spot: Spot): Pick<Spot, 'value' | 'shape'> {
  if (!spot.field?.sibling || spot.beside) return insideOf(spot)
  const beside = objectOf([])
  put(spot, { value: spot.value, beside })
  return insideOf({ ...spot, beside })
}

function put({ owner, field, index }: Spot, given: Given, own: Field = field!): void {
  if (index === undefined) setElement(owner!, own, given, field)
  else setItems(owner!, field!, itemsOf(owner!, field!).with(index, given))
}

function replace(spot: Spot, valueFor: (field: Field) => Typed): void {
  if (!spot.field) throw new Refused('replaces the whole resource')
  const fresh = valueFor(spot.field)
  put(spot, fresh, fresh.field)
}

function remove({ owner, field, index, within }: Spot): void {
  if (!owner || !field) throw new Refused('deletes the whole resource')
  if (index === undefined) setElement(owner, field, {})
  else setItems(owner, field, itemsOf(owner, field).toSpliced(index, 1))
  // Nothing is left beside the primitive: FHIR has no empty objects.
  if (within && owner.members.length === 0) put(within, within.value === owner ? {} : { value: within.value })
}

interface Typed extends Given {
  /** The member that it belongs in: of a choice, that of the value's type. */
  readonly field: Field
}

/** The operation's value, in the shape that the element's field asks for. */
const givenValue =
  (operation: Operation) =>
  (field: Field): Typed => {
    const part = operation.part('value')
    if (!part) throw new Refused('has no value')
    return typed(part, field)
  }

function typed(part: Node, field: Field): Typed {
  const resource = memberNamed(part, 'resource')?.value
  if (resource && field.type === 'Resource') return { field, value: copyOf(resource) }
  const inside = itemsIn(part, 'part')
  if (inside.length > 0) return { field, value: built(inside, field.primitive ? undefined : shapeOfField(field)) }
  const [value, beside] = ['value', '_value'].map(
    (start) => part.kind === 'object' && part.members.find(({ name }) => name.startsWith(start)),
  )
  const suffix = value ? value.name.slice('value'.length) : beside ? beside.name.slice('_value'.length) : undefined
  if (suffix === undefined) throw new Refused('has no value')
  const own = field.isChoice
    ? { ...field, name: field.element + suffix, sibling: field.sibling && `_${field.element}${suffix}` }
    : field
  return { field: own, ...(value && { value: copyOf(value.value) }), ...(beside && { beside: copyOf(beside.value) }) }
}

/** An element without a type of its own, from one part for each of its members. */
function built(parts: readonly Node[], shape: Shape | undefined): Node {
  const made = objectOf([])
  for (const part of parts) {
    const [first] = shape ? fieldsOf(shape, nameOf(part) ?? '') : []
    if (!first) throw new Refused('brings an element that is not known there')
    const given = typed(part, first)
    if (first.isMany) setItems(made, first, [...itemsOf(made, first), given])
    else setElement(made, given.field, given)
  }
  return made
}

/** `add` of a choice: the field of the value's type. */
function fieldOfChoice(fields: readonly Field[], operation: Operation): Field | undefined {
  const { field } = givenValue(operation)(fields[0]!)
  return fields.find(({ name }) => name === field.name)
}

const textOf = (part: Node | undefined): string | undefined => stringOf(valueIn(part))

function integer(operation: Operation, name: string, most: number): number {
  const value = memberNamed(operation.part(name), 'valueInteger')?.value
  const number = value?.kind === 'scalar' && /^\d{1,9}$/.test(value.text) ? Number(value.text) : Number.NaN
  if (!(number <= most)) throw new Refused(`has no ${name} within the list`)
  return number
}
