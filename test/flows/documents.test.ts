/** Papers and their originals: kept as they came, found again byte for byte, replaced and never changed. */
import { createHash } from 'node:crypto'
import type { Binary } from '@medplum/fhirtypes'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ok } from '../../src/domain/problem.ts'
import { nextOf } from '../../src/flows/next-version.ts'
import { ask, write } from '../../src/store/store.ts'
import { gatewayWith, marisol, put, say } from '../support/coordination.ts'
import { local, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await gatewayWith(marisol)
})
afterEach(() => gateway.stop())

const bytes = Buffer.from('%PDF-1.7 discharge summary, signed é')
const sha256 = createHash('sha256').update(bytes).digest('hex')
const loinc = 'http://loinc.org'
const summary = {
  clientId: 'cli-marisol',
  type: { system: loinc, code: '18842-5' },
  categories: [{ system: 'http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category', code: 'clinical-note' }],
  title: 'Discharge summary',
  author: { id: 'org-1', type: 'Organization' },
  original: { mime: 'application/pdf', data: bytes.toString('base64') },
}
const make = (changes: object = {}) => say(gateway, 'POST', '/coordination/documents', { ...summary, ...changes })
const paths = ({ body }: Awaited<ReturnType<typeof make>>) => body.issues.map(({ path }: { path: string }) => path)

it('keeps the original, measured and hashed, and hands it out as it came', async () => {
  const { status, body } = await make()
  expect([status, body.sha256, body.size, body.mime]).toEqual([201, sha256, bytes.length, 'application/pdf'])
  expect(body).not.toHaveProperty('original')
  const content = await gateway.request(`/coordination/documents/${body.id}/content`)
  expect(content.headers.get('content-type')).toBe('application/pdf')
  expect(content.headers.get('content-disposition')).toBe('attachment')
  expect(Buffer.from(await content.arrayBuffer())).toEqual(bytes)
  const { body: stored } = await say(gateway, 'GET', `/fhir/DocumentReference/${body.id}`)
  const [{ attachment }] = stored.content
  expect(attachment).toMatchObject({ contentType: 'application/pdf', url: body.storageRef, size: bytes.length })
  const { body: binary } = await say(gateway, 'GET', `/fhir/${attachment.url}?_format=json`)
  expect(binary).toMatchObject({ securityContext: { reference: 'Patient/cli-marisol' }, data: summary.original.data })
})

it('takes what was put into a Binary before, and believes nothing that is not so of it', async () => {
  await put(gateway, { resourceType: 'Binary', id: 'b1', contentType: 'text/plain', data: 'aGVsbG8=' } as never)
  const kept = { original: undefined, storageRef: 'Binary/b1' }
  expect((await make(kept)).body).toMatchObject({ size: 5, mime: 'text/plain' })
  expect(paths(await make({ ...kept, sha256, size: 7 }))).toEqual(['size', 'sha256'])
  expect(paths(await make({ ...kept, storageRef: 'Binary/b2' }))).toEqual(['storageRef'])
  const elsewhere = await make({ ...kept, storageRef: 'https://ehr.example/doc.pdf' })
  expect(elsewhere.status).toBe(201)
  expect((await gateway.request(`/coordination/documents/${elsewhere.body.id}/content`)).status).toBe(404)
})

it('is refused without an original, or with one that is no base 64', async () => {
  expect(paths(await make({ original: undefined }))).toEqual(['original'])
  expect(paths(await make({ original: { mime: 'application/pdf', data: 'not base 64' } }))).toEqual(['original.data'])
})

it('stays as it came: another replaces it', async () => {
  const { body, etag } = await make()
  const headers = { 'if-match': etag, 'content-type': 'application/merge-patch+json' }
  const patch = (change: object) => say(gateway, 'PATCH', `/coordination/documents/${body.id}`, change, headers)
  expect(paths(await patch({ original: { mime: 'application/pdf', data: 'aGVsbG8=' } }))).toEqual(['original'])
  expect(paths(await patch({ sha256: '0'.repeat(64), mime: 'text/html' }))).toEqual(['mime', 'sha256'])
  expect((await patch({ title: 'Discharge summary, St. Brendan’s' })).body.title).toBe('Discharge summary, St. Brendan’s')
  expect(paths(await make({ replaces: 'doc-unknown' }))).toEqual(['replaces'])
  const next = await make({ replaces: body.id, docStatus: 'amended' })
  expect(next.status).toBe(201)
  expect((await say(gateway, 'GET', `/coordination/documents/${body.id}`)).body.state).toBe('superseded')
  expect((await gateway.request(`/coordination/documents/${body.id}/content`)).status).toBe(200)
})

it('is not handed out when something else stands in its place', async () => {
  const { body } = await make()
  const id = body.storageRef.split('/')[1]
  const other = { resourceType: 'Binary', id, contentType: 'application/pdf', data: 'aGVsbG8=' } as const
  // No door lets it in; whoever can write to the disk could.
  expect((await say(gateway, 'PUT', `/fhir/Binary/${id}`, other)).status).toBe(422)
  const { store } = await gateway.gateway.context(local())
  await store.commit(function* () {
    const stored = yield* ask({ ask: 'resource', type: 'Binary', id })
    yield* write(nextOf<Binary>(other, id, stored, '2026-03-02T10:00:00.000Z'))
    return ok(undefined)
  })
  const { status, body: problem } = await say(gateway, 'GET', `/coordination/documents/${body.id}/content`)
  expect([status, problem.code]).toEqual([409, 'conflict'])
})
