/**
 * Many clients on few resources, while the gateway is killed, or stands still for a while: whatever they were told, one thing after the
 * other could have been done. HANDOFF_HISTORIES sets how many histories (6), HANDOFF_OPERATIONS what each of eight clients does in one (12),
 * SEED=random draws others.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Dice } from '../support/search/dice.ts'
import { unexplained } from './linearizable/checker.ts'
import { play } from './linearizable/clients.ts'
import { freePort, type Gateway, startProcess } from './process.ts'

const { HANDOFF_HISTORIES = '6', HANDOFF_OPERATIONS = '12', SEED = '20260302' } = process.env
const seed = SEED === 'random' ? Math.trunc(Math.random() * 1e9) : Number(SEED)

const folder = mkdtempSync(join(tmpdir(), 'handoff-linearizable-'))
let gateway: Gateway
let port: number
beforeAll(async () => {
  port = await freePort()
  gateway = await startProcess(folder, port)
}, 60_000)
afterAll(async () => {
  expect(await gateway.stop()).toBe(0)
  rmSync(folder, { recursive: true, force: true })
})

/** What happens meanwhile. */
const faults = {
  nothing: async () => undefined,
  'a kill': async () => {
    await gateway.kill()
    gateway = await startProcess(folder, port)
  },
  'a standstill': async () => {
    process.kill(gateway.pid, 'SIGSTOP')
    await wait(200)
    process.kill(gateway.pid, 'SIGCONT')
  },
}
const names = Object.keys(faults) as (keyof typeof faults)[]
const histories = Array.from({ length: Number(HANDOFF_HISTORIES) }, (_, n) => ({ n, fault: names[n % names.length]! }))

it.each(histories)('history $n, with $fault, is explained by an order', { timeout: 120_000 }, async ({ n, fault }) => {
  const dice = new Dice(seed + n)
  const named = { byId: ['a', 'b', 'c', 'd', 'e'].map((each) => `${each}${n}`), byIdentifier: [`f${n}`, `g${n}`] }
  const playing = play(gateway.url, dice, named, 8, Number(HANDOFF_OPERATIONS))
  await wait(10 + dice.below(60))
  await faults[fault]()
  const history = await playing
  const answered = history.filter(({ answer }) => answer !== undefined && answer !== 'refused')
  expect(answered.length, `seed ${seed}`).toBeGreaterThan(history.length / 2)
  expect(unexplained(history), `seed ${seed}: ${JSON.stringify(history)}`).toEqual([])
})
