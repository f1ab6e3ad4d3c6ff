/** Whoever follows the address of an attachment wants the paper, not JSON around it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startGateway, type TestGateway } from '../support/gateway.ts'

const bytes = Uint8Array.from([0x25, 0x50, 0x44, 0x46, 0, 0xff, 0x0a])
const binary = {
  resourceType: 'Binary',
  id: 'paper',
  contentType: 'application/pdf',
  data: btoa(String.fromCharCode(...bytes)),
}

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startGateway()
  await gateway.request('/fhir/Binary/paper', { method: 'PUT', json: binary })
  await gateway.request('/fhir/Binary/empty', { method: 'PUT', json: { ...binary, id: 'empty', data: undefined } })
})
afterAll(() => gateway.stop())
const read = (accept: string | undefined, path = '/fhir/Binary/paper', headers: Record<string, string> = {}) =>
  gateway.request(path, { headers: { ...(accept !== undefined && { accept }), ...headers } })

describe('a Binary', () => {
  const own = ['application/pdf', 'image/png, application/pdf;q=0.9', 'Application/PDF', 'application/*', 'text/html, */*;q=0.8']
  it.each([...own, '*/*', undefined])('comes as it is for %s', async (accept) => {
    for (const path of ['/fhir/Binary/paper', '/fhir/Binary/paper/_history/1']) {
      const answer = await read(accept, path)
      expect([answer.status, answer.headers.get('content-type'), answer.headers.get('etag')]).toEqual([
        200,
        'application/pdf',
        'W/"1"',
      ])
      // Nothing that somebody sent is shown as a page of this house.
      expect(answer.headers.get('content-disposition')).toBe('attachment')
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
      expect(new Uint8Array(await answer.arrayBuffer())).toEqual(bytes)
    }
  })

  it.each(['application/fhir+json', 'application/pdf, application/fhir+json', '*/*, application/json', 'text/html'])(
    'comes as the resource for %s',
    async (accept) => expect(await (await read(accept)).json()).toMatchObject({ resourceType: 'Binary', data: binary.data }),
  )

  it.each([undefined, '*/*', 'application/*'])('without content comes as the resource for %s', async (accept) =>
    expect(await (await read(accept, '/fhir/Binary/empty')).json()).toMatchObject({ resourceType: 'Binary', id: 'empty' }),
  )

  it('comes as the resource where _format says so', async () =>
    expect(await (await read('*/*', '/fhir/Binary/paper?_format=json')).json()).toMatchObject({ data: binary.data }))

  it('comes in no other form, nor without content', async () => {
    const refused = await read('image/png')
    expect([refused.status, refused.headers.get('x-content-type-options')]).toEqual([406, 'nosniff'])
    expect((await read('application/pdf', '/fhir/Binary/empty')).status).toBe(406)
    expect((await read('application/pdf', '/fhir/Binary/paper?_format=xml')).status).toBe(406)
    expect((await read('application/pdf', '/fhir/Binary/paper/_history')).status).toBe(406)
    expect((await read('application/pdf', '/fhir/Patient/paper')).status).toBe(406)
  })

  it('may be brought as it is, with whose it is', async () => {
    const headers = { 'content-type': 'text/plain; charset=utf-8', 'x-security-context': 'Patient/rosa' }
    const put = await gateway.request('/fhir/Binary/letter', { method: 'PUT', headers, body: 'Dear Rosa' })
    expect(put.status).toBe(201)
    expect(await put.json()).toMatchObject({
      resourceType: 'Binary',
      id: 'letter',
      contentType: 'text/plain; charset=utf-8',
      securityContext: { reference: 'Patient/rosa' },
      data: btoa('Dear Rosa'),
    })
    const posted = await gateway.request('/fhir/Binary', {
      method: 'POST',
      headers: { 'content-type': 'application/pdf' },
      body: bytes,
    })
    const at = new URL(posted.headers.get('location')!).pathname
    expect(new Uint8Array(await (await read('application/pdf', at)).arrayBuffer())).toEqual(bytes)
  })

  it.each([
    ['/fhir/Binary/letter', 'PUT', 'application/fhir+xml', 415],
    ['/fhir/Binary/letter', 'PUT', 'nonsense', 415],
    ['/fhir/Binary/letter', 'PUT', 'application/fhir+json', 400],
    ['/fhir/Binary?_id=letter', 'PUT', 'text/plain', 415],
    ['/fhir/Binary/letter', 'PATCH', 'text/plain', 415],
    ['/fhir/Patient', 'POST', 'text/plain', 415],
    ['/fhir/Binary/_search', 'POST', 'text/plain', 415],
    ['/fhir/Binary', 'POST', 'text/  plain', 400],
  ])('is not brought to %s by %s as %s', async (path, method, type, status) =>
    expect((await gateway.request(path, { method, headers: { 'content-type': type }, body: 'Dear' })).status).toBe(status),
  )

  it('that is not there, or known already, is told as ever', async () => {
    expect((await read('application/pdf', '/fhir/Binary/none')).status).toBe(404)
    expect((await read('application/pdf', '/fhir/Binary/paper', { 'if-none-match': 'W/"1"' })).status).toBe(304)
  })
})
