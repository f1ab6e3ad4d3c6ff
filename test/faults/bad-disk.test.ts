/**
 * The disk is full, or fails: nobody is told that something is kept which is not, and once there is room everything goes on by itself. Only
 * after a failed sync the process must be started anew, because what the system then has of a file is not what is on the disk.
 */

import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { frame } from '../../src/hl7v2/mllp.ts'
import { bytes } from '../support/hl7v2.ts'
import { faultsOf } from './power/check.ts'
import { canRecord, type Recorded, record } from './power/recorder.ts'
import { bundle, discharge, type Fact, markOf } from './power/work.ts'
import { openSender, verdictOf } from './sender.ts'

/** So many writes, or syncs, go well before. */
const positions = [0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89]

describe.skipIf(!canRecord)('a bad disk (needs Linux and a C compiler)', () => {
  let recorded: Recorded
  let next = 0
  const kept: Fact[] = []
  beforeAll(async () => {
    recorded = await record({ log: false })
    const push = ['Patient', 'Flag']
    await send('/admin/connections', { name: 'harbor', kind: 'ehr', baseUrl: 'http://127.0.0.1:9/fhir', push })
  })
  afterAll(() => recorded.remove())

  async function send(path: string, body: object, key = ''): Promise<{ status: number; again: string | null; text: string }> {
    const answer = await fetch(recorded.gateway.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(key && { 'idempotency-key': key }) },
      body: JSON.stringify(body),
    })
    return { status: answer.status, again: answer.headers.get('retry-after'), text: await answer.text() }
  }
  const sendBundle = (n: number) => send('/fhir', bundle(n), markOf(n))
  async function hl7(n: number): Promise<string> {
    const sender = await openSender(recorded.mllpPort)
    await sender.write(frame(bytes(discharge(n))))
    const verdict = verdictOf(await sender.answer())
    sender.close()
    return verdict
  }
  /** What it is when it is 200 no longer: it is asked of the disk once a second. */
  async function unready(): Promise<number> {
    for (;;) {
      const { status } = await fetch(`${recorded.gateway.url}/readyz`)
      if (status !== 200) return status
      await new Promise((wake) => setTimeout(wake, 100))
    }
  }
  const some = (count: number) => Array.from({ length: count }, () => next++)
  /** Sends some at once while the disk is bad; answers those that were refused. */
  async function tryAll(numbers: readonly number[]): Promise<readonly number[]> {
    const answers = await Promise.all(numbers.map(async (n) => ({ n, ...(await sendBundle(n)) })))
    for (const { n, status, again, text } of answers) {
      if (status === 200) kept.push({ is: 'bundle', n })
      else
        expect({ status, again, text }).toMatchObject({
          status: 503,
          again: '1',
          text: expect.stringContaining('OperationOutcome'),
        })
    }
    return answers.flatMap(({ n, status }) => (status === 200 ? [] : [n]))
  }
  async function tryAgain(numbers: readonly number[]): Promise<void> {
    for (const n of numbers) {
      expect((await sendBundle(n)).status).toBe(200)
      kept.push({ is: 'bundle', n })
    }
  }

  it.each(['full', 'bad writes'] as const)(
    'says 503 and AR while it is there (%s), and goes on by itself afterwards',
    async (what) => {
      let refused = 0
      for (const after of positions) {
        recorded.order(what, after)
        const left = await tryAll(some(4))
        refused += left.length
        // Whatever the position was: from now on nothing can be written.
        recorded.order(what)
        const [message = 0] = await tryAll(some(1))
        expect(await hl7(message)).toBe(`AR ${markOf(message)}`)
        expect((await fetch(`${recorded.gateway.url}/livez`)).status).toBe(200)
        recorded.order('nothing')
        await tryAgain([...left, message])
        expect(await hl7(message)).toBe(`AA ${markOf(message)}`)
        kept.push({ is: 'message', n: message })
      }
      expect(refused).toBeGreaterThan(positions.length)
    },
  )

  it('takes nothing more after a failed sync, until it is started anew', async () => {
    for (const after of [0, 1, 3]) {
      recorded.order('bad syncs', after)
      const left: number[] = []
      for (let tries = 0; tries < after + 2; tries++) left.push(...(await tryAll(some(1))))
      expect(left.length).toBeGreaterThan(0)
      recorded.order('nothing')
      const [message = 0] = await tryAll(some(1))
      expect(await hl7(message)).toBe(`AR ${markOf(message)}`)
      // Whoever watches over it learns that it has to be.
      expect(await unready()).toBe(503)
      await recorded.gateway.kill()
      recorded = await recorded.again()
      await tryAgain([...left, message])
    }
  })

  it('leaves a store in which everything that was acknowledged is there, once and whole', async () => {
    await recorded.gateway.kill()
    expect(await faultsOf(join(recorded.root, 'new', 'store'), kept)).toEqual([])
  })
})
