/**
 * Who asks. With `smart` everything but the open paths wants a bearer token in the Authorization header; with `none` everyone is the
 * local user, and must come from this machine.
 */
import type { MiddlewareHandler } from 'hono'
import type { Principal } from '../access/principal.ts'
import { fingerprint, isSecret } from '../access/secret.ts'
import { fail, ok, type Problem, problem, type Result } from '../domain/problem.ts'
import { type Gateway, system } from '../gateway.ts'
import { mayAskFrom } from './cors.ts'
import { originOf } from './desk.ts'
import type { Ctx, Env } from './env.ts'
import { isPage, refuse } from './problem-details.ts'
import type { Step } from './settle.ts'

export interface Authentication {
  readonly auth: 'smart' | 'none'
  /** Bearer of the operators' paths. */
  readonly adminToken: string
  /** Whose pages may ask from browsers, as HANDOFF_CORS_ORIGINS; nobody else's may by default. */
  readonly origins?: readonly string[]
}

/**
 * Paths that anybody may ask: nothing about anybody is told there without a code, and tokens are to be had. The care team's pages ask for a
 * session themselves.
 */
const isOpen = (path: string): boolean =>
  /^\/(|livez|readyz|fhir\/metadata|oauth\/token|oauth\/revoke|messages\/[^/]+|console\/work(\/.*)?)\/?$/.test(path) ||
  /^(\/fhir)?\/\.well-known\//.test(path)

/** Paths of those who run the gateway. */
const isOperators = (path: string): boolean => /^\/(admin|console|metrics)(\/|$)/.test(path)

const isConsole = (path: string): boolean => /^\/console(\/|$)/.test(path)

/** What the console shows operators of the care team's work: whom a follow-up is owed, and discharges to be matched by hand. */
const boards: readonly string[] = ['system/Task.rs', 'system/Encounter.rus']

/** Paths for every known caller. */
const isShared = (path: string): boolean => /^\/(openapi\.json|docs(?:\/coverage|\/style\.css)?|oauth\/introspect)\/?$/.test(path)

const nobody: Principal = {
  kind: 'client',
  id: 'nobody',
  tenant: 'default',
  scopes: [],
  purpose: 'TREAT',
  visible: { patients: [] },
}
const local: Principal = {
  kind: 'local',
  id: 'local',
  tenant: 'default',
  scopes: ['system/*.cruds'],
  purpose: 'TREAT',
  visible: 'everything',
}

/** Milliseconds for which a token, once checked, is taken as good: revocation reaches every process within this time. */
const trusted = 500
const mostTrusted = 10_000

interface Authenticator {
  readonly identify: Step
  /** For paths that may end a token: afterwards every token is checked anew in this process. */
  readonly forgetAfterwards: MiddlewareHandler<Env>
}

export function authenticate(gateway: Gateway, options: Authentication): Authenticator {
  const adminFingerprint = fingerprint(options.adminToken)
  const baseHost = new URL(gateway.settings.baseUrl).host
  const checked = new Map<string, { readonly principal: Principal; readonly until: number }>()

  return {
    identify,
    forgetAfterwards: async (_, next) => {
      await next()
      checked.clear()
    },
  }

  function identify(c: Ctx): ReturnType<Step> {
    if (options.auth === 'none') return settled(c, fromHere(c, baseHost, options.origins ?? []))
    if (isOpen(c.req.path)) return settled(c, ok(nobody))
    const principal = bearer(c)
    return principal instanceof Promise ? principal.then((found) => settled(c, found)) : settled(c, principal)
  }

  function settled(c: Ctx, principal: Result<Principal>): Response | undefined | Promise<Response> {
    if (!principal.ok) return turnedAway(c, principal.problem)
    c.set('principal', principal.value)
    return undefined
  }

  async function turnedAway(c: Ctx, why: Problem): Promise<Response> {
    await (await gateway.desk(nobody, undefined, originOf(c))).refuseSignIn(why)
    return refuse(c, why)
  }

  function bearer(c: Ctx): Result<Principal> | Promise<Result<Principal>> {
    const { path } = c.req
    if (c.req.query('access_token') !== undefined)
      return fail('invalid', 'A token belongs in the Authorization header, never in a URL.')
    const token = bearerOf(c) ?? (isPage(path) ? passwordOf(c) : undefined)
    if (token === undefined) return fail('unauthenticated', 'This needs a bearer token.')
    const known = checked.get(token)
    if (known && !isOperators(path) && gateway.clock() < known.until) return ok(known.principal)
    if (isSecret(token, adminFingerprint)) return isOperators(path) || isShared(path) ? admin(c) : notForOperators
    if (isOperators(path)) return fail('unauthenticated', 'This needs the bearer token of an operator.')
    return check(token)
  }

  async function check(token: string): Promise<Result<Principal>> {
    const found = await (await gateway.desk(system())).checkToken(token)
    if (checked.size >= mostTrusted) checked.clear()
    if (found.ok) checked.set(token, { principal: found.value, until: gateway.clock() + trusted })
    else checked.delete(token)
    return found
  }

  function admin(c: Ctx): Result<Principal> {
    const tenant = c.req.query('tenant') ?? 'default'
    if (!gateway.settings.tenants.includes(tenant)) return fail('not-found', 'There is no such tenant.')
    const scopes = isConsole(c.req.path) ? boards : []
    const visible = { patients: 'all', protectedRecords: true } as const
    return ok({ kind: 'admin', id: 'admin', tenant, scopes, purpose: 'HSYSADMIN', visible })
  }
}

const notForOperators = fail('forbidden', "The operators' token opens /admin, /console, /docs and /metrics only.")

/** The token of the one Authorization header; undefined for other schemes and for two headers. https://www.rfc-editor.org/rfc/rfc6750#section-2.1 */
const bearerOf = (c: Ctx): string | undefined =>
  /^Bearer ([A-Za-z0-9._~+/=-]{1,512})$/i.exec(c.req.header('authorization') ?? '')?.[1]

/** For browsers, which have no bearer tokens: the operators' token as password, any name. https://www.rfc-editor.org/rfc/rfc7617 */
function passwordOf(c: Ctx): string | undefined {
  const packed = /^Basic ([A-Za-z0-9+/]{1,1024}={0,2})$/i.exec(c.req.header('authorization') ?? '')?.[1]
  if (packed === undefined || packed.length % 4 !== 0) return undefined
  const pair = atob(packed)
  return pair.includes(':') ? pair.slice(pair.indexOf(':') + 1) : undefined
}

/**
 * A web page that somebody on this machine has open could send requests here, under a name of its own that leads to this machine. So the
 * host must be this machine's, and a page that asks must be ours, or of an origin that the operator named.
 */
function fromHere(c: Ctx, baseHost: string, origins: readonly string[]): Result<Principal> {
  const origin = c.req.header('origin')
  const { url } = c.req
  // As it mostly is: a URL need not be taken apart for it.
  if (origin === undefined && url.startsWith(`http://${baseHost}/`)) return ok(local)
  const { host, hostname } = new URL(url)
  const here = host === baseHost || /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname)
  const ours = origin === undefined || URL.parse(origin)?.host === host || mayAskFrom(origins, origin, c.req.path)
  return here && ours
    ? ok(local)
    : { ok: false, problem: problem('forbidden', 'Without authentication only this machine is served.') }
}
