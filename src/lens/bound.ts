/** Rows bound to the plan of their table: they read what its walk has found, and leave there what is to be made. */
import { asItIs, type Codec, isUnread, type Report, tolerate, type Unread, unread, within } from './codec.ts'
import type { Slots } from './plan.ts'

export interface Bound<A> {
  readonly read: (slots: Slots, report: Report) => A | Unread
  /** For what is made afresh. Without it the row is put onto what the others have made. */
  readonly make: Sink<A> | undefined
  /** For rows that read one place. */
  readonly source: Source<A> | undefined
}

/** Where a value is left: in this slot as it is, or by a function of its own. */
type Sink<A> = number | ((slots: Slots, value: A) => void)

/** Puts what a row has made where the resource is made from. */
export function leave<A>(sink: Sink<A>, slots: Slots, value: A): void {
  if (typeof sink === 'number') slots[sink] = value
  else sink(slots, value)
}

/** What stands at one place, and what a row makes of it. */
export interface Source<A> {
  readonly slot: number
  /** FHIRPath of the place, to stand before what is said of it; empty if `decode` says it itself. */
  readonly path: string
  /** What if nothing stands there? `open`: `decode` knows. */
  readonly absence: 'optional' | 'required' | 'open'
  readonly decode: (raw: unknown, report: Report) => A | Unread
}

export function boundTo<A>(source: Source<A>, make: Bound<A>['make']): Bound<A> {
  const { slot } = source
  return { source, make, read: (slots, report) => readFrom(source, slots[slot], report) }
}

/** The raw value of one place. */
export const boundRaw = (slot: number, isMade: boolean): Bound<unknown> =>
  boundTo({ slot, path: '', absence: 'open', decode: asItIs }, isMade ? slot : undefined)

/** What a row makes of a raw value, and what it remarks, with the place in front. */
export function readFrom<A>({ decode, absence, path }: Source<A>, raw: unknown, report: Report): A | Unread {
  if ((raw === undefined || raw === null) && absence !== 'open') return absent(absence, path, report)
  const start = report.length
  const value = decode(raw, report)
  if ((isUnread(value) || report.length !== start) && path !== '') return remarked(value, absence, path, report, start)
  return value
}

function absent<A>(absence: Source<A>['absence'], path: string, report: Report): A | Unread {
  if (absence === 'optional') return undefined as A
  report.push({ path, message: 'is required here' })
  return unread
}

/** What is optional and cannot be read is left as it is. */
function remarked<A>(value: A | Unread, absence: Source<A>['absence'], path: string, report: Report, start: number): A | Unread {
  within(path, report, start)
  if (!isUnread(value) || absence === 'required') return value
  tolerate(report, start)
  return undefined as A
}

/** Reads on through a codec from where a row has read; `prior` is what stands there in what is made. */
export function decoded<A, B>(
  { read, make, source }: Bound<A>,
  { read: decode, write }: Codec<NonNullable<A>, B>,
  prior: NonNullable<A> | undefined,
  absence: 'optional' | 'required',
  path: string,
): Bound<B | undefined> {
  const next =
    make === undefined || (write as unknown) === asItIs
      ? (make as Sink<B | undefined> | undefined)
      : (slots: Slots, value: B | undefined): void =>
          value === undefined ? undefined : leave<unknown>(make as Sink<unknown>, slots, write(value, prior))
  if (source && source.decode === asItIs)
    return boundTo<B | undefined>({ slot: source.slot, path, absence, decode: decode as Source<B>['decode'] }, next)
  return {
    source: undefined,
    make: next,
    read(slots, report) {
      const start = report.length
      const raw = read(slots, report)
      if (raw === undefined || raw === null) return absent(absence, path, report)
      const here = report.length
      const value = isUnread(raw) ? unread : decode(raw as NonNullable<A>, report)
      if (!isUnread(value) && report.length === here) return value
      within(path, report, here)
      return remarked(value, absence, '', report, start)
    },
  }
}

/** Reads on from whatever a row has read; `optional` if there is nothing where nothing stands. */
export function onward<A, B>(
  { read, make, source }: Bound<A>,
  on: (value: A | Unread, report: Report) => B | Unread,
  write: (value: B) => A,
  absence: 'optional' | 'open' = 'open',
): Bound<B> {
  const next = make === undefined ? undefined : (slots: Slots, value: B): void => leave(make, slots, write(value))
  if (!source) return { source, make: next, read: (slots, report) => on(read(slots, report), report) }
  return boundTo(
    { slot: source.slot, path: '', absence, decode: (raw, report) => on(readFrom(source, raw, report), report) },
    next,
  )
}
