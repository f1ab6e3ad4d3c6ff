/**
 * `/oauth`: tokens for SMART backend services, and what may be done with one.
 * https://hl7.org/fhir/smart-app-launch/backend-services.html
 */
import type { Hono } from 'hono'
import { claimedClient } from '../access/client-assertion.ts'
import { algorithms } from '../access/jwks.ts'
import { createRateLimit } from '../access/rate.ts'
import type { Problem } from '../domain/problem.ts'
import type { Gateway } from '../gateway.ts'
import { textBody } from './body.ts'
import { mediaType } from './content-type.ts'
import { originOf } from './desk.ts'
import { type Ctx, createRouter, type Env } from './env.ts'

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const perSecond = 200

export function oauthRoutes(gateway: Gateway): Hono<Env> {
  const router = createRouter()
  const limit = createRateLimit(perSecond, gateway.clock)
  // Anybody may say that they are a client: from elsewhere they keep nobody out but themselves.
  const admitted = (c: Ctx, assertion: string): boolean => {
    const { from, forwarded } = originOf(c)
    return limit.admit(JSON.stringify([claimedClient(assertion), from, forwarded]))
  }

  router.post('/token', async (c) => {
    const form = readForm(c)
    if (typeof form === 'string') return refuse(c, 400, 'invalid_request', form)
    const { grant_type, client_assertion_type, client_assertion, scope } = form
    if (grant_type === undefined) return refuse(c, 400, 'invalid_request', 'grant_type is missing')
    if (grant_type !== 'client_credentials')
      return refuse(c, 400, 'unsupported_grant_type', 'grant_type is client_credentials here')
    if (client_assertion_type !== assertionType)
      return refuse(c, 400, 'invalid_request', `client_assertion_type is ${assertionType}`)
    if (client_assertion === undefined || scope === undefined)
      return refuse(c, 400, 'invalid_request', 'client_assertion and scope are needed')
    if (!admitted(c, client_assertion)) return slowDown(c)
    const issued = await c.get('desk').issueToken({ assertion: client_assertion, scope })
    gateway.metrics.count('handoff_tokens_total', { outcome: issued.ok ? 'issued' : issued.problem.code })
    return issued.ok ? c.json(issued.value, 200, { Pragma: 'no-cache' }) : refuseToken(c, issued.problem)
  })

  router.post('/revoke', async (c) => {
    const form = readForm(c)
    if (typeof form === 'string') return refuse(c, 400, 'invalid_request', form)
    const { client_assertion_type, client_assertion, token } = form
    if (client_assertion_type !== assertionType || client_assertion === undefined || token === undefined) {
      return refuse(c, 400, 'invalid_request', 'token, client_assertion_type and client_assertion are needed')
    }
    if (!admitted(c, client_assertion)) return slowDown(c)
    const revoked = await c.get('desk').revokeToken({ assertion: client_assertion, token })
    return revoked.ok ? c.body(null, 200) : refuseToken(c, revoked.problem)
  })

  // The only path of `/oauth` that wants a bearer token. https://www.rfc-editor.org/rfc/rfc7662
  router.post('/introspect', async (c) => {
    const form = readForm(c)
    if (typeof form === 'string' || form.token === undefined) return refuse(c, 400, 'invalid_request', 'token is missing')
    return c.json(await c.get('desk').introspectToken(form.token))
  })

  router.all('*', (c) => {
    const known = /\/(token|revoke|introspect)\/?$/.test(c.req.path)
    return known
      ? refuse(c, 405, 'invalid_request', 'This is a POST', { Allow: 'POST' })
      : refuse(c, 404, 'invalid_request', 'There is nothing here')
  })
  return router
}

/** What a client needs to know to come in. https://hl7.org/fhir/smart-app-launch/conformance.html */
export const smartConfiguration = (baseUrl: string): object => ({
  token_endpoint: `${baseUrl}/oauth/token`,
  revocation_endpoint: `${baseUrl}/oauth/revoke`,
  introspection_endpoint: `${baseUrl}/oauth/introspect`,
  grant_types_supported: ['client_credentials'],
  token_endpoint_auth_methods_supported: ['private_key_jwt'],
  token_endpoint_auth_signing_alg_values_supported: algorithms,
  // Required to be there, and to name S256, even where no code is ever challenged.
  code_challenge_methods_supported: ['S256'],
  scopes_supported: ['system/*.cruds', 'system/*.rs', 'system/*.read', 'system/*.write', 'system/*.*'],
  capabilities: ['client-confidential-asymmetric', 'permission-v1', 'permission-v2'],
})

/** Parameters of the body; those in the URL are not looked at. A sentence, if it is no form or says something twice or not at all. */
function readForm(c: Ctx): Record<string, string | undefined> | string {
  const text = textBody(c)
  if (mediaType(c.req.header('content-type')) !== 'application/x-www-form-urlencoded' || !text.ok)
    return 'The body is application/x-www-form-urlencoded'
  const form: Record<string, string> = Object.create(null)
  for (const [name, value] of new URLSearchParams(text.value)) {
    if (value === '' || name in form) return 'A parameter is repeated or empty'
    form[name] = value
  }
  return form
}

function refuseToken(c: Ctx, problem: Problem): Response {
  if (problem.code === 'unauthenticated') return refuse(c, 401, 'invalid_client', problem.detail)
  return refuse(c, 400, 'invalid_scope', problem.detail)
}

function slowDown(c: Ctx): Response {
  c.header('Retry-After', '1')
  return refuse(c, 429, 'invalid_request', 'Too many requests')
}

/** https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
function refuse(
  c: Ctx,
  status: 400 | 401 | 404 | 405 | 429,
  error: string,
  description: string,
  headers: Record<string, string> = {},
): Response {
  return c.json({ error, error_description: description }, status, { Pragma: 'no-cache', ...headers })
}
