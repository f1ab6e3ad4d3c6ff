/**
 * What is told by a protected record is protected wherever its words stand: the bytes of a document, however it names them, what is
 * contained in a resource, and what stands in a Bundle.
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { registerClient } from '../support/client.ts'
import { part2 } from '../support/coordination.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

const secret = 'a word of the programme'
let gateway: TestGateway
type Headers = { readonly authorization: string }
let programme: Headers
let clinic: Headers

beforeAll(async () => {
  // As it comes from partners: kept, whatever it is.
  gateway = await startGateway({ auth: 'smart', validation: 'mark' })
  const scope = 'system/*.cruds'
  programme = await (await registerClient(gateway, scope, { protected_records: true })).bearer(scope)
  clinic = await (await registerClient(gateway, scope)).bearer(scope)
  await write({ resourceType: 'Patient', id: 'rosa' })
})
afterAll(() => gateway.stop())

const subject = { reference: 'Patient/rosa' }
type Resource = { readonly resourceType: string; readonly id: string }

async function write(...resources: readonly Resource[]): Promise<void> {
  for (const resource of resources) {
    const path = `/fhir/${resource.resourceType}/${resource.id}`
    const answer = await gateway.request(path, { method: 'PUT', headers: programme, json: resource })
    expect(answer.ok, await answer.text()).toBe(true)
  }
}

const tells = async (headers: Headers, path: string): Promise<boolean> => {
  const text = await (await gateway.request(path, { headers: { ...headers, accept: 'application/fhir+json' } })).text()
  return text.includes(secret) || text.includes(btoa(secret))
}

/** By its id, as part of all of its type, and in their history, to whom it is told. */
async function expectHidden({ resourceType, id }: Resource): Promise<void> {
  for (const path of [`${resourceType}/${id}`, `${resourceType}?_id=${id}`, `${resourceType}/${id}/_history/1`]) {
    expect([path, await tells(programme, `/fhir/${path}`)]).toEqual([path, true])
    expect([path, await tells(clinic, `/fhir/${path}`)]).toEqual([path, false])
  }
}

let count = 0
const binary = (more: object = {}) => ({
  ...{ resourceType: 'Binary', id: `bin-${++count}`, contentType: 'text/plain', data: btoa(secret) },
  ...more,
})
const document = (url: string, more: object) => ({
  ...{ resourceType: 'DocumentReference', id: `doc-${count}`, status: 'current', subject },
  ...{ content: [{ attachment: { contentType: 'text/plain', url } }] },
  ...more,
})

it.each<[named: string, whole: (url: string) => Resource]>([
  ['an attachment of a document labelled as one', (url) => document(url, { securityLabel: [{ coding: part2.security }] })],
  [
    'its version',
    (url) => ({
      ...{ resourceType: 'Media', id: `media-${count}`, meta: part2, status: 'completed', subject },
      content: { contentType: 'text/plain', url: `${url}/_history/1` },
    }),
  ],
  [
    'a reference',
    (url) => ({
      ...{ resourceType: 'Communication', id: `com-${count}`, meta: part2, status: 'completed', subject },
      payload: [{ contentReference: { reference: url } }],
    }),
  ],
])('an original is protected that is named by %s', async (_, whole) => {
  const original = binary()
  await write(original, whole(`Binary/${original.id}`))
  await expectHidden(original)
})

it('so is one that is written again as it was', async () => {
  const original = binary()
  await write(original, document(`Binary/${original.id}`, { meta: part2 }), original)
  await expectHidden(original)
})

it('so is one that names a protected record as its context', async () => {
  const record = { resourceType: 'Condition', id: 'ned-1', meta: part2, subject }
  const original = binary({ securityContext: { reference: 'Condition/ned-1' } })
  await write(record, original)
  await expectHidden(original)
})

const condition = { resourceType: 'Condition', meta: part2, subject, code: { text: secret } }

it.each<[where: string, Resource]>([
  [
    'contained',
    { ...{ resourceType: 'Basic', id: 'basic', code: { text: 'x' } }, ...{ contained: [{ ...condition, id: 'c' }] } },
  ],
  ['in a Bundle', { ...{ resourceType: 'Bundle', id: 'bundle', type: 'collection' }, ...{ entry: [{ resource: condition }] } }],
])('what is protected %s protects it', async (_, resource) => {
  await write(resource)
  await expectHidden(resource)
})
