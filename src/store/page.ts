/** Cursors: where a page ended, opaque to whoever carries it, bound to the life of the store and the kind of question. */
import { cursorOf, partsOf } from '../domain/cursor.ts'
import { problem } from '../domain/problem.ts'
import type { Recent } from './recent.ts'
import { BadCursor, type Page } from './store.ts'
import type { Unlisted } from './unlisted.ts'

/** What every question to a store is answered with. */
export interface Known {
  /** The store's own random name, made when it was created, and made anew when it is restored. */
  readonly epoch: string
  readonly unlisted: Unlisted
  readonly recent: Recent
}

/** And what this one is. */
export interface Reading extends Known {
  /** Milliseconds: its instant, which may be ahead of the clock where that was set back. */
  readonly at: number
  /** Milliseconds, by the clock: what has expired by it is not there. */
  readonly clock: number
  /** Inside a commit: the number of the one before. */
  readonly sequence?: number
}

type Position = string | number

/** Holds row numbers and keys of records, never content of resources: cursors travel in URLs. */
export function cursor({ epoch }: Known, kind: string, position: Position): string {
  return cursorOf(epoch, kind, position)
}

/** The position that `cursor` was given. Throws BadCursor. */
export function position({ epoch }: Known, kind: string, text: string): Position {
  const [life, of, at, ...rest] = partsOf(text)
  if (at === undefined || rest.length > 0) throw new BadCursor(problem('invalid', 'This is not a cursor of ours.'))
  if (life !== epoch)
    throw new BadCursor(problem('gone', 'This cursor is from before the store was restored; start again from the beginning.'))
  if (of !== kind || (typeof at !== 'string' && typeof at !== 'number'))
    throw new BadCursor(problem('invalid', 'This cursor belongs to another question.'))
  return at
}

/** The same where it is a row number; `start` without a cursor. */
export function rowPosition(reading: Reading, kind: string, text: string | undefined, start: number): number {
  const at = text === undefined ? start : Number(position(reading, kind, text))
  if (!Number.isSafeInteger(at)) throw new BadCursor(problem('invalid', 'This cursor belongs to another question.'))
  return at
}

/** So many rows are read together where a page has to stop when it is full: those of a usual history, and one more. */
export const portion = 51

/** How many of what is so long fill the room, the one that fills it included; all of them if they do not. */
export function filling(lengths: readonly number[], room: number): number {
  let left = room
  const last = lengths.findIndex((length) => {
    left -= length
    return left <= 0
  })
  return last < 0 ? lengths.length : last + 1
}

/** A page from one row more than was asked for: the one more tells whether there is another page. */
export function page<R, T>(found: readonly R[], count: number, item: (row: R) => T, next: (last: R) => string): Page<T> {
  const items = found.slice(0, count).map(item)
  const last = found.length > count ? found[count - 1] : undefined
  return last === undefined ? { items } : { items, next: next(last) }
}
