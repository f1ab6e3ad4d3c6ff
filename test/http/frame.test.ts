/** What every request and every answer has, whatever the route. */
import { gzipSync } from 'node:zlib'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readBody } from '../../src/http/body.ts'
import type { Env } from '../../src/http/env.ts'
import { frame } from '../../src/http/frame.ts'
import { nodeLimits } from '../../src/http/limits.ts'
import { settle } from '../../src/http/settle.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startGateway({ limits: { ...nodeLimits, json: 1000, url: 500 } })
})
afterAll(() => gateway.stop())

const register = (init: RequestInit & { json?: unknown }) => gateway.request('/admin/clients', { method: 'POST', ...init })
const code = async (answer: Response) => [answer.status, ((await answer.json()) as { code: string }).code]
const json = { 'content-type': 'application/json' }

describe('every answer', () => {
  test.each([
    '/livez',
    '/openapi.json',
    '/docs',
    '/docs/coverage',
    '/nowhere',
    '/admin/clients',
    '/admin/clients/unknown',
    '/fhir/.well-known/smart-configuration',
  ])('of %s may be neither sniffed, framed, nor kept, and carries its id', async (path) => {
    const { headers } = await gateway.request(path)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('content-security-policy')).toBe(
      path.startsWith('/docs')
        ? "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        : "default-src 'none'; frame-ancestors 'none'",
    )
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('x-request-id')).toMatch(/^req-[0-9A-Z]{26}$/)
  })

  test.each([
    ['their-7.1:a_b', 'their-7.1:a_b'],
    ['', null],
    ['Mara Lund', null],
    ['x'.repeat(65), null],
  ])('tells by what the caller called the request beside our own id: %s', async (theirs, told) => {
    const { headers } = await gateway.request('/livez', { headers: { 'x-request-id': theirs } })
    expect(headers.get('x-request-id')).toMatch(/^req-/)
    expect(headers.get('x-correlation-id')).toBe(told)
  })

  test('asks for TLS in the future where the base is https', async () => {
    const secure = await startGateway({ baseUrl: 'https://localhost' })
    expect((await secure.request('/livez')).headers.get('strict-transport-security')).toContain('max-age=')
    expect((await gateway.request('/livez')).headers.get('strict-transport-security')).toBeNull()
    await secure.stop()
  })
})

describe('a URL', () => {
  test.each([
    '/admin%2fclients',
    '/admin%2Fclients',
    '/admin/clients%00',
    '/admin%5cclients',
    '//admin/clients',
    '/admin//clients',
  ])('in disguise is refused: %s', async (path) =>
    expect(await code(await gateway.request(`http://localhost${path}`))).toEqual([400, 'invalid']),
  )

  test('too long is refused', async () => {
    expect((await gateway.request(`/admin/clients?after=${'x'.repeat(500)}`)).status).toBe(400)
  })

  test('may have slashes in its query', async () => {
    expect((await gateway.request('/livez?next=%2f..%2f//x')).status).toBe(200)
  })
})

describe('a body', () => {
  test('too large is refused, announced or not', async () => {
    const body = JSON.stringify({ client_name: 'x'.repeat(1001) })
    expect(await code(await register({ headers: json, body }))).toEqual([413, 'too-large'])
    const stream = new Blob([body]).stream()
    expect(await code(await register({ headers: json, body: stream, duplex: 'half' } as RequestInit))).toEqual([413, 'too-large'])
    expect(await code(await register({ headers: { ...json, 'content-length': '1001' }, body: '{}' }))).toEqual([413, 'too-large'])
  })

  test('without an end is refused when it has grown too large', async () => {
    let sent = 0
    const endless = new ReadableStream({
      pull(controller) {
        sent += 100
        controller.enqueue(new Uint8Array(100))
      },
    })
    expect((await register({ headers: json, body: endless, duplex: 'half' } as RequestInit)).status).toBe(413)
    expect(sent).toBeLessThan(5000)
  })

  test('may be packed with gzip, within the same limit unpacked', async () => {
    const headers = { ...json, 'content-encoding': 'gzip' }
    expect(await code(await register({ headers, body: gzipSync('{}') }))).toEqual([400, 'invalid'])
    expect(await code(await register({ headers, body: gzipSync(Buffer.alloc(10_000_000)) }))).toEqual([413, 'too-large'])
    expect(await code(await register({ headers, body: 'not packed' }))).toEqual([400, 'unreadable'])
    for (const encoding of ['br', 'deflate', 'gzip, gzip', 'gzip,gzip', 'x']) {
      expect(await code(await register({ headers: { ...json, 'content-encoding': encoding }, body: '{}' }))).toEqual([
        415,
        'unsupported-media-type',
      ])
    }
  })

  test.each([
    ['no JSON', '{"client_name":'],
    ['two of them', '{}{}'],
    ['nothing', ''],
    ['bytes that are not UTF-8', Uint8Array.from([0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d])],
    ['half a character', Uint8Array.from([0x22, 0xe2, 0x82, 0x22])],
    ['a byte order mark', '\ufeff{}'],
    ['a member __proto__', '{"__proto__":{"admin":true}}'],
    ['the same in disguise', '{"a":[{"__pr\\u006fto__":1}]}'],
    ['depth', '['.repeat(65) + ']'.repeat(65)],
    ['more depth', '['.repeat(400) + ']'.repeat(400)],
  ])('that is %s is unreadable', async (_, body) => {
    expect(await code(await register({ headers: json, body }))).toEqual([400, 'unreadable'])
    expect(({} as { admin?: unknown }).admin).toBeUndefined()
  })

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/xml', ''])(
    'as %j is refused where JSON is read',
    async (type) => {
      expect(await code(await register({ headers: { 'content-type': type }, body: new TextEncoder().encode('{}') }))).toEqual([
        415,
        'unsupported-media-type',
      ])
    },
  )

  test('may say its character set', async () => {
    expect((await register({ headers: { 'content-type': 'application/json; charset=utf-8' }, body: '{}' })).status).toBe(400)
  })
})

describe('below /fhir', () => {
  test('a refusal is an OperationOutcome', async () => {
    const answer = await gateway.request('/fhir/Patient', {
      method: 'POST',
      headers: { 'content-type': 'application/fhir+xml' },
      body: '<Patient/>',
    })
    expect(answer.status).toBe(415)
    expect(answer.headers.get('content-type')).toContain('application/fhir+json')
    expect(await answer.json()).toMatchObject({
      resourceType: 'OperationOutcome',
      issue: [{ severity: 'error', code: 'not-supported' }],
    })
  })

  test.each(['application/fhir+xml', 'application/xml', 'text/turtle'])('an answer as %s is not to be had', async (accept) => {
    expect((await gateway.request('/fhir/Patient/x', { headers: { accept } })).status).toBe(406)
    expect((await gateway.request(`/fhir/Patient/x?_format=${encodeURIComponent(accept)}`)).status).toBe(406)
  })

  test.each([
    'application/fhir+json',
    'application/json',
    '*/*',
    'application/*',
    'application/fhir+xml, application/fhir+json;q=0.5',
    'text/html, */*',
  ])('%s is', async (accept) => {
    expect((await gateway.request('/fhir/Patient/x', { headers: { accept } })).status).toBe(404)
  })
})

test('what breaks is told as an incident, without a word from the inside', async () => {
  const broken = new Hono<Env>()
  const { unexpected } = await import('../../src/http/frame.ts')
  broken.use(frame(gateway.gateway, nodeLimits), settle(readBody))
  broken.onError(unexpected(gateway.gateway))
  broken.get('/broken', () => {
    throw new TypeError('cannot read the name of Rosa Delgado')
  })
  const answer = await broken.request('/broken')
  const text = await answer.text()
  expect(answer.status).toBe(500)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(text).not.toContain('Rosa')
  const incident = /incident-[0-9A-Z]{26}/.exec(text)?.[0]
  const logged = gateway.log.find((line) => line.incident === incident)
  expect(logged).toMatchObject({ event: 'request-failed', error: 'TypeError', request: answer.headers.get('x-request-id') })
  expect(JSON.stringify(gateway.log)).not.toContain('Rosa')
})

test('a path that is none is told as a problem', async () => {
  const answer = await gateway.request('/nowhere')
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(await answer.json()).toEqual({
    type: 'urn:handoff:problem:not-found',
    title: 'Not found',
    status: 404,
    detail: 'There is nothing here.',
    code: 'not-found',
    issues: [],
  })
})

test('requests are counted by area, and callers do not name the areas', async () => {
  await gateway.request('/livez')
  await gateway.request('/some/path/of/theirs')
  await gateway.request('/documents', { method: 'POST', body: '<none/>' })
  const text = await (await gateway.request('/metrics')).text()
  expect(text).toMatch(/handoff_requests_total\{area="livez",status="2xx"\} \d+/)
  expect(text).toMatch(/handoff_requests_total\{area="documents",status="4xx"\} \d+/)
  expect(text).not.toContain('theirs')
})
