/** The shape of the generated search tables. */

/** The member to go to, or the member that has to equal a text. */
export type Step = string | readonly [member: string, equals: string]

export type ElementType =
  | ('code' | 'Coding' | 'CodeableConcept' | 'Identifier' | 'ContactPoint' | 'string' | 'id' | 'uri' | 'boolean' | 'deceased')
  | ('Reference' | 'canonical' | 'markdown' | 'HumanName' | 'Address' | 'date' | 'dateTime' | 'instant' | 'Period' | 'Timing')
  | ('decimal' | 'integer' | 'positiveInt' | 'unsignedInt' | 'Range' | 'Quantity' | 'Age' | 'Duration' | 'Money' | 'SampledData')
  | ('url' | 'oid' | 'uuid')
  /** The resource that stands first in a Bundle. */
  | 'leading'

/** Where values of a parameter are found, and what they are. Arrays on the way are walked. */
export interface SearchPath {
  readonly at: readonly Step[]
  readonly type: ElementType
  /** The code system that a required binding implies. */
  readonly system?: string
  /** Only references to this resource type. */
  readonly only?: string
}

type SearchKind = 'token' | 'reference' | 'string' | 'date' | 'number' | 'quantity' | 'uri'

export interface SearchParameterRow {
  readonly kind: SearchKind
  /** Canonical URL of the SearchParameter. */
  readonly url: string
  /** Types that a reference may lead to; absent: any. */
  readonly target?: readonly string[]
  readonly paths: readonly SearchPath[]
}

/** Resource type → code of the parameter → row. */
export type SearchTable = Readonly<Record<string, Readonly<Record<string, SearchParameterRow>>>>

/** A part of a composite: a plain parameter, of the repeated element, or of the whole resource where that is said. */
export interface CompositePart {
  readonly param: string
  readonly outside?: true
}

/** All parts in the resource, or (`each`) all in one item of that member. */
export interface CompositeWay {
  readonly each?: string
  readonly parts: readonly CompositePart[]
}

export interface CompositeRow {
  /** Canonical URL of the SearchParameter. */
  readonly url: string
  /** Any of them will do. */
  readonly ways: readonly CompositeWay[]
}

/** Resource type → code of the composite parameter → row. */
export type CompositeTable = Readonly<Record<string, Readonly<Record<string, CompositeRow>>>>
