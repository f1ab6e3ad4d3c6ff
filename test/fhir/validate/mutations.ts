/** Ways to spoil a valid resource, drawn from its shapes: each is a fault at a place, of one of the two strengths. */
import { digitsOf } from '../../../src/fhir/number.ts'
import { type Field, resourceShape, type Shape, shapeOf } from '../../../src/fhir/validate/shape.ts'
import type { Json, Resource } from './examples.ts'

export interface Mutant {
  readonly kind: string
  /** Where the fault is to be told. */
  readonly path: string
  readonly strength: 'structure' | 'rules'
  readonly resource: unknown
}

/** The whole resource with another value in the place that is being looked at. */
type Put = (value: unknown) => unknown

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && digitsOf(value) === undefined

/** Every mutant of every kind at every place of a resource. */
export function* mutantsOf(resource: Resource): Generator<Mutant> {
  yield* ofObject(resourceShape(resource.resourceType)!, resource, resource.resourceType, (value) => value)
}

function* ofObject(shape: Shape, object: Json, path: string, put: Put): Generator<Mutant> {
  const structure = (kind: string, place: string, value: unknown): Mutant => ({
    kind,
    path: place,
    strength: 'structure',
    resource: put(value),
  })
  const { id, ...withoutId } = object
  yield structure('unknown element', `${path}.surprise`, { ...object, surprise: 1 })
  yield structure('member that is no name', path, { ...object, 'Inés Duarte': 1 })
  if (!shape.isResource && id !== undefined && Object.keys(withoutId).length > 0) yield structure('only an id', path, { id })
  for (const { element } of shape.required) {
    const others = Object.entries(object).filter(([name]) => shape.fields.get(name)?.element !== element)
    yield structure('required removed', `${path}.${element}`, Object.fromEntries(others))
  }
  for (const [name, value] of Object.entries(object)) {
    const field = shape.fields.get(name)
    if (field !== undefined) yield* ofMember(shape, field, object, value, path, put)
  }
}

function* ofMember(shape: Shape, field: Field, object: Json, value: unknown, path: string, put: Put): Generator<Mutant> {
  const place = `${path}.${field.element}`
  const putMember = (other: unknown): unknown => put({ ...object, [field.name]: other })
  const structure = (kind: string, at: string, other: unknown): Mutant => ({
    kind,
    path: at,
    strength: 'structure',
    resource: putMember(other),
  })
  if (field.isChoice) {
    const other = [...shape.fields.values()].find(
      (one) => one.element === field.element && one.name !== field.name && one.beside === undefined,
    )!
    yield { kind: 'two types of a choice', path: place, strength: 'structure', resource: put({ ...object, [other.name]: 'x' }) }
  }
  if (!field.isMany) {
    yield structure('array for a single value', place, [value])
    yield structure('null', place, null)
    yield* ofValue(field, value, place, putMember)
    return
  }
  const values = value as readonly unknown[]
  yield structure('single value for an array', place, values[0])
  yield structure('empty array', place, [])
  for (const [at, one] of values.entries()) {
    const putItem: Put = (other) => putMember(values.with(at, other))
    if (one !== null) yield* ofValue(field, one, `${place}[${at}]`, putItem)
    const beside = field.beside === undefined ? object[field.sibling ?? ''] : object[field.beside]
    if (!Array.isArray(beside) || !isObject(beside[at])) continue
    yield {
      kind: 'neither value nor extension',
      path: `${place}[${at}]`,
      strength: 'structure',
      resource: spoilt(field, object, at, put),
    }
  }
}

/** A repeating primitive that has nothing at one place: no value, and no extensions beside it. */
function spoilt(field: Field, object: Json, at: number, put: Put): unknown {
  const sibling = field.beside === undefined ? field.sibling! : field.name
  const primitive = field.beside ?? field.name
  const nothing = (list: unknown): unknown => (Array.isArray(list) ? list.with(at, null) : list)
  return put({ ...object, [primitive]: nothing(object[primitive]), [sibling]: nothing(object[sibling]) })
}

const wrong: Readonly<Record<string, readonly unknown[]>> = {
  date: ['2023-02-29', '2023-13', '23', '2023-1-1', '2023-01-01T00:00:00Z'],
  dateTime: ['2023-02-30T00:00:00Z', '2023-01-01T00:00:00', '2023-01-01T25:00:00Z', '2023-01-01 00:00:00Z'],
  instant: ['2023-01-01', '2023-01-01T00:00:00'],
  time: ['8:00', '24:00:00'],
  boolean: ['true', 0],
  positiveInt: [0, 1.5, '1'],
  unsignedInt: [-1],
  integer: [2147483648, 0.5],
  decimal: ['1.0'],
  uri: ['a b'],
  code: ['a  b', ' a'],
  base64Binary: ['SGVsbG8', 'SGV*bG8='],
  'resource-id': ['a/b', 'x'.repeat(65)],
}

function* ofValue(field: Field, value: unknown, path: string, put: Put): Generator<Mutant> {
  const structure = (kind: string, other: unknown): Mutant => ({ kind, path, strength: 'structure', resource: put(other) })
  yield structure('wrong type', typeof value === 'string' ? 7 : 'seven')
  if (field.primitive !== undefined) {
    yield structure('object for a primitive', { value: 1 })
    if (typeof value === 'string') for (const text of ['', 'a\u0000b']) yield structure('empty or control character', text)
    for (const other of wrong[field.type] ?? []) yield structure(`bad ${field.type}`, other)
    if (field.codes !== undefined) yield { kind: 'bad code', path, strength: 'rules', resource: put('no-such-code') }
  } else if (isObject(value)) {
    if (field.type !== 'Resource') yield structure('empty object', {})
    if (field.codes !== undefined) {
      const other =
        field.type === 'Coding' ? { system: 'urn:other', code: 'x' } : { coding: [{ system: 'urn:other', code: 'x' }] }
      yield { kind: 'bad code', path, strength: 'rules', resource: put(other) }
    }
    if (field.type === 'Resource')
      yield {
        kind: 'unknown resource type',
        path: `${path}.resourceType`,
        strength: 'structure',
        resource: put({ ...value, resourceType: 'Patience' }),
      }
    if (field.targets !== undefined && field.targets.length > 0)
      yield { kind: 'reference to another type', path, strength: 'rules', resource: put({ reference: 'Basic/1' }) }
    const shape = field.type === 'Resource' ? resourceShape(value.resourceType) : shapeOf(field.type)
    yield* ofObject(shape!, value, path, put)
  }
}
