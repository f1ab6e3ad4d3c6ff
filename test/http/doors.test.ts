/** Asked wrongly, the doors that are not FHIR say what is wrong: methods, parameters of lists, bodies that mean two things. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApp } from '../../src/app.ts'
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

describe('a list', () => {
  const lists = [
    '/coordination/clients',
    '/coordination/clients/x/timeline',
    '/admin/clients',
    '/admin/deliveries',
    '/admin/messages',
    '/admin/payer-rules',
    '/billing/service-lines',
  ]
  test.each(lists)('%s has no parameter that nobody hears', async (path) => {
    expect(await code(await gateway.request(`${path}?colour=blue`))).toEqual([400, 'invalid', 'colour'])
    expect(await code(await gateway.request(`${path}?limit=many`))).toEqual([400, 'invalid', 'limit'])
    expect(await code(await gateway.request(`${path}?limit=0`))).toEqual([400, 'invalid', 'limit'])
  })

  test('knows its own', async () => {
    expect((await gateway.request('/coordination/clients?limit=5&state=active')).status).toBe(200)
    expect((await gateway.request('/admin/messages?limit=100000&state=held&tenant=default')).status).toBe(200)
    expect(await code(await gateway.request('/coordination/clients?tenant=default'))).toEqual([400, 'invalid', 'tenant'])
  })
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
