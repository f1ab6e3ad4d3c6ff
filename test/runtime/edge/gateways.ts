/** The same gateway on both runtimes: a Node process's, in this one, and an object's at the edge, in the real workerd. Both speak HTTP. */
import { resolve } from 'node:path'
import { createTestHarness } from 'wrangler'
import { startNode } from '../../../src/node.ts'
import { type Environment, readSettings } from '../../../src/settings.ts'

export interface Opened {
  readonly url: string
  stop(): Promise<void>
}

const quiet = { HANDOFF_LOG: 'warn', HANDOFF_BASE_URL: 'http://localhost:8787' }
const configPath = resolve(import.meta.dirname, '../../../wrangler.toml')

/** As at the edge, its configuration is no file but the text. */
export async function openNode(settings: Environment): Promise<Opened> {
  const asText = (name: string): string | undefined => (name === settings.HANDOFF_CONFIG ? name : undefined)
  const read = readSettings({ ...quiet, HANDOFF_STORE: 'sqlite::memory:', PORT: '0', ...settings }, asText)
  if (!read.ok) throw new Error(JSON.stringify(read.problem))
  const started = await startNode(read.value, () => undefined)
  if (!started.ok) throw new Error(JSON.stringify(started.problem))
  return started.value
}

/** Its store is in memory, and forgotten. What a Node process would find in its environment are variables here. */
export async function openEdge(settings: Environment): Promise<Opened> {
  const vars = Object.fromEntries(
    Object.entries({ ...quiet, ...settings }).flatMap(([name, text]) => (text === undefined ? [] : [[name, text]])),
  )
  const server = createTestHarness({ workers: [{ configPath, vars }] })
  const { url } = await server.listen()
  return { url: url.origin, stop: () => server.close() }
}
