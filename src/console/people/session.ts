/** Who of the care team is at the browser: signing in, the cookie that says so afterwards, and signing out. */
import type { Hono } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { createRateLimit } from '../../access/rate.ts'
import { fail, ok, problem, type Result } from '../../domain/problem.ts'
import { type Gateway, system } from '../../gateway.ts'
import { originOf, seat } from '../../http/desk.ts'
import type { Ctx, Env } from '../../http/env.ts'
import { refuse } from '../../http/problem-details.ts'
import { a, button, form, p, section } from '../html.ts'
import { page } from '../page.ts'
import { fieldsOf } from '../pages.ts'

export const home = '/console/work'
export const pages = [
  [home, 'My work'],
  [`${home}/sign-out`, 'Sign out'],
] as const
const visitors = [[home, 'My work']] as const

/** From one address, on the way there and back: each may cost the provider an answer, and us a line of the audit. */
const signInsPerSecond = 20

/** Before the session is asked for. */
export function signInRoutes(router: Hono<Env>, gateway: Gateway): void {
  const limit = createRateLimit(signInsPerSecond, gateway.clock)

  const tooMany = (c: Ctx): Response | undefined => {
    const { from = '', forwarded = from } = originOf(c)
    return limit.admit(forwarded)
      ? undefined
      : refuse(c, problem('too-many-requests', 'Many are signing in just now.', { retryAfter: 1 }))
  }

  router.get('/sign-in', async (c) => {
    const refused = tooMany(c)
    if (refused) return refused
    const tenant = tenantOf(gateway, c)
    if (!tenant.ok) return refuse(c, tenant.problem)
    const begun = await (await gateway.desk(system(tenant.value))).startSignIn(ownPath(c.req.query('to')))
    if (!begun.ok) return refuse(c, begun.problem)
    keep(c, gateway, 'signing-in', tenant.value, begun.value.kept)
    return c.redirect(begun.value.location, 303)
  })

  router.get('/sign-in/back', async (c) => {
    const { tenant, text } = kept(c, gateway, 'signing-in')
    if (text === '') {
      // Whoever has begun nothing fills no audit by coming back from it.
      gateway.log('sign-in-refused', { tenant, code: 'state' })
      return askToSignIn(c, notBegun)
    }
    const refused = tooMany(c)
    if (refused) return refused
    const { state, code, iss } = c.req.query()
    deleteCookie(c, 'handoff-signing-in', attributes(gateway, tenant))
    const desk = await gateway.desk({ ...c.get('principal'), tenant }, undefined, originOf(c))
    const done = await desk.finishSignIn({ kept: text, state, code, iss })
    if (!done.ok) return askToSignIn(c, done.problem.detail, tenant)
    keep(c, gateway, 'session', tenant, done.value.session)
    return c.redirect(done.value.to, 303)
  })
}

const notBegun = 'Signing in was not begun in this browser, or took too long. Try again.'

const reasons = {
  new: 'These pages are the care team’s. Sign in with the account that you have at work.',
  over: 'You were away for long, so your session is over, and nothing was done just now.',
  out: 'You are signed out.',
} as const

/** Who asks is settled by the cookie; whoever has none that holds is asked to sign in. */
export function session(router: Hono<Env>, gateway: Gateway): void {
  router.use(async (c, next) => {
    const { tenant, text } = kept(c, gateway, 'session')
    const known = await (await gateway.desk(system(tenant))).checkSession(text)
    if (!known.ok) {
      const why = c.req.path === `${home}/sign-out` ? 'out' : text === '' ? 'new' : 'over'
      return askToSignIn(c, reasons[why], text === '' ? undefined : tenant)
    }
    c.set('principal', known.value.principal)
    const once = c.req.method === 'POST' ? fieldsOf(c).get('once') : null
    await seat(c, gateway, once !== null && /^[\w.-]{1,100}$/.test(once) ? once : undefined)
    await next()
    // What ended it has taken the cookie away.
    if (c.req.path !== `${home}/sign-out`) keep(c, gateway, 'session', tenant, known.value.session)
    return undefined
  })

  router.get('/sign-out', (c) =>
    c.html(
      page(
        pages,
        `${home}/sign-out`,
        'Sign out',
        section(null, form({ method: 'post' }, button({ type: 'submit' }, 'Sign out'))),
      ),
    ),
  )
  router.post('/sign-out', async (c) => {
    const { tenant, text } = kept(c, gateway, 'session')
    const done = await c.get('desk').endSession(text)
    if (!done.ok) return refuse(c, done.problem)
    deleteCookie(c, 'handoff-session', attributes(gateway, tenant))
    const { onward } = done.value
    if (onward === undefined) return c.redirect(`${home}/sign-out`, 303)
    // No redirect: a form may lead nowhere but here.
    c.header('Refresh', `0; url=${onward}`)
    const link = a({ href: onward }, 'Sign out where you signed in, too')
    return c.html(page(visitors, '', 'Sign out', section(null, p({ role: 'status' }, reasons.out), p(null, link))))
  })
}

/** `tenant`: where they were signed in, or wanted to be. */
function askToSignIn(c: Ctx, text: string, tenant = c.req.query('tenant')): Response | Promise<Response> {
  c.header('WWW-Authenticate', 'Bearer realm="warm-handoff"')
  const wanted = {
    ...(c.req.method === 'GET' && { to: ownPath(c.req.path) }),
    ...(tenant !== undefined && { tenant }),
  }
  const link = a({ href: `${home}/sign-in?${new URLSearchParams(wanted).toString()}` }, 'Sign in')
  return c.html(page(visitors, '', 'Sign in', section(null, p({ role: 'status' }, text), p(null, link))), 401)
}

/** A page of ours to go to, and nowhere else. */
const ownPath = (path: string | undefined): string =>
  path !== undefined && /^\/console\/work(\/[a-z-]+\/[A-Za-z0-9.-]{1,64})?$/.test(path) && !path.includes('/sign-') ? path : home

/** The tenant that is named; else the only one whose people sign in, of several the one whose address was asked. */
function tenantOf(gateway: Gateway, c: Ctx): Result<string> {
  const named = c.req.query('tenant')
  const { host } = new URL(c.req.url)
  const all = gateway.settings.tenants.filter((name) => gateway.settingsOf(name).signIn)
  const here = all.filter((name) => new URL(gateway.settingsOf(name).baseUrl).host === host)
  const [tenant, another] = named === undefined ? (all.length > 1 ? here : all) : all.filter((name) => name === named)
  return tenant === undefined || another !== undefined
    ? fail('not-found', 'Nobody signs in here. Ask for the address that is yours.')
    : ok(tenant)
}

type Kind = 'session' | 'signing-in'

const isSecure = (gateway: Gateway, tenant: string): boolean => gateway.settingsOf(tenant).baseUrl.startsWith('https:')

/** No script reads it, no other site sends it with a form, and under https it goes no other way. It ends with the browser, and before by itself. */
const attributes = (gateway: Gateway, tenant: string) => {
  const secure = isSecure(gateway, tenant)
  return { path: '/', httpOnly: true, sameSite: 'Lax', secure, ...(secure && { prefix: 'host' as const }) } as const
}

const keep = (c: Ctx, gateway: Gateway, kind: Kind, tenant: string, text: string): void =>
  setCookie(c, `handoff-${kind}`, `${tenant}.${text}`, attributes(gateway, tenant))

/** What was kept in the browser, and of which tenant it says to be. */
function kept(c: Ctx, gateway: Gateway, kind: Kind): { readonly tenant: string; readonly text: string } {
  for (const prefix of ['host', undefined] as const) {
    const [tenant = '', text = ''] = getCookie(c, `handoff-${kind}`, prefix)?.split('.') ?? []
    // Without its prefix a neighbouring site may have put it there.
    if (gateway.settings.tenants.includes(tenant) && isSecure(gateway, tenant) === (prefix === 'host')) return { tenant, text }
  }
  return { tenant: 'default', text: '' }
}
