/**
 * Values that searches compare for equality (tokens, references, uris) are written once, as a *term*, and known by its number from then
 * on; search parameters likewise. Terms are found by a hash and then compared in full.
 */
import { db, each, prepare, row, rows } from './compile.ts'
import { asList, membersOf } from './dialect.ts'
import { hash } from './hash.ts'
import type { Sql } from './sql.ts'

export interface Term {
  readonly system: string | undefined
  readonly value: string | undefined
}

/** One text for one term: no two terms share it. */
export const termText = (system: string | undefined, value: string | undefined): string =>
  (system === undefined ? '-' : `${system.length}:${system}`) + (value === undefined ? '' : `=${value}`)

const byHash = prepare<{ hashes: string }>()(($) =>
  db
    .selectFrom('term')
    .select(['number', 'system', 'value'])
    .where('hash', 'in', membersOf($('hashes'))),
)
const lastTerm = prepare<Record<never, never>>()(() => db.selectFrom('term').select((q) => q.fn.max('number').as('number')))
const insertTerm = prepare<{ number: number; hash: number; system: string | null; value: string | null }>()(($) =>
  db.insertInto('term').values({ number: $('number'), hash: $('hash'), system: $('system'), value: $('value') }),
)
const parameterByName = prepare<{ name: string }>()(($) =>
  db.selectFrom('parameter').select('number').where('name', '=', $('name')),
)
const insertParameter = prepare<{ name: string }>()(($) =>
  db
    .insertInto('parameter')
    .values({ name: $('name') } as never)
    .returning('number'),
)

/** The number of a search parameter (`Observation.code`; the type alone is a parameter that every resource of it has), if it has one. */
export function* findParameter(name: string): Sql<number | undefined> {
  return (yield* row(parameterByName, { name }))?.number
}

/** The terms with this value: of one system, of none (`null`), or of any (`undefined`). */
export function* findTerms(value: string, system: string | null | undefined): Sql<number[]> {
  const found = yield* rows(byHash, { hashes: asList([hash(value)]) })
  return found
    .filter((term) => term.value === value && (system === undefined || term.system === system))
    .map((term) => term.number)
}

/** How many terms are remembered, at most twice over. */
const generation = 50_000

/** The writer's memory of numbers. What an undone plan added is forgotten with it. */
export class Terms {
  #young = new Map<string, number>()
  #old = new Map<string, number>()
  #fresh = new Map<string, number>()
  readonly #parameters = new Map<string, number>()
  readonly #freshParameters = new Map<string, number>()
  #next: number | undefined

  known(text: string): number | undefined {
    const young = this.#young.get(text)
    if (young !== undefined) return young
    const old = this.#old.get(text)
    if (old === undefined) return this.#fresh.get(text)
    this.#remember(text, old)
    return old
  }

  /** The number of a term that is known, 0 for no text. */
  number(text: string): number {
    const known = text === '' ? 0 : this.known(text)
    if (known === undefined) throw new Error('a term without a number')
    return known
  }

  /** After this, `known` knows all of these until the next `numbers`. */
  *numbers(wanted: ReadonlyMap<string, Term>): Sql<void> {
    const hashes = new Set<number>()
    const missing = new Map<string, { term: Term; hash: number }>()
    for (const [text, term] of wanted) {
      const h = hash(term.value ?? '')
      hashes.add(h)
      missing.set(text, { term, hash: h })
    }
    for (const { number, system, value } of yield* rows(byHash, { hashes: asList([...hashes]) })) {
      const text = termText(system ?? undefined, value ?? undefined)
      if (missing.delete(text)) this.#remember(text, number)
    }
    this.#next ??= ((yield* row(lastTerm, {}))?.number ?? 0) + 1
    const added = []
    for (const [text, { term, hash: h }] of missing) {
      const number = this.#next++
      this.#fresh.set(text, number)
      added.push({ number, hash: h, system: term.system ?? null, value: term.value ?? null })
    }
    yield* each(insertTerm, added)
  }

  *parameter(name: string): Sql<number> {
    const known = this.#parameters.get(name) ?? this.#freshParameters.get(name)
    if (known !== undefined) return known
    const stored = yield* findParameter(name)
    if (stored !== undefined) {
      this.#parameters.set(name, stored)
      return stored
    }
    const made = (yield* row(insertParameter, { name })) as { number: number }
    this.#freshParameters.set(name, made.number)
    return made.number
  }

  /** The plan that added the fresh ones is kept. */
  keep(): void {
    for (const [text, number] of this.#fresh) this.#remember(text, number)
    for (const [name, number] of this.#freshParameters) this.#parameters.set(name, number)
    this.undo()
  }

  /** The plan that added the fresh ones is undone. */
  undo(): void {
    this.#fresh.clear()
    this.#freshParameters.clear()
  }

  /** A whole transaction is undone: only the database knows now. */
  forget(): void {
    this.undo()
    this.#young.clear()
    this.#old.clear()
    this.#parameters.clear()
  }

  #remember(text: string, number: number): void {
    if (this.#young.size >= generation) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(text, number)
  }
}
