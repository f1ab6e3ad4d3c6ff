/**
 * FHIRPath that anybody may have written: each step takes what it costs from what may be asked of a resource, and the evaluation ends where
 * that is used up. What cannot be counted is not evaluated at all: patterns that may go back, texts that grow.
 */
import type { TypedValue } from '@medplum/core'
import { affords, type Scope } from '../validate/rule.ts'

/** Functions that look at each of the values once. The evaluator takes others for empty, some of which it does not know. */
const light =
  'empty exists all allTrue anyTrue allFalse anyFalse count where select ofType single first last tail skip take not is as iif hasValue ' +
  'extension startsWith endsWith contains indexOf substring length upper lower toString toInteger toDecimal toQuantity toBoolean ' +
  'toDate toDateTime convertsToInteger convertsToDecimal convertsToBoolean convertsToDate convertsToDateTime abs today now trace'
/** Functions and operators that may compare each value with each other, to their depths. */
const heavy = 'distinct isDistinct intersect union combine exclude subsetOf supersetOf'
const comparing = new Set(['=', '!=', '~', '!~', 'in', 'contains', '|'])
/** Patterns and texts: linear for those who wrote them with care. */
const trusting = 'matches replaceMatches replace join toChars trim'

const lightly = new Set(light.split(' '))
const heavily = new Set(heavy.split(' '))
const trusted = new Set(trusting.split(' '))

/** A step of an expression, as far as it is looked at here. */
interface Atom {
  readonly name?: string
  /** Of a function. */
  readonly args?: readonly unknown[]
  readonly operator?: string
  eval(context: unknown, input: readonly TypedValue[]): TypedValue[]
}

const isAtom = (part: unknown): part is Atom => typeof part === 'object' && part !== null && 'eval' in part

const atomsIn = (part: unknown): readonly Atom[] => {
  if (Array.isArray(part)) return part.flatMap(atomsIn)
  return isAtom(part) ? [part, ...Object.values(part).flatMap(atomsIn)] : []
}

/** Does the evaluator know all functions of an expression, and (of anybody's) can they be counted? */
export const isKnown = (expression: unknown, isBounded: boolean): boolean =>
  atomsIn(expression).every(
    ({ name = '', args }) =>
      args === undefined ||
      lightly.has(name) ||
      heavily.has(name) ||
      (isBounded ? name === 'matches' && isStraight(args[0]) : trusted.has(name)),
  )

/** From end to end, each sign so many times: a pattern that has no choice, and so never goes back. `^[0-9]{2}D[0-9]{7}$` */
const straight = /^\^(?:(?:\\[dws.-]|\[\^?[\w -]+\]|[\w /:-])(?:\{\d{1,3}\})?)*\$$/

function isStraight(pattern: unknown): boolean {
  const { value } = (pattern as { readonly value?: { readonly value?: unknown } } | undefined) ?? {}
  return typeof value?.value === 'string' && straight.test(value.value)
}

/** Makes every step of an expression pay; `at` is the place where it is asked, set before each evaluation. */
export function meter(part: unknown, at: { scope?: Scope }, isCompared = false): void {
  if (Array.isArray(part)) for (const one of part) meter(one, at, isCompared)
  if (!isAtom(part)) return
  const compares = (part.args && heavily.has(part.name ?? '')) || comparing.has(part.operator ?? '')
  const plain = part.eval.bind(part)
  for (const below of Object.values(part)) meter(below, at, compares)
  part.eval = (context, input) => {
    pay(at.scope, compares === true && part.args ? compared(input) : input.length)
    const found = plain(context, input)
    pay(at.scope, isCompared ? compared(found) : 1 + textIn(found))
    return found
  }
}

function pay(scope: Scope | undefined, cost: number): void {
  if (scope && !affords(scope, cost)) throw new RangeError('too much is asked')
}

const compared = (values: readonly TypedValue[]): number =>
  values.length * (values.length + values.reduce((sum, { value }) => sum + weightOf(value), 0))

const textIn = (values: readonly TypedValue[]): number =>
  values.reduce((sum, { value }) => sum + (typeof value === 'string' ? value.length / 64 : 1), 0)

const weights = new WeakMap<object, number>()

/** How many nodes there are below. */
function weightOf(value: unknown): number {
  if (typeof value === 'string') return 1 + value.length / 64
  if (typeof value !== 'object' || value === null) return 1
  const known = weights.get(value)
  if (known !== undefined) return known
  let weight = 1
  for (const below of Object.values(value)) weight += weightOf(below)
  weights.set(value, weight)
  return weight
}
