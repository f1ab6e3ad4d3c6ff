/** A registered client for tests: keys of its own, assertions as it would make them, and as it should not. */
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { adminToken, type TestGateway } from './gateway.ts'

export interface Keys {
  readonly kid: string
  readonly alg: string
  readonly publicJwk: JWK
  readonly privateKey: CryptoKey
}

export async function makeKeys(alg = 'ES384', kid = 'key-1'): Promise<Keys> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  return { kid, alg, publicJwk: { ...(await exportJWK(publicKey)), kid, alg }, privateKey }
}

export interface TestClient {
  readonly id: string
  readonly keys: Keys
  /** An assertion for the token endpoint; claims and header members replace the right ones, `undefined` leaves them out. */
  assertion(claims?: Record<string, unknown>, header?: Record<string, unknown>, keys?: Keys): Promise<string>
  /** Asks for a token; parameters replace the right ones. */
  ask(scope: string, parameters?: Record<string, string>): Promise<Response>
  /** Headers with a fresh access token. */
  bearer(scope: string): Promise<{ readonly authorization: string }>
}

/** A gateway in this process, or what reaches one elsewhere. */
type Reached = Pick<TestGateway, 'request'> & {
  readonly gateway: { readonly settings: { readonly baseUrl: string } }
  readonly clock: { readonly now: number }
}

let count = 0

export async function registerClient(
  gateway: Reached,
  scope: string,
  metadata: Record<string, unknown> = {},
  given?: Keys,
): Promise<TestClient> {
  const keys = given ?? (await makeKeys())
  const registered = await gateway.request('/admin/clients', {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}` },
    json: { client_name: 'a test', scope, ...(!('jwks_uri' in metadata) && { jwks: { keys: [keys.publicJwk] } }), ...metadata },
  })
  if (registered.status !== 201) throw new Error(`not registered: ${await registered.text()}`)
  const { client_id: id } = (await registered.json()) as { client_id: string }
  const tokenUrl = `${gateway.gateway.settings.baseUrl}/oauth/token`

  const assertion: TestClient['assertion'] = async (claims = {}, header = {}, signing = keys) => {
    const now = Math.floor(gateway.clock.now / 1000)
    const payload = { iss: id, sub: id, aud: tokenUrl, exp: now + 240, iat: now, jti: `jti-${++count}`, ...claims }
    const jwt = new SignJWT(JSON.parse(JSON.stringify(payload)) as Record<string, unknown>)
    return jwt.setProtectedHeader({ alg: signing.alg, kid: signing.kid, typ: 'JWT', ...header }).sign(signing.privateKey)
  }
  const ask: TestClient['ask'] = async (wanted, parameters = {}) => {
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: parameters.client_assertion ?? (await assertion()),
      scope: wanted,
      ...parameters,
    })
    return gateway.request('/oauth/token', { method: 'POST', body: form })
  }
  return {
    id,
    keys,
    assertion,
    ask,
    async bearer(wanted) {
      const answer = await ask(wanted)
      if (answer.status !== 200) throw new Error(`no token: ${await answer.text()}`)
      const { access_token } = (await answer.json()) as { access_token: string }
      return { authorization: `Bearer ${access_token}` }
    },
  }
}
