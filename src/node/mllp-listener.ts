/** HL7 v2 over TCP: listens for MLLP frames and sends each its answer, one after the other on each connection. */
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { type Framed, frame, mllpDecoder } from '../hl7v2/mllp.ts'

export interface MllpListener {
  readonly port: number
  /** Takes no more connections, finishes the messages in hand, and closes those that are idle; after `graceMs` all of them. */
  stop(graceMs: number): Promise<void>
}

export interface MllpOptions {
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
  readonly maxBytes?: number
  readonly maxConnections?: number
  /** Of these, from one address: no sender may take them all. */
  readonly mostFromOne?: number
  readonly patience?: Partial<MllpPatience>
  /**
   * What to send back for a message, or for what was none (too large, cut off, outside of a frame); `undefined` for nothing. A rejection
   * closes the connection unanswered: the sender will send again.
   */
  answer(framed: Framed): Promise<Uint8Array | undefined>
}

/** Milliseconds after which the other side is taken to be gone, or to want to occupy us. */
export interface MllpPatience {
  /** In which nothing came or went. */
  readonly betweenMessages: number
  /** The same where a message was begun, or its answer is not taken. */
  readonly withinOne: number
  /** Since a message was begun, however it goes on. */
  readonly ofOne: number
}

const usual: MllpPatience = { betweenMessages: 600_000, withinOne: 30_000, ofOne: 300_000 }
const most = { connections: 256, fromOne: 128 }

/** Rejects if the port cannot be had. */
export function startMllpListener(options: MllpOptions): Promise<MllpListener> {
  const busy = new Map<Socket, boolean>()
  const { betweenMessages, withinOne, ofOne } = { ...usual, ...options.patience }
  let stopping = false

  /** Reads no further while an answer is outstanding, or is not taken, so a fast sender waits in its own socket. */
  const serve = async (socket: Socket): Promise<void> => {
    const decoder = mllpDecoder(options.maxBytes === undefined ? {} : { maxBytes: options.maxBytes })
    let whole: NodeJS.Timeout | undefined
    socket.once('close', () => clearTimeout(whole))
    // Leaving the loop must not destroy the socket: an answer may still be on its way out.
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      busy.set(socket, true)
      socket.setTimeout(betweenMessages)
      const complete = decoder.push(chunk as Uint8Array)
      if (complete.length > 0 || !decoder.isWithin()) {
        clearTimeout(whole)
        whole = undefined
      }
      for (const framed of complete) {
        const answer = await options.answer(framed)
        if (answer && !socket.write(frame(answer))) await taken(socket)
        if (socket.destroyed) return
      }
      socket.setTimeout(decoder.isWithin() ? withinOne : betweenMessages)
      if (decoder.isWithin()) whole ??= setTimeout(() => socket.destroy(), ofOne)
      busy.set(socket, false)
      if (stopping) break
    }
    for (const framed of decoder.end()) await options.answer(framed)
    socket.destroySoon()
  }

  /** Until the other side has taken what was sent, or is gone. */
  const taken = async (socket: Socket): Promise<void> => {
    if (socket.destroyed) return
    const over = new AbortController()
    socket.setTimeout(withinOne)
    await Promise.race([once(socket, 'drain', over), once(socket, 'close', over)]).finally(() => over.abort())
    socket.setTimeout(betweenMessages)
  }

  const server = createServer({ keepAlive: true, allowHalfOpen: true }, (socket) => {
    const { remoteAddress } = socket
    const others = busy.keys().filter((other) => other.remoteAddress === remoteAddress)
    if ([...others].length >= (options.mostFromOne ?? most.fromOne)) {
      socket.destroy()
      return
    }
    busy.set(socket, false)
    socket.once('close', () => busy.delete(socket))
    socket.setTimeout(betweenMessages, () => socket.destroy())
    // A connection reset by its other side is that side's affair: nothing was promised that was not answered.
    socket.on('error', () => socket.destroy())
    serve(socket).catch(() => socket.destroy())
  })
  server.maxConnections = options.maxConnections ?? most.connections

  const stop = async (graceMs: number): Promise<void> => {
    stopping = true
    const closed = new Promise<void>((done) => server.close(() => done()))
    for (const [socket, working] of busy) if (!working) socket.destroySoon()
    const timer = setTimeout(() => {
      for (const socket of busy.keys()) socket.destroy()
    }, graceMs)
    await closed
    clearTimeout(timer)
  }

  return new Promise((fulfil, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, () => {
      const address = server.address()
      fulfil({ port: typeof address === 'object' && address ? address.port : options.port, stop })
    })
  })
}
