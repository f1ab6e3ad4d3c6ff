/** `/documents`: a clinical document in (C-CDA, XML); what became of it out. */
import type { Hono } from 'hono'
import { createRouter, type Env } from './env.ts'
import { refuse } from './problem-details.ts'

export function documentRoutes(): Hono<Env> {
  const router = createRouter()
  router.post('/', async (c) => {
    const received = await c.get('desk').receiveDocument(c.get('body'))
    if (!received.ok) return refuse(c, received.problem)
    const { was, ...told } = received.value
    // Kept, and waiting for a person: https://www.rfc-editor.org/rfc/rfc9110#name-202-accepted
    return c.json(told, told.state === 'held' ? 202 : was === 'new' ? 201 : 200)
  })
  return router
}
