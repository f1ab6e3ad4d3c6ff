/** The gateway as a process: how it starts, what it refuses to start with, how it ends. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { startSandbox } from '../../../src/demo/sandbox/fhir-server.ts'
import { dischargeMessage } from '../../support/hl7v2.ts'

const cli = resolve(import.meta.dirname, '../../../src/cli.ts')
const folder = mkdtempSync(join(tmpdir(), 'handoff-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Process {
  readonly child: ChildProcess
  output: string
  readonly ended: Promise<number | null>
}

const processes: Process[] = []
afterEach(() => {
  for (const { child } of processes.splice(0)) child.kill('SIGKILL')
})

function run(args: readonly string[], env: Record<string, string> = {}): Process {
  const child = spawn(process.execPath, [cli, ...args], {
    env: { PATH: process.env.PATH, HANDOFF_STORE: 'sqlite::memory:', PORT: '0', ...env },
  })
  const ended = new Promise<number | null>((done) => child.once('close', done))
  const started: Process = { child, output: '', ended }
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      started.output += chunk
    })
  processes.push(started)
  return started
}

/** Waits until the output has what is looked for; the test's own time limit ends the wait. */
async function until(process: Process, pattern: RegExp): Promise<string> {
  for (;;) {
    const found = pattern.exec(process.output)
    if (found) return found[1] ?? found[0]
    const ended = await Promise.race([
      process.ended.then(() => true),
      new Promise<false>((again) => setTimeout(again, 10, false)),
    ])
    if (ended && !pattern.test(process.output)) throw new Error(`ended without ${pattern}: ${process.output}`)
  }
}

const serve = async (env: Record<string, string> = {}) => {
  const process = run(['serve'], env)
  return { process, url: await until(process, /Listening at (\S+)/) }
}

describe('handoff', () => {
  test('alone shows what it can do, and was called wrongly', async () => {
    const process = run([])
    expect(await process.ended).toBe(2)
    expect(process.output).toContain('handoff <command>')
  })

  test.each([['--help'], ['serve', '--help'], ['doctor', '-h']])('%s %s helps', async (...args) => {
    const process = run(args)
    expect(await process.ended).toBe(0)
    expect(process.output).toContain('Usage: handoff')
  })

  test('does not know every word', async () => {
    const process = run(['dance'])
    expect(await process.ended).toBe(2)
    expect(process.output).toContain('There is no command "dance"')
  })

  test('doctor finds settings, store and port fine', async () => {
    const process = run(['doctor'])
    expect(await process.ended).toBe(0)
    expect(process.output).toMatch(/settings +fine[\s\S]*store +fine[\s\S]*port +\d+ is free/)
  })
})

describe('handoff serve', () => {
  test('refuses settings that cannot be used, all at once', async () => {
    const process = run(['serve'], { HANDOFF_AUTH: 'some', HANDOFF_LOG: 'loud', HOST: '0.0.0.0' })
    expect(await process.ended).toBe(78)
    expect(process.output).toContain('HANDOFF_AUTH')
    expect(process.output).toContain('HANDOFF_LOG')
  })

  test('refuses a configuration file that cannot be carried out', async () => {
    const path = join(folder, 'handoff.yaml')
    writeFileSync(
      path,
      'clients:\n  - { client_id: billing, client_name: Billing, scope: everything }\nconnections:\n  - { name: ehr }\n',
    )
    const process = run(['serve'], { HANDOFF_CONFIG: path })
    expect(await process.ended).toBe(78)
    expect(process.output).toMatch(/clients\.0\.scope/)
    expect(process.output).toMatch(/connections\.0/)
  })

  test('prints a token for operators once, and it works', async () => {
    const { process, url } = await serve()
    const token = await until(process, /to choose one\): (\S+)/)
    const admin = { headers: { authorization: `Bearer ${token}` } }
    expect((await fetch(`${url}/admin/clients`, admin)).status).toBe(200)
    expect((await fetch(`${url}/admin/clients`)).status).toBe(401)
    expect((await fetch(`${url}/livez`)).status).toBe(200)
    expect((await (await fetch(`${url}/fhir/.well-known/smart-configuration`)).json()) as object).toMatchObject({
      token_endpoint: `${url}/oauth/token`,
    })
  })

  test('registers the clients of its configuration file, and leaves them alone at the next start', async () => {
    const path = join(folder, 'clients.yaml')
    writeFileSync(
      path,
      'clients:\n  - { client_id: billing, client_name: Billing, scope: system/ChargeItem.rs, jwks_uri: https://billing.example/jwks }\n',
    )
    const env = { HANDOFF_CONFIG: path, HANDOFF_STORE: `sqlite:${join(folder, 'configured')}`, HANDOFF_ADMIN_TOKEN: 'a-token' }
    const registered = async () => {
      const { process, url } = await serve(env)
      const answer = await fetch(`${url}/admin/clients/billing`, { headers: { authorization: 'Bearer a-token' } })
      const client = await answer.json()
      process.child.kill('SIGTERM')
      expect(await process.ended).toBe(0)
      return client
    }
    const first = await registered()
    expect(first).toMatchObject({ client_id: 'billing', revision: 1 })
    expect(await registered()).toEqual(first)
  })

  test('refuses a store that another process has open, and a port', async () => {
    const store = `sqlite:${join(folder, 'shared')}`
    const { url } = await serve({ HANDOFF_STORE: store })
    const second = run(['serve'], { HANDOFF_STORE: store })
    expect(await second.ended).toBe(1)
    expect(second.output).toContain('another process')
    const third = run(['serve'], { PORT: new URL(url).port })
    expect(await third.ended).toBe(1)
    expect(third.output).toContain('EADDRINUSE')
  })

  test('takes HL7 v2 over MLLP, and has what it acknowledged after a restart', async () => {
    const env = { HANDOFF_STORE: `sqlite:${join(folder, 'mllp')}`, HANDOFF_MLLP_PORT: '0', HANDOFF_AUTH: 'none' }
    const { process } = await serve(env)
    const socket = connect(Number(await until(process, /"listener-opened","host":"127.0.0.1","port":(\d+)/)), '127.0.0.1')
    const answer = new Promise<string>((told) => socket.once('data', (chunk) => told(chunk.toString())))
    socket.write(`\x0b${dischargeMessage()}\x1c\r`)
    expect(await answer).toMatch(/MSA\|AA\|SB-1001/)
    process.child.kill('SIGKILL')
    await process.ended

    const { url } = await serve(env)
    const bundle = (await (await fetch(`${url}/fhir/Encounter?_total=accurate`)).json()) as { total: number }
    expect(bundle.total).toBe(1)
  })

  test('finishes a request in hand when it is asked to end, and takes no other', async () => {
    const { process, url } = await serve({ HANDOFF_AUTH: 'none' })
    const { port, hostname } = new URL(url)
    const body = JSON.stringify({ client_name: 'x', scope: 'system/Patient.rs', jwks_uri: 'https://client.example/jwks' })
    const socket = connect(Number(port), hostname)
    let answer = ''
    socket.on('data', (chunk) => {
      answer += chunk
    })
    const closed = new Promise<void>((done) => socket.once('close', () => done()))
    socket.write(
      `POST /admin/clients HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 10)}`,
    )
    // Once another connection is answered, the first one's half is in hand.
    expect((await fetch(`${url}/livez`)).status).toBe(200)
    process.child.kill('SIGTERM')
    await until(process, /Finishing/)
    await expect(fetch(`${url}/livez`)).rejects.toThrow()
    socket.write(body.slice(10))
    await closed
    expect(answer).toMatch(/^HTTP\/1\.1 201 /)
    expect(await process.ended).toBe(0)
  })

  test('ends at once when it is asked twice', async () => {
    const { process, url } = await serve()
    const { port, hostname } = new URL(url)
    const socket = connect(Number(port), hostname)
    socket.write('POST /oauth/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf')
    socket.on('error', () => undefined)
    expect((await fetch(`${url}/livez`)).status).toBe(200)
    process.child.kill('SIGTERM')
    await until(process, /Finishing/)
    process.child.kill('SIGTERM')
    expect(await process.ended).toBe(1)
  })

  test('stops what it does for its tenants together: a partner that hangs holds up nobody else', async () => {
    const silent = await startSandbox({ name: 'silent', clock: Date.now, fault: () => ({ kind: 'hang', ms: 3600_000 }) })
    const quick = await startSandbox({ name: 'quick', clock: Date.now })
    const partner = { kind: 'ehr', pull: ['Patient'], pollSeconds: 1 }
    const connections = [
      { ...partner, tenant: 'default', name: 'silent', baseUrl: silent.baseUrl },
      { ...partner, tenant: 'north', name: 'quick', baseUrl: quick.baseUrl },
    ]
    const path = join(folder, 'two-tenants.json')
    writeFileSync(path, JSON.stringify({ tenants: [{ name: 'north' }], connections }))
    const { process } = await serve({ HANDOFF_CONFIG: path, HANDOFF_ALLOW_TARGETS: `${silent.target},${quick.target}` })
    while (silent.requests.length === 0 || quick.requests.length === 0) await wait(10)
    process.child.kill('SIGTERM')
    await until(process, /Finishing/)
    await wait(500)
    const asked = quick.requests.length
    await wait(2500)
    expect(quick.requests.length).toBe(asked)
    await silent.close()
    expect(await process.ended).toBe(0)
    await quick.close()
  })
})
