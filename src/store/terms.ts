/**
 * Values that searches compare for equality (tokens, references, uris) are known by numbers. A reference to a resource that is here has that
 * resource's number; every other value is written once, as a *term*, found by a hash and then compared in full.
 */
import { db, each, prepare, row, rows } from './compile.ts'
import { asList, membersOf } from './dialect.ts'
import { hash } from './hash.ts'
import type { Sql } from './sql.ts'

export type Wanted = { readonly system: string | undefined; readonly value: string | undefined } | { readonly reference: string }

/** Numbers from here on are those of resources, below it those of terms. */
export const firstResource = 2 ** 31

/** One text for one term: no two terms share it. */
export const termText = (system: string | undefined, value: string | undefined): string =>
  (system === undefined ? '-' : `${system.length}:${system}`) + (value === undefined ? '' : `=${value}`)
export const referenceText = (target: string): string => `>${target}`

const byHash = prepare<{ hashes: string }>()(($) =>
  db
    .selectFrom('term')
    .select(['number', 'system', 'value'])
    .where('hash', 'in', membersOf($('hashes'))),
)
const lastTerm = prepare<Record<never, never>>()(() => db.selectFrom('term').select('number').orderBy('number', 'desc').limit(1))
const insertTerm = prepare<{ number: number; hash: number; system: string | null; value: string | null }>()(($) =>
  db.insertInto('term').values({ number: $('number'), hash: $('hash'), system: $('system'), value: $('value') }),
)
const resourceNumber = prepare<{ type: string; id: string }>()(($) =>
  db.selectFrom('resource').select('number').where('type', '=', $('type')).where('id', '=', $('id')),
)

/** The terms with this value: of one system, of none (`null`), or of any (`undefined`). */
export function* findTerms(value: string, system: string | null | undefined): Sql<number[]> {
  const found = yield* rows(byHash, { hashes: asList([hash(value)]) })
  return found
    .filter((term) => term.value === value && (system === undefined || term.system === system))
    .map((term) => term.number)
}

/** A reference as resources have it: by the target's number, or as a term where the target came later. */
export function* findReference(target: string): Sql<number[]> {
  const local = yield* localNumber(target)
  return [...(local === undefined ? [] : [local]), ...(yield* findTerms(target, null))]
}

function* localNumber(target: string): Sql<number | undefined> {
  const [type, id, rest] = target.split('/')
  if (type === undefined || id === undefined || rest !== undefined) return undefined
  const found = yield* row(resourceNumber, { type, id })
  return found && firstResource + found.number
}

/** How many are remembered, at most twice over. */
const generation = 50_000

/** The writer's memory of numbers. What an undone plan added is forgotten with it. */
export class Terms {
  #young = new Map<string, number>()
  #old = new Map<string, number>()
  readonly #fresh = new Map<string, number>()
  #next: number | undefined

  known(text: string): number | undefined {
    const young = this.#young.get(text)
    if (young !== undefined) return young
    const old = this.#old.get(text)
    if (old === undefined) return this.#fresh.get(text)
    this.#remember(text, old)
    return old
  }

  /** The number of a text that is known, 0 for none. */
  number(text: string): number {
    const known = text === '' ? 0 : this.known(text)
    if (known === undefined) throw new Error('a term without a number')
    return known
  }

  /** A resource that was just made can be referred to. */
  made(type: string, id: string, number: number): void {
    this.#fresh.set(referenceText(`${type}/${id}`), firstResource + number)
  }

  /** After this, `known` knows all of these until the next `numbers`. */
  *numbers(wanted: ReadonlyMap<string, Wanted>): Sql<void> {
    /** By the text of the term: the texts under which it is wanted (a reference to what is not here is a term like any other). */
    const missing = new Map<string, { system: string | null; value: string | null; hash: number; texts: string[] }>()
    for (const [text, want] of wanted) {
      const local = 'reference' in want ? yield* localNumber(want.reference) : undefined
      if (local !== undefined) {
        this.#remember(text, local)
        continue
      }
      const [system, value] = 'reference' in want ? [undefined, want.reference] : [want.system, want.value]
      const term = termText(system, value)
      const before = missing.get(term)
      if (before) before.texts.push(text)
      else missing.set(term, { system: system ?? null, value: value ?? null, hash: hash(value ?? ''), texts: [text] })
    }
    const hashes = new Set(missing.values().map((term) => term.hash))
    for (const { number, system, value } of yield* rows(byHash, { hashes: asList([...hashes]) })) {
      const term = termText(system ?? undefined, value ?? undefined)
      for (const text of missing.get(term)?.texts ?? []) this.#remember(text, number)
      missing.delete(term)
    }
    this.#next ??= ((yield* row(lastTerm, {}))?.number ?? 0) + 1
    const added = []
    for (const { texts, ...term } of missing.values()) {
      const number = this.#next++
      for (const text of texts) this.#fresh.set(text, number)
      added.push({ number, ...term })
    }
    yield* each(insertTerm, added)
  }

  /** The plan that added the fresh ones is kept. */
  keep(): void {
    for (const [text, number] of this.#fresh) this.#remember(text, number)
    this.undo()
  }

  /** The plan that added the fresh ones is undone. */
  undo(): void {
    this.#fresh.clear()
  }

  /** A whole transaction is undone: only the database knows now. */
  forget(): void {
    this.undo()
    this.#young.clear()
    this.#old.clear()
  }

  #remember(text: string, number: number): void {
    if (this.#young.size >= generation) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(text, number)
  }
}
