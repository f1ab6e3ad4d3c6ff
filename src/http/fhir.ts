/** `/fhir`: the FHIR R4 RESTful API. Parses requests, calls flows, renders answers. https://hl7.org/fhir/R4/http.html */
import type { Hono } from 'hono'
import { type Issue, problem, type Result } from '../domain/problem.ts'
import { informationOutcome } from '../fhir/outcome.ts'
import { etag, httpDate, notModified } from '../fhir/version.ts'
import type { Gateway } from '../gateway.ts'
import { answerWith } from './answer.ts'
import { type Ctx, createRouter, type Env } from './env.ts'
import { refuse } from './problem-details.ts'

const contentType = 'application/fhir+json; charset=utf-8'

/** A stored version as a flow hands it over. */
interface Version {
  readonly type: string
  readonly id: string
  readonly version: number
  readonly at: string
  readonly text?: string
}

export function fhirRoutes(gateway: Gateway): Hono<Env> {
  const base = `${gateway.settings.baseUrl}/fhir`
  const router = createRouter()

  router.get('/metadata', (c) => answer(c, 200, gateway.capabilities()))

  router.post('/', async (c) => bundle(c))

  router.post('/$process-message', async (c) => {
    const done = await c.get('desk').processMessage(c.get('body'))
    return done.ok ? answer(c, 200, done.value) : refuse(c, done.problem)
  })

  router.post('/:type/_search', async (c) => {
    const form = new URLSearchParams(new TextDecoder().decode(c.get('body')))
    return search(c, [...new URL(c.req.url).searchParams, ...form])
  })
  router.get('/:type', async (c) => search(c, [...new URL(c.req.url).searchParams]))

  router.post('/:type', async (c) => {
    const written = await c.get('desk').createResource(c.req.param('type'), c.get('body'), c.req.header('if-none-exist'))
    return renderWritten(c, written)
  })
  router.put('/:type/:id', async (c) =>
    renderWritten(
      c,
      await c.get('desk').updateResource(c.req.param('type'), c.get('body'), { id: c.req.param('id'), ...conditions(c) }),
    ),
  )
  router.put('/:type', async (c) =>
    renderWritten(
      c,
      await c.get('desk').updateResource(c.req.param('type'), c.get('body'), { criteria: criteria(c), ...conditions(c) }),
    ),
  )
  router.delete('/:type/:id', async (c) =>
    renderWritten(c, await c.get('desk').deleteResource(c.req.param('type'), { id: c.req.param('id'), ...conditions(c) })),
  )
  router.delete('/:type', async (c) =>
    renderWritten(c, await c.get('desk').deleteResource(c.req.param('type'), { criteria: criteria(c), ...conditions(c) })),
  )

  router.get('/:type/:id', async (c) =>
    renderVersion(c, await c.get('desk').readResource(c.req.param('type'), c.req.param('id'))),
  )
  router.get('/:type/:id/_history/:version', async (c) =>
    renderVersion(c, await c.get('desk').readVersion(c.req.param('type'), c.req.param('id'), c.req.param('version'))),
  )
  router.get('/:type/:id/_history', async (c) => history(c, { type: c.req.param('type'), id: c.req.param('id') }))
  router.all('*', (c) => {
    const allow = methodsOf(c.req.path)
    if (allow === undefined) return refuse(c, problem('not-found', 'There is no such interaction.'))
    c.header('Allow', allow)
    return refuse(c, problem('method-not-allowed', `Allowed here: ${allow}.`))
  })
  return router

  async function bundle(c: Ctx): Promise<Response> {
    const done = await c.get('desk').postBundle(c.get('body'), c.get('limits').entries)
    return done.ok ? answer(c, 200, done.value) : refuse(c, done.problem)
  }

  async function search(c: Ctx, given: readonly (readonly [string, string])[]): Promise<Response> {
    const type = c.req.param('type')!
    const page = given.find(([name]) => name === '_page')?.[1]
    const pairs = given.filter(([name]) => name !== '_page' && name !== '_format' && name !== '_pretty')
    const lenient = prefer(c, 'handling') === 'lenient'
    const found = await c.get('desk').searchPage({ type, pairs, lenient, ...(page !== undefined && { page }) })
    return found.ok ? answer(c, 200, found.value) : refuse(c, found.problem)
  }

  async function history(c: Ctx, of: { readonly type: string; readonly id: string }): Promise<Response> {
    const { _count, _since, _after } = c.req.query()
    const count = _count === undefined ? 50 : Number(_count)
    if (!Number.isInteger(count) || count < 1 || count > 1000)
      return refuse(c, { code: 'invalid', detail: '_count must be 1 to 1000.', issues: [] })
    const page = await c.get('desk').historyPage({
      ...of,
      count,
      ...(_since !== undefined && { since: _since }),
      ...(_after !== undefined && { after: _after }),
    })
    return page.ok ? answer(c, 200, page.value) : refuse(c, page.problem)
  }

  function renderVersion(c: Ctx, read: Result<Version>): Response {
    if (!read.ok) return refuse(c, read.problem)
    const { version, at, text } = read.value
    const headers = versionHeaders(version, at)
    const lastUpdated = Date.parse(at)
    const asked = { ifNoneMatch: c.req.header('if-none-match'), ifModifiedSince: c.req.header('if-modified-since') }
    if (notModified(asked, { version, lastUpdated })) return answerWith(c, 304, null, headers)
    return answer(c, 200, text!, headers)
  }

  function renderWritten(c: Ctx, written: Result<WrittenLike>): Response {
    if (!written.ok) return refuse(c, written.problem)
    const { effect, type, id, version, at, text, issues } = written.value
    const headers = version === undefined || at === undefined ? {} : versionHeaders(version, at)
    if (effect === 'deleted' || effect === 'absent') return answerWith(c, 204, null, headers)
    const created = effect === 'created'
    const located = { ...headers, location: `${base}/${type}/${id}/_history/${version}` }
    const wish = prefer(c, 'return')
    if (wish === 'minimal') return answerWith(c, created ? 201 : 200, null, located)
    const body = wish === 'OperationOutcome' ? JSON.stringify(informationOutcome(issues ?? [])) : text!
    return answer(c, created ? 201 : 200, body, located)
  }
}

/** Paths of which at least one interaction exists, with their methods. */
const methods: readonly (readonly [path: RegExp, allow: string])[] = [
  [/^\/fhir\/?$/, 'POST'],
  [/^\/fhir\/\$process-message$/, 'POST'],
  [/^\/fhir\/[A-Z][A-Za-z]+\/_search$/, 'POST'],
  [/^\/fhir\/[A-Z][A-Za-z]+\/?$/, 'GET, HEAD, POST, PUT, DELETE'],
  [/^\/fhir\/[A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64}$/, 'GET, HEAD, PUT, DELETE'],
  [/^\/fhir\/[A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64}\/_history(\/[A-Za-z0-9.-]{1,64})?$/, 'GET, HEAD'],
]
const methodsOf = (path: string): string | undefined => methods.find(([pattern]) => pattern.test(path))?.[1]

interface WrittenLike {
  readonly effect: string
  readonly type: string
  readonly id?: string
  readonly version?: number
  readonly at?: string
  readonly text?: string
  readonly issues?: readonly Issue[]
}

const versionHeaders = (version: number, at: string): Record<string, string> => ({
  etag: etag(version),
  'last-modified': httpDate(Date.parse(at)),
})

const answer = (c: Ctx, status: 200 | 201, text: string, headers: Record<string, string> = {}): Response =>
  answerWith(c, status, text, { ...headers, 'content-type': contentType })

function conditions(c: Ctx): { ifMatch?: string; ifNoneMatch?: string } {
  const ifMatch = c.req.header('if-match')
  const ifNoneMatch = c.req.header('if-none-match')
  return { ...(ifMatch !== undefined && { ifMatch }), ...(ifNoneMatch !== undefined && { ifNoneMatch }) }
}

const criteria = (c: Ctx): string => new URL(c.req.url).search.slice(1)

/** `Prefer: return=minimal, handling=lenient`. https://hl7.org/fhir/R4/http.html#ops */
function prefer(c: Ctx, name: string): string | undefined {
  for (const wish of (c.req.header('prefer') ?? '').split(/[,;]/)) {
    const [key, value] = wish.split('=')
    if (key?.trim() === name) return value?.trim()
  }
  return undefined
}
