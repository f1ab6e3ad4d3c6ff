/**
 * A mapping is a table, written once, that works both ways: domain fields on the left, FHIR places on the right.
 *
 * It maps onto *parts*: the resources that one domain object is made of, by type name. The anchor comes first and exists always.
 * Laws (checked for every mapping, over generated values and real resources):
 * - GetPut: writing what was read returns the very same parts.
 * - PutGet: what was written is read.
 * - PutPut: the last write wins, byte-equal on parts that we wrote, equal as read on any other.
 * - frame: places that are not in the table are untouched.
 */
import type { z } from 'zod'
import type { Issue } from '../domain/problem.ts'
import { isUnread } from './codec.ts'
import type { Field, Owner } from './field.ts'
import { type Place, root } from './place.ts'
import { type FieldsOf, refuseSharedPlaces } from './shape.ts'
import { tableOf } from './table.ts'

/** What was read; warnings name what is there but could not be represented, and was left alone. */
export type Reading<D> =
  | { readonly ok: true; readonly value: D; readonly warnings: readonly Issue[] }
  | { readonly ok: false; readonly issues: readonly Issue[] }

/** One row, for documentation and reports. */
interface Row {
  readonly field: string
  readonly places: readonly string[]
  readonly owner: Owner
  readonly codec: string
  /** For lists: what tells their items apart. */
  readonly key?: string
}

/** What Provenance names. */
export interface Table {
  readonly name: string
  /** Counts up with every change of the table. */
  readonly version: number
}

export interface Mapping<D, P> extends Table {
  /** The read schema: what a value of this mapping is. */
  readonly domain: z.ZodType<D>
  /** What a new one starts as. */
  readonly blank: P
  readonly rows: readonly Row[]
  read(parts: P): Reading<D>
  /** Writes onto the parts given, or onto the blank ones; parts where nothing changed are returned as the same objects. */
  write(value: D, onto?: P): P
  /** Which fields differ between two values, by name. */
  readonly fields: { readonly [K in keyof D]-?: Field<P, D[K]> }
}

/** The places of a record of parts. */
export type Parts<P> = { readonly [K in keyof P & string]-?: Place<P, NonNullable<P[K]>> }

interface MappingSpec<D, P> {
  readonly name: string
  readonly version: number
  readonly domain: z.ZodType<D>
  readonly blank: P
  /** Owner of every field that names no other. */
  readonly owner: Owner
  readonly fields: (parts: Parts<P>) => FieldsOf<P, D>
}

/** Makes a mapping of its table. Throws where two rows claim the same place: the table is wrong, not the data. */
export function mapping<D extends object, P extends object>(spec: MappingSpec<D, P>): Mapping<D, P> {
  const fields = spec.fields(root<P>() as unknown as Parts<P>)
  const table = fields as unknown as Record<string, Field<P, unknown>>
  refuseSharedPlaces(`mapping ${spec.name}`, table)
  const rows = tableOf(table, spec.blank)
  return {
    name: spec.name,
    version: spec.version,
    domain: spec.domain,
    blank: spec.blank,
    fields,
    rows: Object.entries(table).map(([name, row]) => ({
      field: name,
      places: row.places,
      owner: row.owner ?? spec.owner,
      codec: row.codec,
      ...(row.items && { key: row.items.by }),
    })),
    read(parts) {
      const report: Issue[] = []
      const value = rows.read(parts, report)
      return isUnread(value) ? { ok: false, issues: report } : { ok: true, value: value as D, warnings: report }
    },
    write: (value, onto) =>
      onto ? rows.write(value as Record<string, unknown>, onto) : rows.make(value as Record<string, unknown>),
  }
}
