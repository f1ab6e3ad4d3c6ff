/** What is sent to the MLLP port, and what comes back. https://www.hl7.org/documentcenter/public/wg/inm/mllp_transport_specification.PDF */
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Hostile } from './bodies.ts'

const [start, end, carriageReturn] = [0x0b, 0x1c, 0x0d]

/** Bytes that are no frames, or no whole ones. */
export const torn: readonly Hostile[] = (
  [
    ['nothing', []],
    ['no frame at all', new TextEncoder().encode('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
    ['a frame that does not end', [start, ...new TextEncoder().encode('MSH|^~\\&|A')]],
    ['a frame in a frame', [start, start, 0x4d, end, carriageReturn, end, carriageReturn]],
    ['ends without beginnings', [end, carriageReturn, end, carriageReturn, end]],
    ['a thousand empty frames', Array.from({ length: 1000 }, () => [start, end, carriageReturn]).flat()],
    ['an end without its carriage return', [start, 0x4d, end, start, 0x4d, end]],
    ['every byte there is', Array.from({ length: 256 }, (_, n) => n)],
  ] as const
).map(([name, bytes]) => ({ name, body: Uint8Array.from(bytes) }))

/** What comes back until the other side has ended the connection: the text in its first frame. */
export async function answerOver(port: number, sent: Uint8Array): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  const chunks: Uint8Array[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.on('error', () => undefined)
  const closed = new Promise<void>((done) => socket.once('close', () => done()))
  // The other half stays open: what was asked is answered all the same.
  socket.end(sent)
  await closed
  const all = Buffer.concat(chunks)
  return all.subarray(1, all.indexOf(end)).toString('latin1')
}
