/** Requests that really leave, to servers on this machine. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createSafeFetch, type SafeAnswer } from '../../../src/net/safe-fetch.ts'
import type { Target } from '../../../src/net/target.ts'
import type { Resolve } from '../../../src/node/judged-lookup.ts'
import { nodeTransport } from '../../../src/node/transport.ts'

let handle: (request: IncomingMessage, response: ServerResponse) => void
let connections = 0
const server: Server = createServer((request, response) => handle(request, response))
server.on('connection', () => connections++)
let port: number

beforeAll(async () => {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  port = (server.address() as AddressInfo).port
})
afterEach(() => {
  connections = 0
})
afterAll(() => void server.close().closeAllConnections())

const resolving =
  (...addresses: string[]): Resolve =>
  (_name, answer) =>
    answer(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )

const open = (allowed: readonly Target[], resolve?: Resolve) =>
  createSafeFetch({ allowed, transport: nodeTransport({ ...(resolve && { resolve }), connectTimeoutMs: 2000 }) })
const here = () => ({ host: '127.0.0.1', port })
const url = (path = '/') => `http://127.0.0.1:${port}${path}`
const text = (answer: SafeAnswer) => (answer.outcome === 'answered' ? new TextDecoder().decode(answer.bytes) : answer)

describe('a request', () => {
  test('is carried with its method, headers and body, and answered', async () => {
    handle = (request, response) => {
      let body = ''
      request.on('data', (chunk) => {
        body += chunk
      })
      request.on('end', () =>
        response.writeHead(201, { etag: 'W/"2"' }).end(`${request.method} ${request.url} ${request.headers['if-match']} ${body}`),
      )
    }
    const answer = await open([here()])({
      url: url('/Patient/1?x=y'),
      method: 'PUT',
      headers: { 'if-match': 'W/"1"' },
      body: 'grüß dich',
    })
    expect(answer).toMatchObject({ outcome: 'answered', status: 201 })
    expect(text(answer)).toBe('PUT /Patient/1?x=y W/"1" grüß dich')
    expect(answer.outcome === 'answered' && answer.headers.get('etag')).toBe('W/"2"')
  })

  test('may be answered packed, within the limit unpacked', async () => {
    handle = (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(100_000)))
    expect(text(await open([here()])({ url: url() }))).toBe('x'.repeat(100_000))
    expect(await open([here()])({ url: url(), maxBytes: 50_000 })).toEqual({ outcome: 'unanswered', reason: 'answer-too-large' })
  })

  test.each(['br', 'deflate', 'gzip, gzip', 'gzip,br', 'zstd', 'identity, gzip', 'x-gzip'])(
    'answered as packed with %s, which nobody asked for, is not unpacked',
    async (encoding) => {
      const bomb = gzipSync(gzipSync(Buffer.alloc(10_000_000)))
      handle = (_, response) => void response.writeHead(200, { 'content-encoding': encoding }).end(bomb)
      const answer = await open([here()])({ url: url(), maxBytes: 50_000 })
      expect(answer.outcome === 'answered' && Buffer.from(answer.bytes).equals(bomb)).toBe(true)
    },
  )

  test('may be answered without a body', async () => {
    handle = (_, response) => void response.writeHead(204).end()
    expect(await open([here()])({ url: url() })).toMatchObject({ outcome: 'answered', status: 204 })
  })
})

describe('a name', () => {
  const named = () => `http://ehr.example:${port}/`
  const allowName = () => ({ host: 'ehr.example', port })

  test('that leads to an allowed address is connected to, at that address', async () => {
    handle = (request, response) => void response.end(request.headers.host)
    const safeFetch = open([allowName()], resolving('127.0.0.1'))
    expect(text(await safeFetch({ url: named() }))).toBe(`ehr.example:${port}`)
  })

  test.each([
    ['127.0.0.1'],
    ['10.0.0.1'],
    ['::1'],
    ['::ffff:127.0.0.1'],
    ['169.254.169.254'],
    ['93.184.216.34', '127.0.0.1'],
    ['93.184.216.34', '::1'],
  ])('that leads to %s is not connected to', async (...addresses) => {
    const safeFetch = open([], resolving(...addresses))
    expect(await safeFetch({ url: `https://ehr.example:${port}/` })).toEqual({ outcome: 'unsent', reason: 'address' })
    expect(connections).toBe(0)
  })

  test('is looked up once for the judgment and the connection', async () => {
    let looks = 0
    handle = (_, response) => void response.end('here')
    const safeFetch = open([{ host: '127.0.0.1' }, allowName()], (name, answer) => {
      looks++
      resolving(looks === 1 ? '127.0.0.1' : '127.0.0.2')(name, answer)
    })
    expect(text(await safeFetch({ url: named() }))).toBe('here')
    expect(looks).toBe(1)
  })

  test('that leads nowhere is said to', async () => {
    expect(await open([], resolving())({ url: 'https://ehr.example/' })).toEqual({ outcome: 'unsent', reason: 'name-not-found' })
    const failing: Resolve = (_name, answer) => answer(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), [])
    expect(await open([], failing)({ url: 'https://ehr.example/' })).toEqual({ outcome: 'unsent', reason: 'name-not-found' })
  })
})

describe('unsent is told from unanswered', () => {
  test('where nobody listens: unsent', async () => {
    const other = createServer()
    await new Promise<void>((ready) => other.listen(0, '127.0.0.1', ready))
    const free = (other.address() as AddressInfo).port
    await new Promise((closed) => other.close(closed))
    expect(await open([{ host: '127.0.0.1' }])({ url: `http://127.0.0.1:${free}/` })).toEqual({
      outcome: 'unsent',
      reason: 'connection-refused',
    })
  })

  test('where TLS does not come about: unsent', async () => {
    const answer = await open([{ host: '127.0.0.1' }])({ url: `https://127.0.0.1:${port}/`, method: 'POST', body: 'x' })
    expect(answer).toEqual({ outcome: 'unsent', reason: 'tls' })
  })

  test('where a connection stands that never speaks TLS: unsent, in time', async () => {
    const silent = createTcpServer(() => undefined)
    await new Promise<void>((ready) => silent.listen(0, '127.0.0.1', ready))
    const safeFetch = createSafeFetch({ allowed: [{ host: '127.0.0.1' }], transport: nodeTransport({ connectTimeoutMs: 30 }) })
    const answer = await safeFetch({ url: `https://127.0.0.1:${(silent.address() as AddressInfo).port}/` })
    expect(answer).toEqual({ outcome: 'unsent', reason: 'connect-timeout' })
    silent.close()
  })

  test('where the connection is cut after the request: unanswered', async () => {
    handle = (request) => void request.socket.destroy()
    expect(await open([here()])({ url: url(), method: 'POST', body: 'x' })).toEqual({
      outcome: 'unanswered',
      reason: 'connection-broken',
    })
  })

  test('where the answer breaks off: unanswered', async () => {
    handle = (request, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('half')
      response.once('drain', () => undefined)
      setImmediate(() => request.socket.destroy())
    }
    expect((await open([here()])({ url: url() })).outcome).toBe('unanswered')
  })

  test('where no answer comes: unanswered', async () => {
    handle = () => undefined
    expect(await open([here()])({ url: url(), timeoutMs: 50 })).toEqual({ outcome: 'unanswered', reason: 'timeout' })
  })

  test('where a kept connection turns out to be dead: unanswered', async () => {
    const safeFetch = open([here()])
    handle = (_, response) => void response.end('first')
    expect(text(await safeFetch({ url: url() }))).toBe('first')
    handle = (request) => void request.socket.destroy()
    expect((await safeFetch({ url: url() })).outcome).toBe('unanswered')
  })
})
