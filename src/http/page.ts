/** A page of a list: `?limit=…&after=…`, answered with `{ "items", "next" }`. */
import type { Ctx } from './env.ts'
import { Paging } from './parameters.ts'

const usual = 50
const most = 200

export interface Page {
  readonly limit: number
  readonly after?: string
}

/** How many a list shows where nothing is said, and at most. */
interface Sizes {
  readonly usual: number
  readonly most: number
}

/** A page as the flows of the inbox, the outbox and payers' rules take it. */
export const counted = ({ limit, after }: Page): { readonly count: number; readonly after?: string } => ({
  count: limit,
  ...(after !== undefined && { after }),
})

/** How many, and from where on. A limit that is too high is settled quietly. */
export function pageOf(c: Ctx, sizes: Sizes = { usual, most }): Page {
  const { limit, after } = Paging.parse(c.req.query())
  return { limit: Math.min(Number(limit ?? sizes.usual), sizes.most), ...(after !== undefined && { after }) }
}
