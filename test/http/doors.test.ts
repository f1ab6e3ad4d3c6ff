/** Asked wrongly, the doors that are not FHIR say what is wrong: methods, parameters of lists, bodies that mean two things. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApp } from '../../src/app.ts'
import { operations } from '../../src/http/operations.ts'
import { adminToken, startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(() => gateway.stop())

const code = async (answer: Response) => {
  const { code, issues } = (await answer.json()) as { code: string; issues: { path?: string }[] }
  return [answer.status, code, ...issues.map(({ path }) => path)]
}

describe('a method that a path has not', () => {
  test.each([
    ['DELETE', '/coordination/clients', 'POST, GET, HEAD'],
    ['POST', '/coordination/clients/x', 'GET, HEAD, PUT, PATCH, DELETE'],
    ['GET', '/coordination/clients/x/events', 'POST'],
    ['PUT', '/coordination/clients/x/timeline', 'GET, HEAD'],
    ['PATCH', '/admin/connections/x', 'GET, HEAD, PUT, DELETE'],
    ['GET', '/admin/deliveries/x/replay', 'POST'],
    ['POST', '/billing/service-lines', 'GET, HEAD'],
    ['POST', '/billing/837p', 'GET, HEAD'],
    ['GET', '/billing/acks', 'POST'],
    ['GET', '/hl7v2', 'POST'],
    ['DELETE', '/livez', 'GET, HEAD'],
    ['PUT', '/openapi.json', 'GET, HEAD'],
  ])('%s %s: the others are named', async (method, path, allow) => {
    const answer = await gateway.request(path, { method })
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow])
    expect((await code(answer))[1]).toBe('method-not-allowed')
  })

  test('is never one that is named', async () => {
    const { routes } = createApp(gateway.gateway, { auth: 'none', adminToken })
    const paths = new Set(routes.map(({ path }) => path).filter((path) => /^\/(coordination|admin|billing)\/[^*]+$/.test(path)))
    for (const path of paths) {
      const { headers } = await gateway.request(path.replaceAll(/:\w+/g, 'x'), { method: 'OPTIONS' })
      const served = routes.filter((route) => route.path === path && route.method !== 'ALL').map(({ method }) => method)
      expect(headers.get('allow')?.split(', ')).toEqual(expect.arrayContaining(served))
    }
  })
})

const asked = operations.filter(({ path }) => /^\/(coordination|admin|billing)\//.test(path))
const filled = (path: string) => path.replaceAll(/\{\w+\}/g, 'x')

describe('a question', () => {
  test.each(asked.map(({ method, path }) => [method.toUpperCase(), path] as const))(
    '%s %s has no parameter that nobody hears',
    async (method, path) => {
      const answer = await gateway.request(`${filled(path)}?colour=blue`, { method })
      expect(await code(answer)).toEqual(expect.arrayContaining([400, 'invalid', 'colour']))
    },
  )

  const counting = asked.filter(({ query }) => query?.shape.limit)
  test.each(counting.map(({ method, path }) => [method.toUpperCase(), path] as const))(
    '%s %s counts in whole numbers',
    async (method, path) => {
      for (const limit of ['many', '0', '1.5', ''])
        expect(await code(await gateway.request(`${filled(path)}?limit=${limit}`, { method }))).toEqual([400, 'invalid', 'limit'])
    },
  )

  test.each([
    ['/coordination/measures', 'from'],
    ['/coordination/measures?from=2026-13', 'from'],
    ['/coordination/measures?from=2026-01&to=March', 'to'],
    ['/coordination/services/matches', 'need'],
    ['/coordination/services/matches?need=a/b', 'need'],
    ['/coordination/clients?client=a&client=b', 'client'],
    ['/coordination/practitioners/x/queue?limit=5', 'limit'],
    ['/coordination/clients/x?tenant=default', 'tenant'],
    ['/admin/messages?state=lost', 'state'],
    ['/coordination/clients?a%20b=1', 'query'],
  ])('%s: it is said what is wrong', async (path, name) => {
    expect(await code(await gateway.request(path))).toEqual([400, 'invalid', name])
  })

  test('knows its own', async () => {
    expect((await gateway.request('/coordination/clients?limit=5&state=active')).status).toBe(200)
    expect((await gateway.request('/admin/messages?limit=100000&state=held&tenant=default')).status).toBe(200)
    expect((await gateway.request('/coordination/measures/?from=2026-01', { method: 'HEAD' })).status).toBe(200)
  })
})

test('what the description names is what is taken', async () => {
  const { paths } = (await (await gateway.request('/openapi.json')).json()) as {
    paths: Record<string, { get?: { parameters?: { name: string; in: string; required?: boolean }[] } }>
  }
  for (const { path } of asked.filter(({ method }) => method === 'get')) {
    const named = (paths[path]?.get?.parameters ?? []).filter((one) => one.in === 'query')
    const query = new URLSearchParams(named.map(({ name }) => [name, 'x']))
    const answer = await (await gateway.request(`${filled(path)}?${query}`)).text()
    expect(answer).not.toContain('is not known here')
  }
  const required = paths['/coordination/measures']?.get?.parameters?.map(({ name, required }) => [name, required ?? false])
  expect(required).toEqual([
    ['from', true],
    ['to', false],
  ])
})

describe('a body', () => {
  const bodies: readonly (readonly [string, string | Uint8Array<ArrayBuffer>])[] = [
    ['that says something twice', '{"name":"a","name":"b"}'],
    ['that says it twice inside', '{"a":[{"b":1,"b":2}]}'],
    ['with a name of a prototype', '{"constructor":{}}'],
    ['with half a character', '{"a":"\\ud800"}'],
    ['with U+0000', '{"a":"\\u0000"}'],
    ['too deep', `{"a":${'['.repeat(70)}${']'.repeat(70)}}`],
    ['with a byte order mark', '\ufeff{}'],
    ['that is not UTF-8', Uint8Array.from([0x22, 0xc0, 0xaf, 0x22])],
  ]
  const doors: readonly (readonly [string, string])[] = [
    ['POST', '/coordination/clients'],
    ['PATCH', '/coordination/clients/x'],
    ['POST', '/coordination/clients/x/events'],
    ['POST', '/admin/connections'],
    ['POST', '/admin/clients'],
    ['POST', '/billing/acks'],
  ]
  test.each(doors.flatMap((door) => bodies.map((body) => [...door, ...body] as const)))(
    '%s %s: one %s is unreadable',
    async (method, path, _, body) => {
      const answer = await gateway.request(path, {
        method,
        headers: { 'content-type': 'application/json', 'if-match': '"x"' },
        body,
      })
      expect(await code(answer)).toEqual([400, 'unreadable'])
    },
  )
})
