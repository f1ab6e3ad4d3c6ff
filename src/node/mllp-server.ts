/**
 * HL7 v2 over MLLP: one message after the other per connection, each answered before the next is read.
 * https://www.hl7.org/documentcenter/public/wg/inm/mllp_transport_specification.PDF
 */
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { frame, mllpDecoder } from '../hl7v2/mllp.ts'

export interface MllpOptions {
  readonly host: string
  readonly port: number
  /** Answers the acknowledgment of a message; rejects if it could not even be refused, which closes the connection unanswered. */
  readonly receive: (message: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>
  /** Something was no message, or broke: a stable code. */
  readonly onFault: (code: string, caught?: unknown) => void
  /** Milliseconds; defaults for production. */
  readonly patience?: { readonly idle: number; readonly message: number }
}

export interface MllpServer {
  readonly port: number
  /** Takes no new connections and messages, answers the one in hand of each connection, closes. */
  stop(): Promise<void>
}

const mostConnections = 200
const usualPatience = { idle: 600_000, message: 30_000 }

export async function startMllpServer(options: MllpOptions): Promise<MllpServer> {
  const open = new Map<Socket, () => Promise<void>>()
  const server = createServer((socket) => {
    open.set(socket, converse(socket, options))
    socket.once('close', () => open.delete(socket))
  })
  server.maxConnections = mostConnections
  await new Promise<void>((ready, failed) => server.once('error', failed).listen(options.port, options.host, ready))
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      const closed = new Promise<void>((done) => server.close(() => done()))
      await Promise.all([...open.values()].map((finish) => finish()))
      await closed
    },
  }
}

/** Serves one connection; returns the way to end it after the message in hand. */
function converse(socket: Socket, { receive, onFault, patience = usualPatience }: MllpOptions): () => Promise<void> {
  const decoder = mllpDecoder()
  let inHand = Promise.resolve()
  let ending = false
  let slow: NodeJS.Timeout | undefined

  const give = (code: string, caught?: unknown): void => {
    onFault(code, caught)
    socket.destroy()
  }
  const handle = async (chunk: Uint8Array): Promise<void> => {
    for (const framed of decoder.push(chunk)) {
      clearTimeout(slow)
      slow = undefined
      if (ending || socket.destroyed) return
      if ('message' in framed) socket.write(frame(await receive(framed.message)))
      else if (framed.problem.code === 'too-large') return give('too-large')
      else onFault(framed.problem.code)
    }
    // A message that has begun must come to its end.
    if (chunk.some((byte) => byte !== 0x0d && byte !== 0x0a) && !endsFrame(chunk))
      slow ??= setTimeout(give, patience.message, 'slow')
  }

  socket.setNoDelay(true)
  socket.setTimeout(patience.idle, () => give('idle'))
  socket.on('data', (chunk: Buffer) => {
    // While a message is worked on, nothing more is read: what a sender pushes waits on its own side.
    socket.pause()
    inHand = handle(new Uint8Array(chunk))
      .catch((caught: unknown) => give('not-acknowledged', caught))
      .finally(() => socket.resume())
  })
  socket.on('error', () => socket.destroy())
  socket.once('end', () => {
    for (const framed of decoder.end()) if ('problem' in framed) onFault(framed.problem.code)
  })
  socket.once('close', () => clearTimeout(slow))

  return async () => {
    await inHand
    ending = true
    socket.destroySoon()
  }
}

const endsFrame = (chunk: Uint8Array): boolean => chunk.at(-1) === 0x0d && chunk.at(-2) === 0x1c
