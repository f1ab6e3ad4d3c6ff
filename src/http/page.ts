/** A page of a list: `?limit=…&after=…`, answered with `{ "items", "next" }`. */
import type { Ctx } from './env.ts'
import { Paging } from './parameters.ts'

export interface Page {
  readonly limit: number
  readonly after?: string
}

/** How many a list shows where nothing is said, and at most. */
interface Sizes {
  readonly usual: number
  readonly most: number
}

const usual: Sizes = { usual: 50, most: 200 }
export const forOperators: Sizes = { usual: 50, most: 500 }

/** A page as JSON; `next` is null at the end of the list. */
export const jsonPage = (c: Ctx, page: { readonly items: readonly unknown[]; readonly next?: string }): Response =>
  c.json({ ...page, next: page.next ?? null })

/** A filter without what is not said. */
export const given = <Filter extends Readonly<Record<string, string | undefined>>>(filter: Filter): Said<Filter> =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as Said<Filter>

type Said<Filter> = { readonly [Name in keyof Filter]?: Exclude<Filter[Name], undefined> }

/** How many, and from where on. A limit that is too high is settled quietly. */
export function pageOf(c: Ctx, sizes = usual): Page {
  const { limit, after } = Paging.parse(c.req.query())
  return { limit: Math.min(Number(limit ?? sizes.usual), sizes.most), ...(after !== undefined && { after }) }
}

/** The same as the flows of the inbox, the outbox and payers' rules take it. */
export function counted(c: Ctx, sizes = usual): { readonly count: number; readonly after?: string } {
  const { limit, ...rest } = pageOf(c, sizes)
  return { count: limit, ...rest }
}
