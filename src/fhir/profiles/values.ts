/** What a profile asks of a value alone: `fixed[x]`, `pattern[x]`, a required binding. */

import { digitsOf, toNumber } from '../number.ts'
import { codesOfR4 } from '../r4-value-sets.ts'
import { codesIn } from '../search/terminology.ts'
import { many } from '../validate/fhirpath.ts'
import { affords, type Node, type Scope } from '../validate/rule.ts'
import { type Known, withoutVersion } from './definition.ts'
import type { Element } from './tree.ts'

export type Test = (value: unknown, scope: Scope) => boolean

/**
 * Has it what is wanted (`pattern[x]`), and (`exactly`, for `fixed[x]`) nothing else?
 * https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.fixed_x_
 */
function holds(value: unknown, wanted: unknown, exactly: boolean, scope: Scope): boolean {
  if (value === wanted || !affords(scope)) return true
  if (digitsOf(wanted) !== undefined) return toNumber(value) === toNumber(wanted)
  if (typeof value !== 'object' || typeof wanted !== 'object' || value === null || wanted === null) return false
  if (Array.isArray(wanted)) {
    if (!Array.isArray(value)) return false
    if (!exactly) return wanted.every((one) => value.some((other) => holds(other, one, false, scope)))
    return value.length === wanted.length && wanted.every((one, at) => holds(value[at], one, true, scope))
  }
  const members = Object.keys(wanted)
  if (exactly && Object.keys(value).length !== members.length) return false
  return members.every((member) => holds((value as Node)[member], (wanted as Node)[member], exactly, scope))
}

interface ValueTest {
  readonly test: Test
  readonly message: string
  readonly kind?: 'code-invalid'
}

/** Everything that an element says of its value and that can be asked. */
export function valueTest({ fixed, pattern, valueSet }: Element, known: Known): readonly ValueTest[] {
  const codes = valueSet === undefined ? undefined : codesOf(valueSet, known)
  const tests: ValueTest[] = []
  if (fixed !== undefined)
    tests.push({ test: (value, scope) => holds(value, fixed, true, scope), message: 'is not the value that is fixed here' })
  if (pattern !== undefined)
    tests.push({ test: (value, scope) => holds(value, pattern, false, scope), message: 'does not fit the pattern' })
  if (codes !== undefined) {
    const message = 'has no code of the required value set'
    tests.push({ test: (value, scope) => isCoded(value, codes, scope), message, kind: 'code-invalid' })
  }
  return tests
}

interface Codes {
  readonly alone: ReadonlySet<unknown>
  readonly coded: ReadonlySet<string>
  /** Systems of which any code will do, for nobody here knows them all. */
  readonly open: ReadonlySet<unknown>
}

/** A code, a Coding or Quantity, or one of the codings of a CodeableConcept. */
function isCoded(value: unknown, { alone, coded, open }: Codes, scope: Scope): boolean {
  if (typeof value === 'string') return open.size > 0 || alone.has(value)
  const { coding, system, code } = (value ?? {}) as Node
  const isOne = (one: Node): boolean => open.has(one.system) || coded.has(`${one.system}|${one.code}`)
  if (coding !== undefined) return !affords(scope, many(coding).length) || many(coding).some(isOne)
  return code !== undefined && isOne({ system, code })
}

/** So many codes of value sets are held for one set of profiles. */
const mostCodes = 200_000

const told = new WeakMap<Known, { readonly sets: Map<string, Codes | undefined>; left: number }>()

/** The codes of a value set; undefined where they cannot be told. */
function codesOf(valueSet: string, known: Known): Codes | undefined {
  const before = told.get(known) ?? { sets: new Map(), left: mostCodes }
  told.set(known, before)
  if (before.sets.has(valueSet)) return before.sets.get(valueSet)
  const found = before.left > 0 ? codesSaid(valueSet, known) : undefined
  before.left -= found?.coded.size ?? 0
  before.sets.set(valueSet, found)
  return found
}

function codesSaid(valueSet: string, known: Known): Codes | undefined {
  const r4 = codesOfR4(valueSet)
  if (r4) return codesFrom(r4.flatMap(([system, list]) => list.map((code) => ({ system, code }))))
  const steps = codesIn(withoutVersion(valueSet))
  let step = steps.next()
  while (!step.done) step = steps.next(known.terms(withoutVersion(step.value.url), step.value.type))
  if (!step.value.ok) return undefined
  return codesFrom(step.value.value.flatMap((one) => (one.code === undefined ? wholeSystem(one.system, known) : [one])))
}

type Pair = { readonly system?: string | null; readonly code?: string }

/** All codes of a system that is known whole; otherwise the system, for any of them. */
function wholeSystem(system: string | null | undefined, known: Known): readonly Pair[] {
  const found = system ? known.terms(system, 'CodeSystem') : undefined
  if (!system || found?.resourceType !== 'CodeSystem' || found.content !== 'complete')
    return [{ ...(system !== undefined && { system }) }]
  const concepts = [...(found.concept ?? [])]
  for (const { concept } of concepts) for (const below of concept ?? []) concepts.push(below)
  return concepts.map(({ code = '' }) => ({ system, code }))
}

function codesFrom(pairs: readonly Pair[]): Codes {
  const closed = pairs.filter(({ code }) => code !== undefined)
  return {
    alone: new Set(closed.map(({ code }) => code)),
    coded: new Set(closed.map(({ system, code }) => `${system}|${code}`)),
    open: new Set(pairs.filter(({ code }) => code === undefined).map(({ system }) => system)),
  }
}
