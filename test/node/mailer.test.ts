/** How mail leaves the process: to judged addresses, in clear only to those that were allowed by name. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Connection } from '../../src/connectors/connector.ts'
import { mailServer, parseTarget } from '../../src/net/target.ts'
import { nodeMailer } from '../../src/node/mailer.ts'
import { type MailServerForTests, startMailServer } from '../support/mail-server.ts'

let server: MailServerForTests
beforeEach(async () => {
  server = await startMailServer()
})
afterEach(() => server.close())

const mail = { from: 'a@harbor.example', to: 'b@home.example', subject: 's', text: 't', messageId: '<1@harbor.example>', date: 0 }
const send = (host: string, allowed: readonly string[], scheme = 'smtp') => {
  const port = server.target.split(':')[1]
  const mailer = nodeMailer({
    allowed: allowed.flatMap((text) => parseTarget(text.replace('PORT', port!)) ?? []),
    resolve: (_name, answer) => answer(null, [{ address: '127.0.0.1', family: 4 }]),
  })
  const connection = { baseUrl: `${scheme}://${host}:${port}`, from: mail.from, auth: { type: 'none' } } as Connection
  return mailer.send(connection, mail)
}

it.each([
  ['mail.example', [], 'smtp', 'address'],
  ['mail.example', ['127.0.0.1:PORT'], 'smtp', 'tls'],
  ['mail.example', ['127.0.0.1:PORT'], 'smtps', 'connection-broken'],
  ['127.0.0.1', [], 'smtp', 'address'],
  ['localhost', ['mail.example:PORT'], 'smtp', 'address'],
])('sends nothing in clear to %s, where %j is allowed, by %s', async (host, allowed, scheme, reason) => {
  expect(await send(host, allowed, scheme)).toEqual({ outcome: 'try-again', unanswered: false, reason })
  expect(server.received).toEqual([])
})

it('sends to what was allowed by name', async () => {
  expect(await send('mail.example', ['mail.example:PORT'])).toEqual({ outcome: 'delivered', value: undefined })
  expect(server.received).toMatchObject([{ to: [mail.to], headers: { 'message-id': mail.messageId } }])
})

it('refuses what is no address, and what breaks lines', async () => {
  for (const to of ['nobody', 'b@home.example\r\nBcc: c@home.example', 'b@home.example>\r\nDATA']) {
    const outcome = await nodeMailer({ allowed: [parseTarget(server.target)!] }).send(
      { baseUrl: server.url, from: mail.from, auth: { type: 'none' } } as Connection,
      { ...mail, to },
    )
    expect(outcome.outcome).not.toBe('delivered')
  }
  expect(server.received).toEqual([])
})

it.each([
  ['smtps://mail.example', { host: 'mail.example', port: 465, tls: 'from-the-start' }],
  ['smtp://Mail.Example:2525', { host: 'mail.example', port: 2525, tls: 'starttls' }],
  ['smtp://[::1]:25', { host: '::1', port: 25, tls: 'starttls' }],
  ['smtps://mail.example:443', { host: 'mail.example', port: 443, tls: 'from-the-start' }],
])('reads %s', (text, read) => expect(mailServer(text)).toMatchObject(read))

it.each(['https://mail.example', 'smtp://user@mail.example', 'smtp://mail.example/x', 'smtp://', 'smtp://a b', 'smtp://x:99999'])(
  'does not read %s',
  (text) => expect(mailServer(text)).toBeUndefined(),
)
