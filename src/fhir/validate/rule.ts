/** What a compiled invariant is, and the place it is asked at. */

/** A JSON value whose shape has been checked: its members are what its type says. */
export interface Node {
  readonly [member: string]: Node | undefined
}

export interface Scope {
  /** `%resource`: the resource that the element is in. */
  readonly resource: Node
  /** `%rootResource`: the resource that contains it, where it is a contained one; else itself. */
  readonly root: Node
}

export interface Rule {
  /** `obs-7` */
  readonly key: string
  readonly human: string
  readonly holds: (node: Node, scope: Scope) => boolean | undefined
}
