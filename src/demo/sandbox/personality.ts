/**
 * How a sandbox's server differs from a plain one: what it refuses, what it does not keep, what it cannot do. Small tables of what the
 * documentation of real servers says; what a table says nothing of is taken.
 */
import type { Demand } from './demands.ts'

export interface Personality {
  /** By type; those of `*` hold for every type. */
  readonly demands?: Readonly<Record<string, readonly Demand[]>>
  /** The status of such a refusal; 422. */
  readonly refusal?: number
  /** Types that cannot be created. */
  readonly noCreate?: readonly string[]
  /** Types that PUT changes; all. */
  readonly updates?: readonly string[]
  /** Lists that JSON Patch changes, by type: items get ids there, and are removed once these are tested. */
  readonly patches?: Readonly<Record<string, readonly string[]>>
  /** If-None-Exist is passed over. */
  readonly unconditional?: boolean
  /** Ids that PUT may create: none, or none of digits alone; any. */
  readonly ownIds?: 'none' | 'not digits alone'
  /** Elements that are passed over, by type. */
  readonly passedOver?: Readonly<Record<string, readonly string[]>>
  /** A search must have all parameters of one of these lists, by type; `*`: of any other type. */
  readonly searches?: Readonly<Record<string, readonly (readonly string[])[]>>
  /** Types whose history can be asked for; none. */
  readonly histories?: readonly string[]
  /** Entries on a page, whatever `_count` asks for. */
  readonly page?: number
  /** A search is answered as it was before, unless the request says `no-cache`. */
  readonly cachesSearches?: boolean
  /** Writes are answered without a body, whatever is preferred. */
  readonly silent?: boolean
  /** The status of a stale If-Match; 412. */
  readonly stale?: number
  /** The status of an update that changes nothing; 200, and a new version. */
  readonly unchanged?: number
}

/** Why the server does not take a resource; `undefined` if it does. */
export function objection({ demands = {} }: Personality, resource: Record<string, unknown>): string | undefined {
  const all = [...(demands['*'] ?? []), ...(demands[String(resource.resourceType)] ?? [])]
  return all.find((demand) => !demand.holds(resource))?.says
}

/** Are these parameters enough to search a type? */
export function searchable({ searches }: Personality, type: string, parameters: URLSearchParams): boolean {
  const wanted = searches?.[type] ?? searches?.['*']
  return wanted === undefined || wanted.some((names) => names.every((name) => parameters.has(name)))
}

/** What the server keeps of a resource. */
export function kept({ passedOver = {} }: Personality, resource: Record<string, unknown>): Record<string, unknown> {
  const not = passedOver[String(resource.resourceType)] ?? []
  return Object.fromEntries(Object.entries(resource).filter(([name]) => !not.includes(name)))
}
