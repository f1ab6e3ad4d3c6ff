/**
 * Is this FHIR R4? The base specification, compiled from its definitions: elements, cardinality, types and the syntax of primitives
 * (`structure`); invariants, required bindings and the types that references lead to (`rules`). https://hl7.org/fhir/R4/validation.html
 */
import type { Issue } from '../../domain/problem.ts'
import type { Resting } from '../at-once.ts'
import { isLong } from '../search/extract.ts'
import type { Node, TypeAt } from './rule.ts'
import { resourceShape } from './shape.ts'
import type { Finding, Walk } from './walk.ts'
import { walkLongLists, walkResource } from './walk.ts'

export interface Findings {
  /** Not R4 JSON of its type: a door answers 400. */
  readonly structure: readonly Issue[]
  /**
   * Well formed, but an invariant or a required binding is broken, or a reference leads to a type that R4 does not allow: a door answers
   * 422. Asked only where the structure is sound.
   */
  readonly rules: readonly Issue[]
}

const nothingFound: Findings = { structure: [], rules: [] }
const nowhere: Node = {}
const start = (found: Finding[] | undefined, typeAt: TypeAt | undefined): Walk => ({
  resource: nowhere,
  root: nowhere,
  typeAt,
  memory: undefined,
  depth: 0,
  broken: 0,
  found,
})

/**
 * Is it a valid resource, of the given type where one is given? The fast way: it stops at the first fault. `typeAt`: of an entry of a
 * transaction, what the others are.
 */
export function isValid(resource: unknown, type?: string, typeAt?: TypeAt): boolean {
  return (type === undefined || typeOf(resource) === type) && walkResource(resource, start(undefined, typeAt), false)
}

/** The same of what may have long lists, in steps that rest. */
export function* judging(resource: object, type: string, typeAt?: TypeAt): Resting<boolean> {
  if (!isLong(resource) || typeOf(resource) !== type) return isValid(resource, type, typeAt)
  const walk = start(undefined, typeAt)
  if (!(yield* walkLongLists(resource as Node, walk))) return false
  yield { rest: true }
  return walkResource(resource, walk, false)
}

/** Everything that is wrong with a resource, each with its FHIRPath. Messages name rules and types, never content. None: valid. */
export const validate = (resource: unknown, type?: string, typeAt?: TypeAt): Findings =>
  isValid(resource, type, typeAt) ? nothingFound : faultsOf(resource, type, typeAt)

/** The same of one that is not valid. */
export function faultsOf(resource: unknown, type?: string, typeAt?: TypeAt): Findings {
  const found: Finding[] = []
  walkResource(resource, start(found, typeAt), false)
  const named = typeOf(resource)
  const whole = resourceShape(named)?.name ?? 'Resource'
  if (type !== undefined && named !== type && whole !== 'Resource') {
    found.push({ path: 'resourceType', message: `has to be ${type} here` })
  }
  const issues = (areRules: boolean): Issue[] =>
    found
      .filter(({ kind }) => (kind !== undefined) === areRules)
      .map((finding) => ({ ...finding, path: finding.path === '' ? whole : `${whole}.${finding.path}` }))
  return { structure: issues(false), rules: issues(true) }
}

const typeOf = (resource: unknown): unknown =>
  typeof resource === 'object' && resource !== null ? (resource as { resourceType?: unknown }).resourceType : undefined
