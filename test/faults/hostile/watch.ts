/** Loaded into a gateway's process (`--import`): how long its event loop was held, and what that cost. A GET to `WATCH_PORT` tells, and begins anew. */
import { createServer } from 'node:http'
import { isMainThread } from 'node:worker_threads'

export interface Watched {
  /** Milliseconds of this thread's processor time: the longest between two turns of a timer, and all. */
  readonly held: number
  readonly spent: number
}

const port = Number(process.env.WATCH_PORT)
if (isMainThread && port > 0) {
  const spent = (): number => {
    const { user, system } = process.threadCpuUsage()
    return (user + system) / 1000
  }
  let [begin, last, held] = [spent(), spent(), 0]
  const turn = (): void => {
    const now = spent()
    held = Math.max(held, now - last)
    last = now
  }
  setInterval(turn, 1).unref()
  const server = createServer((_, answer) => {
    turn()
    answer.end(JSON.stringify({ held, spent: last - begin } satisfies Watched))
    begin = last
    held = 0
  })
  server.listen(port, '127.0.0.1').unref()
}
