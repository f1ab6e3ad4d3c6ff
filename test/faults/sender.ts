/** A hospital's end of an MLLP connection. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { mllpDecoder } from '../../src/hl7v2/mllp.ts'

export interface Sender {
  /** Settles when the bytes have left. */
  write(bytes: Uint8Array): Promise<void>
  /** The next answer; nothing if the other side is gone. */
  answer(): Promise<string | undefined>
  close(): void
}

export async function openSender(port: number): Promise<Sender> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  const decoder = mllpDecoder()
  const come: string[] = []
  let isOver = false
  let wake = () => undefined as undefined
  socket.on('data', (chunk: Buffer) => {
    for (const framed of decoder.push(chunk))
      come.push('message' in framed ? Buffer.from(framed.message).toString('latin1') : framed.problem.code)
    wake()
  })
  socket.on('error', () => undefined)
  socket.on('close', () => {
    isOver = true
    wake()
  })
  await once(socket, 'connect')
  return {
    write: (bytes) => new Promise((done) => socket.write(bytes, () => done())),
    async answer() {
      while (come.length === 0 && !isOver)
        await new Promise<void>((go) => {
          wake = () => void go()
        })
      return come.shift()
    },
    close: () => void socket.destroy(),
  }
}

/** `AA power-000001` of an answer. */
export const verdictOf = (answer: string | undefined): string => {
  const [, code, of] = /\rMSA\|(\w\w)\|([^|\r]*)/.exec(answer ?? '') ?? []
  return `${code} ${of}`
}
