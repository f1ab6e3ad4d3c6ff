import { afterAll, beforeAll, expect, test } from 'vitest'
import { createApp } from '../../src/app.ts'
import { operations } from '../../src/http/operations.ts'
import { areas } from '../duties/duties.ts'
import { adminToken, startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(() => gateway.stop())

test('every route that is neither FHIR nor a page is described, and nothing else', () => {
  const { routes } = createApp(gateway.gateway, { auth: 'none', adminToken })
  const served = routes
    .filter(({ method, path }) => method !== 'ALL' && !/^\/(fhir|console|messages)/.test(path))
    .map(({ method, path }) => `${method.toLowerCase()} ${path.replace(/:(\w+)/g, '{$1}')}`)
  const described = operations.map(({ method, path }) => `${method} ${path}`)
  expect([...new Set(described)].sort()).toEqual([...new Set(served)].sort())
})

test('the description is OpenAPI 3.1, each operation with a name of its own', async () => {
  const description = (await (await gateway.request('/openapi.json')).json()) as {
    openapi: string
    paths: Record<string, Record<string, { operationId: string; requestBody?: unknown }>>
  }
  expect(description.openapi).toBe('3.1.0')
  const names = Object.values(description.paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  )
  expect(new Set(names).size).toBe(names.length)
  expect(names).toHaveLength(operations.length)
  expect(JSON.stringify(description.paths['/admin/clients']?.post?.requestBody)).toContain('client_name')
})

test('a refusal has one of the forms that are described', async () => {
  const { paths } = (await (await gateway.request('/openapi.json')).json()) as {
    paths: Record<string, { post: { responses: { default: { content: object } } } }>
  }
  for (const path of ['/oauth/token', '/oauth/revoke', '/billing/acks']) {
    const answer = await gateway.request(path, { method: 'POST' })
    expect(answer.status).toBe(400)
    expect(paths[path]!.post.responses.default.content).toHaveProperty([answer.headers.get('content-type')!.split(';', 1)[0]!])
  }
})

test('the page of it needs no script', async () => {
  const answer = await gateway.request('/docs')
  const page = await answer.text()
  expect(answer.headers.get('content-type')).toContain('text/html')
  expect(page).toContain('/admin/clients/{id}')
  expect(page).not.toContain('<script')
})

test('what a coordinator does stands there as it stands in the tests’ table', async () => {
  const answer = await gateway.request('/docs/coverage')
  const page = (await answer.text()).replaceAll('&#39;', "'").replaceAll('&amp;', '&')
  expect([answer.status, answer.headers.get('content-security-policy')]).toEqual([
    200,
    expect.stringMatching(/^default-src 'none'; style-src/),
  ])
  for (const { area, duties } of areas) {
    expect(page).toContain(`<h2>${area}</h2>`)
    for (const { duty, shownBy } of duties)
      for (const text of [duty, ...shownBy.flatMap(([file, title]) => [title, `test/${file}`])]) expect(page).toContain(text)
  }
  expect((await gateway.request('/docs/style.css')).headers.get('content-type')).toContain('text/css')
})
