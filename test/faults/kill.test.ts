/**
 * kill -9 under load, again and again, with clients that retry what was not acknowledged: every acknowledged message is there once,
 * nothing is half there. HANDOFF_KILLS sets how often (50).
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { post, startLoad } from './load.ts'
import { freePort, type Gateway, startProcess } from './process.ts'

const kills = Number(process.env.HANDOFF_KILLS ?? 50)

it(`loses nothing, doubles nothing and halves nothing in ${kills} kills`, { timeout: 300_000 + kills * 6000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'handoff-kill-'))
  const port = await freePort()
  let gateway: Gateway = await startProcess(folder, port)
  const load = startLoad(8, (path, headers, body) => post(`http://127.0.0.1:${port}${path}`, headers, body))
  for (let kill = 0; kill < kills; kill++) {
    await new Promise((wake) => setTimeout(wake, 20 + ((kill * 37) % 380)))
    await gateway.kill()
    gateway = await startProcess(folder, port)
  }
  await load.end()
  expect(await load.wrongAt(gateway.url)).toEqual([])
  expect(load.acknowledged.bundles.size).toBeGreaterThan(kills)
  expect(load.acknowledged.messages.size).toBeGreaterThan(kills / 2)
  expect(await gateway.stop()).toBe(0)

  const database = new DatabaseSync(join(folder, 'default.sqlite'), { readOnly: true })
  expect(database.prepare('pragma integrity_check').all()).toEqual([{ integrity_check: 'ok' }])
  database.close()
  rmSync(folder, { recursive: true, force: true })
})
