/** A hospital over MLLP: however its bytes are cut it gets the same answer, and what it repeats because no answer came is there once. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { frame } from '../../src/hl7v2/mllp.ts'
import { bytes } from '../support/hl7v2.ts'
import { canRecord, record } from './power/recorder.ts'
import { discharge, markOf } from './power/work.ts'
import { freePort, type Gateway, startProcess } from './process.ts'
import { openSender, type Sender, verdictOf } from './sender.ts'

const kills = Math.ceil(Number(process.env.HANDOFF_KILLS ?? 50) / 10)
const framed = (n: number) => frame(bytes(discharge(n)))
const stays = async (gateway: Gateway, n: number): Promise<number> => {
  const found = await fetch(`${gateway.url}/fhir/Encounter?identifier=V-${markOf(n)}`)
  return ((await found.json()) as { entry?: unknown[] }).entry?.length ?? 0
}

it('answers the same, wherever the bytes of a message are cut', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'handoff-mllp-'))
  const port = await freePort()
  const gateway = await startProcess(folder, await freePort(), { HANDOFF_MLLP_PORT: String(port) })
  const sender = await openSender(port)
  const whole = framed(1)
  await sender.write(whole)
  const answer = await sender.answer()
  expect(verdictOf(answer)).toBe(`AA ${markOf(1)}`)
  for (let cut = 1; cut < whole.length; cut++) {
    await sender.write(whole.subarray(0, cut))
    await sender.write(whole.subarray(cut))
    expect(await sender.answer(), `cut after ${cut} bytes`).toBe(answer)
  }
  for (const byte of whole) await sender.write(Uint8Array.of(byte))
  expect(await sender.answer()).toBe(answer)
  expect(await stays(gateway, 1)).toBe(1)

  // Many at once: answered one by one, in their order.
  const many = Array.from({ length: 30 }, (_, i) => i + 2)
  await sender.write(Buffer.concat(many.map(framed)))
  for (const n of many) expect(verdictOf(await sender.answer())).toBe(`AA ${markOf(n)}`)
  sender.close()
  await gateway.stop()
  rmSync(folder, { recursive: true, force: true })
})

it.skipIf(!canRecord)(
  `keeps once what is sent again because the process was killed before it could answer (${kills} kills) (needs Linux and a C compiler)`,
  async () => {
    let recorded = await record({ log: false })
    const answered: string[] = []
    /** Sends all at once and hears what comes, until it is cut off. */
    const tell = async (sender: Sender, numbers: readonly number[]) => {
      await sender.write(Buffer.concat(numbers.map(framed)))
      const heard: string[] = []
      while (heard.length < numbers.length) {
        const answer = await sender.answer()
        if (answer === undefined) break
        heard.push(verdictOf(answer))
      }
      return heard
    }
    for (let kill = 0; kill < kills; kill++) {
      const numbers = [0, 1, 2, 3].map((i) => kill * 4 + i)
      const good = kill % 4
      recorded.order('kill before an answer', good)
      const heard = await tell(await openSender(recorded.mllpPort), numbers)
      expect(heard).toEqual(numbers.slice(0, good).map((n) => `AA ${markOf(n)}`))
      await recorded.gateway.kill()
      recorded.order('nothing')
      recorded = await recorded.again()
      // The one whose answer was on its way is kept already.
      expect(await stays(recorded.gateway, numbers[good]!)).toBe(1)
      const sender = await openSender(recorded.mllpPort)
      answered.push(...(await tell(sender, numbers)))
      sender.close()
    }
    const all = Array.from({ length: kills * 4 }, (_, n) => n)
    expect(answered).toEqual(all.map((n) => `AA ${markOf(n)}`))
    for (const n of all) expect(await stays(recorded.gateway, n), `stay ${n}`).toBe(1)
    await recorded.remove()
  },
)
