/**
 * The gateway's own pipeline in a process of its own: the same transactions, exact, validated, indexed and durable, without HTTP. Prints
 * resources per second, a line for each set. `node pipeline.ts`
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp } from '../../../src/app.ts'
import { startNode } from '../../../src/node.ts'
import { readSettings } from '../../../src/settings.ts'
import { bundles } from '../data.ts'

const folder = mkdtempSync(join(tmpdir(), 'handoff-pipeline-'))
const settings = readSettings({ HANDOFF_STORE: `sqlite:${folder}`, HANDOFF_AUTH: 'none', HANDOFF_LOG: 'silent', PORT: '0' })
if (!settings.ok) throw new Error(settings.problem.detail)
const started = await startNode(settings.value, () => undefined)
if (!started.ok) throw new Error(started.problem.detail)
const app = createApp(started.value.gateway, { auth: 'none', adminToken: 'pipeline' })
const post = async (body: string): Promise<void> => {
  const answer = await app.request('/fhir', { method: 'POST', headers: { 'content-type': 'application/fhir+json' }, body })
  if (answer.status !== 200) throw new Error(`a bundle was refused: ${answer.status}`)
  await answer.arrayBuffer()
}

const { first, sets } = bundles()
for (const body of first) await post(body)
for (const { bodies, resources } of sets().take(16)) {
  const start = performance.now()
  const queue = bodies.values()
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      for (const body of queue) await post(body)
    }),
  )
  console.log(resources / ((performance.now() - start) / 1000))
}
await started.value.stop()
rmSync(folder, { recursive: true })
process.exit(0)
