/** Pages of lists: `?limit=…&after=…`, answered with `{ "items", "next" }`. */
import type { Ctx } from './env.ts'

const usual = 50
const most = 200

/** How many, and from where on; a limit that is none, or too high, is settled quietly. */
export function pageOf(c: Ctx): { readonly limit: number; readonly after?: string } {
  const { limit, after } = c.req.query()
  const wanted = Number(limit ?? usual)
  return { limit: Number.isInteger(wanted) && wanted > 0 ? Math.min(wanted, most) : usual, ...(after !== undefined && { after }) }
}
