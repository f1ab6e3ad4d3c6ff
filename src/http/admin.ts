/** `/admin`: connections, deliveries, messages, tables, what is invalid, conflicts, and labels taken away, for the operator. */
import type { Hono } from 'hono'
import { problem } from '../domain/problem.ts'
import { json, noContent } from './answer.ts'
import { exactBody, jsonBody, optionalJsonBody, taken } from './body.ts'
import { createRouter, type Env } from './env.ts'
import { ReplayFilter } from './operator-operations.ts'
import { counted, forOperators, given, jsonPage } from './page.ts'
import { Conflicts, Inbox, Invalid, Outbox, Reconciling } from './parameters.ts'
import { refuse } from './problem-details.ts'

export function adminRoutes(): Hono<Env> {
  const router = createRouter()
  router.get('/connections', async (c) => c.json({ items: await c.get('desk').showConnections(), next: null }))
  router.post('/connections', async (c) => {
    const made = await taken(jsonBody(c), (body) => c.get('desk').putConnection(body))
    if (!made.ok) return refuse(c, made.problem)
    return c.json(made.value.connection, 201, { location: `/admin/connections/${made.value.connection.name}` })
  })
  router.get('/connections/:name', async (c) => json(c, await c.get('desk').showConnection(c.req.param('name'))))
  router.put('/connections/:name', async (c) => {
    const made = await taken(jsonBody(c), (body) => c.get('desk').putConnection(body, c.req.param('name')))
    return made.ok ? c.json(made.value.connection, made.value.created ? 201 : 200) : refuse(c, made.problem)
  })
  router.delete('/connections/:name', async (c) => noContent(c, await c.get('desk').removeConnection(c.req.param('name'))))
  router.post('/connections/:name/test', async (c) => json(c, await c.get('desk').testConnection(c.req.param('name'))))
  router.post('/connections/:name/pull', async (c) => json(c, await c.get('desk').pullConnection(c.req.param('name'))))

  router.post('/connections/:name/notices', async (c) =>
    json(c, await c.get('desk').receiveNotice(c.req.param('name'), c.req.header('content-type') ?? '', c.get('body'))),
  )

  router.get('/connections/:name/reconcile', async (c) => json(c, await c.get('desk').showComparison(c.req.param('name'))))
  router.post('/connections/:name/reconcile', async (c) => {
    const repair = Reconciling.parse(c.req.query()).repair === 'true'
    return json(c, await c.get('desk').reconcile(c.req.param('name'), { ...counted(c, { usual: 100, most: 500 }), repair }))
  })

  router.get('/deliveries', async (c) => {
    const { connection, state } = Outbox.parse(c.req.query())
    return jsonPage(c, await c.get('desk').listDeliveries({ ...counted(c, forOperators), ...given({ connection, state }) }))
  })
  router.post('/deliveries/replay', async (c) => {
    const body = optionalJsonBody(c)
    if (!body.ok) return refuse(c, body.problem)
    const filter = ReplayFilter.safeParse(body.value)
    if (!filter.success)
      return refuse(
        c,
        problem('invalid', 'The body is a filter: { "connection": "<name>", "state": "dead" | "waiting" }, or nothing.'),
      )
    return json(c, await c.get('desk').replayDeliveries(given(filter.data)))
  })
  router.post('/deliveries/:id/replay', async (c) => json(c, await c.get('desk').replayDelivery(c.req.param('id'))))

  router.get('/messages', async (c) => {
    const { state } = Inbox.parse(c.req.query())
    const wanted = { ...counted(c, forOperators), ...given({ state }), room: c.get('limits').page }
    return jsonPage(c, await c.get('desk').listMessages(wanted))
  })
  router.get('/messages/:id', async (c) => json(c, await c.get('desk').showMessage(c.req.param('id'))))
  router.post('/messages/:id/replay', async (c) => json(c, await c.get('desk').replayMessage(c.req.param('id'))))

  router.post('/mappings/preview', async (c) => json(c, await taken(jsonBody(c), (body) => c.get('desk').previewTables(body))))

  router.get('/invalid', async (c) => {
    const { type } = Invalid.parse(c.req.query())
    const page = await c.get('desk').listInvalid({ ...counted(c, forOperators), ...given({ type }) })
    return page.ok ? jsonPage(c, page.value) : refuse(c, page.problem)
  })

  router.get('/conflicts', async (c) => {
    const { state } = Conflicts.parse(c.req.query())
    const wanted = { ...counted(c, forOperators), ...given({ state }), room: c.get('limits').page }
    return jsonPage(c, await c.get('desk').listConflicts(wanted))
  })
  router.post('/conflicts/:id/resolve', async (c) =>
    json(c, await taken(exactBody(c), (body) => c.get('desk').resolveConflict(c.req.param('id'), body))),
  )

  router.get('/labels/withdrawn', async (c) => jsonPage(c, await c.get('desk').listWithdrawals(counted(c, forOperators))))
  router.post('/labels/withdraw', async (c) => json(c, await taken(jsonBody(c), (body) => c.get('desk').withdrawLabel(body))))
  return router
}
