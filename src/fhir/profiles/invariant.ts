/**
 * Invariants of profiles: FHIRPath, parsed when a profile is loaded and evaluated by @medplum/core. (R4's own are compiled when the project
 * is built; a profile may come later, and a runtime may forbid to make code of text.) https://hl7.org/fhir/R4/conformance-rules.html#constraints
 */
import { evalFhirPathTyped, parseFhirPath, type TypedValue } from '@medplum/core'
import { unlessThrown } from '../../domain/problem.ts'
import { affords, type Node, type Scope } from '../validate/rule.ts'
import { isKnown, meter } from './metered.ts'

/** Undefined where the evaluator gives up: nobody is refused for that. */
export type Invariant = (node: unknown, type: string, scope: Scope) => boolean | undefined

/** An invariant costs as much as so many plain checks, before its steps are counted. */
const dear = 20

/** So many characters of an expression that anybody may have written. */
const longest = 2000

/** Undefined for an expression that cannot be read, or not be trusted (`isBounded`: anybody may have written it). */
export function invariant(expression: string, isBounded = false): Invariant | undefined {
  const read = isBounded && expression.length > longest ? undefined : unlessThrown(() => parseFhirPath(expression))
  if (read === undefined || !isKnown(read, isBounded)) return undefined
  const at: { scope?: Scope } = {}
  if (isBounded) meter(read, at)
  return (node, type, scope) => {
    if (!affords(scope, dear)) return undefined
    at.scope = scope
    try {
      const variables = { '%resource': whole(scope.resource), '%rootResource': whole(scope.root) }
      const [answer, ...others] = evalFhirPathTyped(read, [typed(node, type)], { ...variables, '%context': typed(node, type) })
      return others.length === 0 && typeof answer?.value === 'boolean' ? answer.value : undefined
    } catch {
      return undefined
    }
  }
}

/** Without exact numbers: the evaluator knows doubles alone. */
const plain = (node: object): unknown => JSON.parse(JSON.stringify(node))
const copies = new WeakMap<object, unknown>()

function typed(node: unknown, type: string): TypedValue {
  if (typeof node !== 'object' || node === null) return { type, value: node }
  const value = copies.get(node) ?? plain(node)
  copies.set(node, value)
  return { type, value }
}

const whole = (resource: Node): TypedValue => typed(resource, String(resource.resourceType))
