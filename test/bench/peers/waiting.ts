/** Asks for /livez again and again, in a thread of its own, and tells on request how long the longest answer took since the last time. */
import { connect } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'

const request = 'GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'
const socket = connect(workerData as number, '127.0.0.1')
socket.setNoDelay(true)
let asked = 0
let longest = 0
const ask = () => {
  asked = performance.now()
  socket.write(request)
}
socket.on('connect', ask)
socket.on('data', () => {
  longest = Math.max(longest, performance.now() - asked)
  setTimeout(ask, 1)
})
parentPort?.on('message', () => {
  const waiting = performance.now() - asked
  parentPort?.postMessage(Math.max(longest, waiting > 1000 ? waiting : 0))
  longest = 0
})
