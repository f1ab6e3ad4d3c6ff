/** The care team signs in by its own identity provider: whoever that knows and we know, for as long as both hold, and nobody else. */
import { generateKeyPair } from 'jose'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Manners } from '../../src/demo/sandbox/identity-provider.ts'
import { registerClient } from '../support/client.ts'
import { say } from '../support/coordination.ts'
import { type DeskGateway, home, ledBack, openDesk, staff, staffed } from '../support/desk.ts'
import { adminToken } from '../support/gateway.ts'

let desk: DeskGateway
beforeEach(async () => {
  desk = await openDesk()
  await staffed(desk)
})
afterEach(() => desk.stop())

const coordinator = [{ coding: [{ code: 'coordinator' }] }]
const minute = 60_000
const session = 'handoff-session'
/** Why somebody was not let in, as the log tells it. */
const refusals = () => desk.log.filter(({ event }) => event === 'sign-in-refused').map(({ code }) => code)

describe('signing in', () => {
  test('leads to the provider and back to the page that was wanted', async () => {
    const visitor = desk.visitor()
    const asked = await visitor.get(`${home}/clients/cli-marisol`)
    expect(asked.status).toBe(401)
    const link = /href="(\/console\/work\/sign-in[^"]*)"/.exec(await asked.text())![1]!
    const sent = await visitor.get(link)
    const { origin, searchParams } = new URL(sent.headers.get('location')!)
    expect(origin).toBe(desk.provider.issuer)
    expect(Object.fromEntries(searchParams)).toMatchObject({
      ...{ response_type: 'code', client_id: 'handoff', scope: 'openid', code_challenge_method: 'S256' },
      redirect_uri: 'http://localhost/console/work/sign-in/back',
    })
    for (const secret of ['state', 'nonce', 'code_challenge']) expect(searchParams.get(secret)).toMatch(/^[\w-]{43}$/)
    const back = await visitor.get(await ledBack(sent, 'dana'))
    expect([back.status, back.headers.get('location')]).toEqual([303, `${home}/clients/cli-marisol`])
    const page = await visitor.get(`${home}/clients/cli-marisol`)
    expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(await page.text()).toContain('<h1>Marisol Vega</h1>')
  })

  test('leaves a cookie that no script reads, no other site sends along, and that goes under TLS alone', async () => {
    const secure = await openDesk({}, { baseUrl: 'https://harbor.example' })
    await staffed(secure)
    const visitor = secure.visitor()
    const sent = await visitor.get(`${home}/sign-in`)
    const back = await visitor.get(await ledBack(sent, 'dana'))
    for (const text of [...sent.headers.getSetCookie(), ...back.headers.getSetCookie()])
      expect(text).toMatch(
        /^__Host-handoff-(session|signing-in)=[^;]*;(?=.* HttpOnly)(?=.* Secure)(?=.* SameSite=Lax)(?=.* Path=\/)/,
      )
    expect((await visitor.get(home)).status).toBe(200)
    // A neighbouring site can set cookies, but none of that name.
    const elsewhere = secure.visitor()
    elsewhere.cookies.set(session, visitor.cookies.get(`__Host-${session}`)!)
    expect((await elsewhere.get(home)).status).toBe(401)
    await secure.stop()
  })

  test.each<Manners>([
    { alg: 'PS256' },
    { alg: 'ES256' },
    { alg: 'RS384' },
    { alg: 'PS384' },
    { alg: 'ES384' },
    { authentication: 'client_secret_post' },
  ])('works with a provider that has %j', async (manners) => {
    const other = await openDesk({}, {}, manners)
    await staffed(other)
    expect((await other.visitor().signIn('dana')).status).toBe(200)
    await other.stop()
  })

  test.each([
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/console/work/../../admin',
    '/console/work/clients/x?y=https://evil.example',
    '/console',
    `${home}/sign-out`,
    `${home}/sign-in/back`,
    'javascript:alert(1)',
  ])('never leads on to %s', async (to) => {
    const visitor = desk.visitor()
    const back = await visitor.get(await ledBack(await visitor.get(`${home}/sign-in?to=${encodeURIComponent(to)}`), 'dana'))
    expect([back.status, back.headers.get('location')]).toEqual([303, home])
  })

  test('stands in the audit with who it was, and with nobody where it was refused', async () => {
    await desk.visitor().signIn('dana')
    await desk.visitor().signIn('nobody')
    const headers = { authorization: `Bearer ${adminToken}` }
    const { body } = await say(desk, 'GET', '/admin/audit?of=gateway&action=finish-sign-in', undefined, headers)
    expect(body.items.map(({ principal, outcome, code }: Record<string, unknown>) => [principal, outcome, code])).toEqual([
      ['local', 'refused', 'unauthenticated'],
      ['Practitioner/pra-dana', 'success', undefined],
    ])
  })

  test('tells the log ids and codes alone', async () => {
    await desk.visitor().signIn('dana')
    expect(desk.log).toContainEqual(expect.objectContaining({ event: 'signed-in', resource: 'Practitioner/pra-dana' }))
    expect(JSON.stringify(desk.log)).not.toMatch(/whitfield|harbor\.example|[?&](code|state)=/i)
  })
})

describe('nobody comes in', () => {
  const refused = async (answer: Response, ...codes: readonly string[]) => {
    expect([answer.status, answer.headers.get('content-type')]).toEqual([401, 'text/html; charset=UTF-8'])
    expect(answer.headers.getSetCookie().join()).not.toContain(session)
    expect(refusals()).toEqual(codes)
  }

  test('whom the provider knows and we do not', async () => {
    await refused(await desk.visitor().signIn('nobody'), 'person')
  })

  test('in another browser than the one that began', async () => {
    const link = await ledBack(await desk.visitor().get(`${home}/sign-in`), 'dana')
    const victim = desk.visitor()
    await refused(await victim.get(link), 'state')
    // Nor where that has begun, too.
    await victim.get(`${home}/sign-in`)
    expect((await victim.get(link)).status).toBe(401)
    expect(desk.provider.redeemed()).toBe(0)
  })

  test('by what was used before', async () => {
    const visitor = desk.visitor()
    const sent = await visitor.get(`${home}/sign-in`)
    const link = await ledBack(sent, 'dana')
    const begun = new Map(visitor.cookies)
    expect((await visitor.get(link)).status).toBe(303)
    const again = desk.visitor()
    for (const [name, value] of begun) again.cookies.set(name, value)
    await refused(await again.get(link), 'used')
    expect(desk.provider.redeemed()).toBe(1)
  })

  test('by a code that is not the provider’s', async () => {
    const visitor = desk.visitor()
    const link = await ledBack(await visitor.get(`${home}/sign-in`), 'dana')
    await refused(await visitor.get(link.replace(/code=[^&]+/, 'code=made-up')), 'code')
  })

  test('where the provider says no, or another one answers', async () => {
    const visitor = desk.visitor()
    const link = await ledBack(await visitor.get(`${home}/sign-in`), 'dana')
    await refused(await visitor.get(link.replace(/code=[^&]+/, 'error=access_denied')), 'provider')
    const second = desk.visitor()
    const other = await ledBack(await second.get(`${home}/sign-in`), 'dana')
    await refused(await second.get(other.replace(/iss=[^&]+/, 'iss=https%3A%2F%2Fevil.example')), 'provider', 'iss')
  })

  test('after more than ten minutes', async () => {
    const visitor = desk.visitor()
    const link = await ledBack(await visitor.get(`${home}/sign-in`), 'dana')
    desk.clock.advance(10 * minute + 1)
    await refused(await visitor.get(link), 'state')
  })

  const seconds = Date.UTC(2026, 2, 2, 9, 30) / 1000
  test.each([
    ['for somebody else', { aud: 'another' }, 'aud'],
    ['for several, and not handed to us', { aud: ['handoff', 'another'] }, 'azp'],
    ['handed to somebody else', { azp: 'another' }, 'azp'],
    ['of another provider', { iss: 'https://evil.example' }, 'iss'],
    ['with another nonce', { nonce: 'another' }, 'nonce'],
    ['without a nonce', { nonce: undefined }, 'nonce'],
    ['that is over', { exp: seconds - 61 }, 'exp'],
    ['that does not end', { exp: undefined }, 'exp'],
    ['of the time to come', { nbf: seconds + 61 }, 'nbf'],
    ['of nobody', { sub: undefined }, 'sub'],
    ['of somebody who is no text', { sub: 7 }, 'person'],
  ])('by an ID token %s', async (_, claims, code) => {
    desk.provider.spoil({ claims })
    await refused(await desk.visitor().signIn('dana'), code)
  })

  test('by an ID token that somebody else has signed', async () => {
    desk.provider.spoil({ key: (await generateKeyPair('RS256')).privateKey })
    await refused(await desk.visitor().signIn('dana'), 'signature')
  })

  test('where the provider cannot be reached, or is not who it should be', async () => {
    for (const issuer of ['http://127.0.0.1:9', `${desk.provider.issuer}/`]) {
      const other = await openDesk({ issuer }, { allowTargets: ['127.0.0.1:*'] })
      expect((await other.visitor().get(`${home}/sign-in`)).status).toBe(502)
      await other.stop()
    }
  })

  test('by an address that they have not shown to be theirs', async () => {
    const byMail = await openDesk({ claim: 'email', identifierSystem: 'mailto' })
    await staffed(byMail)
    expect((await byMail.visitor().signIn('dana')).status).toBe(200)
    byMail.provider.spoil({ claims: { email_verified: false } })
    expect((await byMail.visitor().signIn('dana')).status).toBe(401)
    await byMail.stop()
  })
})

describe('a session', () => {
  const signedIn = async () => {
    const visitor = desk.visitor()
    expect((await visitor.signIn('dana')).status).toBe(200)
    return visitor
  }
  const change = async (id: string, changes: object) => {
    const [type] = id.split('/')
    const now = (await say(desk, 'GET', `/fhir/${id}`)).body
    expect((await say(desk, 'PUT', `/fhir/${id}`, { ...now, resourceType: type, ...changes })).status).toBe(200)
  }

  test('lasts while somebody works, half an hour beyond, and twelve hours at most', async () => {
    const visitor = await signedIn()
    for (let hour = 0; hour < 23; hour++) {
      desk.clock.advance(30 * minute - 1)
      expect((await visitor.get(home)).status).toBe(200)
    }
    for (const [rest, status] of [
      [29, 200],
      [2, 401],
    ] as const) {
      desk.clock.advance(rest * minute)
      expect((await visitor.get(home)).status).toBe(status)
    }
    const idle = await signedIn()
    desk.clock.advance(30 * minute)
    expect((await idle.get(home)).status).toBe(401)
  })

  test('is over with signing out, for whoever has a copy of it, too', async () => {
    const visitor = await signedIn()
    const copy = desk.visitor()
    for (const [name, value] of visitor.cookies) copy.cookies.set(name, value)
    expect((await visitor.post(`${home}/sign-out`, {}, 'https://evil.example')).status).toBe(403)
    expect((await visitor.get(home)).status).toBe(200)
    const out = await visitor.post(`${home}/sign-out`, {})
    expect([out.status, visitor.cookies.has(session)]).toEqual([303, false])
    expect(await (await visitor.get(`${home}/sign-out`)).text()).toContain('You are signed out.')
    for (const one of [visitor, copy]) expect((await one.get(home)).status).toBe(401)
  })

  test('is over at the provider, too, where that lets itself be told', async () => {
    const other = await openDesk({}, {}, { endsSessions: true })
    await staffed(other)
    const visitor = other.visitor()
    await visitor.signIn('dana')
    const out = await visitor.post(`${home}/sign-out`, {})
    expect([out.status, visitor.cookies.has(session)]).toEqual([200, false])
    const there = out.headers.get('refresh')!.replace('0; url=', '')
    expect(await out.text()).toContain(`href="${there.replaceAll('&', '&amp;')}"`)
    expect(other.provider.left()).toEqual([])
    const back = await fetch(there, { redirect: 'manual' })
    expect([other.provider.left(), back.headers.get('location')]).toEqual([['dana'], `http://localhost${home}/sign-out`])
    expect(await (await visitor.get(`${home}/sign-out`)).text()).toContain('You are signed out.')
    expect(JSON.stringify(other.log)).not.toContain(new URL(there).searchParams.get('id_token_hint'))
    await other.stop()
  })

  test.each([
    ['is not active any more', 'Practitioner/pra-dana', { active: false }],
    ['is known to us otherwise', 'Practitioner/pra-dana', { identifier: [{ system: staff, value: 'another' }] }],
    ['has no role any more', 'PractitionerRole/prl-dana', { active: false }],
    ['has a role that is over', 'PractitionerRole/prl-dana', { period: { end: '2026-03-01' } }],
    ['has another role', 'PractitionerRole/prl-dana', { code: [{ coding: [{ code: 'volunteer' }] }] }],
  ])('is over at once where somebody %s', async (_, id, changes) => {
    const visitor = await signedIn()
    await change(id, changes)
    expect((await visitor.get(home)).status).toBe(401)
    expect((await desk.visitor().signIn('dana')).status).toBe(401)
  })

  test('is nobody’s where two are known by the same', async () => {
    const visitor = await signedIn()
    const { body } = await say(desk, 'GET', '/fhir/Practitioner/pra-dana')
    expect((await say(desk, 'PUT', '/fhir/Practitioner/pra-double', { ...body, id: 'pra-double' })).status).toBe(201)
    expect((await visitor.get(home)).status).toBe(401)
  })

  test.each(['', 'x', '.', 'default.', 'default.x', 'elsewhere.x', `default.${'x'.repeat(500)}`])('is not %j', async (value) => {
    const visitor = desk.visitor()
    visitor.cookies.set(session, value)
    expect((await visitor.get(home)).status).toBe(401)
  })

  test('opens the care team’s pages, and nothing else', async () => {
    const strict = await openDesk({}, { auth: 'smart' })
    const loose = await openDesk()
    const visitor = strict.visitor()
    for (const path of [home, `${home}/clients/x`, `${home}/nothing`]) {
      const answer = await visitor.get(path)
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="warm-handoff"'])
    }
    expect((await visitor.get(`${home}/style.css`)).status).toBe(200)
    const own = await signedIn()
    for (const path of ['/console', '/admin/connections', '/fhir/Patient', '/coordination/clients'])
      expect((await strict.request(path, { headers: { cookie: `${session}=${own.cookies.get(session)}` } })).status).toBe(401)
    // Nor does the operators' password open theirs.
    const password = { authorization: `Basic ${btoa(`me:${adminToken}`)}` }
    expect((await strict.request(home, { headers: password })).status).toBe(401)
    await strict.stop()
    await loose.stop()
  })
})

test('a session is good for its tenant alone, and which one is meant is said where there are several', async () => {
  const two = await openDesk({}, { tenants: ['north'], auth: 'smart' })
  const north = await registerClient(two, 'system/*.cruds', { tenant: 'north' })
  const headers = { ...(await north.bearer('system/*.cruds')), 'content-type': 'application/fhir+json' }
  for (const body of [
    { resourceType: 'Practitioner', id: 'pra-dana', identifier: [{ system: staff, value: 'dana' }] },
    { resourceType: 'PractitionerRole', id: 'prl-dana', practitioner: { reference: 'Practitioner/pra-dana' }, code: coordinator },
    { resourceType: 'Patient', id: 'cli-north', name: [{ family: 'Lund' }] },
  ]) {
    const path = `/fhir/${body.resourceType}/${body.id}`
    expect((await two.request(path, { method: 'PUT', headers, body: JSON.stringify(body) })).status).toBe(201)
  }
  const visitor = two.visitor()
  expect((await visitor.get(`${home}/sign-in`)).status).toBe(404)
  expect((await visitor.get(`${home}/sign-in?tenant=south`)).status).toBe(404)
  await visitor.get(await ledBack(await visitor.get(`${home}/sign-in?tenant=north`), 'dana'))
  expect(await (await visitor.get(`${home}/clients/cli-north`)).text()).toContain('<h1>Lund</h1>')
  // The same cookie, said to be another tenant's.
  visitor.cookies.set(session, visitor.cookies.get(session)!.replace('north.', 'default.'))
  expect((await visitor.get(home)).status).toBe(401)
  // Nobody is known by this to the other one.
  expect((await visitor.get(await ledBack(await visitor.get(`${home}/sign-in?tenant=default`), 'dana'))).status).toBe(401)
  await two.stop()
})

test('where nobody signs in there is nothing to sign in to', async () => {
  const without = await openDesk({}, { ofTenants: new Map() })
  expect((await without.visitor().get(home)).status).toBe(401)
  expect((await without.visitor().get(`${home}/sign-in`)).status).toBe(404)
  await without.stop()
})
