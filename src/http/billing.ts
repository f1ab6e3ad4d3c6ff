/** `/billing`: what billing systems pull, and what they tell back. */
import type { Hono } from 'hono'
import { accepts } from 'hono/accepts'
import { problem } from '../domain/problem.ts'
import type { Gateway } from '../gateway.ts'
import { json, noContent } from './answer.ts'
import { billingColumns } from './billing-columns.ts'
import { jsonBody } from './body.ts'
import { csv } from './csv.ts'
import { type Ctx, createRouter, type Env } from './env.ts'
import { counted, pageOf } from './page.ts'
import { problemDetails, refuse } from './problem-details.ts'

const sizes = { usual: 100, most: 1000 }

export function billingRoutes(gateway: Gateway): Hono<Env> {
  const router = createRouter()

  router.get('/service-lines', async (c) => {
    const form = formOf(c)
    if (form === undefined) return refuse(c, problem('not-acceptable', 'The feed is application/json or text/csv.'))
    const pulled = await c.get('desk').pullBilling(pageOf(c, sizes))
    if (!pulled.ok) return refuse(c, pulled.problem)
    const { items, next } = pulled.value
    c.header('Vary', 'Accept')
    // https://www.rfc-editor.org/rfc/rfc8288: a table has no other place for it.
    c.header('Link', `<${gateway.settingsOf(c.get('principal').tenant).baseUrl}/billing/service-lines?after=${next}>; rel="next"`)
    if (form === 'application/json') return c.json({ items, next })
    return c.body(csv(billingColumns, items), 200, {
      'Content-Type': 'text/csv; charset=utf-8; header=present',
      'Content-Disposition': 'attachment; filename="service-lines.csv"',
    })
  })

  router.post('/acks', async (c) => {
    const body = jsonBody(c)
    if (!body.ok) return refuse(c, body.problem)
    const told = await c.get('desk').acknowledgeLines(body.value)
    if (!told.ok) return refuse(c, told.problem)
    const items = told.value.map((answer) =>
      answer.result === 'refused' ? { ...answer, problem: problemDetails(answer.problem) } : answer,
    )
    return c.json({ items })
  })
  return router
}

/** `/admin/payer-rules`: how payers count, and for what they want an authorization. */
export function payerRuleRoutes(_gateway: Gateway): Hono<Env> {
  const router = createRouter()
  router.get('/', async (c) => {
    const { items, next } = await c.get('desk').listPayerRules(counted(pageOf(c)))
    return c.json({ items, next: next ?? null })
  })
  router.put('/:key', async (c) => {
    const body = jsonBody(c)
    return body.ok ? json(c, await c.get('desk').putPayerRule(c.req.param('key'), body.value)) : refuse(c, body.problem)
  })
  router.delete('/:key', async (c) => noContent(c, await c.get('desk').removePayerRule(c.req.param('key'))))
  return router
}

/** `/admin/claim-edits`: CMS's quarterly tables, as `handoff edits` reads them from its files. */
export function claimEditRoutes(_gateway: Gateway): Hono<Env> {
  const router = createRouter()
  router.put('/', async (c) => {
    const body = jsonBody(c)
    return body.ok ? json(c, await c.get('desk').loadClaimEdits(body.value)) : refuse(c, body.problem)
  })
  return router
}

const forms = ['application/json', 'text/csv'] as const

/** The form wanted most; JSON where nothing is said. */
function formOf(c: Ctx): (typeof forms)[number] | undefined {
  const found = accepts(c, { header: 'Accept', supports: [...forms], default: forms[0], match: preferred })
  return forms.find((one) => one === found)
}

interface Wanted {
  readonly type: string
  readonly q: number
}

function preferred(wanted: Wanted[]): string {
  for (const { type, q } of wanted.toSorted((a, b) => b.q - a.q)) {
    const found = q > 0 ? forms.find((one) => type === one || type === '*/*' || type === `${one.split('/')[0]}/*`) : undefined
    if (found) return found
  }
  return 'none'
}
