/**
 * One person with particulars that can be found again goes through every door, rightly and wrongly, to a partner that answers with what it
 * was sent, on a disk that breaks, until the process dies: they stand in no log, metric, refusal, address, temporary file or last word.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { frame } from '../../src/hl7v2/mllp.ts'
import { canary, hl7v2, names, right, type Told, wrong } from './canary/marked.ts'
import { answerOver } from './hostile/mllp.ts'
import { freePort, type Gateway, startProcess } from './process.ts'
import { until } from './until.ts'

let folder: string
let gateway: Gateway
let mllp: number
/** Request lines and headers as a partner sees them. */
const outside: string[] = []
const partner = createServer(async (request, response) => {
  outside.push(`${request.method} ${request.url} ${request.rawHeaders.join(' ')}`)
  let body = ''
  for await (const chunk of request) body += chunk
  const outcome = { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'invalid', diagnostics: body }] }
  const status = request.method === 'GET' ? 200 : [422, 400, 500, 409][outside.length % 4]!
  const found = { resourceType: 'Bundle', type: 'searchset', link: [], note: 'zzcanary' }
  response
    .writeHead(status, 'zzcanary', { 'content-type': 'application/fhir+json' })
    .end(JSON.stringify(request.method === 'GET' ? found : outcome))
})

beforeAll(async () => {
  await new Promise<void>((ready) => partner.listen(0, '127.0.0.1', ready))
  mllp = await freePort()
  folder = mkdtempSync(join(tmpdir(), 'handoff-canary-'))
  mkdirSync(join(folder, 'tmp'))
  const thrown = `process.on('SIGUSR2', () => { throw new SyntaxError('Unexpected token Z: zzcanary') })`
  const env = {
    ...{ HANDOFF_LOG: 'debug', TMPDIR: join(folder, 'tmp'), HANDOFF_MLLP_PORT: String(mllp) },
    HANDOFF_ALLOW_TARGETS: `127.0.0.1:${(partner.address() as AddressInfo).port}`,
  }
  const program = { env: {}, args: ['--import', `data:text/javascript,${encodeURIComponent(thrown)}`, 'src/cli.ts'] }
  gateway = await startProcess(join(folder, 'data'), await freePort(), env, program)
  const connection = {
    ...{ name: 'echo', kind: 'ehr', baseUrl: `http://${env.HANDOFF_ALLOW_TARGETS}/fhir` },
    ...{ push: ['Patient', 'Observation', 'Condition'], pull: ['Patient'], retry: { baseMs: 20, capMs: 50, maxAttempts: 4 } },
  }
  await send({
    method: 'POST',
    path: '/admin/connections',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(connection),
  })
})
afterAll(async () => {
  await gateway.kill()
  partner.close().closeAllConnections()
  rmSync(folder, { recursive: true, force: true })
})

async function send({ method, path, headers, body }: Told): Promise<{ readonly status: number; readonly text: string }> {
  const answer = await fetch(gateway.url + path, { method, ...(headers && { headers }), ...(body !== undefined && { body }) })
  // What the caller itself calls the request is said back: https://hl7.org/fhir/R4/http.html#custom
  const told = [...answer.headers].filter(([name]) => name !== 'x-correlation-id')
  return { status: answer.status, text: told.join('\n') + (await answer.text()) }
}

/** What was refused with words of the caller in it. */
async function quoted(all: readonly Told[]): Promise<readonly string[]> {
  const found: string[] = []
  for (const told of all) {
    const { status, text } = await send(told)
    if (status >= 400 && canary.test(text))
      found.push(`${status} ${told.method} ${told.path}: ${text.match(canary)?.[0]} in ${text.slice(0, 2000)}`)
  }
  return found
}

test('refusals quote nobody', async () => {
  expect(await quoted([...right, ...wrong])).toEqual([])
  for (const told of names) await send(told)
  for (const text of [hl7v2, hl7v2.slice(0, 300), hl7v2.replace('MSH', 'ZZCANARY'), hl7v2.replaceAll('PID', 'zzcanary')])
    await answerOver(mllp, frame(new TextEncoder().encode(text)))
})

test('a partner’s address bears nobody’s name', async () => {
  const left = async () =>
    ((await (await fetch(`${gateway.url}/admin/deliveries?state=waiting`)).json()) as { items: object[] }).items.length
  await until('deliveries that wait no longer', async () => (await left()) === 0)
  for (const what of ['test', 'pull', 'reconcile']) await send({ method: 'POST', path: `/admin/connections/echo/${what}` })
  expect(outside.length).toBeGreaterThan(10)
  expect(outside.filter((line) => canary.test(line))).toEqual([])
})

test('a broken machine tells nothing of what it was at', async () => {
  const file = new DatabaseSync(join(folder, 'data', 'default.sqlite'), { timeout: 20_000 })
  const tables = file.prepare(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`).all() as {
    name: string
  }[]
  for (const { name } of tables) file.exec(`ALTER TABLE "${name}" RENAME TO "${name}_gone"`)
  file.close()
  const statuses: number[] = []
  for (const told of right) statuses.push((await send(told)).status)
  expect(statuses).toContain(500)
  expect(await quoted(right)).toEqual([])
  await answerOver(mllp, frame(new TextEncoder().encode(hl7v2)))
})

test('its counters, its last words, and what it leaves behind are about nobody', async () => {
  expect((await send({ method: 'GET', path: '/metrics' })).text).not.toMatch(canary)
  if (existsSync('/proc/self'))
    expect(readFileSync(`/proc/${gateway.pid}/cmdline`, 'utf8').replace(/SIGUSR2.*/s, '')).not.toMatch(canary)
  process.kill(gateway.pid, 'SIGUSR1')
  process.kill(gateway.pid, 'SIGUSR2')
  expect(await gateway.ended).toBe(1)
  const said = gateway.said()
  expect(said).toContain('"event":"process-failed","error":"SyntaxError"')
  expect(said.split('\n').length).toBeGreaterThan(300)
  expect(said.split('\n').filter((line) => canary.test(line) || line.includes('Debugger'))).toEqual([])
  const left = readdirSync(join(folder, 'tmp'), { recursive: true, withFileTypes: true }).filter((one) => one.isFile())
  expect(
    left.filter((one) => canary.test(one.name) || canary.test(readFileSync(join(one.parentPath, one.name), 'latin1'))),
  ).toEqual([])
})
