/** What frames every request: an id, the headers of every answer, refusal of crooked URLs, a count, a line in the log. */
import type { ErrorHandler, MiddlewareHandler, NotFoundHandler } from 'hono'
import { problem } from '../domain/problem.ts'
import type { Gateway } from '../gateway.ts'
import type { Env } from './env.ts'
import type { Limits } from './limits.ts'
import { refuse } from './problem-details.ts'

/** What a caller calls a request by is told back, and no more. https://hl7.org/fhir/R4/http.html#custom */
const isId = (text: string): boolean => /^[\w.:-]{1,64}$/.test(text)

/** Separators, dots and NUL in disguise: they mean one thing to a router and another to whoever joins paths. */
const disguised = /%(?:2f|5c|00|2e)/i

export function frame(gateway: Gateway, limits: Limits): MiddlewareHandler<Env> {
  const constant = {
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    ...(gateway.settings.baseUrl.startsWith('https:') && { 'strict-transport-security': 'max-age=31536000; includeSubDomains' }),
  }
  return async (c, next) => {
    const request = gateway.newId('req')
    const theirs = c.req.header('x-request-id') ?? ''
    c.set('requestId', request)
    c.set('headers', { 'x-request-id': request, ...(isId(theirs) && { 'x-correlation-id': theirs }), ...constant })
    c.set('limits', limits)
    const refused = crooked(c.req.url, limits)
    if (refused) c.res = refuse(c, refused)
    else await next()
    const { status } = c.res
    if (!c.get('framed')) complete(c.res.headers, c.get('headers'))
    gateway.metrics.count('handoff_requests_total', { area: areaOf(c.req.path), status: `${Math.floor(status / 100)}xx` })
    gateway.log('request-answered', { request, method: c.req.method, status })
  }
}

function complete(headers: Headers, wanted: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(wanted)) if (!headers.has(name)) headers.set(name, value)
}

function crooked(url: string, limits: Limits) {
  if (url.length > limits.url) return problem('invalid', `The URL is longer than ${limits.url} characters.`)
  const path = url.slice(url.indexOf('/', 8), url.includes('?') ? url.indexOf('?') : undefined)
  if (disguised.test(path) || path.includes('//') || path.includes('\\'))
    return problem('invalid', 'The path of the URL is malformed.')
  return undefined
}

const areas = new Set(
  'fhir coordination hl7v2 documents billing oauth admin console docs messages livez readyz metrics'.split(' '),
)

/** First segment of the path, if it is one of ours: callers do not choose the names of counters. */
function areaOf(path: string): string {
  const segment = path.split('/', 2)[1] ?? ''
  return areas.has(segment) ? segment : 'other'
}

/** A bug or a broken machine: the caller learns an incident's id and nothing from the inside. */
export const unexpected =
  (gateway: Gateway): ErrorHandler<Env> =>
  (caught, c) => {
    const refusal = gateway.refusal(caught)
    if (refusal) return refuse(c, refusal)
    gateway.metrics.count('handoff_incidents_total')
    const incident = gateway.incident(caught, { request: c.get('requestId'), method: c.req.method })
    return refuse(c, problem('unexpected', `The request could not be carried out. Incident ${incident}.`))
  }

/**
 * What no route answers: 405 with the methods that the path has, 404 where it has none; a path that is a route's own, word for word, has
 * those of that route alone (`/coordination/measures` is no collection). `routes`: all that are mounted.
 */
export function nowhere(routes: readonly { readonly method: string; readonly path: string }[]): NotFoundHandler<Env> {
  const known = routes.flatMap(({ method, path }) =>
    /^(?:GET|POST|PUT|PATCH|DELETE)$/.test(method) && !path.includes('*') ? [{ method, steps: path.split('/') }] : [],
  )
  return (c) => {
    const given = c.req.path.replace(/(?<=.)\/$/, '').split('/')
    const fitting = known.filter(
      ({ steps }) => steps.length === given.length && steps.every((step, i) => step.startsWith(':') || step === given[i]),
    )
    const own = fitting.filter(({ steps }) => steps.every((step) => !step.startsWith(':')))
    const methods = (own.length > 0 ? own : fitting).map(({ method }) => method)
    if (methods.length === 0) return refuse(c, problem('not-found', 'There is nothing here.'))
    const allow = [...new Set(methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))].join(', ')
    c.header('Allow', allow)
    return refuse(c, problem('method-not-allowed', `Allowed here: ${allow}.`))
  }
}
