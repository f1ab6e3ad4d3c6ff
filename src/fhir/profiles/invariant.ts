/**
 * Invariants of profiles: FHIRPath, parsed when a profile is loaded and evaluated by @medplum/core. (R4's own are compiled when the project
 * is built; a profile may come later, and a runtime may forbid to make code of text.) https://hl7.org/fhir/R4/conformance-rules.html#constraints
 */
import { evalFhirPathTyped, type FhirPathAtom, parseFhirPath, type TypedValue } from '@medplum/core'
import type { Node, Scope } from '../validate/rule.ts'

/** Undefined where the evaluator gives up: nobody is refused for that. */
export type Invariant = (node: unknown, type: string, scope: Scope) => boolean | undefined

/** Undefined for an expression that cannot be read. */
export function invariant(expression: string): Invariant | undefined {
  const read = parsed(expression)
  return (
    read &&
    ((node, type, scope) => {
      try {
        const variables = { '%resource': whole(scope.resource), '%rootResource': whole(scope.root) }
        const [answer, ...others] = evalFhirPathTyped(read, [typed(node, type)], { ...variables, '%context': typed(node, type) })
        return others.length === 0 && typeof answer?.value === 'boolean' ? answer.value : undefined
      } catch {
        return undefined
      }
    })
  )
}

function parsed(expression: string): FhirPathAtom | undefined {
  try {
    return parseFhirPath(expression)
  } catch {
    return undefined
  }
}

/** Without exact numbers: the evaluator knows doubles alone. */
const plain = (node: unknown): unknown => (typeof node === 'object' ? JSON.parse(JSON.stringify(node)) : node)
const typed = (node: unknown, type: string): TypedValue => ({ type, value: plain(node) })
const copies = new WeakMap<Node, TypedValue>()

function whole(resource: Node): TypedValue {
  const known = copies.get(resource) ?? typed(resource, String(resource.resourceType))
  copies.set(resource, known)
  return known
}
