/**
 * "A chained condition will be evaluated inside contained resources": the container is found by what they hold, too, under names that say
 * how it refers to them (`subject.Patient.0.name`). https://hl7.org/fhir/R4/search.html#contained
 */
import { parseReference } from '../reference.ts'
import { isResourceType } from '../types.ts'
import { extract, extracting, localReferences } from './extract.ts'
import type { Sink } from './index-row.ts'
import { constant, type Filter } from './query.ts'
import { renamed } from './sinks.ts'

/** A contained resource that a parameter leads to: the first of its type, the second … */
export interface Held {
  readonly param: string
  readonly type: string
  readonly item: number
}

/** Further ones count as this one, and so do all that others contained refer to: composites and negations may be wrong there. */
const lastItem = 9

/** Announced limits: contained resources that are looked into for one container, and links from one to the next. */
export const containedLimits = { resources: 100, links: 3 } as const

/** The name by which the index knows that there is one. Items of a parameter: `subject@Patient.0`, `subject@Patient.1` … */
export const heldName = ({ param, type, item }: Held): string => `${param}@${type}.${item}`

/** The name of one of its own parameters. */
const inside =
  ({ param, type, item }: Held) =>
  (own: string): string =>
    `${param}.${type}.${item}.${own}`

/** Of an entry of a Bundle: the others, by the references that lead to them. */
const beside = Symbol('beside')

type Members = Readonly<Record<string, unknown>> & { readonly [beside]?: ReadonlyMap<string, Members> | undefined }

const composition: Held = { param: 'composition', type: 'Composition', item: 0 }
const message: Held = { param: 'message', type: 'MessageHeader', item: 0 }

/** What a document or a message begins with: their parameters give "access to search its contents". https://hl7.org/fhir/R4/bundle.html#search */
function leadingOf(resource: object): readonly [Held, Members] | undefined {
  const { resourceType, type, entry } = resource as Members
  if (resourceType !== 'Bundle' || !Array.isArray(entry)) return undefined
  const held = type === 'document' ? composition : message
  const first = entry[0]?.resource
  if ((type !== 'document' && type !== 'message') || first?.resourceType !== held.type) return undefined
  return [held, { ...first, [beside]: entriesBeside(entry) }]
}

/** By their fullUrls, and by `Type/id` below the same base as the first. https://hl7.org/fhir/R4/bundle.html#references */
function entriesBeside(entry: readonly Members[]): ReadonlyMap<string, Members> {
  const [first, ...others] = entry
  const own = parseReference(String(first?.fullUrl))
  const all = new Map<string, Members>()
  for (const one of others) {
    const { fullUrl, resource } = one ?? {}
    if (typeof fullUrl !== 'string' || !isMembers(resource)) continue
    const carried = { ...resource, [beside]: all }
    all.set(fullUrl, carried)
    const there = parseReference(fullUrl)
    if (own.kind === 'absolute' && there.kind === 'absolute' && own.base === there.base)
      all.set(`${there.type}/${there.id}`, carried)
  }
  return all
}

const isMembers = (value: unknown): value is Members => typeof value === 'object' && value !== null

/** Every index value of the resource, and of those that it contains, as far as they are referred to. Stops like `extracting`. */
export function* extractingAll(resource: object, sink: Sink, isLarge = false): Generator<void, void> {
  yield* extracting(resource, sink, isLarge)
  const [held, first] = leadingOf(resource) ?? []
  if (held && first) {
    sink.present(heldName(held))
    yield* extractingAll(first, renamed(sink, inside(held)))
  }
  let left: number = containedLimits.resources
  const from = (resource: Members, sink: Sink, links: number): void => {
    for (const [held, one] of heldBy(resource, links === containedLimits.links ? lastItem : 0, left)) {
      if (left-- <= 0) return
      // Where a parameter leads to one type alone, a reference to `#id` does not say of itself that it is there.
      sink.present(held.param)
      sink.present(heldName(held))
      const within = renamed(sink, inside(held))
      extract(one, within)
      if (links > 1) from(one, within, links - 1)
    }
  }
  from(resource as Members, sink, containedLimits.links)
}

/** What a reference of the resource leads to in its own container, able to be asked as if it stood alone; undefined where there is nothing. */
function withinReach(resource: Members): ((reference: string) => Members | undefined) | undefined {
  const { contained, [beside]: entries } = resource
  if (!Array.isArray(contained)) return entries && ((reference) => entries.get(reference))
  const own = ownOf(contained)
  return (reference) => {
    const one = own.get(reference)
    return one ? { ...one, contained, [beside]: entries } : entries?.get(reference)
  }
}

type ByReference = ReadonlyMap<string, Members>
const known = new WeakMap<object, ByReference>()

/** Looked through once: of very many each may refer to others, and has them all within reach. */
function ownOf(contained: readonly Members[]): ByReference {
  const before = known.get(contained)
  if (before !== undefined) return before
  const own = new Map<string, Members>()
  for (const one of contained) if (isResourceType(one?.resourceType) && !own.has(`#${one.id}`)) own.set(`#${one.id}`, one)
  known.set(contained, own)
  return own
}

/** What a resource refers to there, each once for each parameter, and no more than `most`. */
function heldBy(resource: Members, last: number, most = Number.POSITIVE_INFINITY): readonly (readonly [Held, Members])[] {
  const reached = withinReach(resource)
  if (reached === undefined) return []
  const counts = new Map<string, number>()
  const found = new Map<string, readonly [Held, Members]>()
  localReferences(resource, (reference, param, only) => {
    if (found.size >= most || found.has(`${param} ${reference}`)) return
    const one = reached(reference)
    const type = String(one?.resourceType)
    if (one === undefined || (only ?? type) !== type) return
    const place = `${param} ${type}`
    const item = counts.get(place) ?? 0
    counts.set(place, item + 1)
    found.set(`${param} ${reference}`, [{ param, type, item: Math.min(item, last) }, one])
  })
  return [...found.values()]
}

/** Those that a chain by this parameter leads to, within a resource. */
export function containedBy(resource: object, param: string): readonly Members[] {
  const [held, first] = leadingOf(resource) ?? []
  if (held?.param === param && first) return [first]
  return heldBy(resource as Members, 0).flatMap(([held, one]) => (held.param === param ? [one] : []))
}

/** A filter asked of a contained resource by its container's index: by content alone, for it has no place of its own, and nothing refers to it from outside. */
export function askedInside(held: Held, filter: Filter): Filter {
  return ofContent(filter, inside(held))
}

/** `name` gives the names of parameters anew. */
export function ofContent(filter: Filter, name: (param: string) => string = (param) => param): Filter {
  switch (filter.kind) {
    case 'id':
    case 'lastUpdated':
    case 'has':
    case 'words':
    case 'near':
      return constant(false)
    case 'not':
      return filter.filter.kind === 'id'
        ? constant(true)
        : { ...filter, filter: { ...filter.filter, param: name(filter.filter.param) } }
    case 'any':
      return { ...filter, of: filter.of.map((list) => list.map((each) => ofContent(each, name))) }
    case 'together':
      return { ...filter, filters: filter.filters.map((each) => ({ ...each, param: name(each.param) })) }
    default:
      return { ...filter, param: name(filter.param) }
  }
}
