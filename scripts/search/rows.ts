/** What the generator of the search tables reads and makes. */

export interface SearchParameter {
  readonly resourceType: string
  readonly url: string
  readonly code: string
  readonly base: readonly string[]
  readonly type: string
  readonly expression?: string
  readonly target?: readonly string[]
  readonly component?: readonly { readonly definition: string; readonly expression: string }[]
}

export interface Path {
  readonly at: (string | readonly [string, string])[]
  readonly type: string
  readonly system?: string
  readonly only?: string
}

export interface Row {
  readonly kind: string
  readonly url: string
  readonly target?: readonly string[]
  readonly paths: Path[]
}
