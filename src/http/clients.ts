/** `/admin/clients`: the programs that may ask for tokens. */
import type { Hono } from 'hono'
import type { Gateway } from '../gateway.ts'
import { json } from './answer.ts'
import { jsonBody, taken } from './body.ts'
import { createRouter, type Env } from './env.ts'
import { jsonPage, pageOf } from './page.ts'
import { refuse } from './problem-details.ts'

export function clientRoutes(gateway: Gateway): Hono<Env> {
  const router = createRouter()

  router.post('/', async (c) => {
    const client = await taken(jsonBody(c), (body) => c.get('desk').registerClient(body))
    if (client.ok) gateway.log('client-registered', { client: client.value.client_id, tenant: client.value.tenant })
    return client.ok
      ? c.json(client.value, 201, { Location: `/admin/clients/${client.value.client_id}` })
      : refuse(c, client.problem)
  })

  router.get('/', async (c) => {
    const { limit, after } = pageOf(c)
    return jsonPage(c, await c.get('desk').listClients(limit, after))
  })

  router.get('/:id', async (c) => json(c, await c.get('desk').readClient(c.req.param('id'))))

  router.put('/:id', async (c) => {
    const client = await taken(jsonBody(c), (body) => c.get('desk').replaceClient(c.req.param('id'), body))
    if (client.ok) gateway.log('client-changed', { client: client.value.client_id })
    return json(c, client)
  })

  router.delete('/:id', async (c) => {
    const id = c.req.param('id')
    const removed = await c.get('desk').removeClient(id)
    if (!removed.ok) return refuse(c, removed.problem)
    gateway.log('client-removed', { client: id })
    return c.body(null, 204)
  })

  return router
}
