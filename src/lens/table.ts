/** A table of fields, ready to run: bound to one plan, which walks a resource once for all of them. */
import { type Bound, readFrom, type Source } from './bound.ts'
import { isUnread, type Report, silently, type Unread, unread } from './codec.ts'
import { equal } from './equal.ts'
import type { Field } from './field.ts'
import { makerOf } from './make.ts'
import { planOf, type Slots } from './plan.ts'

type Value = Readonly<Record<string, unknown>>

interface Table<R> {
  read(resource: R, report: Report): Record<string, unknown> | Unread
  write(value: Value, onto: R): R
  /** Onto a copy of the blank. */
  make(value: Value): R
}

/** Binds each field to one plan, in the order of the table, which is the order of what is written. */
export function tableOf<R>(fields: Readonly<Record<string, Field<R, unknown>>>, blank: R): Table<R> {
  const plan = planOf(blank)
  const names = Object.keys(fields)
  const sets = names.map((name) => fields[name]!.set)
  const bound = names.map((name) => fields[name]!.bind(plan))
  const makes = bound.map(({ make }) => make)
  const late = names.flatMap((_, i) => (makes[i] === undefined ? [i] : []))
  const rows = rowsOf(names, bound)
  const build = makerOf(plan.tree, blank)
  return {
    read: (resource, report) => readRows(rows, plan.slots(resource), report),
    write(value, onto) {
      let resource = onto
      // No row writes what another one reads: what stood there before the first of them tells each what it has to write.
      const slots = plan.slots(onto)
      for (let i = 0; i < names.length; i++) {
        const next = value[names[i]!]
        if (standsIn(rows[i]!, slots, next)) continue
        const now = readRow(rows[i]!, slots, silently)
        if (isUnread(now) || !equal(now, next)) resource = sets[i]!(resource, next)
      }
      return resource
    },
    make(value) {
      const slots = plan.empty()
      for (let i = 0; i < names.length; i++) {
        const part = value[names[i]!]
        const make = makes[i]
        if (part === undefined || make === undefined) continue
        if (typeof make === 'number') slots[make] = part
        else make(slots, part)
      }
      let resource = build(slots) as R
      for (const i of late) {
        const part = value[names[i]!]
        if (part !== undefined) resource = sets[i]!(resource, part)
      }
      return resource
    },
  }
}

/** A row in the plan of its table. */
interface Row {
  readonly name: string
  readonly bound: Bound<unknown>
  readonly source: Source<unknown> | undefined
  readonly slot: number
  readonly isOptional: boolean
  /** Does it write values as they are? */
  readonly isAsItIs: boolean
}

export function rowsOf(names: readonly string[], bound: readonly Bound<unknown>[]): readonly Row[] {
  return bound.map(({ source, ...rest }, i) => ({
    name: names[i]!,
    bound: { source, ...rest },
    source,
    slot: source?.slot ?? -1,
    isOptional: source?.absence === 'optional',
    isAsItIs: typeof rest.make === 'number',
  }))
}

function readRow(row: Row, slots: Slots, report: Report): unknown {
  const { bound, source, isOptional } = row
  if (source === undefined) return bound.read(slots, report)
  const raw = slots[source.slot]
  return raw === undefined && isOptional ? undefined : readFrom(source, raw, report)
}

/** Is this very value there already? Asked of rows that write values as they are, and of what is absent. */
const standsIn = (row: Row, slots: Slots, value: unknown): boolean =>
  row.isOptional && (value === undefined || row.isAsItIs) && slots[row.source!.slot] === value

/** All in the order of the table, as an object; `unread` if one that must be read cannot be. */
export function readRows(rows: readonly Row[], slots: Slots, report: Report): Record<string, unknown> | Unread {
  const value: Record<string, unknown> = {}
  let whole = true
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!
    if (row.isOptional && slots[row.slot] === undefined) continue
    const part = readRow(row, slots, report)
    if (isUnread(part)) whole = false
    else if (part !== undefined) value[row.name] = part
  }
  return whole ? value : unread
}
