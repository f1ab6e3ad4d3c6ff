/** A coordinator's day on their own pages: what is theirs to do, one client, and what they record, by the same rules as everywhere. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { asTyped, instantOf } from '../../src/console/people/words.ts'
import { consent, event, hunger, make, parcels, put, say } from '../support/coordination.ts'
import { type DeskGateway, home, left, marisols, openDesk, scope, staff, staffed, type Visitor } from '../support/desk.ts'
import { adminToken } from '../support/gateway.ts'
import { dischargeMessage } from '../support/hl7v2.ts'

let desk: DeskGateway
let dana: Visitor
const day = 24 * 3600_000

const work = (clientId: string, what: string, more: object = {}) =>
  make(desk, 'work-items', { clientId, kind: 'call', what, dueAt: '2026-03-03T15:00:00Z', assignee: { id: 'prl-dana' }, ...more })
beforeEach(async () => {
  desk = await openDesk()
  await staffed(desk)
  dana = desk.visitor()
  await dana.signIn('dana')
})
afterEach(() => desk.stop())

const page = async (path = home, who = dana): Promise<string> => {
  const answer = await who.get(path)
  const text = await answer.text()
  expect([answer.status, answer.headers.get('content-type')], text).toEqual([200, 'text/html; charset=UTF-8'])
  return text
}
/** What a section of a page says. */
const section = (text: string, heading: string): string =>
  text.split('<section>').find((one) => one.startsWith(`<h2>${heading}</h2>`)) ?? ''
/** The hidden fields of the form for an event. */
async function formOf(path: string, type: string, who = dana): Promise<Record<string, string>> {
  const forms = (await page(path, who)).split('<form ').slice(1)
  const own = forms.find((one) => one.includes(`name="type" value="${type}"`))
  expect(own, `${path} offers ${type}`).toBeDefined()
  const hidden = own!.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)
  return Object.fromEntries([...hidden].map(([, name, value]) => [name!, value!.replaceAll('&quot;', '"')]))
}
const read = async (member: string) => (await say(desk, 'GET', `/coordination/${member}`)).body

describe('my work', () => {
  test('has what is overdue first, then what is due, of my clients alone', async () => {
    await left(desk, 'cli-marisol', '2026-02-27')
    await left(desk, 'cli-dev', '2026-02-27')
    await work('cli-marisol', 'Call about the bus pass')
    await work('cli-dev', 'Call the other one', { assignee: { id: 'prl-other' } })
    expect(section(await page(), 'Follow-ups due within 7 days')).toMatch(/Marisol Vega.*TCM-2BD.*2026-03-03.*FUH-7.*2026-03-06/)
    desk.clock.advance(2 * day)
    await dana.signIn('dana')
    const text = await page()
    expect(section(text, 'Overdue follow-ups')).toMatch(/Marisol Vega.*TCM-2BD.*2026-03-03.*missed/)
    expect(section(text, 'Follow-ups due within 7 days')).toMatch(/FUH-7.*2026-03-06/)
    expect(section(text, 'Within 30 days')).toMatch(/FUH-30.*2026-03-29/)
    expect(text.indexOf('Overdue')).toBeLessThan(text.indexOf('within 7 days'))
    expect(section(text, 'Work items')).toMatch(/Call about the bus pass.*overdue.*open/)
    desk.clock.advance(31 * day)
    await dana.signIn('dana')
    expect(section(await page(), 'Overdue follow-ups')).not.toContain('TCM-2BD')
    expect(text).not.toMatch(/Dev|the other one/)
    expect(text).toContain('Signed in as Dana Whitfield.')
  })

  test('says so where nothing is to be done', async () => {
    const text = await page()
    for (const words of ['Nobody is owed one.', 'Nothing is to be done.', 'No referral waits for anybody.'])
      expect(text).toContain(words)
  })

  test('shows discharges of nobody yet, and takes my word whose one is', async () => {
    const admin = { authorization: `Bearer ${adminToken}` }
    const hospital = {
      name: 'st-brendan',
      kind: 'hospital',
      timeZone: 'America/New_York',
      senders: [{ application: 'CAREADT', facility: 'STBRENDAN' }],
    }
    expect((await say(desk, 'POST', '/admin/connections', hospital, admin)).status).toBe(201)
    const headers = { 'content-type': 'application/hl7-v2' }
    expect((await desk.request('/hl7v2', { method: 'POST', headers, body: dischargeMessage({}) })).status).toBe(200)
    const id = (await say(desk, 'GET', '/coordination/discharges')).body.items[0].id
    const text = await page()
    expect(section(text, 'Discharges that are nobody’s yet')).toContain('V90017')
    const done = await dana.post(`${home}/discharges/${id}`, { client: 'cli-marisol' })
    expect([done.status, done.headers.get('location')]).toEqual([303, home])
    expect((await read(`discharges/${id}`)).clientId).toBe('cli-marisol')
    expect(await page()).not.toContain('nobody’s yet')
    expect((await read(`discharges/${id}`)).updatedBy).toBe('Practitioner/pra-dana')
  })

  test('shows whoever coordinates nobody what was handed to them, and no client’s', async () => {
    await put(desk, {
      ...{ resourceType: 'Practitioner', id: 'pra-omar', identifier: [{ system: staff, value: 'omar' }] },
    })
    const coordinator = [{ coding: [{ code: 'coordinator' }] }]
    await put(desk, {
      resourceType: 'PractitionerRole',
      id: 'prl-omar',
      practitioner: { reference: 'Practitioner/pra-omar' },
      code: coordinator,
    } as never)
    await left(desk, 'cli-marisol', '2026-02-27')
    await work('cli-marisol', 'Look at the caseload', { assignee: { id: 'prl-omar' } })
    const omar = desk.visitor()
    await omar.signIn('omar')
    const text = await page(home, omar)
    expect(text).toContain('You have no caseload')
    expect(section(text, 'Work items')).toContain('Look at the caseload')
    expect(text).not.toMatch(/Marisol|FUH-7/)
  })
})

describe('one client', () => {
  test('is shown with what is pressing, owed, planned and agreed, and what happened', async () => {
    await left(desk, 'cli-marisol', '2026-02-27')
    await marisols(desk)
    const text = await page(`${home}/clients/cli-marisol`)
    expect(text).toContain('<h1>Marisol Vega</h1>')
    expect(section(text, 'Crises')).toMatch(/moderate.*open/)
    expect(section(text, 'Follow-ups')).toContain('FUH-7')
    expect(section(text, 'Goals')).toMatch(/Eat every day.*I want to cook again/)
    expect(section(text, 'Consents in force')).toContain('2026-02-01')
    for (const kind of ['Goals', 'Crises', 'Follow-ups', 'Consents', 'Discharges'])
      expect(section(text, 'What happened last')).toContain(kind)
  })

  test('who is not there is as one who is gone', async () => {
    for (const path of ['clients/cli-none', 'follow-ups/fob-none']) {
      const answer = await dana.get(`${home}/${path}`)
      expect([answer.status, await answer.text()]).toEqual([404, expect.stringContaining('<h1>That did not work</h1>')])
    }
  })

  test('may tell by safe ways alone how to reach them', async () => {
    const { body, etag } = await say(desk, 'GET', '/coordination/clients/cli-marisol')
    const contacts = [
      { system: 'phone', value: '716-555-0111', safe: 'no' },
      { system: 'sms', value: '716-555-0122', safe: 'ask-first' },
    ]
    expect(
      (await say(desk, 'PUT', '/coordination/clients/cli-marisol', { ...body, gender: 'female', contacts }, { 'if-match': etag }))
        .status,
    ).toBe(200)
    const text = await page(`${home}/clients/cli-marisol`)
    expect(text).toContain('sms 716-555-0122 (ask first)')
    expect(text).not.toContain('0111')
  })
})

describe('a moment that somebody types', () => {
  test.each([
    ['2026-03-02T09:30', 'America/New_York', '2026-03-02T14:30:00.000Z'],
    ['2026-07-02T09:30', 'America/New_York', '2026-07-02T13:30:00.000Z'],
    ['2026-03-08T03:30', 'America/New_York', '2026-03-08T07:30:00.000Z'],
    ['2026-11-01T00:30', 'America/New_York', '2026-11-01T04:30:00.000Z'],
    ['2026-11-01T03:00', 'America/New_York', '2026-11-01T08:00:00.000Z'],
    ['2026-03-02T09:30', 'Pacific/Kiritimati', '2026-03-01T19:30:00.000Z'],
    ['2026-03-02T09:30', 'UTC', '2026-03-02T09:30:00.000Z'],
    ['2026-03-02', 'UTC', undefined],
    ['2026-13-02T09:30', 'UTC', undefined],
    ['2026-03-02T09:30', 'Nowhere/Else', undefined],
    ['<b>', 'UTC', undefined],
  ])('%s in %s is %s', (typed, zone, instant) => {
    expect(instantOf(typed, zone)).toBe(instant)
    if (instant !== undefined) expect(asTyped(instant, zone)).toBe(typed)
  })
})

describe('what is protected', () => {
  const labelled = { legalBasis: ['42CFRPart2'], sensitivity: ['SUD'] }
  /** Of the one role that fits Dana. */
  const withRight = (protected_records: boolean) => openDesk({ roles: [{ scope, purpose: 'TREAT', protected_records }] })

  test.each([
    [true, 200],
    [false, 404],
  ])('is shown where the role has the right to it: %s', async (right, status) => {
    const other = await withRight(right)
    await staffed(other)
    const id = await make(other, 'work-items', {
      ...{ clientId: 'cli-marisol', kind: 'call', what: 'Ask the methadone clinic', dueAt: '2026-03-03T15:00:00Z' },
      ...{ assignee: { id: 'prl-dana' }, ...labelled },
    })
    const visitor = other.visitor()
    await visitor.signIn('dana')
    const texts = [await page(home, visitor), await page(`${home}/clients/cli-marisol`, visitor)]
    for (const text of texts) expect(text.includes('methadone')).toBe(right)
    expect((await visitor.get(`${home}/work-items/${id}`)).status).toBe(status)
    expect((await visitor.post(`${home}/work-items/${id}`, { type: 'start' })).status).toBe(right ? 303 : 404)
    await other.stop()
  })
})

describe('a form', () => {
  test('records an attempt, by whom, in the client’s own time', async () => {
    const { 'FUH-7': id } = await left(desk, 'cli-marisol', '2026-02-27')
    const path = `${home}/follow-ups/${id}`
    expect(await page(path)).toContain('When (America/New_York)')
    const form = await formOf(path, 'attempt')
    const done = await dana.post(path, { ...form, channel: 'phone', outcome: 'no-answer', at: '2026-03-02T04:15' })
    expect([done.status, done.headers.get('location')]).toEqual([303, path])
    const now = await read(`follow-ups/${id}`)
    expect(now).toMatchObject({ state: 'attempted', updatedBy: 'Practitioner/pra-dana' })
    expect(now.attempts).toEqual([{ at: '2026-03-02T09:15:00.000Z', channel: 'phone', outcome: 'no-answer' }])
    expect(section(await page(path), 'Attempts')).toMatch(/2026-03-02 04:15.*phone.*no answer/)
  })

  test('that is sent twice acts once', async () => {
    const { 'FUH-7': id } = await left(desk, 'cli-marisol', '2026-02-27')
    const path = `${home}/follow-ups/${id}`
    const filled = { ...(await formOf(path, 'attempt')), channel: 'phone', outcome: 'no-answer', at: '2026-03-02T04:15' }
    for (let time = 0; time < 2; time++) expect((await dana.post(path, filled)).status).toBe(303)
    expect((await read(`follow-ups/${id}`)).attempts).toHaveLength(1)
    // The same page, filled in otherwise, is another matter.
    expect((await dana.post(path, { ...filled, outcome: 'reached' })).status).toBe(409)
  })

  test('completes a follow-up by what was seen elsewhere', async () => {
    const { 'FUH-7': id } = await left(desk, 'cli-marisol', '2026-02-27')
    const path = `${home}/follow-ups/${id}`
    const form = await formOf(path, 'add-evidence')
    const missing = await dana.post(path, { ...form, occurredAt: '' })
    expect([missing.status, await missing.text()]).toEqual([400, expect.stringContaining('occurredAt')])
    expect(
      (await dana.post(path, { ...form, ref: 'Visit at Lakeside, letter of 2 March', occurredAt: '2026-03-02T03:00' })).status,
    ).toBe(303)
    expect((await read(`follow-ups/${id}`)).state).toBe('satisfied')
    expect(await page()).not.toContain('>FUH-7<')
  })

  test('takes a work item on, begins it, and is done with it', async () => {
    const id = await work('cli-marisol', 'Call about the bus pass', { assignee: { id: 'cat-team', type: 'CareTeam' } })
    const path = `${home}/work-items/${id}`
    for (const type of ['assign', 'start', 'complete']) expect((await dana.post(path, await formOf(path, type))).status).toBe(303)
    expect(await read(`work-items/${id}`)).toMatchObject({ state: 'done', assignee: { id: 'prl-dana' } })
  })

  test('moves a referral on, to the client’s word', async () => {
    await put(desk, hunger)
    await put(desk, consent)
    const id = await make(desk, 'referrals', {
      ...parcels,
      clientId: 'cli-marisol',
      consentId: 'con-marisol',
      doNotContact: 'no',
    })
    const path = `${home}/referrals/${id}`
    const said = {
      complete: { 'outcome.kind': 'service-provided', 'outcome.note': 'Two parcels' },
      'confirm-with-client': { 'clientConfirmed.saidReceived': 'yes', 'clientConfirmed.stillNeeded': 'no', needResolved: 'yes' },
    }
    expect(section(await page(), 'Referrals that wait')).toMatch(/Food parcels.*send it/)
    for (const type of ['send', 'accept', 'start', 'complete', 'confirm-with-client']) {
      const done = await dana.post(path, { ...(await formOf(path, type)), ...said[type as keyof typeof said] })
      expect(done.status, `${type}: ${await done.text()}`).toBe(303)
    }
    // What the house asked somebody to do about it leads to it.
    const [item] = (await say(desk, 'GET', '/coordination/work-items?client=cli-marisol')).body.items
    expect(await page(`${home}/work-items/${item.id}`)).toContain(`href="${path}"`)
    expect(await read(`referrals/${id}`)).toMatchObject({
      ...{ state: 'closed-confirmed', outcome: { kind: 'service-provided', note: 'Two parcels' } },
      clientConfirmed: { saidReceived: true, stillNeeded: false },
    })
    expect(section(await page(), 'Referrals that wait')).toContain('No referral waits')
  })

  test('that comes too late is told what can be done now', async () => {
    const id = await work('cli-marisol', 'Call about the bus pass')
    const path = `${home}/work-items/${id}`
    const form = await formOf(path, 'start')
    await event(desk, `work-items/${id}`, 'start')
    const stale = await dana.post(path, form)
    expect([stale.status, await stale.text()]).toEqual([412, expect.stringContaining('It has changed since it was read.')])
    const refused = await dana.post(path, { type: 'start' })
    expect([refused.status, await refused.text()]).toEqual([
      409,
      expect.stringMatching(/What can be done now: .*defer.*complete/),
    ])
  })

  test.each(['', 'null', 'https://evil.example', 'http://localhost:8081'])('of a page of %j does nothing', async (origin) => {
    const id = await work('cli-marisol', 'Call about the bus pass')
    expect((await dana.post(`${home}/work-items/${id}`, { type: 'start' }, origin)).status).toBe(403)
    expect((await read(`work-items/${id}`)).state).toBe('open')
  })

  test('is for whoever may write such records', async () => {
    const reader = await openDesk({
      roles: [{ scope: 'system/*.rs', purpose: 'TREAT', protected_records: false }],
    })
    await staffed(reader)
    const id = await make(reader, 'work-items', {
      clientId: 'cli-dev',
      kind: 'call',
      what: 'x',
      dueAt: '2026-03-03T15:00:00Z',
      assignee: { id: 'prl-dana' },
    })
    const visitor = reader.visitor()
    await visitor.signIn('dana')
    expect((await visitor.get(`${home}/clients/cli-dev`)).status).toBe(200)
    expect((await visitor.post(`${home}/work-items/${id}`, { type: 'start' })).status).toBe(403)
    await reader.stop()
  })

  test('after the session is over says that nothing was done', async () => {
    const id = await work('cli-marisol', 'Call about the bus pass')
    const path = `${home}/work-items/${id}`
    const form = await formOf(path, 'start')
    desk.clock.advance(31 * 60_000)
    const late = await dana.post(path, form)
    expect([late.status, await late.text()]).toEqual([401, expect.stringContaining('nothing was done')])
    expect((await read(`work-items/${id}`)).state).toBe('open')
  })
})

test('the audit names who looked, at whom, and who acted', async () => {
  const { 'FUH-7': id } = await left(desk, 'cli-marisol', '2026-02-27')
  const path = `${home}/follow-ups/${id}`
  await page(`${home}/clients/cli-marisol`)
  await dana.post(path, { ...(await formOf(path, 'attempt')), channel: 'phone', outcome: 'reached', at: '2026-03-02T04:15' })
  const headers = { authorization: `Bearer ${adminToken}` }
  const { items } = (await say(desk, 'GET', '/admin/audit?client=Practitioner/pra-dana&limit=200', undefined, headers)).body
  const actions = items.map(({ action }: { action: string }) => action)
  for (const action of ['own-work', 'read-member', 'timeline', 'attempt follow-ups']) expect(actions).toContain(action)
  expect(JSON.stringify(items)).toContain('Patient/cli-marisol')
  expect(new Set(items.map(({ purpose }: { purpose: string }) => purpose))).toEqual(new Set(['TREAT']))
})

test('pages load nothing from elsewhere, are kept by no cache, and say ids alone in addresses', async () => {
  const { 'FUH-7': id } = await left(desk, 'cli-marisol', '2026-02-27')
  for (const path of [home, `${home}/clients/cli-marisol`, `${home}/follow-ups/${id}`, `${home}/sign-out`]) {
    const answer = await dana.get(path)
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'self'; form-action 'self'/)
    expect([answer.headers.get('cache-control'), answer.headers.get('referrer-policy')]).toEqual(['no-store', 'same-origin'])
    const text = await answer.text()
    expect(text).not.toMatch(/<script|javascript:|\son[a-z]+=|https?:\/\//i)
    for (const [, link] of text.matchAll(/(?:href|action)="([^"]+)"/g)) expect(link).toMatch(/^\/console\/work[\w/.-]*$/)
  }
  expect((await dana.get(`${home}/nothing/at/all`)).status).toBe(404)
  expect((await dana.get(`${home}/consents/x`)).status).toBe(404)
})
