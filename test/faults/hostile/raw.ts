/** Bytes to an HTTP port as no client library would send them, and what comes back. */
import { once } from 'node:events'
import { connect } from 'node:net'

/**
 * Everything that is answered until the other side closes. The sender's half is closed after the last byte, so that nobody waits.
 *
 * @param pieces are sent one after the other, each in a packet of its own
 */
export async function exchange(port: number, ...pieces: readonly string[]): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  let heard = ''
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    heard += chunk
  })
  socket.on('error', () => undefined)
  const closed = new Promise<void>((done) => socket.once('close', () => done()))
  for (const piece of pieces) {
    await new Promise((left) => socket.write(Buffer.from(piece, 'latin1'), left))
    await new Promise((turn) => setImmediate(turn))
  }
  socket.end()
  await closed
  return heard
}

/** Says this much and is gone, without a goodbye. */
export async function breakOff(port: number, said: string): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1' })
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  await new Promise((left) => socket.write(Buffer.from(said, 'latin1'), left))
  socket.resetAndDestroy()
}

/** The statuses of the answers, interim ones too. */
export const statusesIn = (heard: string): readonly number[] =>
  [...heard.matchAll(/HTTP\/1\.[01] (\d{3})(?= |\r)/g)].map(([, status]) => Number(status))

/** A request as text: its lines end as they must, its length is told where it has a body and says nothing else of it. */
export function request(line: string, headers: readonly string[] = [], body?: string): string {
  const length = body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body, 'latin1')}`]
  return [`${line} HTTP/1.1`, 'Host: localhost', ...headers, ...length, '', body ?? ''].join('\r\n')
}
