/** `/console`: what an operator looks at. Rendered here, without scripts; forms post and come back. */
import type { Hono } from 'hono'
import type { Child } from 'hono/jsx'
import { problem } from '../domain/problem.ts'
import type { Gateway } from '../gateway.ts'
import { type Ctx, createRouter, type Env } from '../http/env.ts'
import { refuse } from '../http/problem-details.ts'
import { a, button, code, form, li, pre, ul } from './html.ts'
import { list, moment, page, state } from './page.ts'
import { style } from './style.ts'

const policy = "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
const shownRows = 50

export function consoleRoutes(_gateway: Gateway): Hono<Env> {
  const router = createRouter()
  // A browser sends its credentials with forms of other pages, too: only our own pages may post.
  router.on('POST', '*', async (c, next) => {
    const origin = c.req.header('origin')
    const ours = origin !== undefined && URL.parse(origin)?.host === new URL(c.req.url).host
    return ours ? next() : refuse(c, problem('forbidden', 'Only pages of this console may do that.'))
  })
  router.use(async (c, next) => {
    await next()
    c.header('Content-Security-Policy', policy)
  })
  router.get('/style.css', (c) =>
    c.body(style, 200, { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'max-age=3600' }),
  )

  router.get('/', async (c) =>
    show(
      c,
      page(
        'Overview',
        '/console',
        await connections(c),
        await followUps(c, 10),
        await messages(c, 'held', 10),
        await deliveries(c, 'dead', 10),
      ),
    ),
  )
  router.get('/follow-ups', async (c) => show(c, page('Follow-ups', '/console/follow-ups', await followUps(c, shownRows))))
  router.get('/deliveries', async (c) =>
    show(
      c,
      page(
        'Deliveries',
        '/console/deliveries',
        await deliveries(c, 'dead', shownRows),
        await deliveries(c, 'waiting', shownRows),
        await deliveries(c, 'pending', shownRows),
        await deliveries(c, 'delivered', shownRows),
      ),
    ),
  )
  router.get('/messages', async (c) =>
    show(
      c,
      page(
        'Messages',
        '/console/messages',
        await messages(c, 'held', shownRows),
        await messages(c, 'applied', shownRows),
        await messages(c, 'test', shownRows),
      ),
    ),
  )

  router.post('/deliveries/:id/replay', async (c) => {
    await c.get('desk').replayDelivery(c.req.param('id'))
    return c.redirect('/console/deliveries', 303)
  })
  router.post('/messages/:id/replay', async (c) => {
    await c.get('desk').replayMessage(c.req.param('id'))
    return c.redirect('/console/messages', 303)
  })
  return router

  async function connections(c: Ctx): Promise<Child> {
    const all = await c.get('desk').listConnections()
    const rows = await Promise.all(
      all.map(async ({ name, kind, flavour, baseUrl, push }) => {
        const count = async (of: 'pending' | 'waiting' | 'dead'): Promise<number> =>
          (await c.get('desk').listDeliveries({ connection: name, state: of, count: 500 })).items.length
        const [pending, waiting, dead] = [await count('pending'), await count('waiting'), await count('dead')]
        const health = dead > 0 ? state('dead') : waiting > 0 ? state('waiting') : state('delivered')
        return [name, kind, flavour, baseUrl ?? '', push.join(', '), String(pending), String(waiting), String(dead), health]
      }),
    )
    return list(
      'Connections',
      ['name', 'kind', 'flavour', 'address', 'is sent', 'pending', 'waiting', 'dead', 'state'],
      rows,
      'No connections yet: POST /admin/connections.',
    )
  }

  /** Due first. Only ids and dates: who it is stands in the client's own page. */
  async function followUps(c: Ctx, limit: number): Promise<Child> {
    const page = await c.get('desk').listMembers('follow-ups', { limit, state: 'open' })
    const rows = page.ok ? page.value.items.map(({ record }) => followUp(record)) : []
    return list('Follow-ups due', ['due by', 'from', 'policy', 'client', 'state'], rows, 'Nobody is waiting for a follow-up.')
  }

  async function messages(c: Ctx, of: 'held' | 'applied' | 'test', count: number): Promise<Child> {
    const page = await c.get('desk').listMessages({ state: of, count })
    const rows = page.items.map(({ id, at, source, kind, issues, state: now, wrote }) => [
      moment(at),
      source,
      kind,
      code(null, id),
      issues.length > 0
        ? ul(null, ...issues.slice(0, 5).map((issue) => li(null, `${issue.path ?? ''} ${issue.message}`)))
        : wrote.join(', '),
      state(now),
      of === 'held' ? replay(`/console/messages/${id}/replay`) : '',
    ])
    const heading = { held: 'Messages that could not be read', applied: 'Messages applied', test: 'Test messages' }[of]
    return list(
      heading,
      ['received', 'from', 'kind', 'id', of === 'held' ? 'what is wrong' : 'what it wrote', 'state', ''],
      rows,
      'None.',
    )
  }

  async function deliveries(c: Ctx, of: 'pending' | 'waiting' | 'dead' | 'delivered', count: number): Promise<Child> {
    const page = await c.get('desk').listDeliveries({ state: of, count })
    const rows = page.items.map(({ id, at, connection, type, resource, version, attempts, outcome, state: now }) => [
      moment(at),
      connection,
      a({ href: `/fhir/${type}/${resource}` }, `${type}/${resource}`),
      String(version),
      String(attempts),
      outcome === undefined ? '' : pre(null, outcome.slice(0, 500)),
      state(now),
      of === 'dead' || of === 'waiting' ? replay(`/console/deliveries/${id}/replay`) : '',
    ])
    const heading = {
      dead: 'Dead letters',
      waiting: 'Deliveries that wait for another try',
      pending: 'Deliveries under way',
      delivered: 'Delivered',
    }[of]
    return list(heading, ['since', 'to', 'resource', 'version', 'attempts', 'what came back', 'state', ''], rows, 'None.')
  }

  function show(c: Ctx, content: Child): Response | Promise<Response> {
    return c.html(`<!doctype html>${String(content)}`)
  }
}

function followUp(record: Readonly<Record<string, unknown>>): Child[] {
  const text = (name: string): string => (typeof record[name] === 'string' ? record[name] : '')
  return [text('dueTo'), text('dueFrom'), text('policyId'), text('clientId'), state(text('state'))]
}

const replay = (action: string): Child => form({ method: 'post', action }, button({ type: 'submit' }, 'Send again'))
