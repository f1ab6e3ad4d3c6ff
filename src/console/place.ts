/** Lists of a page, each by its name: some of each at once, or one of them from where it was left on. */
import type { Child } from 'hono/jsx'
import type { Ctx } from '../http/env.ts'
import { mostLooked } from '../http/parameters.ts'

/** What a list is to show, and the way to where it goes on. */
export interface Place {
  readonly count: number
  readonly after?: string
  /** Of the `next` of what is shown; undefined at the end. */
  more(next: string | null | undefined): string | undefined
}

export type Lists = Readonly<Record<string, (c: Ctx, place: Place) => Promise<Child>>>

/** The beginning of a list that goes on at a page of its own. */
export const beginning = (path: string, name: string, count: number): Place => ({
  count,
  more: (next) => (typeof next === 'string' ? `${path}?list=${name}` : undefined),
})

/** `?list=…&after=…`: one of them alone, from there on. */
export async function shown(c: Ctx, path: string, lists: Lists, count: number): Promise<readonly Child[]> {
  const { list, after } = c.req.query()
  const all: Child[] = []
  for (const [name, board] of Object.entries(lists)) {
    if (list !== undefined && list !== name) continue
    const more = (next: string | null | undefined) =>
      typeof next === 'string' ? `${path}?list=${name}&after=${encodeURIComponent(next)}` : undefined
    all.push(await board(c, { count, more, ...(list === name && after !== undefined && { after }) }))
  }
  return all
}

/** The same as members of a collection are asked for, of which no page looks through more than so many. */
export const members = (c: Ctx, { count, after }: Place) => ({
  limit: count,
  looks: mostLooked,
  room: c.get('limits').page,
  ...(after !== undefined && { after }),
})

/** And records of another kind. */
export const records = ({ count, after }: Place) => ({ count, ...(after !== undefined && { after }) })
