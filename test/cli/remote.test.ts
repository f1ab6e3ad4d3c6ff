import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type HttpServer, startHttpServer } from '../../src/node/http-server.ts'
import { runCommand } from '../support/cli.ts'
import { adminToken, startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
let server: HttpServer
let out: string[]
let err: string[]
const files: Record<string, string> = {
  'client.yaml': 'client_name: Billing\nscope: system/ChargeItem.rs\njwks_uri: https://billing.example/jwks\n',
  'ehr.json':
    '{ "name": "ehr", "kind": "ehr", "flavour": "fhir-r4", "baseUrl": "https://ehr.example/fhir", "auth": { "type": "bearer", "token": "hidden" }, "push": [], "pull": [], "purpose": "TREAT", "maxInFlight": 2, "retry": { "baseMs": 1000, "capMs": 60000, "maxAttempts": 5 } }',
  broken: '{ "client_name":',
}

beforeAll(async () => {
  gateway = await startGateway({ auth: 'smart' })
  server = await startHttpServer(gateway.app.fetch, '127.0.0.1', 0)
})
beforeEach(() => {
  out = []
  err = []
})
afterAll(async () => {
  await server.stop(0)
  await gateway.stop()
})

async function run(line: string, env: Record<string, string> = {}): Promise<number> {
  const ran = await runCommand(line.split(' '), {
    env: { HANDOFF_BASE_URL: `http://127.0.0.1:${server.port}`, HANDOFF_ADMIN_TOKEN: adminToken, ...env },
    readFile: (path) => files[path],
  })
  out.push(...ran.out)
  err.push(...ran.err)
  return ran.code
}

describe('at the command line', () => {
  test('a client is registered, listed, replaced and removed', async () => {
    expect(await run('clients add client.yaml')).toBe(0)
    const { client_id } = JSON.parse(out[0]!) as { client_id: string }
    expect(await run('clients')).toBe(0)
    expect(out[1]).toContain(client_id)
    expect(await run(`clients replace ${client_id} client.yaml`)).toBe(0)
    expect(JSON.parse(out[2]!)).toMatchObject({ revision: 2 })
    expect(await run(`clients remove ${client_id}`)).toBe(0)
    expect(await run(`clients show ${client_id}`)).toBe(1)
    expect(err[0]).toContain('not-found')
  })

  test('a connection is added, shown without its secret, and removed', async () => {
    expect([await run('connections add ehr.json'), err]).toEqual([0, []])
    expect(await run('connections show ehr')).toBe(0)
    expect(out.join()).not.toContain('hidden')
    expect(await run('connections remove ehr')).toBe(0)
  })

  test('deliveries and messages are listed by state', async () => {
    for (const line of ['deliveries', 'deliveries list dead', 'replay', 'replay list applied']) {
      expect([line, await run(line)]).toEqual([line, 0])
      expect(JSON.parse(out.at(-1)!)).toEqual({ items: [], next: null })
    }
  })

  test.each(['clients dance', 'clients show', 'clients show a b', 'clients add', 'clients constructor'])(
    '%s is not how it is called',
    async (line) => {
      expect(await run(line)).toBe(2)
      expect(err[0]).toContain('clients')
    },
  )

  test.each(['clients add nowhere', 'clients add broken'])('%s names a file that cannot be read', async (line) => {
    expect(await run(line)).toBe(78)
  })

  test('what the gateway refuses is told, and fails', async () => {
    expect(await run('clients', { HANDOFF_ADMIN_TOKEN: 'wrong' })).toBe(1)
    expect(err[0]).toContain('unauthenticated')
    expect(await run('clients', { HANDOFF_ADMIN_TOKEN: '' })).toBe(1)
  })

  test('a gateway that is not there is told, and fails', async () => {
    expect(await run('clients', { HANDOFF_BASE_URL: 'http://127.0.0.1:1' })).toBe(1)
    expect(err[0]).toContain('did not answer')
    expect(await run('clients', { HANDOFF_BASE_URL: 'nowhere' })).toBe(78)
  })
})
