/** A real mail server on this machine: it takes mail, keeps it, and has its bad days. */
import { type AddressInfo, createServer } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

export interface Received {
  readonly to: readonly string[]
  /** As it came, headers and body. */
  readonly raw: string
  /** Headers by lower-case name; quoted-printable of the body read. */
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  readonly user?: string
  /** It came under TLS. */
  readonly secure: boolean
}

/** What happens to a mail: 4yz and 5yz are answered; or the connection ends before the data, or once all of it is here. */
export type Fate = { readonly code: number } | 'cut-before' | 'cut-after' | undefined

export interface MailServerForTests {
  readonly url: string
  /** As HANDOFF_ALLOW_TARGETS. */
  readonly target: string
  /** All that got through to the end of the data, in order. */
  readonly received: readonly Received[]
  /** Decides for the mails to come, by their number from 0. */
  fate: (number: number) => Fate
  close(): Promise<void>
}

export async function startMailServer(options: SMTPServerOptions = {}): Promise<MailServerForTests> {
  const received: Received[] = []
  const fates = new Map<string, Fate>()
  let number = 0
  const server = new SMTPServer({
    disabledCommands: options.onAuth ? ['STARTTLS'] : ['STARTTLS', 'AUTH'],
    allowInsecureAuth: true,
    logger: false,
    ...options,
    onRcptTo(_address, session, done) {
      fates.set(session.id, opened.fate(number++))
      if (fates.get(session.id) === 'cut-before') cut(session.id)
      else done()
    },
    onData(stream, session, done) {
      const fate = fates.get(session.id)
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.once('end', () => {
        if (typeof fate === 'object') return done(Object.assign(new Error('Not now.'), { responseCode: fate.code }))
        const to = session.envelope.rcptTo.map(({ address }) => address)
        const user = session.user === undefined ? {} : { user: String(session.user) }
        received.push({ to, ...read(Buffer.concat(chunks).toString('utf8')), ...user, secure: session.secure })
        if (fate === 'cut-after') cut(session.id)
        else done()
      })
    },
  })
  const cut = (session: string): void => {
    for (const one of server.connections) if (one.id === session) one._socket.destroy()
  }
  const port = await listening(server)
  const opened: MailServerForTests = {
    url: `smtp://127.0.0.1:${port}`,
    target: `127.0.0.1:${port}`,
    received,
    fate: () => undefined,
    close: () => new Promise((done) => void server.close(() => done())),
  }
  return opened
}

const listening = (server: SMTPServer): Promise<number> =>
  new Promise((fulfil, reject) => {
    server.on('error', reject)
    const net = server.listen(0, '127.0.0.1', () => fulfil((net.address() as AddressInfo).port))
  })

/** A port of this machine where nobody listens. */
export async function nobodysPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((done) => server.once('listening', done))
  const { port } = server.address() as AddressInfo
  await new Promise((done) => server.close(done))
  return port
}

function read(raw: string): Pick<Received, 'raw' | 'headers' | 'text'> {
  const [head = '', ...rest] = raw.split('\r\n\r\n')
  const unfolded = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n')
  const headers = Object.fromEntries(
    unfolded.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  )
  const packed = rest.join('\r\n\r\n')
  const isQuoted = headers['content-transfer-encoding'] === 'quoted-printable'
  return { raw, headers, text: isQuoted ? unquoted(packed) : packed }
}

/** https://www.rfc-editor.org/rfc/rfc2045#section-6.7 */
function unquoted(text: string): string {
  const joined = text.replace(/=\r\n/g, '')
  const bytes = [...joined.matchAll(/=([0-9A-F]{2})|([^=])/g)].flatMap(([, hex, plain]) =>
    hex === undefined ? [...Buffer.from(plain!)] : [Number.parseInt(hex, 16)],
  )
  return Buffer.from(bytes).toString('utf8')
}
