/**
 * How we prove who we are to a partner. A credential gives the `Authorization` of the next request, and is told when the partner did
 * not accept it, so that a revoked or expired token is got anew once.
 */
import { fail, ok, type Result, unlessThrown } from '../../domain/problem.ts'
import type { SafeFetch } from '../../net/safe-fetch.ts'
import type { Connection } from '../connector.ts'
import { signAssertion } from './assertion.ts'

export interface Credentials {
  /** `undefined`: none is needed. */
  authorization(): Promise<Result<string | undefined>>
  rejected(): void
}

export interface AuthTools {
  readonly fetch: SafeFetch
  /** Milliseconds. */
  readonly clock: () => number
  readonly newId: (prefix: string) => string
}

/** Of the kind that the connection is configured with. Tokens are kept until they expire or are rejected. */
export function credentialsOf({ auth, baseUrl }: Connection, tools: AuthTools): Credentials {
  switch (auth.type) {
    case 'none':
      return { authorization: async () => ok(undefined), rejected() {} }
    case 'bearer':
      return { authorization: async () => ok(`Bearer ${auth.token}`), rejected() {} }
    case 'basic':
      return { authorization: async () => ok(basic(auth.user, auth.password)), rejected() {} }
    case 'client-credentials':
      return tokens(tools, auth.tokenUrl, async () => ({
        headers: { authorization: basic(encodeURIComponent(auth.clientId), encodeURIComponent(auth.clientSecret)) },
        form: { ...(auth.scope !== undefined && { scope: auth.scope }) },
      }))
    case 'smart-backend-services': {
      const tokenUrl = auth.tokenUrl ?? `${baseUrl}/oauth/token`
      // https://hl7.org/fhir/smart-app-launch/backend-services.html: a fresh assertion, with a fresh jti, for every attempt.
      return tokens(tools, tokenUrl, async () => ({
        headers: {},
        form: {
          scope: auth.scope ?? 'system/*.rs',
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: await signAssertion(auth.clientId, tokenUrl, auth.privateJwk, tools),
        },
      }))
    }
  }
}

/** In UTF-8. https://www.rfc-editor.org/rfc/rfc7617 */
const basic = (user: string, password: string): string =>
  `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(`${user}:${password}`)))}`

interface TokenRequest {
  readonly headers: { readonly authorization?: string }
  readonly form: Readonly<Record<string, string>>
}

/** Tokens of a token endpoint, kept until half a minute before they end; many askers at once cause one request. */
function tokens({ fetch: safeFetch, clock }: AuthTools, tokenUrl: string, request: () => Promise<TokenRequest>): Credentials {
  let token: { readonly value: string; readonly until: number } | undefined
  let asking: Promise<Result<string>> | undefined

  const obtain = async (): Promise<Result<string>> => {
    const { headers, form } = await request()
    const answer = await safeFetch({
      url: tokenUrl,
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      ...(headers.authorization !== undefined && { credentials: { base: tokenUrl, authorization: headers.authorization } }),
      body: new URLSearchParams({ grant_type: 'client_credentials', ...form }).toString(),
      maxBytes: 64 * 1024,
    })
    if (answer.outcome !== 'answered') return fail('partner-failed', `The token endpoint did not answer (${answer.reason}).`)
    if (answer.status !== 200) return fail('partner-failed', `The token endpoint answered ${answer.status}.`)
    const body = readToken(answer.bytes)
    if (!body) return fail('partner-failed', 'The token endpoint answered without a bearer token.')
    token = { value: `Bearer ${body.token}`, until: clock() + (body.expiresIn - 30) * 1000 }
    return ok(token.value)
  }

  return {
    async authorization() {
      if (token && token.until > clock()) return ok(token.value)
      asking ??= obtain().finally(() => {
        asking = undefined
      })
      return asking
    },
    rejected() {
      token = undefined
    },
  }
}

function readToken(bytes: Uint8Array): { token: string; expiresIn: number } | undefined {
  const body: { access_token?: unknown; expires_in?: unknown } | null | undefined = unlessThrown(() =>
    JSON.parse(new TextDecoder().decode(bytes)),
  )
  if (typeof body?.access_token !== 'string' || body.access_token === '') return undefined
  return { token: body.access_token, expiresIn: typeof body.expires_in === 'number' ? body.expires_in : 60 }
}
