/** Whoever can write the disk cannot change the account of what was told of a client, or take from it, without that it shows. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { marisol, put, say } from '../support/coordination.ts'
import { adminToken, startGateway, type TestGateway } from '../support/gateway.ts'

const operator = { authorization: `Bearer ${adminToken}` }
let folder: string
let gateway: TestGateway
let ids: string[]

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'handoff-disclosures-'))
  gateway = await startGateway({ store: `sqlite:${folder}` })
  await put(gateway, marisol)
  ids = []
  for (const to of ['Dr. Osei', 'Lakeside ED', 'Dr. Lind']) {
    gateway.clock.advance(1000)
    ids.push(
      (await say(gateway, 'POST', '/coordination/disclosures', { ...told, recipient: { external: { display: to } } })).body.id,
    )
  }
})
afterEach(async () => {
  await gateway.stop()
  rmSync(folder, { recursive: true })
})

const told = {
  clientId: 'cli-marisol',
  at: '2026-03-01T23:10:00-05:00',
  basis: 'tpo-hipaa',
  discloser: { external: { display: 'Nadia Reyes' } },
  purpose: 'TREAT',
  method: 'verbal',
  resources: [{ type: 'Condition', id: 'ned-1', sensitivity: [] }],
}

const check = async (query = '') =>
  (await gateway.request(`/admin/audit/disclosures?client=cli-marisol${query}`, { headers: operator })).json()

/** As somebody does who has the disk and no gateway. */
async function behindItsBack(sql: string, ...values: string[]): Promise<void> {
  await gateway.stop()
  const file = new DatabaseSync(join(folder, 'default.sqlite'))
  file.prepare(sql).run(...values)
  file.close()
  gateway = await startGateway({ store: `sqlite:${folder}` })
}
const remove = (id: string) => behindItsBack('UPDATE resource SET deleted = 1 WHERE id = ?', id)

it('is whole as it was written, whatever became of each', async () => {
  await say(gateway, 'POST', `/coordination/disclosures/${ids[0]}/events`, { type: 'send' })
  expect(await check()).toMatchObject({ disclosures: 3, broken: [], intact: true })
  expect(await check(`&head=${(await check()).head}`)).toMatchObject({ found: true, intact: true })
})

it('one that says something else now is altered', async () => {
  await behindItsBack(`UPDATE version SET text = replace(text, 'Lakeside ED', 'Nobody')`)
  expect(await check()).toMatchObject({ disclosures: 3, broken: [{ id: ids[1], why: 'altered' }], intact: false })
})

it('one that is missing in between leaves a gap', async () => {
  await remove(ids[1]!)
  expect(await check()).toMatchObject({ disclosures: 2, broken: [{ id: ids[2], why: 'gap' }], intact: false })
})

it('one that is missing at the end is missed by who has noted it', async () => {
  const { head } = await check()
  await remove(ids[2]!)
  expect(await check()).toMatchObject({ disclosures: 2, broken: [], intact: true })
  expect(await check(`&head=${head}`)).toMatchObject({ found: false, intact: false })
})
