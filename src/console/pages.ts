/** Pages that lead to each other: what they may load, who may post to them, and how a refusal looks there. */
import type { Hono } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { problem } from '../domain/problem.ts'
import type { Gateway } from '../gateway.ts'
import { type Ctx, createRouter, type Env } from '../http/env.ts'
import { type problemDetails, refuse } from '../http/problem-details.ts'
import { li, p, ul } from './html.ts'
import { note, type Pages, page, policy } from './page.ts'

/** A router for them, with nothing in it yet. */
export function pagesRouter({ settings, settingsOf }: Gateway, pages: Pages): Hono<Env> {
  const router = createRouter()
  const addresses = settings.tenants.map((tenant) => new URL(settingsOf(tenant).baseUrl))
  const secure = new Set(addresses.flatMap(({ protocol, host }) => (protocol === 'https:' ? [host] : [])))
  router.use(policy, async (c, next) => {
    await next()
    // With `no-referrer` browsers keep the origin of a form to themselves, even from its own site: https://fetch.spec.whatwg.org/#origin-header
    c.header('Referrer-Policy', 'same-origin')
    if (c.res.headers.get('content-type') === 'application/problem+json') c.res = await refusal(c, pages)
  })
  // A browser sends its credentials with forms of other pages, too: only our own pages may post, and what came without TLS is none of them
  // where they have it.
  router.on('POST', '*', async (c, next) => {
    const from = URL.parse(c.req.header('origin') ?? '')
    const ours = from?.host === new URL(c.req.url).host && (from.protocol === 'https:' || !secure.has(from.host))
    return ours ? next() : refuse(c, problem('forbidden', 'Only pages of this console may do that.'))
  })
  return router
}

/** What was filled in. */
export const fieldsOf = (c: Ctx): URLSearchParams => new URLSearchParams(new TextDecoder().decode(c.get('body')))

/** What was refused (problem details, see `refuse`), as a page. */
async function refusal(c: Ctx, pages: Pages): Promise<Response> {
  const { title, detail, issues, allowed = [] } = (await c.res.json()) as ReturnType<typeof problemDetails>
  const more = [
    ...(issues.length > 0
      ? [ul(null, ...issues.map(({ path, message }) => li(null, path ? `${path}: ${message}` : message)))]
      : []),
    ...(allowed.length > 0 ? [p(null, `What can be done now: ${allowed.join(', ')}.`)] : []),
  ]
  return c.html(page(pages, '', 'That did not work', note(title, detail, ...more)), c.res.status as ContentfulStatusCode)
}
