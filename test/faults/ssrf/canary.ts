/** A port that nobody may knock at: every connection counts, whoever it was meant for. */
import { type AddressInfo, createServer } from 'node:net'

export interface Canary {
  readonly port: number
  /** How often it was connected to, by the address that was called. */
  readonly knocks: ReadonlyMap<string, number>
  forget(): void
  close(): void
}

/** On all addresses of this machine. Port 0: any that is free. */
export async function openCanary(port = 0): Promise<Canary> {
  const knocks = new Map<string, number>()
  const server = createServer((socket) => {
    const called = (socket.localAddress ?? '').replace(/^::ffff:/, '')
    knocks.set(called, (knocks.get(called) ?? 0) + 1)
    socket.on('error', () => undefined)
    socket.destroy()
  })
  await new Promise<void>((ready, failed) => server.once('error', failed).listen(port, '::', ready))
  return { port: (server.address() as AddressInfo).port, knocks, forget: () => knocks.clear(), close: () => void server.close() }
}
