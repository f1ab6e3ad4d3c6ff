/** Search parameters have numbers: `Observation.code` one, and `Observation` one that every resource of the type has. */
import type { Held } from '../fhir/search/contained.ts'
import { db, lasting, prepare, row, rows } from './compile.ts'
import type { Sql } from './sql.ts'

const parameterByName = prepare<{ name: string }>()(($) =>
  db.selectFrom('parameter').select('number').where('name', '=', $('name')),
)
const insertParameter = prepare<{ name: string }>()(($) =>
  db
    .insertInto('parameter')
    .values({ name: $('name') } as never)
    .returning('number'),
)

const nameOf = (type: string, param: string): string => (param === '' ? type : `${type}.${param}`)

/** The number of a type's parameter (of the type itself: ''), if it has one. */
export function* findParameter(type: string, param: string): Sql<number | undefined> {
  return (yield* lasting(parameterByName, { name: nameOf(type, param) }))?.number
}

const itemsByName = prepare<{ from: string; to: string }>()(($) =>
  db.selectFrom('parameter').select('name').where('name', '>=', $('from')).where('name', '<', $('to')),
)

/** Numbers of the items that any resource has the parameter in: those of `param#0`, `param#1` … */
export function* findItems(type: string, param: string): Sql<number[]> {
  const start = `${nameOf(type, param)}#`
  const found = yield* rows(itemsByName, { from: start, to: `${start}\u{10FFFF}` })
  return found.map(({ name }) => Number(name.slice(start.length)))
}

/** The contained resources that a parameter of a type leads to anywhere: those of `param@Patient.0`, `param@Patient.1` … */
export function* findHeld(type: string, param: string): Sql<Held[]> {
  const start = `${nameOf(type, param)}@`
  const found = yield* rows(itemsByName, { from: start, to: `${start}\u{10FFFF}` })
  return found.map(({ name }) => {
    const [held = '', item] = name.slice(start.length).split('.')
    return { param, type: held, item: Number(item) }
  })
}

/** The writer's memory of them. What an undone plan added is forgotten with it. */
export class Parameters {
  readonly #types = new Map<string, Map<string, number>>()
  #fresh: (readonly [type: string, param: string])[] = []

  keep(): void {
    if (this.#fresh.length > 0) this.#fresh = []
  }

  /** The numbers of a type's parameters as far as they are known; '' stands for the type itself. */
  of(type: string): Map<string, number> {
    const known = this.#types.get(type) ?? new Map<string, number>()
    this.#types.set(type, known)
    return known
  }

  /** From now on these are known: those that have no number are given one. */
  *learn(type: string, params: ReadonlySet<string>): Sql<void> {
    const known = this.of(type)
    for (const param of params)
      if (!known.has(param)) known.set(param, (yield* findParameter(type, param)) ?? (yield* this.#add(type, param)))
  }

  *#add(type: string, param: string): Sql<number> {
    this.#fresh.push([type, param])
    const made = yield* row(insertParameter, { name: nameOf(type, param) })
    return made!.number
  }

  undo(): void {
    for (const [type, param] of this.#fresh) this.#types.get(type)?.delete(param)
    this.keep()
  }

  forget(): void {
    this.#types.clear()
    this.keep()
  }
}
