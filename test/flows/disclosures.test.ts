/** The account of disclosures: sealed, in order, and never rewritten. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Disclosure } from '../../src/domain/disclosure.ts'
import { gatewayWith, marisol, put, say } from '../support/coordination.ts'
import { chainBreaks } from '../support/disclosure-chain.ts'
import type { TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await gatewayWith(marisol)
})
afterEach(() => gateway.stop())

const told = {
  clientId: 'cli-marisol',
  at: '2026-03-01T23:10:00-05:00',
  basis: 'emergency',
  emergency: { recipientAffiliation: 'Lakeside ED', nature: 'overdose' },
  discloser: { external: { display: 'Nadia Reyes' } },
  recipient: { external: { display: 'Dr. Osei' } },
  purpose: 'ETREAT',
  method: 'verbal',
  resources: [{ type: 'Condition', id: 'ned-1', version: '3', sensitivity: ['SUD'] }],
  segmentsRemoved: [{ kind: 'DocumentReference', count: 2 }],
}
const tell = async (changes: object = {}) => say(gateway, 'POST', '/coordination/disclosures', { ...told, ...changes })
const event = (id: string, body: object) => say(gateway, 'POST', `/coordination/disclosures/${id}/events`, body)
const account = async (): Promise<Disclosure[]> =>
  (await say(gateway, 'GET', '/coordination/disclosures?client=cli-marisol')).body.items.toReversed()

it('is written down before it leaves, and then what became of it', async () => {
  const { status, body } = await tell()
  expect([status, body.result, body.recordedAt]).toEqual([201, 'pending', expect.stringMatching(/Z$/)])
  expect((await event(body.id, { type: 'send' })).body.result).toBe('sent')
  const acknowledged = await event(body.id, { type: 'acknowledge', at: '2026-03-02T08:00:00Z' })
  expect(acknowledged.body).toMatchObject({ result: 'sent', ackedAt: '2026-03-02T08:00:00Z', hash: body.hash })
  expect((await event(body.id, { type: 'acknowledge' })).status).toBe(409)
  expect((await event(body.id, { type: 'fail', reason: 'no' })).body.allowed).toEqual(['acknowledge'])
  const { body: stored } = await say(gateway, 'GET', `/fhir/AuditEvent/${body.id}`)
  expect(stored).toMatchObject({
    outcome: '0',
    purposeOfEvent: [{ coding: [{ code: 'emergency' }] }, { coding: [{ code: 'ETREAT' }] }],
  })
  expect(stored.entity).toContainEqual({
    what: { reference: 'Condition/ned-1/_history/3' },
    role: { system: 'http://terminology.hl7.org/CodeSystem/object-role', code: '4' },
    securityLabel: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'SUD' }],
  })
})

it('is an unbroken chain, whatever becomes of each', async () => {
  const ids: string[] = []
  for (const minute of ['11', '12', '13']) {
    gateway.clock.now += 1000
    ids.push((await tell({ at: `2026-03-01T23:${minute}:00-05:00` })).body.id)
  }
  await event(ids[0]!, { type: 'block', reason: 'no consent' })
  await event(ids[2]!, { type: 'send' })
  const chain = await account()
  expect(chain.map(({ result }) => result)).toEqual(['blocked', 'pending', 'sent'])
  expect(chain[0]).not.toHaveProperty('prevHash')
  expect(chainBreaks(chain)).toEqual([])
  expect(chainBreaks([chain[0]!, chain[2]!]).map(({ path }) => path)).toEqual(['[1].prevHash'])
  const altered = { ...chain[1]!, recipient: { external: { display: 'Somebody else' } } }
  expect(chainBreaks([chain[0]!, altered, chain[2]!]).map(({ path }) => path)).toEqual(['[1].hash'])
})

it('nobody rewrites it, on either side', async () => {
  const { body, etag } = await tell()
  const headers = { 'if-match': etag, 'content-type': 'application/merge-patch+json' }
  const rewritten = await say(gateway, 'PATCH', `/coordination/disclosures/${body.id}`, { method: 'fax' }, headers)
  expect(rewritten.status).toBe(422)
  expect((await say(gateway, 'DELETE', `/coordination/disclosures/${body.id}`)).status).toBe(405)
  const { body: stored } = await say(gateway, 'GET', `/fhir/AuditEvent/${body.id}`)
  expect((await say(gateway, 'PUT', `/fhir/AuditEvent/${body.id}`, { ...stored, outcome: '0' })).status).toBe(422)
  expect((await say(gateway, 'DELETE', `/fhir/AuditEvent/${body.id}`)).status).toBe(422)
  const { id: _, ...forged } = stored
  expect((await say(gateway, 'POST', '/fhir/AuditEvent', forged)).status).toBe(422)
})

it('says what its basis needs', async () => {
  const issues = async (changes: object) => (await tell(changes)).body.issues.map(({ path }: { path: string }) => path)
  expect(await issues({ basis: 'tpo-hipaa' })).toEqual(['emergency'])
  expect(await issues({ basis: 'consent', emergency: undefined })).toEqual(['consentId'])
  expect(await issues({ basis: 'consent', emergency: undefined, consentId: 'cns-unknown' })).toEqual(['consentId'])
  expect(await issues({ recipient: undefined, method: 'whisper' })).toEqual(['recipient', 'method'])
  expect(await issues({ hash: 'mine' })).toEqual(['hash'])
})

it('other people’s audit events are none', async () => {
  await put(gateway, {
    resourceType: 'AuditEvent',
    id: 'theirs',
    type: { system: 'http://terminology.hl7.org/CodeSystem/audit-event-type', code: 'rest' },
    recorded: '2026-03-01T00:00:00Z',
    agent: [{ requestor: true }],
    source: { observer: { display: 'EHR' } },
    entity: [{ what: { reference: 'Patient/cli-marisol' } }],
  })
  expect((await say(gateway, 'GET', '/coordination/disclosures/theirs')).status).toBe(404)
  expect(await account()).toEqual([])
})
