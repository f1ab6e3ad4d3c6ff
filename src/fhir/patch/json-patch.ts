/** JSON Patch. https://www.rfc-editor.org/rfc/rfc6902, pointers https://www.rfc-editor.org/rfc/rfc6901 */
import { fail, ok, type Result } from '../../domain/problem.ts'
import { type Json, readAnyJson } from '../exact.ts'
import { copyOf, memberNamed, memberOf, type Node, parseTree, type Slot, slot, stringOf } from '../tree.ts'
import { fitting, inOrder, type Patch, patchLimits, Refused, type Room } from './patch.ts'
import { sameJson } from './same.ts'

interface Operation {
  readonly op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test'
  readonly path: readonly string[]
  readonly from?: readonly string[]
  readonly value?: Node
}

const ops = ['add', 'remove', 'replace', 'move', 'copy', 'test'] as const

/** Fails `unreadable` or `invalid` before anything is looked at. */
export function readJsonPatch(body: Uint8Array | string): Result<Patch> {
  const json: Result<Json> = readAnyJson(body, { bytes: body.length })
  if (!json.ok) return json
  const tree = parseTree(json.value.text)
  if (tree.kind !== 'array') return fail('invalid', 'A JSON Patch is a list of operations.')
  if (tree.items.length > patchLimits.operations)
    return fail('too-large', `A patch may have at most ${patchLimits.operations} operations.`)
  const operations: Operation[] = []
  for (const [index, { value }] of tree.items.entries()) {
    const read = readOperation(value)
    if (typeof read === 'string')
      return fail('invalid', 'The JSON Patch is not well formed.', { issues: [{ path: `[${index}]`, message: read }] })
    operations.push(read)
  }
  return ok(inOrder(operations, apply, ({ op }) => op === 'test'))
}

function readOperation(node: Node): Operation | string {
  const op = ops.find((one) => one === stringOf(memberNamed(node, 'op')?.value))
  if (!op) return `op has to be one of ${ops.join(', ')}`
  const path = pointer(memberNamed(node, 'path')?.value)
  if (!path) return 'path has to be a JSON Pointer'
  if (op === 'move' || op === 'copy') {
    const from = pointer(memberNamed(node, 'from')?.value)
    return from ? { op, path, from } : `${op} needs a JSON Pointer as from`
  }
  const value = memberNamed(node, 'value')?.value
  if (op === 'remove') return { op, path }
  return value ? { op, path, value } : `${op} needs a value`
}

/** The names and indexes of a pointer. */
function pointer(node: Node | undefined): readonly string[] | undefined {
  const text = stringOf(node)
  if (text === undefined || (text !== '' && !text.startsWith('/')) || /~(?![01])/.test(text)) return undefined
  return text
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function apply(root: Node, { op, path, from, value }: Operation, room: Room): Node {
  switch (op) {
    case 'add':
      return add(root, path, fitting(copyOf(value!), path.length))
    case 'remove':
      remove(root, path, room)
      return root
    case 'replace':
      return replace(root, path, fitting(copyOf(value!), path.length))
    case 'copy':
      return add(root, path, room.copy(valueAt(root, from!), path.length))
    case 'move': {
      const moved = valueAt(root, from!)
      if (path.length > from!.length && from!.every((step, i) => step === path[i])) throw new Refused('moves a value into itself')
      if (path.join('/') === from!.join('/')) return root
      remove(root, from!, room)
      return add(root, path, fitting(moved, path.length))
    }
    case 'test':
      if (!sameJson(valueAt(root, path), value!)) throw new Refused('tests for a value that is not there')
      return root
  }
}

const nothingThere = 'names a place that is not there'

function child(node: Node, step: string): Slot {
  const found = node.kind === 'array' ? node.items[indexOf(step, node.items.length - 1)] : memberNamed(node, step)
  if (!found) throw new Refused(nothingThere)
  return found
}

const valueAt = (root: Node, path: readonly string[]): Node => path.reduce((node, step) => child(node, step).value, root)

/** An index as RFC 6901 writes it, from 0 to `last`. */
function indexOf(step: string, last: number): number {
  const index = /^(?:0|[1-9]\d{0,8})$/.test(step) ? Number(step) : Number.NaN
  if (!(index <= last)) throw new Refused(nothingThere)
  return index
}

function add(root: Node, path: readonly string[], value: Node): Node {
  const last = path.at(-1)
  if (last === undefined) return value
  const parent = valueAt(root, path.slice(0, -1))
  if (parent.kind === 'array')
    parent.items.splice(last === '-' ? parent.items.length : indexOf(last, parent.items.length), 0, slot(value))
  else if (parent.kind === 'object') {
    const standing = memberNamed(parent, last)
    if (standing) standing.value = value
    else parent.members.push(memberOf(newName(last), value))
  } else throw new Refused(nothingThere)
  return root
}

/** Names are printed as they are: none may need an escape, or reach into a prototype. */
function newName(name: string): string {
  if (!/^[A-Za-z0-9_]{1,128}$/.test(name) || name === '__proto__' || name === 'constructor' || name === 'prototype')
    throw new Refused('adds a member of a name that FHIR has not')
  return name
}

function replace(root: Node, path: readonly string[], value: Node): Node {
  const last = path.at(-1)
  if (last === undefined) return value
  child(valueAt(root, path.slice(0, -1)), last).value = value
  return root
}

function remove(root: Node, path: readonly string[], room: Room): void {
  const last = path.at(-1)
  if (last === undefined) throw new Refused('removes the whole resource')
  const parent = valueAt(root, path.slice(0, -1))
  const gone = child(parent, last)
  const slots: Slot[] = parent.kind === 'array' ? parent.items : parent.kind === 'object' ? parent.members : []
  slots.splice(slots.indexOf(gone), 1)
  if (parent.kind === 'array' && slots.length === 0) room.emptied.push(parent)
}
