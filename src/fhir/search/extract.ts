/**
 * Index values of a resource: every search parameter of its type from the official R4 definitions, by the generated table of paths.
 * https://hl7.org/fhir/R4/search.html
 */
import { atOnce } from '../at-once.ts'
import { compartmentTable, compositeTable, searchTable } from '../generated/search-parameters.ts'
import { isResourceType } from '../types.ts'
import { emitters, literal, written } from './emit.ts'
import { farPast, type Sink } from './index-row.ts'
import { searchParameter } from './parameters.ts'
import type { Emit } from './shapes.ts'
import { nothing, referenceSink, renamed } from './sinks.ts'
import type { SearchPath, Step } from './table.ts'

/** A place in a resource: what to take there, and the places below it. All parameters of a type share one tree. */
interface Place {
  readonly takes: Take[]
  readonly below: Map<string, Place>
  /** The same place again, for items whose member equals a text. */
  readonly where: { readonly member: string; readonly equals: string; readonly place: Place }[]
}

interface Take {
  readonly param: string
  readonly path: SearchPath
  readonly emit: Emit
}

const newPlace = (): Place => ({ takes: [], below: new Map(), where: [] })

/** The tree of all paths of a type's parameters that are asked for. `as`: what is taken there, where it is not what each type gives. */
function plan(type: string, wanted: (param: string, path: SearchPath) => boolean, as?: Emit): Place {
  const root = newPlace()
  for (const parameters of [searchTable.Resource, searchTable[type]]) {
    for (const [param, row] of Object.entries(parameters ?? {})) {
      for (const path of row.paths) {
        const emit: Emit | undefined = as ?? emitters[`${row.kind} ${path.type}` as keyof typeof emitters]
        if (wanted(param, path)) path.at.reduce(descend, root).takes.push({ param, path, emit })
      }
    }
  }
  return root
}

function descend(place: Place, step: Step): Place {
  if (typeof step === 'string') {
    const next = place.below.get(step) ?? newPlace()
    place.below.set(step, next)
    return next
  }
  const [member, equals] = step
  const known = place.where.find((each) => each.member === member && each.equals === equals)
  if (known) return known.place
  const next = { member, equals, place: newPlace() }
  place.where.push(next)
  return next.place
}

/** Plans are made when a type is first met. */
const planned = (wanted: (type: string) => (param: string, path: SearchPath) => boolean, as?: Emit) => {
  const plans = new Map<string, Place>()
  return (resource: object): Place | undefined => {
    const { resourceType: type } = resource as { resourceType?: unknown }
    if (typeof type !== 'string') return undefined
    const found = plans.get(type)
    if (found !== undefined || !isResourceType(type)) return found
    const made = plan(type, wanted(type), as)
    plans.set(type, made)
    return made
  }
}

const everything = planned(() => () => true)

/** The members of a type whose items composites look into, each with what is to be found in one item. */
const byItem = new Map<string, readonly (readonly [member: string, place: Place])[]>()

function itemsOf(type: string): readonly (readonly [member: string, place: Place])[] {
  const known = byItem.get(type)
  if (known !== undefined) return known
  const wanted = new Map<string, Set<string>>()
  for (const { ways } of Object.values(compositeTable[type] ?? {})) {
    for (const { each, parts } of ways) {
      if (each === undefined) continue
      const params = wanted.get(each) ?? new Set()
      wanted.set(each, params)
      for (const { param, outside } of parts) if (!outside) params.add(param)
    }
  }
  const made = [...wanted].map(([member, params]) => {
    const place = plan(type, (param, path) => params.has(param) && path.at[0] === member).below.get(member)
    return [member, place ?? newPlace()] as const
  })
  byItem.set(type, made)
  return made
}

/** Items beyond this one count as this one: composites may find too much there, never too little. */
const lastItem = 99

/** The name by which the index knows a parameter of one item. */
export const ofItem = (param: string, item: number): string => `${param}#${Math.min(item, lastItem)}`

/** Of a list in a resource so many items are looked at between two stops. */
const slice = 1000

/**
 * Hands every index value of the resource to the sink, and stops now and then where a list is long; where it `isLarge`, a list deep within,
 * too. References must have been resolved before. Odd content is passed over, never thrown at.
 */
export function* extracting(resource: object, sink: Sink, isLarge = false): Generator<void, void> {
  const place = everything(resource)
  if (place === undefined) return
  if (isLarge || isLong(resource)) yield* visiting(resource, place, sink)
  else visit(resource, place, sink)
  const members = resource as Members
  for (const [member, inside] of itemsOf(members.resourceType as string)) {
    const value = members[member]
    if (typeof value !== 'object' || value === null) continue
    const items: readonly unknown[] = Array.isArray(value) ? value : [value]
    for (const [i, item] of items.entries()) {
      if (i % slice === slice - 1) yield
      visit(
        item,
        inside,
        renamed(sink, (param) => ofItem(param, i)),
      )
    }
  }
}

/** The same without a stop. */
export const extract = (resource: object, sink: Sink): void => atOnce(extracting(resource, sink))

/** The same of one parameter alone (`identifier`, not `identifier:of-type` or `code#3`), or of none where the type has it not. */
function extractOne(resource: object, param: string, sink: Sink): void {
  const of = byParameter.get(param) ?? planned(() => (one) => one === param)
  byParameter.set(param, of)
  const place = of(resource)
  if (place !== undefined) visit(resource, place, sink)
}

const byParameter = new Map<string, (resource: object) => Place | undefined>()

type Members = Readonly<Record<string, unknown>>

/** `visit`, where lists may be long. */
function* visiting(value: unknown, place: Place, sink: Sink): Generator<void, void> {
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      if (i % slice === slice - 1) yield
      yield* visiting(value[i], place, sink)
    }
    return
  }
  if (typeof value !== 'object' || value === null) return visit(value, place, sink)
  for (const member in value) {
    const next = place.below.get(member)
    if (next !== undefined) yield* visiting((value as Members)[member], next, sink)
  }
  for (const part of partsOf(value as Members)) {
    visitItself(part, place, sink)
    if (part !== value) yield
  }
}

/** Of a concept, a name or an address: each item of these gives the same values, whatever stands beside it. */
const lists = ['coding', 'given', 'line', 'prefix', 'suffix'] as const

/** The value itself, or values that together give the same where such a list is long. */
function* partsOf(value: Members): Generator<Members> {
  const name = lists.find((one) => Array.isArray(value[one]) && value[one].length > slice)
  if (name === undefined) return yield value
  const items = value[name] as readonly unknown[]
  yield* partsOf({ ...value, [name]: items.slice(0, slice) })
  for (let from = slice; from < items.length; from += slice) yield { [name]: items.slice(from, from + slice) }
}

function visit(value: unknown, place: Place, sink: Sink): void {
  if (typeof value === 'object' && value !== null) {
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) visit(value[i], place, sink)
      return
    }
    const members = value as Members
    if (place.below.size > 0) {
      for (const member in members) {
        const next = place.below.get(member)
        if (next !== undefined) visit(members[member], next, sink)
      }
    }
  } else if (value === null || value === undefined) return
  visitItself(value, place, sink)
}

/** What a place takes of a value as a whole. */
function visitItself(value: object | string | number | boolean, place: Place, sink: Sink): void {
  for (const { member, equals, place: next } of place.where) if ((value as Members)[member] === equals) visit(value, next, sink)
  for (const { emit, param, path } of place.takes) emit(sink, param, value, path)
}

/**
 * Ids of the patients whose compartment the resource belongs to, without repeats; a Patient belongs to its own. Stops like `extracting`.
 * https://hl7.org/fhir/R4/compartmentdefinition-patient.html
 */
export function* compartmentsIn(resource: object): Generator<void, string[]> {
  if (!isLong(resource)) return compartments(resource)
  const [place, patients, sink] = membership(resource)
  if (place) yield* visiting(resource, place, sink)
  return [...patients]
}

/** The same without a stop. */
export function compartments(resource: object): string[] {
  const [place, patients, sink] = membership(resource)
  if (place) visit(resource, place, sink)
  return [...patients]
}

function membership(resource: object): readonly [Place | undefined, ReadonlySet<string>, Sink] {
  const { resourceType, id } = resource as { resourceType?: unknown; id?: unknown }
  const patients = new Set<string>(resourceType === 'Patient' && typeof id === 'string' ? [id] : undefined)
  const sink = referenceSink((target) => {
    if (target.startsWith('Patient/')) patients.add(target.slice(8))
  })
  return [typeof resourceType === 'string' ? ofPatient(resource) : undefined, patients, sink]
}

/** Is there a list that is worth a stop? */
export function isLong(resource: object): boolean {
  for (const member in resource) {
    const value = (resource as Members)[member]
    if (Array.isArray(value) && value.length >= slice) return true
  }
  return false
}

const ofPatient = planned((type) => {
  const params = compartmentTable.Patient?.[type] ?? []
  return (param, path) => params.includes(param) && (path.only ?? 'Patient') === 'Patient'
})

const isReference = (type: string) => (param: string) => searchParameter(type, param)?.kind === 'reference'
const references = planned(isReference, written)
const asWritten = planned(isReference, literal)

/** What a resource refers to by its reference parameters, as it is written: with versions, canonicals among them. */
export function writtenReferences(resource: object, take: (target: string, param: string) => void): void {
  const place = references(resource)
  if (place !== undefined) visit(resource, place, referenceSink(take))
}

/** Every reference as it is written, contained ones (`#id`) among them; `only`: where a parameter leads to that type alone. */
export function localReferences(
  resource: object,
  take: (reference: string, param: string, only: string | undefined) => void,
): void {
  const place = asWritten(resource)
  if (place !== undefined)
    visit(resource, place, { ...referenceSink(nothing), token: (param, only, reference) => take(reference!, param, only) })
}

/**
 * The values of a parameter that are compared as they are: codes, references, uris. `param` may have a modifier or name one item; the values
 * are those of the whole parameter then.
 */
export function valuesOf(resource: object, param: string): ReadonlySet<string> {
  const values = new Set<string>()
  const add = (value: string | undefined): void => {
    if (value !== undefined) values.add(value)
  }
  extractOne(resource, param.split(/[:#]/, 1)[0]!, {
    token: (_, __, code) => add(code),
    reference: (_, target) => add(target),
    uri: (_, value) => add(value),
    string: nothing,
    date: nothing,
    number: nothing,
    quantity: nothing,
    present: nothing,
  })
  return values
}

/** The texts of a parameter, each as it is compared and as it is written. */
export function stringsOf(resource: object, param: string): readonly (readonly [compared: string, exact: string])[] {
  const texts: (readonly [string, string])[] = []
  extractOne(resource, param, { ...referenceSink(nothing), string: (_, compared, exact) => void texts.push([compared, exact]) })
  return texts
}

/** When it was, by a date parameter of its type: the beginnings, in milliseconds since the epoch, of what has one. */
export function datesOf(resource: object, param: string | undefined): readonly number[] {
  const starts: number[] = []
  if (param !== undefined)
    extractOne(resource, param, { ...referenceSink(nothing), date: (_, lo) => void (lo > farPast && starts.push(lo)) })
  return starts
}
