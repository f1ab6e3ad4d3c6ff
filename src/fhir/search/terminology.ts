/**
 * Codes that a search asks for by a ValueSet, or by their place in a CodeSystem's hierarchy. Steps: what is needed is asked for by its
 * URL, and handed in where it is known.
 *
 * https://hl7.org/fhir/R4/valueset.html#compositions, https://hl7.org/fhir/R4/codesystem.html#hierarchy
 */
import type { CodeSystem, CodeSystemConcept, ValueSet, ValueSetCompose, ValueSetExpansionContains } from '@medplum/fhirtypes'
import { fail, ok, type Result } from '../../domain/problem.ts'
import type { TokenValue } from './query.ts'

export interface Wanted {
  readonly type: 'CodeSystem' | 'ValueSet'
  /** Canonical URL, perhaps with `|version`. */
  readonly url: string
}
type Resource = CodeSystem | ValueSet
export type Terms<T> = Generator<Wanted, Result<T>, Resource | undefined>

/** Announced limits: codes in all, and value sets within value sets. */
export const terminologyLimits = { codes: 10_000, depth: 8 } as const

type Include = ValueSetCompose['include'] extends (infer I)[] | undefined ? I : never

const tooMany = fail('invalid', `A value set here may have up to ${terminologyLimits.codes} codes.`)
const notKnown = ({ type }: Wanted) => fail('not-supported', `The ${type} that the search names is not known here.`)

/** Every code of a value set; of a whole code system that is not known itself, any. */
export function* codesIn(url: string, depth = 0, room = { left: 10 * terminologyLimits.codes }): Terms<readonly TokenValue[]> {
  const wanted: Wanted = { type: 'ValueSet', url }
  if (depth > terminologyLimits.depth) return fail('invalid', 'The value set is made of others, and they of others, without end.')
  const valueSet = (yield wanted) as ValueSet | undefined
  if (valueSet === undefined) return notKnown(wanted)
  if (valueSet.compose === undefined) return limited(contained(valueSet.expansion?.contains ?? []))
  const codes: TokenValue[] = []
  for (const include of valueSet.compose.include ?? []) {
    const found = yield* included(include, depth, room)
    if (!found.ok) return found
    for (const code of found.value) codes.push(code)
  }
  let kept = codes
  for (const exclude of valueSet.compose.exclude ?? []) {
    const found = yield* included(exclude, depth, room)
    if (!found.ok) return found
    // Nobody knows all codes of a system by its name alone, so none can be taken out of it.
    if (kept.some(({ code }) => code === undefined)) return notKnown({ type: 'CodeSystem', url })
    const isOut = among(found.value)
    kept = kept.filter((value) => !isOut(value))
  }
  return limited(kept)
}

const limited = (codes: readonly TokenValue[]): Result<readonly TokenValue[]> =>
  codes.length > terminologyLimits.codes ? tooMany : ok(codes)

/** Is a code among those of a list, or of a system that is there as a whole? */
function among(list: readonly TokenValue[]): (value: TokenValue) => boolean {
  const known = new Set(list.map(({ system, code }) => JSON.stringify([system, code])))
  return ({ system, code }) => known.has(JSON.stringify([system, code])) || known.has(JSON.stringify([system, undefined]))
}

const contained = (contains: readonly ValueSetExpansionContains[]): TokenValue[] =>
  contains.flatMap(({ system, code, abstract, contains: below }) => [
    ...(code !== undefined && !abstract ? [tokenOf(system, code)] : []),
    ...contained(below ?? []),
  ])

const tokenOf = (system: string | undefined, code: string): TokenValue => (system === undefined ? { code } : { system, code })

/** All that it says has to hold: of the system, with the filters, in each of the value sets. */
function* included(include: Include, depth: number, room: { left: number }): Terms<readonly TokenValue[]> {
  let codes: readonly TokenValue[] | undefined
  if (include.system !== undefined) {
    const found = yield* ofSystem(include, include.system)
    if (!found.ok) return found
    codes = found.value
  }
  for (const url of include.valueSet ?? []) {
    const found = yield* codesIn(url, depth + 1, room)
    if (!found.ok) return found
    codes = codes === undefined ? found.value : both(codes, found.value)
  }
  // Value sets that name each other over and over are told from those that are large.
  room.left -= 1 + (codes?.length ?? 0)
  return room.left < 0 ? tooMany : limited(codes ?? [])
}

/** What is in both: a whole system has every code of it. */
function both(a: readonly TokenValue[], b: readonly TokenValue[]): TokenValue[] {
  const kept = a.filter(among(b))
  const isKept = among(kept)
  return [...kept, ...b.filter(among(a)).filter((value) => !isKept(value))]
}

function* ofSystem({ concept, filter }: Include, system: string): Terms<readonly TokenValue[]> {
  if (concept !== undefined) return ok(concept.map(({ code }) => ({ system, code: code ?? '' })))
  if (filter === undefined || filter.length === 0) return ok([{ system }])
  let codes: readonly string[] | undefined
  for (const { property, op, value = '' } of filter) {
    const known = property === 'concept' && (op === 'is-a' || op === 'descendent-of' || op === 'generalizes' || op === '=')
    if (!known) return fail('not-supported', 'The value set chooses its codes by a filter that is not supported here.')
    const found = op === '=' ? ok([value]) : yield* related(system, value, op === 'generalizes' ? 'above' : 'below')
    if (!found.ok) return found
    const these = found.value.filter((code) => op !== 'descendent-of' || code !== value)
    codes = codes === undefined ? these : codes.filter((code) => these.includes(code))
  }
  return ok((codes ?? []).map((code) => ({ system, code })))
}

/** The code itself, and all that are below it, or above it. */
export function* related(system: string, code: string, relation: 'below' | 'above'): Terms<readonly string[]> {
  const wanted: Wanted = { type: 'CodeSystem', url: system }
  const codeSystem = (yield wanted) as CodeSystem | undefined
  if (codeSystem === undefined) return notKnown(wanted)
  const steps = relation === 'below' ? childrenIn(codeSystem) : inverted(childrenIn(codeSystem))
  const found = new Set([code])
  for (const each of found) for (const next of steps.get(each) ?? []) found.add(next)
  return ok([...found])
}

type Hierarchy = ReadonlyMap<string, readonly string[]>

/** By nesting, and by the properties `parent` and `child`. https://hl7.org/fhir/R4/codesystem-concept-properties.html */
function childrenIn({ concept }: CodeSystem): Hierarchy {
  const children = new Map<string, string[]>()
  const add = (parent: string | undefined, child: string | undefined) => {
    if (parent === undefined || child === undefined) return
    const known = children.get(parent)
    if (known === undefined) children.set(parent, [child])
    else known.push(child)
  }
  const visit = ({ code, concept: below, property }: CodeSystemConcept) => {
    for (const { code: name, valueCode } of property ?? []) {
      if (name === 'parent') add(valueCode, code)
      if (name === 'child') add(code, valueCode)
    }
    for (const each of below ?? []) {
      add(code, each.code)
      visit(each)
    }
  }
  for (const each of concept ?? []) visit(each)
  return children
}

function inverted(children: Hierarchy): Hierarchy {
  const parents = new Map<string, string[]>()
  for (const [parent, below] of children) for (const child of below) parents.set(child, [...(parents.get(child) ?? []), parent])
  return parents
}
