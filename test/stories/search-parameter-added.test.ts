/** A search parameter is added: after the next start the store is indexed by it, while the gateway serves. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { indexAnew } from '../../src/flows/fhir/indexing.ts'
import { system } from '../../src/gateway.ts'
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

/** As it was before there was `Task.due`: nothing is indexed by it, and the store knows of no such parameter. */
function forgetDue(): void {
  const db = new DatabaseSync(join(folder, 'default.sqlite'))
  const gone = db.prepare("DELETE FROM period WHERE parameter = (SELECT number FROM parameter WHERE name = 'Task.due')").run()
  expect(gone.changes).toBe(25)
  const { text } = db.prepare("SELECT text FROM record WHERE kind = 'search-index' AND key = 'parameters'").get() as {
    text: string
  }
  const { 'Task.due': due, ...others } = JSON.parse(text)
  expect(due).toBeDefined()
  db.prepare("UPDATE record SET text = ? WHERE kind = 'search-index'").run(JSON.stringify(others))
  db.close()
}

const search = async (query: string) => {
  const answer = await gateway.request(`/fhir/Task?${query}`)
  const bundle = (await answer.json()) as { total?: number; issue?: { code: string; diagnostics: string }[] }
  return { status: answer.status, total: bundle.total, issue: bundle.issue?.[0] }
}

it('finds by it what was stored before, and says so until it can', async () => {
  let ctx = await start()
  // Of a new store nothing is to be indexed anew.
  expect(await indexAnew(ctx)).toBe(false)
  for (let i = 0; i < 25; i++) {
    const task = {
      resourceType: 'Task',
      id: `t${i}`,
      status: 'requested',
      intent: 'order',
      restriction: { period: { end: '2026-03-09' } },
    }
    expect((await gateway.request(`/fhir/Task/t${i}`, { method: 'PUT', json: task })).status).toBe(201)
  }
  await gateway.stop()
  forgetDue()

  ctx = await start()
  expect(await indexAnew(ctx)).toBe(true)
  expect(await search('due=le2026-03-09')).toMatchObject({
    status: 503,
    issue: { code: 'transient', diagnostics: expect.stringContaining('Task.due') },
  })
  expect(await search('_sort=due')).toMatchObject({ status: 503 })
  expect(await search('status=requested&_summary=count')).toMatchObject({ status: 200, total: 25 })
  // Stopped in the middle, it goes on where it was.
  await gateway.stop()
  ctx = await start()
  let parts = 1
  while (await indexAnew(ctx)) parts++
  expect(parts).toBe(2)
  expect(await search('due=le2026-03-09&_summary=count')).toMatchObject({ status: 200, total: 25 })
  expect(await indexAnew(ctx)).toBe(false)
})
