/** `/billing`: what billing systems pull, and what they tell back. */
import type { Hono } from 'hono'
import { accepts } from 'hono/accepts'
import { type Lack, lackCodes } from '../domain/claim-lack.ts'
import { fail, ok, type Problem, problem, type Result } from '../domain/problem.ts'
import type { Desk, Gateway } from '../gateway.ts'
import { json, noContent } from './answer.ts'
import { billingColumns } from './billing-columns.ts'
import { jsonBody, taken } from './body.ts'
import { csv } from './csv.ts'
import { type Ctx, createRouter, type Env } from './env.ts'
import { counted, jsonPage, pageOf } from './page.ts'
import { idsIn, OfClaims } from './parameters.ts'
import { problemDetails, refuse } from './problem-details.ts'

const sizes = { usual: 100, most: 1000 }

export function billingRoutes(gateway: Gateway): Hono<Env> {
  const router = createRouter()

  const next = (c: Ctx, path: string, after: string): void =>
    // https://www.rfc-editor.org/rfc/rfc8288: a table, or an interchange, has no other place for it.
    c.header('Link', `<${gateway.settingsOf(c.get('principal').tenant).baseUrl}/billing/${path}?after=${after}>; rel="next"`)

  router.get('/service-lines', async (c) => {
    const form = formOf(c, feedForms)
    if (form === undefined) return refuse(c, problem('not-acceptable', 'The feed is application/json or text/csv.'))
    const pulled = await c.get('desk').pullBilling(pageOf(c, sizes))
    if (!pulled.ok) return refuse(c, pulled.problem)
    const { items } = pulled.value
    c.header('Vary', 'Accept')
    next(c, 'service-lines', pulled.value.next)
    if (form === 'application/json') return c.json({ items, next: pulled.value.next })
    return c.body(csv(billingColumns, items), 200, {
      'Content-Type': 'text/csv; charset=utf-8; header=present',
      'Content-Disposition': 'attachment; filename="service-lines.csv"',
    })
  })

  router.get('/837p', async (c) => {
    const form = formOf(c, claimForms)
    if (form === undefined) return refuse(c, problem('not-acceptable', 'Claims are application/edi-x12 or application/json.'))
    const asked = claimsAsked(c)
    if (!asked.ok) return refuse(c, asked.problem)
    const pulled = await c.get('desk').pullClaims(asked.value)
    if (!pulled.ok) return refuse(c, pulled.problem)
    const { x12, left } = pulled.value
    c.header('Vary', 'Accept')
    if (form === 'application/json') return c.json({ ...pulled.value, x12: x12 ?? null, next: pulled.value.next ?? null })
    if (left.length > 0) return refuse(c, incomplete(left))
    if (pulled.value.next !== undefined) next(c, '837p', pulled.value.next)
    if (x12 === undefined) return c.body(null, 204)
    return c.body(x12, 200, { 'Content-Type': 'application/edi-x12', 'Content-Disposition': 'attachment; filename="claims.x12"' })
  })

  router.post('/acks', async (c) => {
    const told = await taken(jsonBody(c), (body) => c.get('desk').acknowledgeLines(body))
    if (!told.ok) return refuse(c, told.problem)
    const items = told.value.map((answer) =>
      answer.result === 'refused' ? { ...answer, problem: problemDetails(answer.problem) } : answer,
    )
    return c.json({ items })
  })
  return router
}

/** `/admin/payer-rules`: how payers count, and for what they want an authorization. */
export function payerRuleRoutes(): Hono<Env> {
  const router = createRouter()
  router.get('/', async (c) => jsonPage(c, await c.get('desk').listPayerRules(counted(c))))
  router.put('/:key', async (c) =>
    json(c, await taken(jsonBody(c), (body) => c.get('desk').putPayerRule(c.req.param('key'), body))),
  )
  router.delete('/:key', async (c) => noContent(c, await c.get('desk').removePayerRule(c.req.param('key'))))
  return router
}

/** `/admin/claim-edits`: CMS's quarterly tables, as `handoff edits` reads them from its files. */
export function claimEditRoutes(): Hono<Env> {
  const router = createRouter()
  router.put('/', async (c) => json(c, await taken(jsonBody(c), (body) => c.get('desk').loadClaimEdits(body))))
  return router
}

/** A page of the feed, or the lines that are named. */
function claimsAsked(c: Ctx): Result<Parameters<Desk['pullClaims']>[0]> {
  const { lines, payer, limit, after } = OfClaims.parse(c.req.query())
  if (lines === undefined && payer === undefined) return ok(pageOf(c, sizes))
  if (lines === undefined)
    return fail('invalid', 'Whoever pays next is told of lines that are named.', {
      issues: [{ path: 'payer', message: 'stands with lines' }],
    })
  if (limit === undefined && after === undefined) return ok({ lines: idsIn(lines), toNext: payer === 'next' })
  return fail('invalid', 'Lines that are named come without limit and after.', {
    issues: [{ path: 'lines', message: 'stands without limit and after' }],
  })
}

const incomplete = (left: readonly (Lack & { readonly line: string })[]): Problem =>
  problem(
    'rule-broken',
    'Some lines cannot be claimed as they are. application/json brings the others, and says what these lack.',
    {
      issues: left.map(({ line, path, code }) => ({ path: `${line}.${path}`, message: lackCodes[code] })),
    },
  )

const feedForms = ['application/json', 'text/csv'] as const
const claimForms = ['application/edi-x12', 'application/json'] as const

/** The form wanted most; the first where nothing is said. */
function formOf<const Form extends string>(c: Ctx, forms: readonly [Form, ...Form[]]): Form | undefined {
  const match = (wanted: Wanted[]): string => preferred(wanted, forms)
  const found = accepts(c, { header: 'Accept', supports: [...forms], default: forms[0], match })
  return forms.find((one) => one === found)
}

interface Wanted {
  readonly type: string
  readonly q: number
}

function preferred(wanted: Wanted[], forms: readonly string[]): string {
  for (const { type, q } of wanted.toSorted((a, b) => b.q - a.q)) {
    const found = q > 0 ? forms.find((one) => type === one || type === '*/*' || type === `${one.split('/')[0]}/*`) : undefined
    if (found) return found
  }
  return 'none'
}
