/**
 * Requests that mean one thing to whoever stands before the gateway and another to it, as bytes to its port: nothing hidden in them is
 * carried out, none opens a path that it does not open said plainly, each is answered or cut off, and none with a 5xx.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { registerClient } from '../support/client.ts'
import { adminToken } from '../support/gateway.ts'
import { breakOff, exchange, request, statusesIn } from './hostile/raw.ts'
import { ambiguous, bodies, disguises, headers, type Named, smuggled } from './hostile/requests.ts'
import { freePort, type Gateway, startProcess } from './process.ts'

const admin = `Authorization: Bearer ${adminToken}`
const fhir = 'Content-Type: application/fhir+json'
let folder: string
let gateway: Gateway
let port: number
let bearer: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'handoff-raw-'))
  port = await freePort()
  gateway = await startProcess(folder, port, { HANDOFF_AUTH: 'smart', HANDOFF_ADMIN_TOKEN: adminToken })
  const client = await registerClient(
    {
      request: (path, { json, ...init } = {}) => {
        const said =
          json === undefined
            ? {}
            : { body: JSON.stringify(json), headers: { ...init.headers, 'content-type': 'application/json' } }
        return fetch(gateway.url + path, { ...init, ...said })
      },
      gateway: { settings: { baseUrl: gateway.url } },
      clock: { now: Date.now() },
    },
    'system/Patient.cruds',
  )
  bearer = `Authorization: ${(await client.bearer('system/Patient.cruds')).authorization}`
})
afterAll(async () => {
  await gateway.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** The answers to each, where they are not the ones that it should have. */
async function otherwise(asked: readonly Named[], fine: (name: string, statuses: readonly number[], heard: string) => boolean) {
  const found: string[] = []
  for (const [name, text] of asked) {
    const heard = await exchange(port, text)
    const statuses = statusesIn(heard)
    if (statuses.some((status) => status >= 500) || !fine(name, statuses, heard)) found.push(`${name}: ${statuses}`)
  }
  return found
}
const ask = async (line: string, ...lines: string[]) => exchange(port, request(line, [bearer, ...lines, 'Connection: close']))
const count = async () => /"total":(\d+)/.exec(await ask('GET /fhir/Patient?_summary=count'))?.[1]

test('a request that can be read in two ways is not read at all', async () => {
  const asked = ambiguous(bearer)
  expect(asked.length).toBeGreaterThan(40)
  expect(await otherwise(asked, (_, statuses) => `${statuses}` === '400')).toEqual([])
  expect(await count()).toBe('0')
})

test('a body is never a request, whatever becomes of its own', async () => {
  for (const [name, statuses, text] of bodies(bearer)) expect(statusesIn(await exchange(port, text)), name).toEqual(statuses)
  expect(await count()).toBe('0')
})

test('a closed path stays closed, however it is said', async () => {
  const asked = disguises.map((target): Named => [JSON.stringify(target), request(`GET ${target}`)])
  expect(await otherwise(asked, (_, statuses) => statuses.length === 1 && [400, 401, 404].includes(statuses[0]!))).toEqual([])
})

test('what stands behind an open path leads to no other', async () => {
  const plain = await exchange(port, request('GET /livez'))
  for (const target of ['/livez?/../../admin/clients', '/livez#/../admin/clients', '/livez?x=http://localhost/admin/clients'])
    expect((await exchange(port, request(`GET ${target}`))).split('\r\n\r\n')[1]).toBe(plain.split('\r\n\r\n')[1])
})

test('headers that say something twice, or too much, are not chosen from', async () => {
  for (const [name, status, text] of headers(bearer)) {
    const heard = await exchange(port, text)
    expect(statusesIn(heard), name).toEqual([status])
    expect(heard.toLowerCase(), name).not.toMatch(/smuggled-secret|x-powered-by|\nserver:/)
  }
  expect(await count()).toBe('0')
})

test('conditions in several lines are one list: what no list can be is not written upon', async () => {
  const made = await exchange(port, request('POST /fhir/Patient', [bearer, fhir], '{"resourceType":"Patient","active":true}'))
  const id = /"id":"([^"]+)"/.exec(made)?.[1] ?? made
  const body = JSON.stringify({ ...JSON.parse(smuggled), id })
  for (const versions of [
    ['W/"1"', 'no version'],
    ['W/"1"', '*'],
  ])
    expect(
      statusesIn(
        await exchange(
          port,
          request(`PUT /fhir/Patient/${id}`, [bearer, fhir, ...versions.map((one) => `If-Match: ${one}`)], body),
        ),
      )[0],
    ).toBe(400)
  for (const name of ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override', '_method']) {
    expect(await ask(`GET /fhir/Patient/${id}`, `${name}: DELETE`)).toMatch(/^HTTP\/1\.1 200/)
    const answer = await ask(`POST /fhir/Patient/${id}?_method=DELETE`, `${name}: DELETE`, 'Content-Length: 0')
    expect(answer).toMatch(/^HTTP\/1\.1 4/)
  }
  expect(await ask(`GET /fhir/Patient/${id}`)).toContain('"versionId":"1"')
})

test('nobody says by a header where the gateway stands, or what is asked', async () => {
  for (const name of ['X-Original-URL', 'X-Rewrite-URL', 'X-Forwarded-Path', 'X-Forwarded-Prefix'])
    expect(
      statusesIn(await exchange(port, request('GET /livez', [`${name}: /admin/clients`, 'Content-Length: 0']))),
      name,
    ).toEqual([200])
  for (const line of ['X-Forwarded-Host: elsewhere.example', 'Forwarded: host=elsewhere.example', 'X-Host: elsewhere.example'])
    expect(await ask('GET /fhir/Patient', line)).not.toContain('elsewhere')
  const asked = `GET http://elsewhere.example/fhir/Patient HTTP/1.1\r\nHost: elsewhere.example\r\n${bearer}\r\n\r\n`
  expect(await exchange(port, asked)).not.toContain('elsewhere')
})

describe('one behind the other', () => {
  test('requests are answered in their order, each for itself', async () => {
    const three = [request('GET /admin/clients', [admin]), request('GET /admin/clients'), request('GET /fhir/Patient', [bearer])]
    expect(statusesIn(await exchange(port, three.join('') + request('GET /fhir/Patient')))).toEqual([200, 401, 200, 401])
    const many = Array.from({ length: 60 }, (_, n) =>
      n % 3 ? request('GET /fhir/Patient') : request('GET /fhir/Patient', [bearer]),
    )
    expect(statusesIn(await exchange(port, many.join('')))).toEqual(many.map((_, n) => (n % 3 ? 401 : 200)))
  })

  test('a request is the same however it is cut', async () => {
    const text = request('POST /fhir/Patient', [fhir], smuggled) + request('GET /livez')
    expect(statusesIn(await exchange(port, ...text))).toEqual([401, 200])
  })

  test('HTTP/1.0 is answered once', async () => {
    const old = 'GET /livez HTTP/1.0\r\n\r\n'
    expect(statusesIn(await exchange(port, old))).toEqual([200])
    expect(statusesIn(await exchange(port, old + request('GET /livez')))).toHaveLength(1)
  })

  test('CONNECT opens nothing', async () => {
    expect(await exchange(port, `CONNECT localhost:${port} HTTP/1.1\r\nHost: localhost\r\n\r\n${request('GET /livez')}`)).toBe('')
  })
})

test('whoever breaks off leaves nothing behind', async () => {
  const before = await count()
  const text = request('POST /fhir/Patient', [bearer, fhir], smuggled)
  for (let cut = 0; cut < text.length; cut += 5) await breakOff(port, text.slice(0, cut))
  expect(await count()).toBe(before)
  expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200)
})
