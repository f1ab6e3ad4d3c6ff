/** `/admin/audit`: who did what, and whether all of it is still there. Nothing here, or anywhere, changes it. */
import type { Hono } from 'hono'
import { json } from './answer.ts'
import { createRouter, type Env } from './env.ts'
import { counted, given, pageOf } from './page.ts'
import { AuditCheck, AuditLines, DisclosuresOf } from './parameters.ts'

const sizes = { usual: 50, most: 500 }

export function auditRoutes(): Hono<Env> {
  const router = createRouter()
  router.get('/', async (c) => {
    const { of = 'tenant', limit: _, after: __, ...filter } = AuditLines.parse(c.req.query())
    return json(c, await c.get('desk').listAudit({ of, ...given(filter), ...counted(pageOf(c, sizes)) }))
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
