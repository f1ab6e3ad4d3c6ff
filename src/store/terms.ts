/**
 * Values that searches compare for equality (tokens, references, uris) are known by numbers. A reference to a resource that is here has that
 * resource's number; every other value is written once, as a *term*, found by a hash and then compared in full.
 */
import { db, each, inserting, prepare, row, rows } from './compile.ts'
import { asList, membersOf, textsOf } from './dialect.ts'
import { hash } from './hash.ts'
import type { Sql } from './sql.ts'

/** A system and a value, or a reference. Absent parts are parts, too. */
export type Group = string | undefined | typeof references
/** The group of all references. */
export const references: unique symbol = Symbol('references')

export interface Wanted {
  readonly group: Group
  readonly value: string | undefined
  /** Once it is known. */
  number?: number
}

/** Numbers from here on are those of resources, below it those of terms. */
export const firstResource = 2 ** 31

/** One text for one term: no two terms share it. */
const textOf = (system: string | undefined, value: string | undefined): string =>
  (system === undefined ? '-' : `${system.length}:${system}`) + (value === undefined ? '' : `=${value}`)

const byHash = prepare<{ hashes: string }>()(($) =>
  db
    .selectFrom('term')
    .select(['number', 'system', 'value'])
    .where('hash', 'in', membersOf($('hashes'))),
)
const byOneHash = prepare<{ hash: number }>()(($) =>
  db.selectFrom('term').select(['number', 'system', 'value']).where('hash', '=', $('hash')),
)
const lastTerm = prepare<Record<never, never>>()(() => db.selectFrom('term').select('number').orderBy('number', 'desc').limit(1))
const insertTerm = inserting('term', ['number', 'hash', 'system', 'value'])
const resourceNumber = prepare<{ type: string; id: string }>()(($) =>
  db.selectFrom('resource').select('number').where('type', '=', $('type')).where('id', '=', $('id')),
)

const resourceNumbers = prepare<{ type: string; ids: string }>()(($) =>
  db
    .selectFrom('resource')
    .select('number')
    .where('type', '=', $('type'))
    .where('id', 'in', textsOf($('ids'))),
)

/** The terms with this value: of one system, of none (`null`), or of any (`undefined`). */
export const findTerms = (value: string, system: string | null | undefined): Sql<number[]> => findAnyTerms([{ value, system }])

interface Sought {
  readonly value: string
  readonly system: string | null | undefined
}

/** The terms of any of these, in one round trip. */
export function* findAnyTerms(sought: readonly Sought[]): Sql<number[]> {
  const systems = new Map<string, (string | null | undefined)[]>()
  for (const { value, system } of sought) {
    const known = systems.get(value)
    if (known === undefined) systems.set(value, [system])
    else known.push(system)
  }
  const found = yield* termsWith([...systems.keys()].map(hash))
  const fits = (of: string | null, wanted: readonly (string | null | undefined)[]) =>
    wanted.includes(of) || wanted.includes(undefined)
  return found
    .filter(({ value, system }) => fits(system, (value !== null && systems.get(value)) || []))
    .map(({ number }) => number)
}

/** One is most often asked for: without a list it takes a fifth of the time. */
const termsWith = (hashes: readonly number[]) =>
  hashes.length === 1 ? rows(byOneHash, { hash: hashes[0]! }) : rows(byHash, { hashes: asList(hashes) })

/** References as resources have them: by the target's number, or as a term where the target came later. */
export function* findReferences(targets: readonly string[]): Sql<number[]> {
  const locals = targets.length === 1 ? [yield* localNumber(targets[0])] : yield* localNumbers(targets)
  const terms = yield* findAnyTerms(targets.map((value) => ({ value, system: null })))
  return [...locals.filter((local) => local !== undefined), ...terms]
}

/** Of `Type/id`. */
function localName(target: string): { readonly type: string; readonly id: string } | undefined {
  const [type, id, rest] = target.split('/')
  return type && id && rest === undefined ? { type, id } : undefined
}

function* localNumber(target = ''): Sql<number | undefined> {
  const name = localName(target)
  const found = name && (yield* row(resourceNumber, name))
  return found && firstResource + found.number
}

/** Of those that are here; one question for each type. */
function* localNumbers(targets: readonly string[]): Sql<number[]> {
  const found: number[] = []
  const byType = Map.groupBy(
    targets.flatMap((target) => localName(target) ?? []),
    ({ type }) => type,
  )
  for (const [type, names] of byType) {
    const ids = JSON.stringify(names.map(({ id }) => id))
    for (const { number } of yield* rows(resourceNumbers, { type, ids })) found.push(firstResource + number)
  }
  return found
}

/** So many are looked for at a time. */
const slice = 2000

/** How many are remembered, at most twice over. */
const generation = 20_000

type Memory = Map<Group, Map<string | undefined, number>>

/** The writer's memory of numbers. What an undone plan added is forgotten with it. */
export class Terms {
  #young: Memory = new Map()
  #old: Memory = new Map()
  #size = 0
  #fresh: Wanted[] = []
  #next: number | undefined

  known(group: Group, value: string | undefined): number | undefined {
    const young = this.#young.get(group)?.get(value)
    if (young !== undefined) return young
    const old = this.#old.get(group)?.get(value)
    if (old !== undefined) this.#remember(group, value, old)
    return old
  }

  /** A resource that was just made can be referred to. */
  made(type: string, id: string, number: number): void {
    this.#add({ group: references, value: `${type}/${id}` }, firstResource + number)
  }

  /** Notes the numbers of these, which `known` does not know: those that have none are given one. */
  *number(wanted: readonly Wanted[]): Sql<void> {
    for (let from = 0; from < wanted.length; from += slice) yield* this.#number(wanted.slice(from, from + slice))
  }

  *#number(wanted: readonly Wanted[]): Sql<void> {
    /** By the text of the term: who wants it (a reference to what is not here is a term like any other). */
    const missing = new Map<string, { system: string | null; value: string | null; hash: number; for: Wanted[] }>()
    for (const want of wanted) {
      const { group, value } = want
      const system = group === references ? undefined : group
      const text = textOf(system, value)
      const before = missing.get(text)
      const known =
        this.known(group, value) ?? (group === references && before === undefined ? yield* localNumber(value) : undefined)
      if (known !== undefined) {
        want.number = known
        this.#remember(group, value, known)
      } else if (before) before.for.push(want)
      else missing.set(text, { system: system ?? null, value: value ?? null, hash: hash(value ?? ''), for: [want] })
    }
    if (missing.size === 0) return
    const hashes = new Set(missing.values().map((term) => term.hash))
    for (const { number, system, value } of yield* rows(byHash, { hashes: asList([...hashes]) })) {
      const text = textOf(system ?? undefined, value ?? undefined)
      for (const want of missing.get(text)?.for ?? []) {
        want.number = number
        this.#remember(want.group, want.value, number)
      }
      missing.delete(text)
    }
    this.#next ??= ((yield* row(lastTerm, {}))?.number ?? 0) + 1
    const added = []
    for (const { for: wants, ...term } of missing.values()) {
      const number = this.#next++
      for (const want of wants) {
        want.number = number
        this.#add(want, number)
      }
      added.push({ number, ...term })
    }
    yield* each(insertTerm, added)
  }

  /** The plan that added the fresh ones is kept. */
  keep(): void {
    if (this.#fresh.length > 0) this.#fresh = []
  }

  /** The plan that added the fresh ones is undone. */
  undo(): void {
    for (const { group, value } of this.#fresh) for (const memory of [this.#young, this.#old]) memory.get(group)?.delete(value)
    this.keep()
  }

  /** A whole transaction is undone: only the database knows now. */
  forget(): void {
    this.#young.clear()
    this.#old.clear()
    this.#size = 0
    this.keep()
  }

  #add(want: Wanted, number: number): void {
    this.#fresh.push(want)
    this.#remember(want.group, want.value, number)
  }

  #remember(group: Group, value: string | undefined, number: number): void {
    if (++this.#size > generation) {
      this.#old = this.#young
      this.#young = new Map()
      this.#size = 1
    }
    const known = this.#young.get(group)
    if (known) known.set(value, number)
    else this.#young.set(group, new Map([[value, number]]))
  }
}
