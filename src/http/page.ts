/** Parameters of lists: `?limit=…&after=…` and what a list can be narrowed by, answered with `{ "items", "next" }`. */
import { fail, ok, type Result } from '../domain/problem.ts'
import type { Ctx } from './env.ts'

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

/** Operators say with `tenant` whose lists they mean: settled with who asks. */
const ofTheDoor = (path: string): readonly string[] =>
  path.startsWith('/admin/') ? ['limit', 'after', 'tenant'] : ['limit', 'after']

/** A page as the flows of the inbox, the outbox and payers' rules take it. */
export const counted = ({ limit, after }: Page): { readonly count: number; readonly after?: string } => ({
  count: limit,
  ...(after !== undefined && { after }),
})

/**
 * How many, from where on, and the named parameters. A limit that is too high is settled quietly; a parameter that is unknown is refused:
 * a filter that nobody heard would show too much. Fails `invalid`.
 */
export function listOf<const Name extends string>(
  c: Ctx,
  names: readonly Name[] = [],
  sizes: Sizes = { usual, most },
): Result<{ readonly page: Page; readonly filter: { readonly [K in Name]?: string } }> {
  const given = new URL(c.req.url).searchParams
  const known: readonly string[] = [...ofTheDoor(c.req.path), ...names]
  const unknown = [...given.keys()].find((name) => !known.includes(name))
  if (unknown !== undefined) {
    // Names are the sender's text too: only what looks like one is repeated.
    const path = /^\w{1,64}$/.test(unknown) ? unknown : 'query'
    return fail('invalid', 'There is no such parameter here.', { issues: [{ path, message: 'is not known here' }] })
  }
  const after = given.get('after')
  const wanted = given.get('limit') ?? String(sizes.usual)
  if (!/^[1-9]\d{0,8}$/.test(wanted)) {
    return fail('invalid', 'limit has to be a whole number from 1.', {
      issues: [{ path: 'limit', message: 'has to be a whole number from 1' }],
    })
  }
  const filter = Object.fromEntries(names.flatMap((name) => (given.has(name) ? [[name, given.get(name)]] : [])))
  return ok({
    page: { limit: Math.min(Number(wanted), sizes.most), ...(after !== null && { after }) },
    filter: filter as { readonly [K in Name]?: string },
  })
}
