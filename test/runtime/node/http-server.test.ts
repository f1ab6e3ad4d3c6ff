import { execFile } from 'node:child_process'
import { connect, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { type HttpServer, mostConnections, type Patience, startHttpServer } from '../../../src/node/http-server.ts'

let server: HttpServer
const sockets: Socket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await server.stop(0)
})

const short: Patience = { headers: 40, request: 60, still: 10_000, look: 10 }
const echo = async (request: Request) => new Response(await request.text())

/** Opens a connection, says something, and answers what came back once it is closed. */
async function say(text: string, more?: (socket: Socket) => void): Promise<string> {
  const socket = connect(server.port, '127.0.0.1')
  sockets.push(socket)
  let heard = ''
  socket.on('data', (chunk) => {
    heard += chunk
  })
  socket.on('error', () => undefined)
  socket.write(text)
  more?.(socket)
  await new Promise((closed) => socket.once('close', closed))
  return heard
}

describe('a sender that takes its time', () => {
  test('with the headers is not waited for', async () => {
    server = await startHttpServer(echo, '127.0.0.1', 0, short)
    expect(await say('POST / HTTP/1.1\r\nHost: x\r\n')).toMatch(/^HTTP\/1\.1 408/)
  })

  test('with the body is not waited for, though it sends a byte now and then', async () => {
    server = await startHttpServer(echo, '127.0.0.1', 0, short)
    let drip: NodeJS.Timeout | undefined
    const heard = await say('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n', (socket) => {
      drip = setInterval(() => socket.write('x'), 5)
    })
    clearInterval(drip)
    expect(heard).toMatch(/^(HTTP\/1\.1 408|$)/)
  })

  test('with reading is not waited for', async () => {
    server = await startHttpServer(() => new Response(new Uint8Array(50_000_000)), '127.0.0.1', 0, { ...short, still: 50 })
    const socket = connect(server.port, '127.0.0.1')
    sockets.push(socket)
    socket.pause()
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    const ended = new Promise((closed) => socket.once('close', closed))
    socket.on('error', () => undefined)
    // Reading nothing until the other side has given up.
    await new Promise((later) => setTimeout(later, 400))
    let received = 0
    socket.on('data', (chunk) => {
      received += chunk.length
    })
    socket.resume()
    await ended
    expect(received).toBeLessThan(50_000_000)
  })
})

describe('a request that means two things', () => {
  test.each([
    ['two lengths', 'Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde'],
    ['a length and chunks', 'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['a line folded', 'X-A: b\r\n c\r\nContent-Length: 0\r\n\r\n'],
  ])('is refused: %s', async (_, rest) => {
    server = await startHttpServer(echo, '127.0.0.1', 0)
    const heard = await say(`POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${rest}`)
    expect(heard).toMatch(/^HTTP\/1\.1 400/)
  })

  test('headers too large are refused', async () => {
    server = await startHttpServer(echo, '127.0.0.1', 0)
    expect(await say(`GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431/)
  })
})

/** The ends of connections here, and what else is open; those of the callers are in a process of their own. */
const files = mostConnections + 500
const { open_files } = (process.report.getReport() as { userLimits: { open_files: { soft: number | string } } }).userLimits
const isRoomy = open_files.soft === 'unlimited' || Number(open_files.soft) >= files

test('as many connections at once as are allowed, and not one more', async (context) => {
  if (!isRoomy) context.skip(`It takes ${files} open files, and there may be ${open_files.soft}: ulimit -n`)
  server = await startHttpServer(echo, '127.0.0.1', 0, { headers: 120_000, request: 120_000, still: 120_000, look: 10_000 })
  const callers = execFile(process.execPath, [
    fileURLToPath(import.meta.resolve('./callers.ts')),
    `${server.port}`,
    `${mostConnections}`,
  ])
  let told = ''
  for await (const chunk of callers.stdout!) told += chunk
  expect(JSON.parse(told)).toEqual({
    oneMore: '',
    last: expect.stringMatching(/^HTTP\/1\.1 200/),
    inItsPlace: expect.stringMatching(/^HTTP\/1\.1 200/),
  })
}, 120_000)

test('a server that stops answers what it has begun, and cuts what does not end', async () => {
  let begun = (): void => undefined
  const inHand = new Promise<void>((ready) => {
    begun = ready
  })
  let finish = (): void => undefined
  server = await startHttpServer(
    () =>
      new Promise((answer) => {
        finish = () => answer(new Response('done'))
        begun()
      }),
    '127.0.0.1',
    0,
  )
  const heard = say('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  await inHand
  const stopped = server.stop(10_000)
  finish()
  expect(await heard).toContain('done')
  await stopped
  await expect(fetch(`http://127.0.0.1:${server.port}/`)).rejects.toThrow()
})
