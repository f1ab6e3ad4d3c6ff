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

const within = (part: object): readonly Atom[] => (Object.values(part) as unknown[]).flat().filter(isAtom)

/** Each step once: one may stand in another several times, and that again in the next. */
function atomsIn(expression: unknown): ReadonlySet<Atom> {
  const atoms = new Set([expression].flat().filter(isAtom))
  for (const atom of atoms) for (const below of within(atom)) atoms.add(below)
  return atoms
}

/** Does the evaluator know all functions of an expression, and (of anybody's) can they be counted? */
export const isKnown = (expression: unknown, isBounded: boolean): boolean =>
  [...atomsIn(expression)].every(
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
export function meter(expression: unknown, at: { scope?: Scope }): void {
  const atoms = atomsIn(expression)
  const compares = ({ name = '', args, operator = '' }: Atom): boolean =>
    (args !== undefined && heavily.has(name)) || comparing.has(operator)
  const comparedOnes = new Set([...atoms].filter(compares).flatMap(within))
  for (const atom of atoms) {
    const plain = atom.eval.bind(atom)
    const isHeavy = compares(atom) && atom.args !== undefined
    const isCompared = comparedOnes.has(atom)
    atom.eval = (context, input) => {
      pay(at.scope, isHeavy ? compared(input) : input.length)
      const found = plain(context, input)
      pay(at.scope, isCompared ? compared(found) : 1 + textIn(found))
      return found
    }
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
