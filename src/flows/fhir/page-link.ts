/**
 * Links to next pages. They say nothing of what was searched for, serve whom they were given to, and end after an hour; each page brings a
 * new one. https://hl7.org/fhir/R4/http.html#paging
 */
import { z } from 'zod'
import { seal, unseal } from '../../access/seal.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import type { BundleLink } from '../../fhir/bundle.ts'
import { rendering } from '../../fhir/interactions.ts'
import { carryOut, write } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { sealing } from '../sealing.ts'

/** Where pages go on. `path`: below the base, where it was asked. */
const Held = z.object({
  path: z.string(),
  pairs: z.array(z.tuple([z.string(), z.string()]).readonly()).readonly(),
  after: z.string(),
})
type Held = Readonly<z.infer<typeof Held>>

/** What may be added to a link: how it is to be written; and some clients add a page size of their own, but the page has the size that was asked for first. */
const harmless = ['_page', '_count', ...rendering]

type Pairs = Held['pairs']
const renderingOf = (pairs: Pairs): Pairs => pairs.filter(([name]) => rendering.includes(name))

/** What was asked at first, and how far its pages have come; for a first page, what is asked. */
export async function goingOn(
  ctx: Context,
  path: string,
  pairs: Pairs,
): Promise<Result<Omit<Held, 'path' | 'after'> & { after?: string }>> {
  const page = pairs.find(([name]) => name === '_page')?.[1]
  if (page === undefined) return ok({ pairs })
  const held = await heldBy(ctx, page)
  if (!held.ok) return held
  if (held.value.path !== path || pairs.some(([name]) => !harmless.includes(name)))
    return fail('invalid', 'A link to a next page is to be followed as it is.')
  return ok({ ...held.value, pairs: [...held.value.pairs, ...renderingOf(pairs)] })
}

/** The links of a page: to itself and, with where it ends, to the next one. */
export async function linksOf(ctx: Context, path: string, pairs: Pairs, after?: string): Promise<readonly BundleLink[]> {
  const base = `${ctx.settings.baseUrl}/fhir`
  const link = (relation: BundleLink['relation'], query: Pairs): BundleLink => {
    const url = path === '' ? base : `${base}/${path}`
    return { relation, url: query.length > 0 ? `${url}?${new URLSearchParams(query.map((pair) => [...pair]))}` : url }
  }
  const self = link('self', pairs)
  if (after === undefined) return [self]
  const criteria = pairs.filter(([name]) => !rendering.includes(name))
  const token = await pageToken(ctx, { path, pairs: criteria, after })
  return [self, link('next', [['_page', token], ...renderingOf(pairs)])]
}

/**
 * Where a page that goes through several types begins: what all pages show (as the store's `beginning` tells it), the place of a type in
 * their list, and how far its pages have come; where they are shown in the order of `_lastUpdated`, the moment, too (milliseconds).
 */
export type TypePlace = z.infer<typeof TypePlace>
const TypePlace = z.object({
  start: z.string(),
  place: z.int().min(0),
  after: z.string().optional(),
  at: z.int().optional(),
})

export const placeIn = (after: string): TypePlace => TypePlace.parse(JSON.parse(after))

const lifetime = 3_600_000

/** The criteria of longer ones stay in the store: a link has to fit into a URL. */
const longest = 4000

const holderOf = ({ principal }: Context) => ({ tenant: principal.tenant, id: principal.id })

/** What stands for a page in its link. */
async function pageToken(ctx: Context, held: Held): Promise<string> {
  const until = ctx.clock() + lifetime
  const text = JSON.stringify(held)
  let content: Readonly<Record<string, unknown>> = { ...held }
  if (text.length > longest) {
    const key = ctx.newId('page')
    const expires = new Date(until).toISOString()
    await carryOut(ctx.store, () => write({ change: 'remember', kind: 'page', key, text, expires }))
    content = { key }
  }
  return seal(await sealing(ctx), 'page', content, holderOf(ctx), until)
}

async function heldBy(ctx: Context, token: string): Promise<Result<Held>> {
  const opened = unseal(await sealing(ctx), 'page', token, holderOf(ctx), ctx.clock())
  if (!opened.ok) return opened
  const inside = Held.safeParse(opened.value)
  if (inside.success) return ok(inside.data)
  const { key } = z.object({ key: z.string() }).parse(opened.value)
  const text = await ctx.store.look({ ask: 'record', kind: 'page', key })
  return text === undefined
    ? fail('gone', 'This link has had its time: begin again from the first page.')
    : ok(Held.parse(JSON.parse(text)))
}
