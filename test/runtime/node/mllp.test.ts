import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { type MllpOptions, type MllpServer, startMllpServer } from '../../../src/node/mllp-server.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const framed = (text: string) => `\x0b${text}\x1c\r`

let server: MllpServer
const faults: string[] = []
const sockets: Socket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await server.stop()
  faults.length = 0
})

async function start(options: Partial<MllpOptions> = {}): Promise<void> {
  server = await startMllpServer({
    host: '127.0.0.1',
    port: 0,
    receive: async (message) => bytes(`ACK of ${new TextDecoder().decode(message)}`),
    onFault: (code) => void faults.push(code),
    ...options,
  })
}

function open(): { socket: Socket; received: () => string; until: (text: string) => Promise<void>; closed: Promise<void> } {
  const socket = connect(server.port, '127.0.0.1')
  sockets.push(socket)
  let text = ''
  const waiting: (() => void)[] = []
  socket.on('data', (chunk) => {
    text += chunk
    for (const look of waiting.splice(0)) look()
  })
  socket.on('error', () => undefined)
  const until = async (wanted: string) => {
    while (!text.includes(wanted)) await new Promise<void>((look) => waiting.push(look))
  }
  return { socket, received: () => text, until, closed: new Promise((done) => socket.once('close', () => done())) }
}

describe('a message over MLLP', () => {
  test('is answered in a frame', async () => {
    await start()
    const { socket, until, received } = open()
    socket.write(framed('one'))
    await until('\x1c\r')
    expect(received()).toBe(framed('ACK of one'))
  })

  test('may come in pieces', async () => {
    await start()
    const { socket, until } = open()
    socket.setNoDelay(true)
    for (const piece of ['\x0b', 'o', 'n', 'e', '\x1c', '\r']) {
      socket.write(piece)
      await new Promise((next) => setImmediate(next))
    }
    await until(framed('ACK of one'))
  })

  test('is worked on before the next is, and answered in order', async () => {
    let atWork = 0
    let most = 0
    await start({
      receive: async (message) => {
        most = Math.max(most, ++atWork)
        await new Promise((next) => setTimeout(next, 5))
        atWork--
        return message
      },
    })
    const { socket, until, received } = open()
    for (const name of ['a', 'b', 'c']) socket.write(framed(name))
    socket.write(framed('d') + framed('e'))
    await until(framed('e'))
    expect(received()).toBe(['a', 'b', 'c', 'd', 'e'].map(framed).join(''))
    expect(most).toBe(1)
  })

  test('that could not be taken in is not answered: the connection closes, and the sender will try again', async () => {
    await start({ receive: () => Promise.reject(new Error('broken')) })
    const { socket, closed, received } = open()
    socket.write(framed('one'))
    await closed
    expect(received()).toBe('')
    expect(faults).toEqual(['not-acknowledged'])
  })

  test('that breaks off is no message', async () => {
    await start()
    const { socket, closed } = open()
    socket.end('\x0bhalf')
    await closed
    expect(faults).toEqual(['unreadable'])
  })

  test('that does not come to its end is not waited for', async () => {
    await start({ patience: { idle: 60_000, message: 20 } })
    const { socket, closed } = open()
    socket.write('\x0bhalf')
    await closed
    expect(faults).toEqual(['slow'])
  })

  test('too large is cut off', async () => {
    await start()
    const { socket, closed } = open()
    socket.write(`\x0b${'x'.repeat(20_000_000)}`)
    await closed
    expect(faults).toEqual(['too-large'])
  })

  test('between noise is found, and the noise told', async () => {
    await start()
    const { socket, until } = open()
    socket.write(`noise${framed('one')}`)
    await until(framed('ACK of one'))
    expect(faults).toEqual(['unreadable'])
  })
})

describe('a listener that stops', () => {
  test('answers the message in hand, takes no other, and closes', async () => {
    let finish = (): void => undefined
    let begun = (): void => undefined
    const inHand = new Promise<void>((ready) => {
      begun = ready
    })
    await start({
      receive: (message) =>
        new Promise((answer) => {
          finish = () => answer(message)
          begun()
        }),
    })
    const { socket, closed, received } = open()
    socket.write(framed('one'))
    await inHand
    socket.write(framed('two'))
    const stopped = server.stop()
    finish()
    await stopped
    await closed
    expect(received()).toBe(framed('one'))
  })

  test('closes connections where nothing is said', async () => {
    await start()
    const { closed, socket } = open()
    await new Promise<void>((ready) => socket.once('connect', () => ready()))
    await server.stop()
    await closed
  })
})
