/** What one call of a flow looks at on behalf of its caller, for its line of the audit. */
import type { ProblemCode } from '../../domain/problem.ts'
import type { Stored } from '../../store/store.ts'
import type { Context } from '../context.ts'

export interface Looks {
  readonly seen: Stored[]
  /** What is no resource, as `kind/id`. */
  readonly named: string[]
  /** What was searched for: a type, and names of parameters. */
  readonly queries: string[]
  /** Of parts of a batch that were refused, each by itself. */
  readonly refused: ProblemCode[]
  /** How often, where that is counted elsewhere. */
  times?: number
  /** Its commit has kept a line of its own. */
  isKept: boolean
  /** Beside what it wrote, it was asked to show something. */
  shows: boolean
  /** Who it turned out to be that asks. */
  client?: string
}

export const newLooks = (): Looks => ({ seen: [], named: [], queries: [], refused: [], isKept: false, shows: false })

export function noteSeen({ looks }: Context, ...stored: readonly Stored[]): void {
  looks?.seen.push(...stored)
}

export function noteNamed({ looks }: Context, name: string): void {
  looks?.named.push(name)
}

/** `given`: the parameters that were understood. */
export function noteQuery({ looks }: Context, type: string, given: readonly (readonly [name: string, value: string])[]): void {
  looks?.queries.push(given.length === 0 ? type : `${type}?${[...new Set(given.map(([name]) => name))].join('&')}`)
}
