/**
 * An identity provider, small and in memory: it asks who somebody is, without a password, and gives codes and ID tokens as OpenID Connect has
 * them. It holds the gateway to its word: address, secret, proof key, each code once. https://openid.net/specs/openid-connect-core-1_0.html
 */
import { createHash, randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import { compactVerify, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { startHttpServer } from '../../node/http-server.ts'

/** What is told of somebody in their ID token, `sub` and `name` among it. */
export type Person = Readonly<Record<string, unknown>> & { readonly sub: string; readonly name: string }

export interface IdentityProvider {
  readonly issuer: string
  /** `host:port`, for HANDOFF_ALLOW_TARGETS. */
  readonly target: string
  readonly clientId: string
  readonly clientSecret: string
  /** Of the next ID token some claims, or the key, are others. */
  spoil(next: { readonly claims?: Readonly<Record<string, unknown>>; readonly key?: CryptoKey }): void
  /** How often a code was asked to be redeemed. */
  redeemed(): number
  /** Who has signed out, one after the other. */
  left(): readonly string[]
  close(): Promise<void>
}

interface Given {
  readonly person: Person
  readonly redirect: string
  readonly challenge: string
  readonly nonce: string
}

const kid = 'sign-in-1'
const clientId = 'handoff'
const clientSecret = 'a secret: of the sandbox'

/** What providers do in different ways: how they sign, where they want the secret, and whether one can be sent there to sign out. */
export interface Manners {
  readonly alg?: string
  readonly authentication?: 'client_secret_basic' | 'client_secret_post'
  readonly endsSessions?: boolean
}

/** `clock`: milliseconds. */
export async function startIdentityProvider(
  people: readonly Person[],
  clock: () => number = Date.now,
  { alg = 'RS256', authentication = 'client_secret_basic', endsSessions = false }: Manners = {},
): Promise<IdentityProvider> {
  const { publicKey, privateKey } = await generateKeyPair(alg)
  const codes = new Map<string, Given>()
  let spoilt: Parameters<IdentityProvider['spoil']>[0] = {}
  let redeemed = 0
  const left: string[] = []
  let issuer = ''
  const app = new Hono()

  app.get('/.well-known/openid-configuration', (c) =>
    c.json({
      ...{ issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/keys` },
      authorization_response_iss_parameter_supported: true,
      ...{ response_types_supported: ['code'], id_token_signing_alg_values_supported: [alg] },
      token_endpoint_auth_methods_supported: [authentication],
      ...(endsSessions && { end_session_endpoint: `${issuer}/sign-out` }),
    }),
  )
  app.get('/keys', async (c) => c.json({ keys: [{ ...(await exportJWK(publicKey)), kid, use: 'sig', alg }] }))

  app.get('/authorize', (c) => {
    const { client_id, response_type, redirect_uri = '', state = '', nonce = '', code_challenge = '', ...more } = c.req.query()
    const fine = client_id === clientId && response_type === 'code' && more.code_challenge_method === 'S256' && code_challenge
    if (!fine || !state || !nonce || !URL.canParse(redirect_uri)) return c.text('Not like this.', 400)
    const person = people.find(({ sub }) => sub === more.login)
    if (!person) return c.html(page(people, new URL(c.req.url)))
    const code = randomUUID()
    codes.set(code, { person, redirect: redirect_uri, challenge: code_challenge, nonce })
    const back = new URL(redirect_uri)
    for (const [name, value] of Object.entries({ code, state, iss: issuer })) back.searchParams.set(name, value)
    return c.redirect(back.href, 303)
  })

  app.get('/sign-out', async (c) => {
    const { client_id, id_token_hint = '', post_logout_redirect_uri = '' } = c.req.query()
    const { payload } = await compactVerify(id_token_hint, publicKey)
    const { aud, sub } = JSON.parse(new TextDecoder().decode(payload)) as { aud: string; sub: string }
    if (client_id !== clientId || aud !== clientId) return c.text('Not like this.', 400)
    left.push(sub)
    return c.redirect(post_logout_redirect_uri, 303)
  })

  app.post('/token', async (c) => {
    redeemed++
    const { code, redirect_uri, code_verifier, grant_type, ...more } = (await c.req.parseBody()) as Record<string, string>
    const basic = atob(c.req.header('authorization')?.slice('Basic '.length) ?? '').split(':')
    const [id, secret] =
      authentication === 'client_secret_post'
        ? [more.client_id, more.client_secret]
        : basic.map((part) => new URLSearchParams(`x=${part}`).get('x'))
    const given = codes.get(code ?? '')
    codes.delete(code ?? '')
    const proof = createHash('sha256')
      .update(code_verifier ?? '')
      .digest('base64url')
    const known = id === clientId && secret === clientSecret
    const isFine = known && grant_type === 'authorization_code' && given?.redirect === redirect_uri && given?.challenge === proof
    if (!given || !isFine) return c.json({ error: known ? 'invalid_grant' : 'invalid_client' }, 400)
    const at = Math.floor(clock() / 1000)
    const claims = { ...given.person, iss: issuer, aud: clientId, iat: at, exp: at + 300, nonce: given.nonce, ...spoilt.claims }
    const id_token = await new SignJWT(claims).setProtectedHeader({ alg, kid }).sign(spoilt.key ?? privateKey)
    spoilt = {}
    return c.json({ access_token: randomUUID(), token_type: 'Bearer', expires_in: 300, id_token })
  })

  const server = await startHttpServer((request) => app.fetch(request), '127.0.0.1', 0)
  issuer = `http://127.0.0.1:${server.port}`
  return {
    ...{ issuer, target: `127.0.0.1:${server.port}`, clientId, clientSecret },
    spoil(next) {
      spoilt = next
    },
    redeemed: () => redeemed,
    left: () => left,
    close: () => server.stop(0),
  }
}

const page = (people: readonly Person[], asked: URL): string => {
  const link = ({ sub, name }: Person): string => {
    const here = new URLSearchParams(asked.searchParams)
    here.set('login', sub)
    return `<li><a href="/authorize?${here.toString().replaceAll('&', '&amp;')}">${name}</a></li>`
  }
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Who are you?</title>
<style>body{font:15px/1.5 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}</style></head>
<body><h1>Who are you?</h1><p>The sandbox’s identity provider. A real one would ask for more than a name.</p><ul>${people.map(link).join('')}</ul></body></html>`
}
