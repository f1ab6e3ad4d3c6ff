/** What was stored before the rules that label a record for its codes is labelled after the next start, some at a time, while the gateway serves. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { labelAnew } from '../../src/flows/labels/label-anew.ts'
import { system } from '../../src/gateway.ts'
import { marisol, put, say } from '../support/coordination.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

let folder: string
let gateway: TestGateway
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'handoff-test-'))
})
afterEach(async () => {
  await gateway.stop()
  rmSync(folder, { recursive: true })
})

const start = async () => {
  gateway = await startGateway({ store: `sqlite:${folder}` })
  return gateway.gateway.context(system())
}

/** As it was before there were such labels. */
function forgetLabels(): void {
  const db = new DatabaseSync(join(folder, 'default.sqlite'))
  const bare = db.prepare(`UPDATE version SET text = replace(text, '"security":', '"x":') WHERE text LIKE '%"security":%'`).run()
  expect(bare.changes).toBeGreaterThan(25)
  db.exec("DELETE FROM record WHERE kind = 'content-labels'")
  db.close()
}

const condition = (id: string, code: string) => ({
  ...{ resourceType: 'Condition', id, subject: { reference: `Patient/${marisol.id}` } },
  code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code }] },
})
const read = async (id: string) => (await say(gateway, 'GET', `/fhir/Condition/${id}`)).body
const labelsOf = async (id: string) => ((await read(id)).meta.security ?? []).map(({ code }: { code: string }) => code)

it('labels them, and leaves what a person took away', async () => {
  let ctx = await start()
  await put(gateway, marisol)
  for (let i = 0; i < 25; i++) await put(gateway, condition(`ned-${i}`, 'F10.20'))
  await put(gateway, condition('ned-food', 'Z59.41'))
  await put(gateway, condition('ned-wrong', 'F10.20'))
  const wrong = { resource: 'Condition/ned-wrong', label: 'SUD', reason: 'Coded by mistake' }
  expect((await say(gateway, 'POST', '/admin/labels/withdraw', wrong)).status).toBe(200)
  await gateway.stop()
  forgetLabels()

  ctx = await start()
  expect(await labelsOf('ned-3')).toEqual([])
  expect(await labelAnew(ctx)).toBe(true)
  // Stopped in the middle, it goes on where it was.
  await gateway.stop()
  ctx = await start()
  while (await labelAnew(ctx));
  for (let i = 0; i < 25; i++) expect(await labelsOf(`ned-${i}`)).toEqual(['R', 'SUD'])
  expect((await read('ned-3')).meta.versionId).toBe('2')
  expect(await labelsOf('ned-food')).toEqual([])
  expect((await read('ned-food')).meta.versionId).toBe('1')
  expect(await labelsOf('ned-wrong')).toEqual([])
  const versions = (await read('ned-wrong')).meta.versionId
  expect(await labelAnew(ctx)).toBe(false)
  expect((await read('ned-wrong')).meta.versionId).toBe(versions)
})

it('has nothing to do in a new store', async () => {
  const ctx = await start()
  expect(await labelAnew(ctx)).toBe(false)
  await put(gateway, marisol)
  expect(await labelAnew(ctx)).toBe(false)
})
