/** What a filter means for the tables, filters within filters included. */
import { sql } from 'kysely'
import { askedInside, heldName } from '../fhir/search/contained.ts'
import { searchLimits } from '../fhir/search/limits.ts'
import type { ChainFilter, Filter, TogetherFilter } from '../fhir/search/query.ts'
import { answer, raw } from './compile.ts'
import { allOf, anyOf, type Condition, count, never } from './condition.ts'
import { ofType, valueCondition } from './conditions.ts'
import { members } from './dialect.ts'
import { segmentBits } from './index-entries.ts'
import { byItem } from './items.ts'
import { referredTo, refersTo, type Selection } from './links.ts'
import { findHeld, findParameter } from './parameters.ts'
import type { Sql } from './sql.ts'
import { TooMuchAsked, type Visibility } from './store.ts'
import type { Unlisted } from './unlisted.ts'
import { visibleResource } from './visible.ts'

export interface Sight {
  /** For whatever is looked at on the way; whether the resource itself may be seen is the search's own question. */
  readonly visible: Visibility
  readonly unlisted: Unlisted
}

interface Looking extends Sight {
  /** What filters further along have selected: each is asked once, though what is contained leads to it, too. */
  readonly selected: Map<Filter, Selection | undefined>
  /** Items of which composites have asked so far. */
  items: number
}

export function* condition(type: string, filter: Filter, sight: Looking): Sql<Condition> {
  switch (filter.kind) {
    case 'not': {
      const { holds } = yield* condition(type, filter.filter, sight)
      return { holds: sql`NOT ${holds}` }
    }
    case 'any':
      return yield* some(type, filter.of, sight)
    case 'together':
      return yield* eachItem(type, filter, sight)
    case 'chain':
      return yield* chain(type, filter, sight)
    case 'has': {
      const parameter = yield* findParameter(filter.type, filter.param)
      const sources = parameter === undefined ? undefined : yield* select(filter.type, filter.filter, sight)
      return parameter === undefined || sources === undefined ? never : referredTo(type, parameter, sources, sight.unlisted)
    }
    case 'concepts':
      throw new Error('concepts are put into codes before a search begins')
    case 'words':
    case 'near':
      if (filter.found === undefined) throw new Error('resources are looked at before a search begins')
      return yield* valueCondition(type, { kind: 'id', values: filter.found }, sight.unlisted)
    default:
      return yield* valueCondition(type, filter, sight.unlisted)
  }
}

/** One of the lists holds wholly. */
function* some(type: string, lists: readonly (readonly Filter[])[], sight: Looking): Sql<Condition> {
  const conditions: Condition[] = []
  for (const list of lists) {
    const all = yield* every(type, list, sight)
    if (all !== never) conditions.push(all)
  }
  return anyOf(conditions)
}

function* every(type: string, filters: readonly Filter[], sight: Looking): Sql<Condition> {
  const conditions: Condition[] = []
  for (const filter of filters) {
    const next = yield* condition(type, filter, sight)
    if (next === never) return never
    conditions.push(next)
  }
  return allOf(conditions)
}

function* eachItem(type: string, filter: TogetherFilter, sight: Looking): Sql<Condition> {
  const lists = yield* byItem(type, filter, sight.unlisted)
  sight.items += lists.length
  if (sight.items > searchLimits.items) throw new TooMuchAsked()
  return yield* some(type, lists, sight)
}

function* chain(type: string, { param, to }: ChainFilter, sight: Looking): Sql<Condition> {
  const parameter = yield* findParameter(type, param)
  const selections: Selection[] = []
  for (const target of parameter === undefined ? [] : to) {
    const selection = yield* selectOnce(target.type, target.filter, sight)
    if (selection !== undefined) selections.push(selection)
  }
  const inside = yield* contained(type, { param, to }, sight)
  if (parameter === undefined || selections.length === 0) return anyOf(inside)
  return anyOf([refersTo(parameter, selections, sight.unlisted), ...inside])
}

/** Of types that contained resources of one parameter are of, each with its items, so many are asked for: nobody has more in earnest. */
const mostHeld = 30

/** The same of what a resource contains, for each contained resource that any has. */
function* contained(type: string, { param, to }: Pick<ChainFilter, 'param' | 'to'>, sight: Looking): Sql<Condition[]> {
  const conditions: Condition[] = []
  for (const held of yield* findHeld(type, param)) {
    const target = to.find((one) => one.type === held.type)
    if (target === undefined || conditions.length >= mostHeld) continue
    const isThere: Filter = { kind: 'missing', param: heldName(held), missing: false }
    const all = yield* every(type, [askedInside(held, target.filter), isThere], sight)
    if (all !== never) conditions.push(all)
  }
  return conditions
}

/** So many resources are followed one by one; where there are more, a chain asks from the other end. */
const few = 1000

function* selectOnce(type: string, filter: Filter, sight: Looking): Sql<Selection | undefined> {
  if (!sight.selected.has(filter)) sight.selected.set(filter, yield* select(type, filter, sight))
  return sight.selected.get(filter)
}

/** Current resources of a type for which the filter holds, and which may be seen; undefined if there can be none. */
function* select(type: string, filter: Filter, sight: Looking): Sql<Selection | undefined> {
  const whole = yield* ofType(type, sight.unlisted)
  const fits = yield* condition(type, filter, sight)
  if (whole === undefined || fits === never) return undefined
  const { holds, numbers } = allOf([fits, whole, ...visibleResource(sight.visible)])
  // To look through many for a few would take as long as it may, and nobody had a turn.
  if (fits.numbers === undefined && (yield* count(sql`FROM (${whole.numbers!()} LIMIT ${few + 1}) AS found`)) > few)
    return { holds }
  const found =
    numbers && (yield* answer(raw<{ number: number }>(sql`SELECT number FROM (${numbers()} LIMIT ${few + 1}) AS found`)))
  return found === undefined || found.length > few ? { holds } : these(found.map(({ number }) => number))
}

/** Known by their numbers: every link further out would have all that leads here in its own question, and that several times. */
const these = (numbers: readonly number[]): Selection => ({
  holds: sql`d.number IN ${members(numbers)}`,
  numbers: () => sql`SELECT value >> ${segmentBits} AS segment, value AS number FROM ${members(numbers)} AS these`,
})
