/**
 * Where a FHIRPath leads in the tree of a resource. The paths of patches are simple: members, indexes, `where`, `extension`, `ofType`,
 * `first`, `last`. Criteria are evaluated by @medplum/core on what stands there. https://hl7.org/fhir/R4/fhirpatch.html
 */
import {
  AsAtom,
  type Atom,
  DotAtom,
  FhirPathAtom,
  FunctionAtom,
  IndexerAtom,
  LiteralAtom,
  parseFhirPath,
  SymbolAtom,
} from '@medplum/core'
import { isNull, memberNamed, type Node, type ObjectNode, printTree, stringOf } from '../tree.ts'
import { type Field, resourceShape, type Shape, shapeOf, shapeOfField } from '../validate/shape.ts'
import { asksBeside, isHarmless } from './criteria.ts'
import { Refused, type Room } from './patch.ts'

/** An element: the object and member that hold it (the item of a list by its index); the resource itself has no owner. */
export interface Spot {
  readonly owner?: ObjectNode
  readonly field?: Field
  readonly index?: number
  readonly value: Node
  /** Of a primitive that has them: its id and extensions. */
  readonly beside?: Node | undefined
  /** Of what stands beside a primitive: that primitive. */
  readonly within?: Spot
  /** What it may have inside; undefined for a primitive. */
  readonly shape: Shape | undefined
}

const longest = 1000

/** A path read; fails with a Refused. */
export function readPath(text: string): Atom {
  if (text.length > longest) throw new Refused(`has a path longer than ${longest} characters`)
  try {
    const atom = parseFhirPath(text)
    return atom instanceof FhirPathAtom ? atom.child : atom
  } catch {
    throw new Refused('has a path that is no FHIRPath')
  }
}

/** The elements that the path leads to, in document order. */
export function locate(path: Atom, resource: Node, room: Room): readonly Spot[] {
  const root: Spot = { value: resource, shape: shapeOfResource(resource) }
  return walk(path, [root], root, room)
}

/** The owner and name of the element that the path's last step names, whether it is there or not. */
export function locateMember(
  path: Atom,
  resource: Node,
  room: Room,
): { readonly owners: readonly Spot[]; readonly name: string } {
  if (path instanceof DotAtom && path.right instanceof SymbolAtom)
    return { owners: locate(path.left, resource, room), name: path.right.name }
  throw new Refused('needs a path that ends in the name of a list')
}

/** A resource's shape is that of its own type, wherever it stands. */
const shapeOfResource = (node: Node): Shape | undefined => resourceShape(stringOf(memberNamed(node, 'resourceType')?.value))

function walk(atom: Atom, from: readonly Spot[], root: Spot, room: Room): readonly Spot[] {
  if (atom instanceof SymbolAtom) {
    if (atom.name === '$this') return from
    if (atom.name === '%resource') return [root]
    if (from.length === 1 && from[0] === root && atom.name === root.shape?.name) return from
    return inside(from, atom.name, room)
  }
  if (atom instanceof DotAtom) {
    const left = walk(atom.left, from, root, room)
    return walk(atom.right, left, { ...root }, room)
  }
  if (atom instanceof IndexerAtom) {
    const index = literal(atom.expr)
    if (typeof index !== 'number' || !Number.isInteger(index)) throw new Refused('has an index that is no whole number')
    return walk(atom.left, from, root, room).slice(index, index + 1)
  }
  if (atom instanceof FunctionAtom) return call(atom, from, room)
  if (atom instanceof AsAtom) return ofType(walk(atom.left, from, root, room), atom.right)
  throw new Refused('has a path of a kind that patches have not')
}

function call({ name, args }: FunctionAtom, from: readonly Spot[], room: Room): readonly Spot[] {
  const [first] = args
  if (name === 'where' && first && isHarmless(first)) {
    room.look(asking * from.length)
    if (asksBeside(first) && from.some(({ field }) => field?.primitive))
      throw new Refused('asks a primitive for what stands beside it')
    return from.filter((spot) => holds(first, spot))
  }
  if (name === 'extension' && first && typeof literal(first) === 'string') {
    return inside(from, 'extension', room).filter(({ value }) => stringOf(memberNamed(value, 'url')?.value) === literal(first))
  }
  if ((name === 'ofType' || name === 'as') && first) return ofType(from, first)
  if (name === 'first' && !first) return from.slice(0, 1)
  if (name === 'last' && !first) return from.slice(-1)
  if (name === 'single' && !first) return from
  throw new Refused('calls a function that paths of patches have not')
}

function ofType(from: readonly Spot[], type: Atom): readonly Spot[] {
  if (!(type instanceof SymbolAtom)) throw new Refused('has a type that is no name')
  return from.filter(({ field, shape }) => field?.type === type.name || shape?.name === type.name)
}

/** To ask criteria of an element takes as long as to come by so many. */
const asking = 10

function holds(criteria: Atom, { value, shape }: Spot): boolean {
  const focus = { type: shape?.name ?? 'string', value: JSON.parse(printTree(value)) }
  try {
    const found = criteria.eval({ variables: { this: focus } }, [focus])
    return found.length === 1 && found[0]?.value === true
  } catch {
    throw new Refused('has criteria that cannot be evaluated')
  }
}

const literal = (atom: Atom): unknown => (atom instanceof LiteralAtom ? atom.value.value : undefined)

/** Where the members of an element stand: those of a primitive beside it. */
export const insideOf = ({ value, beside, field, shape }: Spot): Pick<Spot, 'value' | 'shape'> =>
  field?.primitive ? { value: beside ?? value, shape: shapeOf('Element') } : { value, shape }

/** The elements of that name inside any of these. A name that none of them could have is a slip, and not what happens not to be there. */
function inside(from: readonly Spot[], name: string, room: Room): readonly Spot[] {
  const isKnown = ({ shape }: Pick<Spot, 'shape'>) => shape !== undefined && fieldsOf(shape, name).length > 0
  if (from.length > 0 && !from.some((spot) => isKnown(insideOf(spot))))
    throw new Refused('has a path with an element that is not known there')
  return from.flatMap((spot) => below(spot, name, room))
}

/** The elements of that name inside; the member of a choice is found by the element's name. */
function below(outer: Spot, name: string, room: Room): readonly Spot[] {
  const { value, shape } = insideOf(outer)
  if (value.kind !== 'object' || !shape) return []
  const within = value === outer.beside ? { within: outer } : {}
  return fieldsOf(shape, name).flatMap((field) => {
    const own = memberNamed(value, field.name)?.value
    const sibling = field.sibling === undefined ? undefined : memberNamed(value, field.sibling)?.value
    if (!own && !sibling) return []
    if (!field.isMany) return [{ ...spot(value, field, own, sibling), ...within }]
    const [items = [], besides = []] = [own, sibling].map((list) => (list?.kind === 'array' ? list.items : []))
    const count = Math.max(items.length, besides.length)
    room.look(count)
    return Array.from({ length: count }, (_, index) => ({
      ...spot(value, field, items[index]?.value, besides[index]?.value),
      index,
      ...within,
    }))
  })
}

function spot(owner: ObjectNode, field: Field, own: Node | undefined, sibling: Node | undefined): Spot {
  const beside = isNull(sibling) ? undefined : sibling
  const value = (isNull(own) ? beside : undefined) ?? own ?? beside!
  const shape = field.primitive ? undefined : field.type === 'Resource' ? shapeOfResource(value) : shapeOfField(field)
  return { owner, field, value, beside, shape }
}

/** The fields that make up an element: one, or those of a choice. `_name` is its primitive's affair. */
export const fieldsOf = (shape: Shape, name: string): readonly Field[] =>
  [...shape.fields.values()].filter((field) => field.beside === undefined && (field.element === name || field.name === name))
