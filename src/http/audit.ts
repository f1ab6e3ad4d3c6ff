/** `/admin/audit`: who did what, and whether all of it is still there. Nothing here, or anywhere, changes it. */
import type { Hono } from 'hono'
import { json } from './answer.ts'
import { createRouter, type Env } from './env.ts'
import { counted, forOperators, given } from './page.ts'
import { AuditCheck, AuditLines, DisclosuresOf } from './parameters.ts'

export function auditRoutes(): Hono<Env> {
  const router = createRouter()
  router.get('/', async (c) => {
    const { of = 'tenant', limit: _, after: __, ...filter } = AuditLines.parse(c.req.query())
    return json(c, await c.get('desk').listAudit({ of, ...given(filter), ...counted(c, forOperators) }))
  })
  router.get('/check', async (c) => {
    const { of = 'tenant', head } = AuditCheck.parse(c.req.query())
    return json(c, await c.get('desk').checkAudit(of, head))
  })
  router.get('/disclosures', async (c) => {
    const { client, head } = DisclosuresOf.parse(c.req.query())
    return json(c, await c.get('desk').checkDisclosures(client, head))
  })
  return router
}
