/** `node callers.ts <port> <count>`: opens so many connections, then one more, and prints what that one, the last, and another in its place hear. */
import { connect, type Socket } from 'node:net'

const [port, count] = process.argv.slice(2).map(Number) as [number, number]
const call = async (): Promise<Socket> => {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  await new Promise((done) => socket.once('connect', done).once('close', done))
  return socket
}
/** All that comes until the connection ends. */
async function ask(socket: Socket): Promise<string> {
  let heard = ''
  socket.on('data', (chunk) => (heard += chunk))
  socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
  // What was refused may be reset, which is no error here.
  if (!socket.closed) await new Promise((done) => socket.once('close', done))
  return heard
}

const open: Socket[] = []
while (open.length < count) open.push(...(await Promise.all(Array.from({ length: Math.min(100, count - open.length) }, call))))
const oneMore = await ask(await call())
const last = await ask(open.at(-1)!)
const inItsPlace = await ask(await call())
process.stdout.write(JSON.stringify({ oneMore, last, inItsPlace }))
for (const socket of open) socket.destroy()
