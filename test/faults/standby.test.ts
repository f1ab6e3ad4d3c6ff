/**
 * Two gateways on one PostgreSQL: one answers, the other stands by. Whoever answers is killed under load, again and again; the other takes
 * over, and every acknowledged write is there once.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { noPostgres, type PostgresServer, sql, startPostgres } from '../support/postgres.ts'
import { post, startLoad } from './load.ts'
import { freePort, type Gateway, startProcess } from './process.ts'

const kills = 6

describe.skipIf(noPostgres !== undefined)(
  `two gateways on one PostgreSQL${noPostgres ? ` (skipped: ${noPostgres})` : ''}`,
  () => {
    let server: PostgresServer
    beforeAll(async () => {
      server = await startPostgres()
    })
    afterAll(() => server.stop())

    const start = (port: number, awaited: '/readyz' | '/livez') =>
      startProcess('', port, { HANDOFF_STORE: server.url, HANDOFF_LOG: 'error' }, undefined, awaited)
    const readiness = async ({ url, said }: Gateway) => {
      const answer = await fetch(`${url}/readyz`).catch(() => undefined)
      if (answer === undefined) throw new Error(`the gateway has ended: ${said()}`)
      return answer.status
    }
    const ready = async (gateway: Gateway) => {
      while ((await readiness(gateway)) !== 200) await new Promise((wake) => setTimeout(wake, 20))
    }

    test(`the one that answers is killed ${kills} times: the other takes over, and nothing is lost, double or half`, async () => {
      const ports = [await freePort(), await freePort()]
      let active = await start(ports[0]!, '/readyz')
      let other = await start(ports[1]!, '/livez')
      expect(await readiness(other)).toBe(503)
      expect((await fetch(`${other.url}/fhir/Patient`)).status).toBe(503)

      let turn = 0
      const load = startLoad(8, async (path, headers, body) => {
        const answer = await post(`http://127.0.0.1:${ports[turn % 2]}${path}`, headers, body)
        if (answer === undefined || answer.status >= 500) turn++
        return answer
      })
      for (let kill = 0; kill < kills; kill++) {
        await new Promise((wake) => setTimeout(wake, 300 + ((kill * 137) % 400)))
        await active.kill()
        await ready(other)
        const killed = Number(new URL(active.url).port)
        ;[active, other] = [other, await start(killed, '/livez')]
      }
      await load.end()
      expect(await load.wrongAt(active.url)).toEqual([])
      expect(load.acknowledged.bundles.size).toBeGreaterThan(kills)
      expect(load.acknowledged.messages.size).toBeGreaterThan(kills / 2)
      expect(await other.stop()).not.toBe(0)
      expect(await active.stop()).toBe(0)
    })

    test('whoever loses the connection that holds the lock writes no more: its process ends, to be started again', async () => {
      const gateway = await start(await freePort(), '/readyz')
      const others = "locktype = 'advisory' AND pid <> pg_backend_pid()"
      await sql(server.url, `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE ${others} LIMIT 1`)
      expect(await gateway.ended).toBe(75)
    })
  },
)
