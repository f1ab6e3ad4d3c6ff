/**
 * A message on the portal, told of by e-mail: the mail has an opaque link and nothing else of her, and the link opens that one message to
 * whoever has the code, for a week, unless the code is guessed at.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { system } from '../../src/gateway.ts'
import { event, put, say } from '../support/coordination.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { type MailServerForTests, startMailServer } from '../support/mail-server.ts'
import { connectMail, messageTo, withMail } from '../support/mail-story.ts'
import { drain } from '../support/outbox.ts'

const code = 'maple-7421'
const words = 'Your lithium level is fine. <b>See you on Tuesday</b>.'
let server: MailServerForTests
let gateway: TestGateway
let message: string
beforeEach(async () => {
  server = await startMailServer()
  gateway = await startGateway({ allowTargets: [server.target] })
  await connectMail(gateway, server.url)
  await put(gateway, withMail())
  message = await messageTo(gateway, { channel: 'portal', classification: 'sensitive', subject: 'Laboratory', body: words })
})
afterEach(async () => {
  await gateway.stop()
  await server.close()
})

const linkTo = (about = message) =>
  messageTo(gateway, { notice: 'secure-link', about: [about.replace('communications/', 'Communication/')] })
/** Sends the message and the mail; answers the link's path. */
async function sent(): Promise<{ mail: string; path: string }> {
  await event(gateway, message, 'send')
  const mail = await linkTo()
  await event(gateway, mail, 'queue', { code })
  await drain(gateway)
  const path = /http:\/\/localhost(\/messages\/\S+)/.exec(server.received.at(-1)!.text)![1]!
  return { mail, path }
}
const open = async (path: string, given?: string) => {
  const form = { method: 'POST', body: new URLSearchParams({ code: given ?? '' }) }
  const answer = await gateway.request(path, given === undefined ? {} : form)
  return { status: answer.status, page: await answer.text(), headers: answer.headers }
}
const stateOf = async (member: string) => (await say(gateway, 'GET', `/coordination/${member}`)).body.state
const tried = async (member: string, type: string, details: object = {}) => {
  const { status, body } = await say(gateway, 'POST', `/coordination/${member}/events`, { type, ...details })
  return [status, ...(body.issues ?? []).map(({ path }: { path: string }) => path)]
}

describe('the link', () => {
  it('says nothing of her, and opens the message to whoever has the code, as text', async () => {
    const { path } = await sent()
    const { raw } = server.received[0]!
    for (const own of ['lithium', 'Laboratory', 'Marisol', 'Vega', code, 'cli-marisol', message.split('/')[1]!])
      expect(raw).not.toContain(own)
    const asked = await open(path)
    expect([asked.status, asked.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(asked.page).not.toContain('lithium')
    expect(await stateOf(message)).toBe('sent')
    const opened = await open(path, ` ${code}`)
    expect(opened.status).toBe(200)
    expect(opened.page).toContain('Your lithium level is fine. &lt;b&gt;See you on Tuesday')
    expect(opened.page).toContain('<span lang="es">Un mensaje para usted</span>')
    expect(opened.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(await stateOf(message)).toBe('read')
    expect((await open(path, code)).status).toBe(200)
  })

  it('closes after five wrong codes, and every try is in the audit', async () => {
    const { path } = await sent()
    const statuses: number[] = []
    for (let i = 0; i < 5; i++) statuses.push((await open(path, `guess-${i}`)).status)
    expect(statuses).toEqual([403, 403, 403, 403, 410])
    const late = await open(path, code)
    expect([late.status, late.page.includes('lithium')]).toEqual([410, false])
    expect(await stateOf(message)).toBe('sent')
    const { store } = await gateway.gateway.context(system())
    const { items } = await store.look({ ask: 'audit', count: 50 })
    const tries = items
      .map(({ entry }) => entry as { action: string; outcome: string })
      .filter((one) => one.action === 'try-link-code')
    expect(tries.map(({ outcome }) => outcome)).toEqual(Array(5).fill('refused'))
    expect(JSON.stringify([items, gateway.log])).not.toContain('guess-')
  })

  it('serves for a week', async () => {
    const { path } = await sent()
    gateway.clock.advance(7 * 24 * 3600_000 + 1000)
    expect([(await open(path)).status, (await open(path, code)).status]).toEqual([410, 410])
  })

  it.each(['the message', 'the mail'])('opens nothing once %s was taken back', async (which) => {
    const { mail, path } = await sent()
    await event(gateway, which === 'the mail' ? mail : message, 'mark-error', { reason: 'wrong client' })
    const { status, page } = await open(path, code)
    expect([status, page.includes('lithium')]).toEqual([410, false])
  })

  it('of another gateway, or no link at all, opens nothing', async () => {
    const { path } = await sent()
    for (const bad of [`${path}x`, '/messages/x', path.replace(/.(?=.{9}$)/, (one) => (one === 'A' ? 'B' : 'A'))])
      expect((await open(bad, code)).status).toBe(404)
  })

  it('needs no token where all else does, and leads into its own tenant', async () => {
    await gateway.stop()
    gateway = await startGateway({ auth: 'smart' })
    expect((await open('/messages/nothing')).status).toBe(404)
    expect((await gateway.request('/messages')).status).toBe(401)
  })

  it('is a new one with a new code when it was too late for the first', async () => {
    server.fate = () => ({ code: 554 })
    await event(gateway, message, 'send')
    const mail = await linkTo()
    await event(gateway, mail, 'queue', { code })
    await drain(gateway)
    gateway.clock.advance(8 * 24 * 3600_000)
    expect(await tried(mail, 'retry')).toEqual([422, 'code'])
    server.fate = () => undefined
    await event(gateway, mail, 'retry', { code: 'another-code' })
    await drain(gateway)
    const path = /http:\/\/localhost(\/messages\/\S+)/.exec(server.received.at(-1)!.text)![1]!
    expect([(await open(path, code)).status, (await open(path, 'another-code')).status]).toEqual([403, 200])
  })
})

describe('no link goes', () => {
  it('without a code that is long enough', async () => {
    await event(gateway, message, 'send')
    const mail = await linkTo()
    for (const given of [undefined, '', '12345', 7421_7421])
      expect(await tried(mail, 'queue', { code: given })).toEqual([422, 'code'])
  })

  it('to a message that was not sent, is somebody else’s, or is none', async () => {
    expect(await tried(await linkTo(), 'queue', { code })).toEqual([422, 'about'])
    await put(gateway, withMail('yes', { id: 'cli-other' }))
    const others = await messageTo(gateway, {
      clientId: 'cli-other',
      to: [{ id: 'cli-other', type: 'Patient' }],
      channel: 'portal',
      body: 'x',
    })
    await event(gateway, others, 'send')
    for (const about of [others, 'communications/none'])
      expect(await tried(await linkTo(about), 'queue', { code })).toEqual([422, 'about'])
  })

  it('by another way than mail of our own', async () => {
    await event(gateway, message, 'send')
    const mail = await linkTo()
    expect(await tried(mail, 'send')).toEqual([422, 'notice'])
    await say(gateway, 'DELETE', '/admin/connections/post')
    expect(await tried(mail, 'queue', { code })).toEqual([422, 'channel'])
  })
})
