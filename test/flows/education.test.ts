/** Somebody is taught: a client, a group, a neighbourhood. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { event, gatewayWith, marisol, put, say } from '../support/coordination.ts'
import type { TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await gatewayWith(marisol)
})
afterEach(() => gateway.stop())

const lesson = {
  audience: 'family',
  topics: ['illness', 'crisis-resources'],
  materials: [{ title: 'Living with depression', url: 'https://nami.example/depression', language: 'es', source: 'NAMI' }],
  method: 'conversation',
}
const send = (body: object) => say(gateway, 'POST', '/coordination/education', { ...lesson, ...body })
const procedureOf = async (id: string) => (await say(gateway, 'GET', `/fhir/Procedure/${id}`)).body

it('is prepared, given, and understood in part', async () => {
  const { status, body } = await send({ clientId: 'cli-marisol', confidentiality: 'R' })
  expect([status, body.state]).toEqual([201, 'prepared'])
  expect(await procedureOf(body.id)).toMatchObject({
    status: 'preparation',
    subject: { reference: 'Patient/cli-marisol' },
    code: { coding: expect.arrayContaining([expect.objectContaining({ code: 'crisis-resources' })]) },
  })
  const given = await event(gateway, `education/${body.id}`, 'deliver', { teachBack: 'partial', minutes: 25 })
  expect(given).toMatchObject({ state: 'delivered', teachBack: 'partial', minutes: 25, at: expect.stringMatching('2026-03-02') })
  const found = (await say(gateway, 'GET', `/fhir/Communication?part-of=Procedure/${body.id}`)).body
  expect(found.entry[0].resource).toMatchObject({
    subject: { reference: 'Patient/cli-marisol' },
    payload: [{ contentAttachment: { url: 'https://nami.example/depression', language: 'es' } }],
    meta: { security: [{ code: 'R' }] },
  })
})

it('declined says why', async () => {
  const { body } = await send({ clientId: 'cli-marisol' })
  const member = `education/${body.id}`
  expect((await say(gateway, 'POST', `/coordination/${member}/events`, { type: 'decline' })).status).toBe(422)
  await event(gateway, member, 'decline', { reason: 'Not today' })
  expect(await procedureOf(body.id)).toMatchObject({ status: 'not-done', statusReason: { text: 'Not today' } })
})

it('of a neighbourhood makes no Patient', async () => {
  const before = (await say(gateway, 'GET', '/fhir/Patient?_summary=count')).body.total
  const { status, body } = await send({ audience: 'community', community: { event: 'Fair on Elm Street', headcount: 40 } })
  expect([status, body.community]).toEqual([201, { event: 'Fair on Elm Street', headcount: 40 }])
  expect((await procedureOf(body.id)).subject).not.toHaveProperty('reference')
  expect((await say(gateway, 'GET', '/fhir/Patient?_summary=count')).body.total).toBe(before)
})

it('is for exactly one of them', async () => {
  for (const whom of [{}, { clientId: 'cli-marisol', groupSessionId: 'gse-1' }]) {
    const refused = await send(whom)
    expect([refused.status, refused.body.issues[0].path]).toEqual([400, 'clientId'])
  }
})

it('of an EHR is known by its code', async () => {
  const theirs = {
    resourceType: 'Procedure',
    id: 'theirs',
    status: 'in-progress',
    subject: { reference: 'Patient/cli-marisol' },
    code: { coding: [{ system: 'http://snomed.info/sct', code: '385726000' }] },
  }
  await put(gateway, theirs)
  expect((await say(gateway, 'GET', '/coordination/education/theirs')).body).toMatchObject({ state: 'prepared', topics: [] })
  await put(gateway, { ...theirs, id: 'surgery', code: { coding: [{ system: 'http://snomed.info/sct', code: '80146002' }] } })
  expect((await say(gateway, 'GET', '/coordination/education/surgery')).status).toBe(404)
})
