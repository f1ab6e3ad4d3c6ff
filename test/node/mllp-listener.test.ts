import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { frame } from '../../src/hl7v2/mllp.ts'
import { type MllpListener, type MllpOptions, startMllpListener } from '../../src/node/mllp-listener.ts'
import { bytes } from '../support/hl7v2.ts'

let listener: MllpListener | undefined
const sockets: Socket[] = []

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await listener?.stop(0)
  listener = undefined
})

const text = (sent: Uint8Array) => new TextDecoder().decode(sent)
/** Answers every message with its own text in brackets, and problems with their code. */
const echo: MllpOptions['answer'] = async (framed) =>
  bytes('message' in framed ? `[${text(framed.message)}]` : framed.problem.code)

async function start(answer = echo, options: Partial<MllpOptions> = {}): Promise<Socket> {
  listener ??= await startMllpListener({ host: '127.0.0.1', port: 0, answer, ...options })
  const socket = connect(listener.port, '127.0.0.1')
  sockets.push(socket)
  await once(socket, 'connect')
  return socket
}

/** Everything that arrives until the sum of it is as long as expected, or the connection ends. */
async function received(socket: Socket, length = Number.POSITIVE_INFINITY): Promise<string> {
  let got = ''
  for await (const chunk of socket) {
    got += text(chunk as Uint8Array)
    if (got.length >= length) break
  }
  return got
}

const framed = (...messages: string[]) => messages.map((message) => text(frame(bytes(message)))).join('')

test('each message is answered in its own frame, in order, however it was cut', async () => {
  const socket = await start()
  for (const byte of bytes(framed('A', 'B'))) socket.write(Uint8Array.of(byte))
  socket.write(framed('C'))
  const expected = framed('[A]', '[B]', '[C]')
  expect(await received(socket, expected.length)).toBe(expected)
})

test('a slow answer holds up its own connection, and no other', async () => {
  let release: (() => void) | undefined
  const slow: MllpOptions['answer'] = async (one) => {
    if ('message' in one && text(one.message) === 'slow') await new Promise<void>((done) => (release = done))
    return echo(one)
  }
  const [first, second] = [await start(slow), await start(slow)]
  first.write(framed('slow', 'after'))
  second.write(framed('quick'))
  expect(await received(second, framed('[quick]').length)).toBe(framed('[quick]'))
  release?.()
  const expected = framed('[slow]', '[after]')
  expect(await received(first, expected.length)).toBe(expected)
})

test('what is too large is answered as such, and the connection goes on', async () => {
  const socket = await start(echo, { maxBytes: 5 })
  socket.write(framed('123456', '12'))
  const expected = framed('too-large', '[12]')
  expect(await received(socket, expected.length)).toBe(expected)
})

test('nothing to say is nothing sent', async () => {
  const socket = await start(async (one) => ('message' in one && text(one.message) === 'quiet' ? undefined : echo(one)))
  socket.write(framed('quiet', 'A'))
  expect(await received(socket, framed('[A]').length)).toBe(framed('[A]'))
})

test('a failure to answer closes the connection unanswered; others go on', async () => {
  const failing: MllpOptions['answer'] = async (one) => {
    if ('message' in one && text(one.message) === 'bad') throw new Error('no store')
    return echo(one)
  }
  const [bad, good] = [await start(failing), await start(failing)]
  bad.write(framed('bad'))
  expect(await received(bad)).toBe('')
  good.write(framed('A'))
  expect(await received(good, framed('[A]').length)).toBe(framed('[A]'))
})

test('a sender that ends its side after its last message still gets the answer', async () => {
  const socket = await start()
  socket.end(framed('last'))
  expect(await received(socket)).toBe(framed('[last]'))
})

test('stopping finishes the message in hand and closes idle connections', async () => {
  let release: (() => void) | undefined
  const begun = Promise.withResolvers<void>()
  const slow: MllpOptions['answer'] = async (one) => {
    begun.resolve()
    await new Promise<void>((done) => (release = done))
    return echo(one)
  }
  const [working, idle] = [await start(slow), await start(slow)]
  working.write(framed('A'))
  await begun.promise
  const stopped = listener!.stop(60_000)
  expect(await received(idle)).toBe('')
  release?.()
  expect(await received(working)).toBe(framed('[A]'))
  await stopped
})

test('a sender that takes no answers is not read on, nor its answers piled up', async () => {
  const count = 1000
  const begun = Promise.withResolvers<void>()
  let answered = 0
  const long: MllpOptions['answer'] = async () => {
    begun.resolve()
    answered++
    return bytes('x'.repeat(100_000))
  }
  const socket = await start(long, { patience: { betweenMessages: 60_000, withinOne: 50 } })
  socket.pause()
  socket.write(framed(...Array(count).fill('A')))
  await begun.promise
  // It ends as soon as the connection is given up.
  await listener!.stop(60_000)
  expect(answered).toBeLessThan(count)
})

test('a message that was begun and does not go on ends its connection, one that waits between messages does not', async () => {
  const options = { patience: { betweenMessages: 60_000, withinOne: 20 } }
  const [waiting, begun] = [await start(echo, options), await start(echo, options)]
  begun.write(text(frame(bytes('half'))).slice(0, 3))
  expect(await received(begun)).toBe('')
  waiting.write(framed('A'))
  expect(await received(waiting, framed('[A]').length)).toBe(framed('[A]'))
})

test('so does one that goes on, and never comes to an end', async () => {
  const socket = await start(echo, { patience: { withinOne: 60_000, ofOne: 50 } })
  const closed = new Promise((done) => socket.on('error', () => undefined).once('close', done))
  socket.write(text(frame(bytes('half'))).slice(0, 3))
  const drip = setInterval(() => socket.write('x'), 5)
  await closed
  clearInterval(drip)
})

test.runIf(process.platform === 'linux')('one address takes no more of the connections than its share', async () => {
  const options = { mostFromOne: 1 }
  const first = await start(echo, options)
  expect(await received(await start(echo, options))).toBe('')
  const other = connect({ port: listener!.port, host: '127.0.0.1', localAddress: '127.0.0.2' })
  sockets.push(other)
  for (const socket of [first, other]) {
    socket.write(framed('A'))
    expect(await received(socket, framed('[A]').length)).toBe(framed('[A]'))
  }
})

test('128 of them from one address where nothing else is said, and not one more', async () => {
  const open: Socket[] = []
  while (open.length < 128) open.push(await start())
  expect(await received(await start())).toBe('')
  const last = open.at(-1)!
  last.write(framed('A'))
  expect(await received(last, framed('[A]').length)).toBe(framed('[A]'))
})

test('no more connections at once than are allowed: one more is closed, and others go on', async () => {
  const options = { maxConnections: 2 }
  const [first, second] = [await start(echo, options), await start(echo, options)]
  expect(await received(await start(echo, options))).toBe('')
  for (const socket of [first, second]) {
    socket.write(framed('A'))
    expect(await received(socket, framed('[A]').length)).toBe(framed('[A]'))
  }
})

test('256 connections at once where nothing else is said, and not one more', async () => {
  const open: Socket[] = []
  while (open.length < 256) open.push(await start(echo, { mostFromOne: 1000 }))
  expect(await received(await start())).toBe('')
  const last = open.at(-1)!
  last.write(framed('A'))
  expect(await received(last, framed('[A]').length)).toBe(framed('[A]'))
})

test('a port that is taken is an error at the start', async () => {
  await start()
  await expect(startMllpListener({ host: '127.0.0.1', port: listener!.port, answer: echo })).rejects.toThrow('EADDRINUSE')
})
