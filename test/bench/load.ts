/** A load generator: raw HTTP/1.1 (or MLLP) over sockets that are kept, cheap enough to leave the other core to the server. */
import { readdirSync, readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { frame } from '../../src/hl7v2/mllp.ts'

export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly path: string
  readonly type?: string
  readonly body?: string
  /** The caller's bearer token. */
  readonly token?: string
}

export interface LoadResult {
  readonly requests: number
  readonly seconds: number
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  /** Answers whose status is not 2xx. */
  readonly refused: number
}

const framed = (request: Request | undefined): Buffer | undefined => request && bytesOf(request)

const bytesOf = ({ method, path, type, body, token }: Request): Buffer => {
  const bytes = body === undefined ? undefined : Buffer.from(body)
  const head = [
    `${method} ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    ...(token === undefined ? [] : [`Authorization: Bearer ${token}`]),
    ...(bytes ? [`Content-Type: ${type}`, `Content-Length: ${bytes.length}`] : []),
    '',
    '',
  ]
  return Buffer.concat([Buffer.from(head.join('\r\n')), bytes ?? Buffer.alloc(0)])
}

interface LoadOptions {
  /**
   * Never sleeps while it waits. Where answers take some microseconds, waking the process that waits for them on the same machine costs the
   * server more than the answer.
   */
  readonly awake?: boolean
}

/** Sends what `next` gives until it gives nothing more; each connection waits for its answer before it asks again. */
export const load = (
  port: number,
  connections: number,
  next: () => Request | undefined,
  options?: LoadOptions,
): Promise<LoadResult> => ask(port, connections, () => framed(next()), reader, options)

/** The same of HL7 v2 messages over MLLP; what is not accepted (AA) counts as refused. */
export const loadMllp = (port: number, connections: number, next: () => string | undefined): Promise<LoadResult> =>
  ask(port, connections, () => inFrame(next()), acknowledgements)

async function ask(
  port: number,
  connections: number,
  next: () => Uint8Array | undefined,
  answersOf: (socket: Socket) => () => Promise<number>,
  { awake = false }: LoadOptions = {},
): Promise<LoadResult> {
  const times: number[] = []
  let refused = 0
  let isAwake = awake
  const stay = (): void => {
    if (isAwake) setImmediate(stay)
  }
  stay()
  const start = performance.now()
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = connect(port, '127.0.0.1').setNoDelay()
      const answers = answersOf(socket)
      for (let request = next(); request; request = next()) {
        const sent = performance.now()
        socket.write(request)
        const status = await answers()
        times.push(performance.now() - sent)
        if (status < 200 || status > 299) refused++
      }
      socket.destroy()
    }),
  )
  isAwake = false
  const seconds = (performance.now() - start) / 1000
  times.sort((a, b) => a - b)
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
  return { requests: times.length, seconds, perSecond: times.length / seconds, p50: at(0.5), p99: at(0.99), refused }
}

const inFrame = (message: string | undefined): Uint8Array | undefined =>
  message === undefined ? undefined : frame(new TextEncoder().encode(message))

/** Reads acknowledgements one at a time, as statuses. */
function acknowledgements(socket: Socket): () => Promise<number> {
  let held = ''
  let waiting: ((status: number) => void) | undefined
  const tryRead = (): void => {
    const end = held.indexOf('\x1c\r')
    if (!waiting || end < 0) return
    const status = held.lastIndexOf('\rMSA|AA|', end) < 0 ? 500 : 200
    held = held.slice(end + 2)
    waiting(status)
    waiting = undefined
  }
  socket.on('data', (chunk: Buffer) => {
    held += chunk.toString('latin1')
    tryRead()
  })
  return () =>
    new Promise((read) => {
      waiting = read
      tryRead()
    })
}

/** Reads answers one at a time; they carry a Content-Length or come chunked. */
function reader(socket: Socket): () => Promise<number> {
  let held: Buffer = Buffer.alloc(0)
  let waiting: ((status: number) => void) | undefined
  const tryRead = (): void => {
    if (!waiting) return
    const end = held.indexOf('\r\n\r\n')
    if (end < 0) return
    const head = held.toString('latin1', 0, end)
    const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1]
    const chunked = /\r\ntransfer-encoding: chunked/i.test(head)
    const whole = length !== undefined ? end + 4 + Number(length) : chunked ? endOfChunks(held, end + 4) : end + 4
    if (whole < 0 || held.length < whole) return
    held = held.subarray(whole)
    const done = waiting
    waiting = undefined
    done(Number(head.slice(9, 12)))
  }
  socket.on('data', (chunk: Buffer) => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk])
    tryRead()
  })
  return () =>
    new Promise((read) => {
      waiting = read
      tryRead()
    })
}

function endOfChunks(bytes: Buffer, from: number): number {
  for (let at = from; ; ) {
    const line = bytes.indexOf('\r\n', at)
    if (line < 0) return -1
    const size = Number.parseInt(bytes.toString('latin1', at, line), 16)
    at = line + 2 + size + 2
    if (size === 0) return at <= bytes.length ? at : -1
    if (at > bytes.length) return -1
  }
}

/** Processor time of a process so far, all its threads together, in milliseconds: what a busy neighbour does not lengthen much. */
export function processorMs(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`)
  return (
    threads.reduce((sum, id) => sum + Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'latin1').split(' ')[0]), 0) / 1e6
  )
}
