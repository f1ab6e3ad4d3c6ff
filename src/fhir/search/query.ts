/**
 * A search, understood: plain data that a store turns into SQL and `match.ts` into a yes or no.
 * Everything that depends on the request's text (modifiers, prefixes, precision, time zones, escapes, bare ids) is settled by `parse.ts`.
 *
 * https://hl7.org/fhir/R4/search.html
 */

import type { Issue } from '../../domain/problem.ts'

/** Comparison prefixes. https://hl7.org/fhir/R4/search.html#prefix */
export type Prefix = 'eq' | 'ne' | 'gt' | 'lt' | 'ge' | 'le' | 'sa' | 'eb' | 'ap'

/** `system` absent: any system; `null`: expressly none (`|code`). `code` absent: any code of that system (`system|`). */
export interface TokenValue {
  readonly system?: string | null
  readonly code?: string
}

/**
 * Milliseconds since 1970 UTC, both ends included. How each prefix compares with an indexed range is `inRange` in `match.ts`, and SQL says
 * the same. For `ap` the tolerance is already in `lo` and `hi`.
 */
export interface DateValue {
  readonly prefix: Prefix
  readonly lo: number
  readonly hi: number
}

/**
 * For `eq`, `ne`: the interval that the written digits imply, `lo` included, `hi` not (`100` is 99.5 up to 100.5).
 * For `ap`: both ends included. For all others `lo` = `hi` = the number written.
 */
export interface NumberValue {
  readonly prefix: Prefix
  readonly lo: number
  readonly hi: number
}

/** `system` absent: any (and `code` may be the unit as printed); `code` absent: any unit. */
export interface QuantityValue extends NumberValue {
  readonly system?: string
  readonly code?: string
}

/** Also of references by identifier: `subject:identifier=a|b` is a token filter on the parameter `subject:identifier`. */
export interface TokenFilter {
  readonly kind: 'token'
  readonly param: string
  readonly values: readonly TokenValue[]
}

/** Each value is a target exactly as the index has it: `Patient/x`, an absolute URL, or a canonical with or without `|version`. */
export interface ReferenceFilter {
  readonly kind: 'reference'
  readonly param: string
  readonly values: readonly string[]
  /** Those of the values that an id alone stands for, of several types. */
  readonly untyped?: readonly string[]
}

/** `starts` and `contains`: values are normalised as the index is (`normalise` in index-row.ts). `exact`: as written. */
export interface StringFilter {
  readonly kind: 'string'
  readonly param: string
  readonly match: 'starts' | 'contains' | 'exact'
  readonly values: readonly string[]
}

export interface DateFilter {
  readonly kind: 'date'
  readonly param: string
  readonly values: readonly DateValue[]
}

interface NumberFilter {
  readonly kind: 'number'
  readonly param: string
  readonly values: readonly NumberValue[]
}

interface QuantityFilter {
  readonly kind: 'quantity'
  readonly param: string
  readonly values: readonly QuantityValue[]
}

interface UriFilter {
  readonly kind: 'uri'
  readonly param: string
  readonly values: readonly string[]
}

/** `_id`: of the resource itself, not of the index. */
export interface IdFilter {
  readonly kind: 'id'
  readonly values: readonly string[]
}

/** `_lastUpdated`: when the current version was stored, not of the index. */
export interface LastUpdatedFilter {
  readonly kind: 'lastUpdated'
  readonly values: readonly DateValue[]
}

/** `param:missing=true|false`: no index row at all of that parameter (rows of `present` count), or at least one. */
export interface MissingFilter {
  readonly kind: 'missing'
  readonly param: string
  readonly missing: boolean
}

/** `param:not=…`: every resource for which the filter does not hold, those without the element included. */
interface NotFilter {
  readonly kind: 'not'
  readonly filter: TokenFilter | ConceptsFilter | IdFilter
}

/** A value of a token, uri or canonical parameter starts so: `url:below`, and texts (on the parameter `code:text`, normalised). */
interface StartsFilter {
  readonly kind: 'starts'
  readonly param: string
  readonly values: readonly string[]
}

/** One of the lists holds wholly: composites, compartments. */
interface AnyFilter {
  readonly kind: 'any'
  readonly of: readonly (readonly Filter[])[]
}

/** All hold for one and the same item of the member that they are about: the index knows them as `param#0`, `param#1` … */
export interface TogetherFilter {
  readonly kind: 'together'
  readonly filters: readonly ValueFilter[]
}

/** `subject:Patient.name=…`: it refers to a resource of one of these types for which the filter holds. */
export interface ChainFilter {
  readonly kind: 'chain'
  readonly param: string
  readonly to: readonly { readonly type: string; readonly filter: Filter }[]
}

/** `_has:Observation:patient:code=…`: a resource of that type for which the filter holds refers to it. */
export interface HasFilter {
  readonly kind: 'has'
  readonly type: string
  readonly param: string
  readonly filter: Filter
}

/**
 * Codes that terminology has to tell: of a ValueSet (`in`, by its URL), or below or above a concept. `flows/fhir/concepts.ts` puts a token
 * filter in its place before a search reaches the store.
 */
export interface ConceptsFilter {
  readonly kind: 'concepts'
  readonly param: string
  readonly relation: 'in' | 'below' | 'above'
  readonly values: readonly TokenValue[]
}

/** `found`: ids of those that fit, once somebody has looked (`flows/fhir/looked-at.ts`), before a search reaches the store. */
interface Looked {
  readonly found?: readonly string[]
}

/** `_text`, `_content`: of one of the values every word begins a word there. Words are as `words.ts` compares them. */
export interface WordsFilter extends Looked {
  readonly kind: 'words'
  readonly of: 'narrative' | 'all'
  readonly values: readonly (readonly string[])[]
}

/** Degrees, and how far from there is near. */
export interface Point {
  readonly latitude: number
  readonly longitude: number
  readonly metres: number
}

/** `near`: its position is near one of the points. */
export interface NearFilter extends Looked {
  readonly kind: 'near'
  readonly points: readonly Point[]
}

/** No index knows what it asks for. */
export type LookedFilter = WordsFilter | NearFilter

export const isLooked = (filter: Filter): filter is LookedFilter => filter.kind === 'words' || filter.kind === 'near'

/** Asks for values of one parameter; they are alternatives. */
export type ValueFilter =
  | TokenFilter
  | ReferenceFilter
  | StringFilter
  | DateFilter
  | NumberFilter
  | QuantityFilter
  | UriFilter
  | StartsFilter

export type Filter =
  | ValueFilter
  | IdFilter
  | LastUpdatedFilter
  | MissingFilter
  | NotFilter
  | AnyFilter
  | TogetherFilter
  | ChainFilter
  | HasFilter
  | ConceptsFilter
  | LookedFilter

/**
 * `id` and `lastUpdated` are the resource's own; the others sort by the smallest (ascending) or largest (descending) row of the parameter:
 * dates, numbers and quantities by `lo` or `hi`, tokens by code, strings by their normalised value. Without a row: last.
 */
export interface SortKey {
  readonly param: string
  readonly kind: 'id' | 'lastUpdated' | 'token' | 'string' | 'date' | 'number' | 'quantity' | 'reference' | 'uri'
  readonly descending: boolean
}

/** `_include=source:param:target`. `param` `*`: every reference parameter; `source` `*`: of whatever was found, too. */
export interface Include {
  readonly source: string
  readonly param: string
  readonly target?: string
  /** Applied to what was included, too. */
  readonly iterate: boolean
}

export interface Query {
  readonly type: string
  /** All must hold. */
  readonly filters: readonly Filter[]
  /** Empty: the store's own stable order. */
  readonly sort: readonly SortKey[]
  /** Largest number of matches on a page; 0 with `total: 'accurate'` asks for the number alone. */
  readonly count: number
  readonly total: 'none' | 'accurate'
  readonly include: readonly Include[]
  readonly revinclude: readonly Include[]
  /** `_elements`: top-level elements to serve. */
  readonly elements?: readonly string[]
  readonly summary?: 'true' | 'text' | 'data' | 'count' | 'false'
  /** The parameters as given and understood (those that were left out are not here): for `self` and `next` links. */
  readonly given: readonly (readonly [name: string, value: string])[]
  /** What was left out, under `Prefer: handling=lenient`, and why. */
  readonly ignored?: readonly Issue[]
}

/** Holds for all, or for none: what every resource has is missing nowhere. */
export const constant = (holds: boolean): AnyFilter => ({ kind: 'any', of: holds ? [[]] : [] })

/** Leaves nothing out. */
export const isAlways = (filter: Filter): boolean => filter.kind === 'any' && filter.of.some((list) => list.length === 0)

/** A query for the first so many that fit. */
export const simpleQuery = (type: string, filters: readonly Filter[], count: number): Query => ({
  type,
  filters,
  sort: [],
  count,
  total: 'none',
  include: [],
  revinclude: [],
  given: [],
})
