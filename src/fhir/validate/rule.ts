/** What a compiled invariant is, and the place it is asked at. */

/** A JSON value whose shape has been checked: its members are what its type says. */
export interface Node {
  readonly [member: string]: Node | undefined
}

/** The type of the entry of a Bundle that has this fullUrl; undefined where none has. */
export type TypeAt = (fullUrl: string) => unknown

export interface Scope {
  /** `%resource`: the resource that the element is in. */
  readonly resource: Node
  /** `%rootResource`: the resource that contains it, where it is a contained one; else itself. */
  readonly root: Node
  /** The types of what stands beside `root` in a Bundle. */
  readonly typeAt?: TypeAt | undefined
  /** What rules have read from objects and arrays, for the next time in the same walk. */
  memory: Map<object, unknown> | undefined
  /** How much may still be asked, where there is an end of that: of profiles that anybody may have written. */
  readonly effort?: Effort | undefined
}

interface Effort {
  left: number
}

/** Takes the cost of a question from what may be asked. False: too much was asked already, and nothing is answered any more. */
export function affords({ effort }: Scope, cost = 1): boolean {
  if (effort === undefined) return true
  effort.left -= cost
  return effort.left >= 0
}

/** What `read` makes of `from`, read once in a walk. */
export function remember<From extends object, Read>(scope: Scope, from: From, read: (from: From) => Read): Read {
  scope.memory ??= new Map()
  const known = scope.memory.get(from) as Read | undefined
  if (known !== undefined) return known
  const made = read(from)
  scope.memory.set(from, made)
  return made
}

export interface Rule {
  /** `obs-7` */
  readonly key: string
  readonly human: string
  readonly holds: (node: Node, scope: Scope) => boolean | undefined
}
