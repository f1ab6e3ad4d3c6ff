/**
 * Two-way code tables: FHIR code on the left, domain term on the right. Several codes may read as one term; the first of them is the
 * one written. A code that is not in the table is never guessed: it is left as it is, and reported.
 * As data they are exported as ConceptMaps. https://hl7.org/fhir/R4/conceptmap.html
 */
import { type Codec, cannot } from './codec.ts'
import { isObject } from './equal.ts'
import { hangingOn } from './sibling.ts'

export interface CodeTable<T extends string, C extends string = string> {
  readonly system: string
  /** [code, term, system where it differs from the table's] */
  readonly rows: readonly (readonly [code: C, term: T, system?: string])[]
  readonly terms: readonly T[]
  /** The term of a code; `undefined` if the table has none. */
  termOf(code: string | undefined, system?: string): T | undefined
  codeOf(term: T): { readonly system: string; readonly code: C }
  /** What the work yields as if these were the rows. It waits for nothing, so that nobody else reads by them. */
  trying<R>(rows: readonly Row<T>[], work: () => R): R
}

type Row<T> = readonly [code: string, term: T, system?: string]

/** `system`: of all rows that name none of their own. The rows are in the order of preference. */
export function codeTable<const T extends string, const C extends string>(
  system: string,
  rows: readonly (readonly [code: C, term: T, system?: string])[],
): CodeTable<T, C> {
  const usual = bothWays(system, rows)
  let { bySystem, toCode } = usual
  return {
    system,
    rows,
    terms: [...toCode.keys()],
    termOf: (code, from) => bySystem.get(from ?? system)?.get(code),
    codeOf: (term) => (toCode.get(term) ?? usual.toCode.get(term)) as { system: string; code: C },
    trying(others, work) {
      ;({ bySystem, toCode } = bothWays(system, others))
      try {
        return work()
      } finally {
        ;({ bySystem, toCode } = usual)
      }
    },
  }
}

function bothWays<T extends string>(system: string, rows: readonly Row<T>[]) {
  const bySystem = new Map<string, Map<string | undefined, T>>()
  const toCode = new Map<T, { system: string; code: string }>()
  for (const [code, term, own] of rows) {
    const toTerm = bySystem.get(own ?? system) ?? new Map<string | undefined, T>()
    if (toTerm.has(code)) throw new Error(`code table ${system}: ${code} stands twice`)
    bySystem.set(own ?? system, toTerm.set(code, term))
    if (!toCode.has(term)) toCode.set(term, { system: own ?? system, code })
  }
  return { bySystem, toCode }
}

interface CodingLike {
  readonly system?: string
  readonly code?: string
}
interface ConceptLike {
  readonly coding?: readonly CodingLike[]
}

const unmapped = (table: { readonly system: string }): string => `unmapped: no code here is in the table for ${table.system}`

/** The first that there is of what a coding says, whatever else stands there. */
function firstIn<T>({ coding }: ConceptLike, of: (coding: CodingLike) => T | undefined): T | undefined {
  if (!Array.isArray(coding)) return undefined
  for (const one of coding) {
    const found = isObject(one) ? of(one) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

/** For elements of type `code`: no system of their own. */
export function asCode<T extends string, C extends string>(table: CodeTable<T, C>): Codec<C, T> {
  return {
    name: `table ${table.system}`,
    read: (raw, report) => table.termOf(raw) ?? cannot(report, unmapped(table)),
    write: (term, prior) => (prior !== undefined && table.termOf(prior) === term ? prior : table.codeOf(term).code),
  }
}

/** For elements of type Coding. */
export function asCoding<T extends string, C extends CodingLike>(table: CodeTable<T>): Codec<C, T> {
  return {
    name: `table ${table.system}`,
    read: (raw, report) => table.termOf(raw.code, raw.system) ?? cannot(report, unmapped(table)),
    write: (term, prior) =>
      prior && table.termOf(prior.code, prior.system) === term
        ? prior
        : ({ ...hangingOn(prior), ...table.codeOf(term) } as unknown as C),
  }
}

/** For elements of type CodeableConcept: codings of other systems beside ours are kept, unless they spoke of the old term. */
export function asConcept<T extends string, C extends ConceptLike>(table: CodeTable<T>): Codec<C, T> {
  const termIn = (raw: C): T | undefined => firstIn(raw, ({ code, system = '' }) => table.termOf(code, system))
  return {
    name: `table ${table.system}`,
    read: (raw, report) => termIn(raw) ?? cannot(report, unmapped(table)),
    write: (term, prior) =>
      prior && termIn(prior) === term ? prior : ({ ...hangingOn(prior), coding: [table.codeOf(term)] } as unknown as C),
  }
}

/**
 * The code of one system in a CodeableConcept, for code systems too large for a table (languages, taxonomies). A new code replaces the
 * concept: text, display and the codings of other systems said the old one.
 */
export function codeIn<C extends ConceptLike>(system: string): Codec<C, string> {
  const codeOf = (raw: C): string | undefined => firstIn(raw, (coding) => (coding.system === system ? coding.code : undefined))
  return {
    name: `code of ${system}`,
    read: (raw, report) => codeOf(raw) ?? cannot(report, `no code of ${system} here`),
    write: (code, prior) =>
      prior && codeOf(prior) === code ? prior : ({ ...hangingOn(prior), coding: [{ system, code }] } as unknown as C),
  }
}
