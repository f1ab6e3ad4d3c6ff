/**
 * A partner's table: what one partner wants said otherwise than the standard mappings say it, element by element and on top of them.
 * It works both ways. What a partner left as it was sent means what it meant here: what was left out, shortened or said in coarser
 * words comes back whole; only what the partner changed is heard anew.
 *
 * Laws (checked for every table, over resources that the mappings write):
 * - nothing lost: hearing what was said gives the very same resource.
 * - nothing invented: what the partner changed to, heard and said again, is what the partner has.
 * - twice is once: saying what was said changes nothing.
 * - frame: elements without a row are untouched.
 */
import { equal, type Json } from './equal.ts'

/** How one element is said, and heard. Absent values are `undefined`. */
export interface Turn<V, R = object> {
  /** `resource` is ours as it is to be sent, rows above applied. */
  say(ours: V | undefined, resource: R): V | undefined
  /** What `theirs` means, where it is not what was said for `ours`; as it stands, if there is no word on it. */
  hear?(theirs: V | undefined, ours: V | undefined): V | undefined
}

interface Row {
  /** An element of the resource; `*`: each of them. */
  readonly element: string
  /** The public page that asks for it. */
  readonly because: string
  readonly turn: Turn<unknown>
}

export interface Partner {
  /** The flavour of connection that it is for. */
  readonly flavour: string
  /** By type of resource; those of `*` come first, for every type. Rows of one element are applied in their order. */
  readonly rows: Readonly<Record<string, readonly Row[]>>
  /** Resources that this partner has no form for: nothing is sent of them, until that has changed. */
  readonly withheld?: Readonly<Record<string, (resource: Json) => boolean>>
}

/**
 * What a state wants to be reported of those who live there, in its own form: a table that comes after the one of whoever is sent it. Reports
 * go out and are not heard, so that its turns need not be. Its types (those of `rows`, though they have none) are all that goes.
 */
export interface ExportProfile extends Partner {
  /** USPS code. */
  readonly jurisdiction: string
  /** The first day that it is asked for, and the last: `2026-07-01`. */
  readonly from: string
  readonly until?: string
}

/** One after the other. */
export function onTop(first: Partner | undefined, second: Partner | undefined): Partner | undefined {
  if (!first || !second) return first ?? second
  const types = [...new Set([...Object.keys(first.rows), ...Object.keys(second.rows)])]
  const withheldBy = (type: string) => (resource: Json) =>
    [first, second].some(({ withheld }) => withheld?.[type]?.(resource) === true)
  return {
    flavour: first.flavour,
    rows: Object.fromEntries(types.map((type) => [type, [...(first.rows[type] ?? []), ...(second.rows[type] ?? [])]])),
    withheld: Object.fromEntries(types.map((type) => [type, withheldBy(type)])),
  }
}

/** Rows of one type of resource, checked against its elements. */
export const rowsOf =
  <R extends object>(page: string) =>
  <K extends keyof R & string>(element: K, turn: Turn<NonNullable<R[K]>, R>, because = page): Row => ({
    element,
    because,
    turn: turn as unknown as Turn<unknown>,
  })

/** Identity, type and metadata are nobody's to reword. */
const own = new Set(['resourceType', 'id', 'meta'])

/** The rows of a type, in their order. */
export const rowsFor = ({ rows }: Partner, type: unknown): readonly Row[] => [...(rows['*'] ?? []), ...(rows[String(type)] ?? [])]

const elementsOf = (row: Row, ...resources: readonly Json[]): readonly string[] =>
  row.element === '*' ? [...new Set(resources.flatMap(Object.keys))].filter((name) => !own.has(name)) : [row.element]

function withElement(resource: Json, element: string, value: unknown): Json {
  if (value === undefined) {
    const { [element]: _, ...rest } = resource
    return rest
  }
  return resource[element] === value ? resource : { ...resource, [element]: value }
}

const sayRow = (resource: Json, row: Row): Json =>
  elementsOf(row, resource).reduce((now, element) => withElement(now, element, row.turn.say(now[element], now)), resource)

/** The resource as the partner takes it; the same object where it takes ours as it is. */
export const said = (partner: Partner, ours: Json): Json => rowsFor(partner, ours.resourceType).reduce(sayRow, ours)

/** What the partner's resource says in our words, `ours` being what was sent. */
export function heard(partner: Partner, theirs: Json, ours: Json): Json {
  const rows = rowsFor(partner, ours.resourceType)
  const steps = [ours]
  for (const row of rows) steps.push(sayRow(steps.at(-1)!, row))
  return rows.reduceRight((now, row, i) => {
    const [before, after] = [steps[i]!, steps[i + 1]!]
    return elementsOf(row, before, now).reduce((result, element) => {
      const unchanged = equal(now[element], after[element])
      const hear = row.turn.hear ?? ((value: unknown) => value)
      return withElement(result, element, unchanged ? before[element] : hear(now[element], before[element]))
    }, now)
  }, theirs)
}
