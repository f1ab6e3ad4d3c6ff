/**
 * Mail from a Node process, by SMTP: to a server whose address was judged like that of any request, under TLS. nodemailer speaks the
 * protocol and writes the MIME; where in it a connection broke is watched here, for it tells a mail that did not leave from one that may have.
 */
import { connect, isIP, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import type SMTPConnection from 'nodemailer/lib/smtp-connection'
import { type Connection, delivered, type Outcome, refused } from '../connectors/connector.ts'
import type { Mail, Mailer } from '../connectors/mail.ts'
import { fail, ok } from '../domain/problem.ts'
import { Unsent, unsentReason } from '../net/safe-fetch.ts'
import { type MailServer, mailServer, mayConnect, refusal, type Target } from '../net/target.ts'
import { judged, type Resolve, resolveBySystem } from './judged-lookup.ts'

interface MailerOptions {
  readonly allowed: readonly Target[]
  readonly resolve?: Resolve
  /** Milliseconds until a connection stands, and until the server says something. */
  readonly timeoutMs?: number
}

/** As many bytes of a server's refusal as are kept for the dead letter. */
const keptOfRefusal = 2048

export function nodeMailer({ allowed, resolve = resolveBySystem, timeoutMs = 30_000 }: MailerOptions): Mailer {
  return {
    async send(connection, mail) {
      const text = await composed(mail)
      const body = Readable.from([text], { objectMode: false })
      let left = false
      body.once('end', () => {
        left = true
      })
      try {
        await session(connection, (smtp) => call((done) => smtp.send({ from: mail.from, to: [mail.to] }, body, done)))
        return delivered(undefined)
      } catch (caught) {
        return outcomeOf(caught, left)
      }
    },
    async test(connection) {
      try {
        await session(connection, async () => undefined)
        return ok({ software: 'SMTP' })
      } catch (caught) {
        const { reason } = outcomeOf(caught, false) as { reason?: string }
        return fail('partner-failed', `The mail server could not be signed in to: ${reason ?? 'it refused'}.`)
      }
    },
  }

  async function session(connection: Connection, work: (smtp: SMTPConnection) => Promise<unknown>): Promise<void> {
    const server = mailServer(connection.baseUrl ?? '')
    const refused = server ? refusal(server.judged, allowed) : 'url'
    if (!server || refused) throw new Unsent(refused ?? 'url')
    const { default: Smtp } = await import('nodemailer/lib/smtp-connection')
    const socket = await opened(server, (address) => mayConnect(address, server.judged, allowed))
    const smtp = new Smtp({
      connection: socket,
      host: server.host,
      secure: server.tls === 'from-the-start',
      // In clear only to where the operator allowed it by name, as with http; what goes by Direct is clinical, and never is.
      requireTLS: server.tls === 'starttls' && (connection.kind === 'direct' || !isTrusted(server)),
      name: domainOf(connection.from ?? ''),
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      ...(isIP(server.host) === 0 && { tls: { servername: server.host } }),
    })
    const broken = new Promise<never>((_, reject) => smtp.once('error', reject))
    // Heard of by whoever waits; later ones are of no matter.
    broken.catch(() => undefined)
    smtp.on('error', () => undefined)
    try {
      await Promise.race([broken, call((done) => smtp.connect(done))])
      const { auth } = connection
      if (auth.type === 'basic') {
        const { user, password } = auth
        await Promise.race([broken, call((done) => smtp.login({ user, pass: password }, done))])
      }
      await Promise.race([broken, work(smtp)])
      smtp.quit()
    } catch (caught) {
      smtp.close()
      throw caught
    }
  }

  /** Allowed by name: then it may speak plainly. */
  function isTrusted({ judged: { hostname }, port }: MailServer): boolean {
    return refusal(new URL(`http://${hostname}:${port}`), allowed) === undefined
  }

  function opened({ host, port }: MailServer, mayConnectTo: (address: string) => boolean): Promise<Socket> {
    return new Promise((fulfil, reject) => {
      if (isIP(host) !== 0 && !mayConnectTo(host)) return reject(new Unsent('address'))
      const socket = connect({ host, port, lookup: judged(resolve, mayConnectTo) })
      const timer = setTimeout(() => socket.destroy(new Unsent('connect-timeout')), timeoutMs)
      socket.once('error', (error) => {
        clearTimeout(timer)
        reject(error instanceof Unsent ? error : new Unsent('connection-refused'))
      })
      socket.once('connect', () => {
        clearTimeout(timer)
        fulfil(socket)
      })
    })
  }
}

/** A function that calls back, as a promise. */
const call = <T>(ask: (done: (error?: Error | null, value?: T) => void) => void): Promise<T | undefined> =>
  new Promise((fulfil, reject) => ask((error, value) => (error ? reject(error) : fulfil(value))))

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1)

/** Sent by a machine, so that no holiday answers it. https://www.rfc-editor.org/rfc/rfc3834#section-5 */
const byMachine = { 'Auto-Submitted': 'auto-generated' }

/**
 * Asks to be told of the final destination, too: ONC's Implementation Guide for Delivery Notification in Direct 1.0, section 1.3.
 * https://www.healthit.gov/test-method/direct-project
 */
const trackedFor = (address: string) => ({
  'Disposition-Notification-To': address,
  'Disposition-Notification-Options': 'X-DIRECT-FINAL-DESTINATION-DELIVERY=optional,true',
})

async function composed({ from, to, subject, text, messageId, date, enclosures = [], tracked }: Mail): Promise<Buffer> {
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer')
  const headers = tracked === undefined ? byMachine : tracked ? trackedFor(from) : {}
  const attachments = enclosures.map(({ base64, ...file }) => ({ ...file, content: base64, encoding: 'base64' as const }))
  const composer = new MailComposer({
    ...{ from, to, subject, text, messageId, attachments, headers },
    date: new Date(date),
    xMailer: false,
  })
  return composer.compile().build()
}

/**
 * 4yz may pass, 5yz stands (https://www.rfc-editor.org/rfc/rfc5321#section-4.2.1), if it is said of this mail rather than of us. Without an
 * answer it counts how far the mail had got.
 */
function outcomeOf(caught: unknown, left: boolean): Exclude<Outcome<never>, { outcome: 'delivered' }> {
  if (caught instanceof Unsent) return { outcome: 'try-again', unanswered: false, reason: caught.reason }
  const { responseCode, response = '', code, originalCode, command } = caught as SmtpError
  if (code === 'EENVELOPE' && responseCode === undefined) return refused(0, 'This is no address.')
  if (responseCode !== undefined) {
    const isOfMail = command === 'MAIL FROM' || command === 'RCPT TO' || command === 'DATA'
    if (isOfMail && responseCode >= 500) return refused(responseCode, response.slice(0, keptOfRefusal))
    const reason = code === 'EAUTH' ? 'signing in was refused' : command === 'STARTTLS' ? 'tls' : `SMTP ${responseCode}`
    return { outcome: 'try-again', unanswered: false, reason }
  }
  const reason = code === 'ETLS' ? 'tls' : code === 'ETIMEDOUT' ? 'timeout' : unsentReason({ code: originalCode })
  return { outcome: 'try-again', unanswered: left, reason: reason ?? 'connection-broken' }
}

/** What nodemailer tells of a failure: the server's reply and what it was a reply to, its own code, the system's. */
interface SmtpError {
  readonly responseCode?: number
  readonly response?: string
  readonly command?: string
  readonly code?: string
  readonly originalCode?: string
}
