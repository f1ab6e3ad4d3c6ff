/** `/console`: what an operator looks at. Rendered here, without scripts; forms post and come back, and refusals are pages, too. */
import type { Hono } from 'hono'
import type { Child } from 'hono/jsx'
import { problem } from '../domain/problem.ts'
import type { Gateway } from '../gateway.ts'
import type { Ctx, Env } from '../http/env.ts'
import { refuse } from '../http/problem-details.ts'
import { heldLines, questionedLines } from './billing.ts'
import { deliveries, followUps, invalid, messages, unmatched } from './boards.ts'
import { conflict, conflicts, settle } from './conflicts.ts'
import { connection, connections } from './connections.ts'
import { mapping, mappings } from './fidelity.ts'
import { page } from './page.ts'
import { fieldsOf, pagesRouter } from './pages.ts'
import { beginning, type Lists, shown } from './place.ts'
import { styleOf } from './style.ts'

const pages = [
  ['/console', 'Overview'],
  ['/console/follow-ups', 'Follow-ups'],
  ['/console/billing', 'Billing'],
  ['/console/deliveries', 'Deliveries'],
  ['/console/messages', 'Messages'],
  ['/console/conflicts', 'Conflicts'],
  ['/console/mappings', 'Mappings'],
] as const
const rows = 50
const few = 10
const noMapping = problem('not-found', 'There is no mapping of this name.')

export function consoleRoutes(gateway: Gateway): Hono<Env> {
  const router = pagesRouter(gateway, pages)
  router.get('/style.css', styleOf)

  const today = (): string => new Date(gateway.clock()).toISOString().slice(0, 10)
  const lists: Readonly<Record<string, Lists>> = {
    'follow-ups': {
      missed: (c, place) => followUps(c, 'missed', today(), place),
      open: (c, place) => followUps(c, 'open', today(), place),
      attempted: (c, place) => followUps(c, 'attempted', today(), place),
      unmatched,
    },
    billing: { held: heldLines, questioned: questionedLines },
    deliveries: {
      dead: (c, place) => deliveries(c, 'dead', place),
      waiting: (c, place) => deliveries(c, 'waiting', place),
      pending: (c, place) => deliveries(c, 'pending', place),
      delivered: (c, place) => deliveries(c, 'delivered', place),
    },
    messages: {
      held: (c, place) => messages(c, 'held', place),
      applied: (c, place) => messages(c, 'applied', place),
      test: (c, place) => messages(c, 'test', place),
      invalid,
    },
    conflicts: { open: conflicts },
  }
  const overview = [
    ['follow-ups', 'missed'],
    ['follow-ups', 'open'],
    ['follow-ups', 'unmatched'],
    ['messages', 'held'],
    ['conflicts', 'open'],
    ['deliveries', 'dead'],
  ] as const

  router.get('/', async (c) => {
    const content = [await connections(c)]
    for (const [of, name] of overview) content.push(await lists[of]![name]!(c, beginning(`/console/${of}`, name, few)))
    return show(c, 'Overview', '/console', content)
  })
  for (const [path, label] of pages) {
    const of = lists[path.slice('/console/'.length)]
    if (of) router.get(path.slice('/console'.length), async (c) => show(c, label, path, await shown(c, path, of, rows)))
  }
  router.get('/connections/:name', async (c) => {
    const content = await connection(c, c.req.param('name'))
    return content.ok ? show(c, c.req.param('name'), '/console', content.value) : refuse(c, content.problem)
  })
  router.get('/conflicts/:id', async (c) => {
    const content = await conflict(c, c.req.param('id'))
    return content.ok ? show(c, 'A conflict', '/console/conflicts', content.value) : refuse(c, content.problem)
  })
  router.post('/conflicts/:id', async (c) => {
    const next = await settle(c, c.req.param('id'))
    return next.ok ? c.redirect(next.value, 303) : refuse(c, next.problem)
  })
  router.get('/mappings', async (c) => show(c, 'Mappings', '/console/mappings', [await mappings(c, few)]))
  router.get('/mappings/:name', async (c) => {
    const content = await mapping(c, c.req.param('name'), rows)
    return content ? show(c, 'Mappings', '/console/mappings', content) : refuse(c, noMapping)
  })

  router.post('/deliveries/:id/replay', async (c) => {
    const done = await c.get('desk').replayDelivery(c.req.param('id'))
    return done.ok ? c.redirect('/console/deliveries', 303) : refuse(c, done.problem)
  })
  router.post('/messages/:id/replay', async (c) => {
    const done = await c.get('desk').replayMessage(c.req.param('id'))
    return done.ok ? c.redirect('/console/messages', 303) : refuse(c, done.problem)
  })
  router.post('/discharges/:id/match', async (c) => {
    const clientId = fieldsOf(c).get('client') ?? ''
    const done = await c.get('desk').memberEvent('discharges', c.req.param('id'), { type: 'match', clientId })
    return done.ok ? c.redirect('/console/follow-ups', 303) : refuse(c, done.problem)
  })
  return router
}

function show(c: Ctx, name: string, path: string, content: readonly Child[]): Response | Promise<Response> {
  return c.html(page(pages, path, name, ...content))
}
