/** What one call of a flow looks at on behalf of its caller, for its line of the audit. */
import type { ProblemCode, Result } from '../../domain/problem.ts'
import { isId, isResourceType } from '../../fhir/types.ts'
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

/** So many targets of refused writes are named; how many were refused is told. */
const mostTargets = 50

/** What a write was for that is refused, by type and id where it names one, whether that is there or not. */
export function noteTarget({ looks }: Context, type: string | undefined, id?: string): void {
  if (!looks || !isResourceType(type) || looks.named.length >= mostTargets) return
  const name = `${type}/${id}`
  if (!isId(id)) looks.queries.push(type)
  else if (!looks.named.includes(name) && !looks.seen.some((one) => one.type === type && one.id === id)) looks.named.push(name)
}

/** The same around a write of its own. */
export async function naming<T>(
  ctx: Context,
  type: string,
  id: string | undefined,
  writing: Promise<Result<T>>,
): Promise<Result<T>> {
  const done = await writing
  if (!done.ok) noteTarget(ctx, type, id)
  return done
}
