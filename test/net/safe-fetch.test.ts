import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createSafeFetch, type SafeAnswer, type Transport, Unsent } from '../../src/net/safe-fetch.ts'

const requests: Request[] = []
const server = setupServer()
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterEach(() => {
  server.resetHandlers()
  requests.length = 0
})
afterAll(() => server.close())
server.events.on('request:start', ({ request }) => void requests.push(request))

const safeFetch = createSafeFetch({ allowed: [] })
const base = 'https://ehr.example/fhir'
const credentials = { base, authorization: 'Bearer secret' }
const text = (answer: SafeAnswer) => (answer.outcome === 'answered' ? new TextDecoder().decode(answer.bytes) : undefined)

describe('an answer', () => {
  test('is a value with status, headers and bytes, whatever the status', async () => {
    server.use(http.get(`${base}/Patient/1`, () => HttpResponse.text('gone', { status: 410, headers: { 'x-was': 'here' } })))
    const answer = await safeFetch({ url: `${base}/Patient/1` })
    expect(answer).toMatchObject({ outcome: 'answered', status: 410 })
    expect(text(answer)).toBe('gone')
    expect(answer.outcome === 'answered' && answer.headers.get('x-was')).toBe('here')
  })

  test('carries method, headers and body', async () => {
    server.use(
      http.put(`${base}/Patient/1`, async ({ request }) =>
        HttpResponse.text(`${request.headers.get('if-match')} ${await request.text()}`),
      ),
    )
    const answer = await safeFetch({ url: `${base}/Patient/1`, method: 'PUT', headers: { 'If-Match': 'W/"1"' }, body: '{}' })
    expect(text(answer)).toBe('W/"1" {}')
  })

  test('is refused beyond its limit, and may have had an effect', async () => {
    server.use(http.get(base, () => HttpResponse.text('x'.repeat(1001))))
    expect(await safeFetch({ url: base, maxBytes: 1000 })).toEqual({ outcome: 'unanswered', reason: 'answer-too-large' })
    expect((await safeFetch({ url: base, maxBytes: 1001 })).outcome).toBe('answered')
  })

  test('that does not come in time is no answer', async () => {
    server.use(http.get(base, () => new Promise<never>(() => undefined)))
    expect(await safeFetch({ url: base, timeoutMs: 20 })).toEqual({ outcome: 'unanswered', reason: 'timeout' })
  })

  test('whose connection breaks is no answer', async () => {
    server.use(http.post(base, () => HttpResponse.error()))
    expect(await safeFetch({ url: base, method: 'POST', body: 'x' })).toEqual({
      outcome: 'unanswered',
      reason: 'connection-broken',
    })
  })

  test('that breaks off in the middle is no answer', async () => {
    const broken = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"half":'))
        controller.error(new Error('cut'))
      },
    })
    server.use(http.get(base, () => new HttpResponse(broken)))
    expect((await safeFetch({ url: base })).outcome).toBe('unanswered')
  })
})

describe('a request is not sent', () => {
  test.each([
    ['not a url', 'url'],
    ['http://ehr.example', 'scheme'],
    ['https://127.0.0.1/', 'address'],
    ['https://u:p@ehr.example', 'credentials-in-url'],
  ])('to %s', async (url, reason) => {
    expect(await safeFetch({ url })).toEqual({ outcome: 'unsent', reason })
    expect(requests).toEqual([])
  })

  test.each([{ authorization: 'Bearer x' }, { Cookie: 'a=b' }, { 'X-Bad': 'a\r\nHost: evil' }, { 'bad name': 'x' }])(
    'with the header %j',
    async (headers) => {
      expect(await safeFetch({ url: base, headers: headers as Record<string, string> })).toEqual({
        outcome: 'unsent',
        reason: 'header',
      })
      expect(requests).toEqual([])
    },
  )

  test.each([
    'https://ehr.example.evil/fhir/x',
    'https://ehr.example:444/fhir',
    'https://ehr.example/other',
    'https://ehr.example/fhirx',
  ])('with credentials to %s, which is outside of their base', async (url) => {
    expect(await safeFetch({ url, credentials })).toEqual({ outcome: 'unsent', reason: 'credentials-origin' })
    expect(requests).toEqual([])
  })

  test.each(['ENOTFOUND', 'ECONNREFUSED', 'CERT_HAS_EXPIRED', 'UND_ERR_CONNECT_TIMEOUT'])(
    'when the system says %s',
    async (code) => {
      const real = globalThis.fetch
      globalThis.fetch = () => Promise.reject(new TypeError('fetch failed', { cause: { code } }))
      try {
        expect((await safeFetch({ url: base })).outcome).toBe('unsent')
      } finally {
        globalThis.fetch = real
      }
    },
  )
})

test('credentials are sent within their base', async () => {
  server.use(http.get(`${base}/Patient`, ({ request }) => HttpResponse.text(request.headers.get('authorization') ?? '')))
  expect(text(await safeFetch({ url: `${base}/Patient?_id=1`, credentials }))).toBe('Bearer secret')
})

describe('a redirect', () => {
  const to = (location: string, status = 302) =>
    http.get(`${base}/a`, () => new HttpResponse(null, { status, headers: { location } }))

  test('is the answer, if not asked to be followed', async () => {
    server.use(to('/fhir/b'))
    expect(await safeFetch({ url: `${base}/a` })).toMatchObject({ outcome: 'answered', status: 302 })
    expect(requests).toHaveLength(1)
  })

  test('is followed within the origin', async () => {
    server.use(
      to('b'),
      http.get('https://ehr.example/fhir/b', () => HttpResponse.text('here')),
    )
    expect(text(await safeFetch({ url: `${base}/a`, redirects: 3 }))).toBe('here')
  })

  test.each(['https://other.example/b', 'http://ehr.example/fhir/b', '//127.0.0.1/', 'https://ehr.example:8443/fhir/b'])(
    'to %s is not followed',
    async (location) => {
      server.use(to(location))
      expect(await safeFetch({ url: `${base}/a`, redirects: 3 })).toMatchObject({ status: 302 })
      expect(requests).toHaveLength(1)
    },
  )

  test('does not carry credentials outside of their base, even within the origin', async () => {
    server.use(to('/elsewhere'))
    expect(await safeFetch({ url: `${base}/a`, redirects: 3, credentials })).toEqual({
      outcome: 'unsent',
      reason: 'credentials-origin',
    })
  })

  test('of a POST is never followed', async () => {
    server.use(http.post(`${base}/a`, () => new HttpResponse(null, { status: 307, headers: { location: '/fhir/b' } })))
    expect(await safeFetch({ url: `${base}/a`, method: 'POST', body: 'x', redirects: 3 })).toMatchObject({ status: 307 })
    expect(requests).toHaveLength(1)
  })

  test('is followed three times at most', async () => {
    server.use(http.get(`${base}/a`, () => new HttpResponse(null, { status: 302, headers: { location: '/fhir/a' } })))
    expect(await safeFetch({ url: `${base}/a`, redirects: 30 })).toMatchObject({ status: 302 })
    expect(requests).toHaveLength(4)
  })
})

describe('a transport that resolves names', () => {
  const resolving =
    (address: string): Transport =>
    async (_url, _init, mayConnectTo) => {
      if (!mayConnectTo(address)) throw new Unsent('address')
      return new Response('connected')
    }

  test('is told which addresses it may connect to', async () => {
    const at = (address: string) =>
      createSafeFetch({ allowed: [{ host: '10.0.0.7', port: 443 }], transport: resolving(address) })({ url: base })
    expect(text(await at('93.184.216.34'))).toBe('connected')
    expect(text(await at('10.0.0.7'))).toBe('connected')
    for (const address of ['10.0.0.8', '127.0.0.1', '::1', '::ffff:10.0.0.7', '169.254.169.254'])
      expect(await at(address)).toEqual({ outcome: 'unsent', reason: 'address' })
  })
})
