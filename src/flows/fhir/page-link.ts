/**
 * Links to next pages. They say nothing of what was searched for, serve whom they were given to, and end after an hour; each page brings a
 * new one. https://hl7.org/fhir/R4/http.html#paging
 */
import { z } from 'zod'
import { seal, sealKey, unseal } from '../../access/seal.ts'
import { newSecret, secretBytes } from '../../access/secret.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import type { Compartment } from '../../fhir/search/compartment.ts'
import { ask, type Store, write } from '../../store/store.ts'
import type { Context } from '../context.ts'

/** Where a search goes on. */
export interface Held {
  readonly type: string
  readonly within?: Compartment
  readonly pairs: readonly (readonly [string, string])[]
  readonly after: string
}

const Held = z.object({
  type: z.string(),
  within: z.object({ type: z.string(), id: z.string() }).readonly().exactOptional(),
  pairs: z.array(z.tuple([z.string(), z.string()])).readonly(),
  after: z.string(),
})

const lifetime = 3_600_000

/** The criteria of longer ones stay in the store: a link has to fit into a URL. */
const longest = 4000

const holderOf = ({ principal }: Context) => ({ tenant: principal.tenant, id: principal.id })

/** What stands for a page in its link. */
export async function pageToken(ctx: Context, held: Held): Promise<string> {
  const until = ctx.clock() + lifetime
  const text = JSON.stringify(held)
  let content: Readonly<Record<string, unknown>> = { ...held }
  if (text.length > longest) {
    const key = ctx.newId('page')
    const expires = new Date(until).toISOString()
    await ctx.store.commit(function* () {
      yield* write({ change: 'remember', kind: 'page', key, text, expires })
      return ok(undefined)
    })
    content = { key }
  }
  return seal(await pageKey(ctx), 'page', content, holderOf(ctx), until)
}

export async function heldBy(ctx: Context, token: string): Promise<Result<Held>> {
  const opened = await unseal(await pageKey(ctx), 'page', token, holderOf(ctx), ctx.clock())
  if (!opened.ok) return opened
  const inside = Held.safeParse(opened.value)
  if (inside.success) return ok(inside.data)
  const { key } = z.object({ key: z.string() }).parse(opened.value)
  const text = await ctx.store.look({ ask: 'record', kind: 'page', key })
  return text === undefined
    ? fail('gone', 'This link has had its time: begin again from the first page.')
    : ok(Held.parse(JSON.parse(text)))
}

const keys = new WeakMap<Store, Promise<CryptoKey>>()

/** One key for all processes: made when it is first needed, kept in the control store. */
function pageKey({ control, random }: Context): Promise<CryptoKey> {
  const known = keys.get(control)
  if (known) return known
  const made = newSecret(random)
  const kept = control
    .commit(function* () {
      const before = yield* ask({ ask: 'record', kind: 'secret', key: 'page' })
      if (before === undefined) yield* write({ change: 'remember', kind: 'secret', key: 'page', text: made })
      return ok(before ?? made)
    })
    .then((done) => {
      if (!done.ok) throw new Error(done.problem.code)
      return sealKey(new Uint8Array(secretBytes(done.value)))
    })
  keys.set(control, kept)
  kept.catch(() => keys.delete(control))
  return kept
}
