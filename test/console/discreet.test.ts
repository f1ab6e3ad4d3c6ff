/** What the care team's pages keep to themselves, and what does not bring them down. */
import { afterEach, describe, expect, test } from 'vitest'
import type { SignIn } from '../../src/access/sign-in.ts'
import { make, marisol, put, say } from '../support/coordination.ts'
import { type DeskGateway, home, ledBack, left, openDesk, staff, staffed, type Visitor } from '../support/desk.ts'
import { adminToken, type Options } from '../support/gateway.ts'

let desk: DeskGateway
let dana: Visitor
afterEach(() => desk.stop())

const opened = async (signIn: Partial<SignIn> = {}, options: Options = {}) => {
  desk = await openDesk(signIn, options)
  await staffed(desk)
  dana = desk.visitor()
  expect((await dana.signIn('dana')).status).toBe(200)
}
const page = async (path = ''): Promise<string> => {
  const answer = await dana.get(home + path)
  const text = await answer.text()
  expect(answer.status, text).toBe(200)
  return text
}
const call = { clientId: 'cli-marisol', kind: 'call', dueAt: '2026-03-03T15:00:00Z', assignee: { id: 'prl-dana' } }

test('a caseload that is not hers to see names nobody', async () => {
  await opened()
  expect(await page()).toContain('Marisol')
  const { body } = await say(desk, 'GET', '/fhir/List?source=PractitionerRole/prl-dana')
  const security = [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: '42CFRPart2' }]
  await put(desk, { ...body.entry[0].resource, meta: { security } })
  expect(await page()).not.toMatch(/Marisol|Vega/)
})

test('a role that is over has no caseload, and no work is handed to it', async () => {
  await opened({ roles: [{ scope: 'system/*.rs system/Task.u', purpose: 'TREAT', protected_records: false }] } as Partial<SignIn>)
  const { body } = await say(desk, 'GET', '/fhir/PractitionerRole/prl-dana')
  await put(desk, { ...body, id: 'prl-now' })
  await put(desk, { ...body, period: { end: '2026-02-01' } })
  expect(await page()).not.toMatch(/Marisol|Vega/)
  const id = await make(desk, 'work-items', { ...call, what: 'Call her', assignee: { id: 'cat-team', type: 'CareTeam' } })
  expect(await page(`/work-items/${id}`)).toContain('name="assignee.id" value="prl-now"')
})

test('what a browser remembers of a page names nobody', async () => {
  await opened()
  const id = await make(desk, 'work-items', { ...call, what: 'Ask about the rent' })
  const { 'FUH-7': owed } = await left(desk, 'cli-marisol', '2026-02-27')
  const titles = []
  for (const path of ['', '/clients/cli-marisol', `/work-items/${id}`, `/follow-ups/${owed}`])
    titles.push(/<title>([^<]*) · Warm Handoff/.exec(await page(path))?.[1])
  expect(titles).toEqual(['My work', 'A client', 'A work item', 'A follow-up'])
})

test.each(['Mars/Phobos', 'x'])('a client who is said to live in the zone %j has times in UTC', async (zone) => {
  await opened()
  const timezone = { url: 'http://hl7.org/fhir/StructureDefinition/timezone', valueCode: zone }
  await put(desk, { ...marisol, extension: [timezone] } as typeof marisol)
  const id = await make(desk, 'work-items', { ...call, what: 'Call her' })
  for (const path of ['', '/clients/cli-marisol', `/work-items/${id}`]) expect(await page(path)).toContain('15:00 UTC')
})

test.each([
  ['0000-01-01T00:00', 'America/New_York'],
  ['9999-12-31T23:59', '+14:00'],
  ['9999-12-31T23:59', 'America/New_York'],
  ['2026-99-99T00:00', 'UTC'],
  ['2026-03-02T09:30', 'Mars/Phobos'],
])('%s in %s is no moment that anything is done at', async (at, zone) => {
  await opened()
  const { 'FUH-7': id } = await left(desk, 'cli-marisol', '2026-02-27')
  const attempt = { type: 'attempt', channel: 'phone', outcome: 'no-answer', at, zone }
  expect((await dana.post(`${home}/follow-ups/${id}`, attempt)).status).toBe(400)
})

describe('a session is over', () => {
  test.each([
    ['has been given up', { use: 'old' }],
    ['has ended', { period: { end: '2026-03-01' } }],
    ['is still to begin', { period: { start: '2026-03-03' } }],
  ])('where the account of hers %s', async (_, said) => {
    await opened()
    const { body } = await say(desk, 'GET', '/fhir/Practitioner/pra-dana')
    await put(desk, { ...body, identifier: [{ system: staff, value: 'dana', ...said }] })
    expect((await dana.get(home)).status).toBe(401)
    expect((await desk.visitor().signIn('dana')).status).toBe(401)
  })

  test('where another provider, or another claim, is believed since', async () => {
    await opened()
    const signIn = desk.gateway.settingsOf('default').signIn!
    for (const change of [{ issuer: 'https://other.example' }, { clientId: 'another' }, { claim: 'email' }]) {
      const before = { ...signIn }
      Object.assign(signIn, change)
      expect((await dana.get(home)).status, JSON.stringify(change)).toBe(401)
      Object.assign(signIn, before)
      expect((await dana.get(home)).status).toBe(200)
    }
  })
})

test('the secret goes to no provider that was changed meanwhile', async () => {
  await opened()
  const visitor = desk.visitor()
  const link = await ledBack(await visitor.get(`${home}/sign-in`), 'dana')
  const redeemed = desk.provider.redeemed()
  Object.assign(desk.gateway.settingsOf('default').signIn!, { issuer: 'https://other.example', clientSecret: 'of the other' })
  expect((await visitor.get(link)).status).toBe(401)
  expect(desk.provider.redeemed()).toBe(redeemed)
})

test('whoever does not say which provider sent them back, though it always says so, is not let in', async () => {
  await opened()
  const visitor = desk.visitor()
  const link = new URL(await ledBack(await visitor.get(`${home}/sign-in`), 'dana'))
  link.searchParams.delete('iss')
  expect((await visitor.get(link.href)).status).toBe(401)
})

test('a page that came without TLS does nothing where ours come with it', async () => {
  await opened({}, { baseUrl: 'https://harbor.example' })
  const id = await make(desk, 'work-items', { ...call, what: 'Ask about the rent' })
  const started = (origin: string) => dana.post(`${home}/work-items/${id}`, { type: 'start' }, origin)
  expect((await started('http://harbor.example')).status).toBe(403)
  expect((await started('https://harbor.example')).status).toBe(303)
  expect((await dana.post(`${home}/sign-out`, {})).headers.getSetCookie().join()).toMatch(/^__Host-handoff-session=; Max-Age=0;/)
})

test('whoever comes back all the time fills no audit', async () => {
  await opened()
  const lines = async () => {
    const headers = { authorization: `Bearer ${adminToken}` }
    const { body } = await say(desk, 'GET', '/admin/audit?of=gateway&action=finish-sign-in&limit=200', undefined, headers)
    return body.items.length
  }
  const before = await lines()
  const stranger = desk.visitor()
  for (let time = 0; time < 30; time++) expect((await stranger.get(`${home}/sign-in/back?code=x&state=x`)).status).toBe(401)
  expect(await lines()).toBe(before)
  // Nor with something that was begun here.
  await stranger.get(`${home}/sign-in`)
  const begun = new Map(stranger.cookies)
  const statuses = []
  for (let time = 0; time < 30; time++) {
    for (const [name, value] of begun) stranger.cookies.set(name, value)
    statuses.push((await stranger.get(`${home}/sign-in/back?code=x&state=x`)).status)
  }
  expect(statuses.slice(0, 10)).toEqual(Array(10).fill(401))
  expect(statuses.slice(20)).toEqual(Array(10).fill(429))
})

test('names and words that look like markup are words', async () => {
  await opened()
  await put(desk, {
    ...marisol,
    name: [{ text: '<script>alert(1)</script>"\'' }],
    telecom: [{ system: 'phone', value: '"><img src=x>' }],
  } as never)
  const id = await make(desk, 'work-items', { ...call, what: '<img src=x onerror=alert(1)>' })
  for (const path of ['', '/clients/cli-marisol', `/work-items/${id}`]) {
    const text = await page(path)
    expect(text).toMatch(/&lt;(script|img)/)
    expect(text).not.toMatch(/<(script|img)/)
  }
})

test('of what a role does not see nothing is said, least of all that there is nothing', async () => {
  const roles = [{ scope: 'system/List.rs system/Task.rs system/Patient.rs', purpose: 'TREAT', protected_records: false }]
  await opened({ roles } as Partial<SignIn>)
  expect(await page()).toContain('Your role does not show you referrals.')
  const text = await page('/clients/cli-marisol')
  expect(text).toMatch(/<h2>Nothing open<\/h2><p class="soft">Follow-ups[^<]*</)
  expect(text).toMatch(/<h2>Not shown to your role<\/h2><p class="soft">Crises, Safety plan, Referrals, Goals[^<]*</)
})

test('the last of many is shown', async () => {
  await opened()
  const ids = []
  for (let time = 0; time < 101; time++) ids.push(await make(desk, 'work-items', { ...call, what: `Call ${time}` }))
  const text = await page('/clients/cli-marisol')
  expect(ids.filter((id) => !text.includes(id))).toEqual([])
})

describe('two agencies at one address', () => {
  const both = async () => {
    desk = await openDesk({}, { tenants: ['harbor'] })
    // Of both, by the same provider.
    Object.assign(desk.gateway.settings, { signIn: desk.gateway.settingsOf('default').signIn })
    await staffed(desk)
    dana = desk.visitor()
    const sent = await dana.get(`${home}/sign-in?tenant=default`)
    return { sent, link: await ledBack(sent, 'dana') }
  }

  test('know each other’s people not', async () => {
    await both()
    const stranger = desk.visitor()
    const link = await ledBack(await stranger.get(`${home}/sign-in?tenant=harbor`), 'dana')
    expect((await stranger.get(link)).status).toBe(401)
    expect(desk.log).toContainEqual(expect.objectContaining({ event: 'sign-in-refused', tenant: 'harbor', code: 'person' }))
  })

  test('are told apart in the audit that stands above both', async () => {
    const { link } = await both()
    await dana.get(link)
    await dana.post(`${home}/sign-out`, {})
    const stranger = desk.visitor()
    await stranger.get(await ledBack(await stranger.get(`${home}/sign-in?tenant=harbor`), 'dana'))
    const headers = { authorization: `Bearer ${adminToken}` }
    const { body } = await say(desk, 'GET', '/admin/audit?of=gateway', undefined, headers)
    const told = body.items.map(({ action, entities, outcome }: Record<string, unknown>) => [action, entities, outcome])
    expect(told.filter(([action]: string[]) => /sign-in|session/.test(action!))).toEqual([
      ['finish-sign-in', ['tenant/harbor'], 'refused'],
      ['end-session', ['tenant/default'], 'success'],
      ['finish-sign-in', ['tenant/default'], 'success'],
    ])
  })

  test('take neither what was begun nor a session at the other', async () => {
    const { link } = await both()
    const renamed = (name: string) => dana.cookies.set(name, dana.cookies.get(name)!.replace('default.', 'harbor.'))
    const begun = dana.cookies.get('handoff-signing-in')!
    renamed('handoff-signing-in')
    expect((await dana.get(link)).status).toBe(401)
    dana.cookies.set('handoff-signing-in', begun)
    expect((await dana.get(link)).status).toBe(303)
    expect((await dana.get(home)).status).toBe(200)
    renamed('handoff-session')
    expect((await dana.get(home)).status).toBe(401)
  })

  test('whoever was away signs in at their own again', async () => {
    const { link } = await both()
    expect((await dana.get(link)).status).toBe(303)
    desk.clock.advance(31 * 60_000)
    const again = /href="([^"]*sign-in[^"]*)"/.exec(await (await dana.get(`${home}/clients/cli-marisol`)).text())![1]!
    expect((await dana.get(again.replaceAll('&amp;', '&'))).status).toBe(303)
    const fresh = /href="([^"]*sign-in[^"]*)"/.exec(await (await desk.visitor().get(`${home}?tenant=harbor`)).text())![1]!
    expect((await desk.visitor().get(fresh.replaceAll('&amp;', '&'))).status).toBe(303)
  })
})
