/**
 * A reminder goes out by e-mail to a real mail server: word for word the general notice, once as far as SMTP can promise it, and never
 * to an address that has become unsafe meanwhile.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startCourier } from '../../src/flows/delivery/courier.ts'
import { system } from '../../src/gateway.ts'
import { event, put, say } from '../support/coordination.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { type MailServerForTests, nobodysPort, startMailServer } from '../support/mail-server.ts'
import { connectMail, from, messageTo, withMail } from '../support/mail-story.ts'
import { drain } from '../support/outbox.ts'

let server: MailServerForTests
let gateway: TestGateway
beforeEach(async () => {
  server = await startMailServer()
  gateway = await startGateway({ allowTargets: [server.target] })
  await connect({})
  await put(gateway, withMail())
})
afterEach(async () => {
  await gateway.stop()
  await server.close()
})

const connect = (changes: object) => connectMail(gateway, server.url, changes)
/** A queued reminder; answers its path below /coordination. */
async function reminder(): Promise<string> {
  const member = await messageTo(gateway, { notice: 'appointment-reminder', about: ['Appointment/app-1'] })
  await event(gateway, member, 'queue')
  return member
}
const stateOf = async (member: string) => {
  const { state, failure } = (await say(gateway, 'GET', `/coordination/${member}`)).body
  return [state, ...(failure === undefined ? [] : [failure])]
}
const outbox = async () => (await say(gateway, 'GET', '/admin/deliveries')).body.items

describe('a queued reminder', () => {
  it('goes to the server word for word, and nothing of anybody with it', async () => {
    const member = await reminder()
    expect((await outbox())[0]).toMatchObject({ connection: 'post', state: 'pending', resource: member.split('/')[1] })
    await drain(gateway)
    expect(server.received).toHaveLength(1)
    const [{ to, headers, text, raw }] = server.received as [(typeof server.received)[0]]
    expect([to, headers.to, headers.from]).toEqual([['mv@home.example'], 'mv@home.example', from])
    expect(headers).toMatchObject({ subject: 'Un mensaje para usted', 'auto-submitted': 'auto-generated' })
    expect(headers['message-id']).toMatch(/^<mail-[0-9A-Z]{26}@harbor\.example>$/)
    expect(text.replace(/\r\n/g, ' ')).toContain('Tiene una cita pronto. Entre a su portal o llámenos para ver cuándo.')
    for (const own of ['Marisol', 'Vega', 'cli-marisol', 'app-1', member.split('/')[1]!]) expect(raw).not.toContain(own)
    expect(await stateOf(member)).toEqual(['sent'])
    expect(await outbox()).toMatchObject([{ state: 'delivered', attempts: 1 }])
    expect(JSON.stringify(gateway.log)).not.toContain('mv@home.example')
  })

  it('leaves by itself: the courier wakes with the commit', async () => {
    const courier = startCourier(await gateway.gateway.context(system()), () => () => undefined)
    const member = await reminder()
    await expect.poll(() => stateOf(member)).toEqual(['sent'])
    await courier.stop()
    expect(server.received).toHaveLength(1)
  })

  it('waits for whoever sends it where there is no connection for mail', async () => {
    await say(gateway, 'DELETE', '/admin/connections/post')
    const member = await reminder()
    expect([await stateOf(member), await outbox()]).toEqual([['queued'], []])
  })
})

it('what waits when the connection is removed has failed, and says so', async () => {
  const member = await reminder()
  await say(gateway, 'DELETE', '/admin/connections/post')
  expect(await stateOf(member)).toEqual(['failed', 'The mail could not be delivered; its delivery tells more.'])
  expect(await outbox()).toMatchObject([{ state: 'dead', outcome: 'connection-removed' }])
})

describe('when the server has a bad day', () => {
  it('what it puts off, and what broke before the end, is sent again as the same mail', async () => {
    server.fate = (number) => [{ code: 451 } as const, 'cut-before' as const][number]
    const member = await reminder()
    await drain(gateway)
    expect([server.received.length, await stateOf(member)]).toEqual([1, ['sent']])
    expect(await outbox()).toMatchObject([{ attempts: 3 }])
  })

  it('what it refuses is a dead letter, and says so without the address', async () => {
    server.fate = () => ({ code: 550 })
    const member = await reminder()
    await drain(gateway)
    expect(await stateOf(member)).toEqual(['failed', 'The mail could not be delivered; its delivery tells more.'])
    expect(await outbox()).toMatchObject([{ state: 'dead', outcome: expect.stringContaining('550') }])
  })

  it('what it may have taken is unsure, and goes again only when somebody says so, under the same Message-ID', async () => {
    server.fate = (number) => (number === 0 ? 'cut-after' : undefined)
    const member = await reminder()
    await drain(gateway)
    expect(server.received).toHaveLength(1)
    expect(await stateOf(member)).toEqual(['failed', expect.stringContaining('not known')])
    const [dead] = await outbox()
    expect(dead).toMatchObject({ state: 'dead', attempts: 1 })
    await say(gateway, 'POST', `/admin/deliveries/${dead.id}/replay`)
    await drain(gateway)
    expect(new Set(server.received.map(({ headers }) => headers['message-id'])).size).toBe(1)
    expect([server.received.length, await stateOf(member)]).toEqual([2, ['sent']])
  })

  it('an attempt that was under way when the process ended is unsure, too', async () => {
    const member = await reminder()
    const [pending] = await outbox()
    const { store } = await gateway.gateway.context(system())
    await store.commit(function* () {
      yield { write: [{ change: 'deliver', delivery: { ...pending, attempts: 1, inFlight: true } }] }
      return { ok: true, value: undefined }
    })
    await drain(gateway)
    expect([server.received.length, await stateOf(member)]).toEqual([0, ['failed', expect.stringContaining('not known')]])
  })

  it('a coordinator may try again what failed', async () => {
    server.fate = (number) => (number === 0 ? { code: 554 } : undefined)
    const member = await reminder()
    await drain(gateway)
    await event(gateway, member, 'retry')
    await drain(gateway)
    expect([server.received.length, await stateOf(member)]).toEqual([1, ['sent']])
    expect(await outbox()).toHaveLength(1)
  })

  it.each([
    ['nobody is there', ['127.0.0.1:*'], 'connection-refused'],
    ['it stands where nothing may be sent to', [], 'address'],
  ])('%s: tried until the attempts are used up', async (_, allowTargets, why) => {
    await gateway.stop()
    gateway = await startGateway({ allowTargets })
    await put(gateway, withMail())
    await connect({ baseUrl: `smtp://127.0.0.1:${await nobodysPort()}` })
    const member = await reminder()
    await drain(gateway)
    expect(await outbox()).toMatchObject([{ state: 'dead', attempts: 5, outcome: expect.stringContaining(why) }])
    expect(await stateOf(member)).toMatchObject(['failed', expect.any(String)])
  })
})

describe('while it waits', () => {
  it.each([
    ['the address became unsafe', withMail('no')],
    ['she moved to another one', withMail('yes', { telecom: [{ system: 'email', value: 'new@home.example' }] })],
    ['she died', withMail('yes', { deceasedBoolean: true })],
  ])('%s: nothing is sent', async (_, resource) => {
    const member = await reminder()
    await put(gateway, resource)
    await drain(gateway)
    expect([server.received, (await stateOf(member))[0]]).toEqual([[], 'failed'])
  })

  it('her quiet hours begin: it goes when they are over, however late it was put off', async () => {
    const preference = (from: string, to: string) => ({
      extension: [
        { url: 'http://hl7.org/fhir/StructureDefinition/timezone', valueCode: 'America/New_York' },
        {
          url: 'https://warm-handoff.example/fhir/StructureDefinition/communication-preference',
          extension: [
            { url: 'channel', valueCode: 'email' },
            { url: 'voicemailOk', valueBoolean: false },
            { url: 'detailOk', valueBoolean: false },
            {
              url: 'quietHours',
              extension: [
                { url: 'from', valueTime: from },
                { url: 'to', valueTime: to },
              ],
            },
          ],
        },
      ],
    })
    await put(gateway, withMail('yes', preference('21:00:00', '08:00:00')))
    // 04:30 in New York.
    await reminder()
    expect((await outbox())[0].due).toBe('2026-03-02T13:00:00.000Z')
    await put(gateway, withMail('yes', preference('22:00:00', '09:15:00')))
    await drain(gateway)
    expect(server.received).toHaveLength(1)
    const [{ attempts, state }] = await outbox()
    expect([attempts, state]).toEqual([2, 'delivered'])
    expect(gateway.clock.now).toBeGreaterThanOrEqual(Date.UTC(2026, 2, 2, 14, 15))
    const { body } = await say(gateway, 'GET', '/coordination/clients/cli-marisol')
    expect(body.communicationPreference.quietHours).toEqual({ from: '22:00:00', to: '09:15:00' })
  })

  it('she is in a crisis: reminders wait until it is over, and no other is sent by hand', async () => {
    const member = await reminder()
    const draft = await messageTo(gateway, { notice: 'appointment-reminder', channel: 'letter', body: undefined })
    const crisis = { clientId: 'cli-marisol', trigger: 'third-party', riskTypes: ['abuse'], level: 'moderate' }
    const open = await say(gateway, 'POST', '/coordination/crises', crisis)
    await expect(drain(gateway, 3)).rejects.toThrow('still wait')
    expect([server.received, await stateOf(member)]).toEqual([[], ['queued']])
    const sent = await say(gateway, 'POST', `/coordination/${draft}/events`, { type: 'send' })
    expect([sent.status, sent.body.issues[0].path]).toEqual([422, 'category'])
    const transferredTo = { org: { id: 'org-mobile' }, person: 'Jo Reyes', at: '2026-03-02T10:00:00Z' }
    await event(gateway, `crises/${open.body.id}`, 'transfer', { transferredTo })
    await drain(gateway)
    expect([server.received.length, await stateOf(member)]).toEqual([1, ['sent']])
    await event(gateway, draft, 'send')
  })

  it('it was taken back: nothing is sent', async () => {
    const member = await reminder()
    await event(gateway, member, 'mark-error', { reason: 'wrong client' })
    await drain(gateway)
    expect([server.received, await stateOf(member)]).toEqual([[], ['entered-in-error', 'wrong client']])
  })
})

describe('the connection', () => {
  it('signs in, and shows no password', async () => {
    const strict = await startMailServer({
      onAuth: ({ username, password }, _session, done) =>
        password === 'right' ? done(null, { user: username }) : done(new Error('no')),
    })
    try {
      await gateway.stop()
      gateway = await startGateway({ allowTargets: [strict.target] })
      await put(gateway, withMail())
      const signIn = (password: string) => connect({ baseUrl: strict.url, auth: { type: 'basic', user: 'harbor', password } })
      const wrong = await signIn('wrong-secret')
      expect(JSON.stringify(wrong.body)).not.toContain('wrong-secret')
      expect((await say(gateway, 'POST', '/admin/connections/post/test')).status).toBe(502)
      await signIn('right')
      expect((await say(gateway, 'POST', '/admin/connections/post/test')).status).toBe(200)
      await reminder()
      await drain(gateway)
      expect(strict.received).toMatchObject([{ user: 'harbor' }])
    } finally {
      await strict.close()
    }
  })

  it('does not speak to a certificate that nobody vouches for', async () => {
    const secured = await startMailServer({ disabledCommands: ['AUTH'] })
    try {
      await gateway.stop()
      gateway = await startGateway({ allowTargets: [secured.target] })
      await put(gateway, withMail())
      await connect({ baseUrl: secured.url })
      await reminder()
      await drain(gateway)
      expect([secured.received, (await outbox())[0].outcome]).toEqual([[], expect.stringContaining('tls')])
    } finally {
      await secured.close()
    }
  })

  it('is refused in words where there are no sockets', async () => {
    await gateway.stop()
    gateway = await startGateway({ hasSockets: false })
    const { status, body } = await connect({})
    expect([status, body.code, body.detail]).toEqual([400, 'not-supported', expect.stringContaining('Node process')])
  })

  it.each([
    ['a web address', { baseUrl: 'https://mail.example' }, 'baseUrl'],
    ['a password in the address', { baseUrl: 'smtps://harbor:word@mail.example' }, 'baseUrl'],
    ['nobody whom it comes from', { from: undefined }, 'from'],
    ['a name beside the address', { from: 'Harbor Psychiatry <a@b.example>' }, 'from'],
    ['a token', { auth: { type: 'bearer', token: 't' } }, 'auth.type'],
    ['something to push', { push: ['Patient'] }, 'push'],
  ])('with %s is none', async (_, changes, path) => {
    const { status, body } = await connect(changes)
    expect([status, body.issues.map((one: { path: string }) => one.path)]).toEqual([400, [path]])
  })
})
