/** Community measures over what is on record: rates of groups, and nobody to be found in them. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { say, sdoh } from '../support/coordination.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await startGateway()
})
afterEach(() => gateway.stop())

/** So many clients whose episode began on 2 March; each was seen so many days later, if at all. */
const brought = async (programme: string, days: readonly (number | undefined)[]) => {
  const put = (resource: { resourceType: string; id: string }) => ({
    resource,
    request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
  })
  const entry = days.flatMap((after, i) => {
    const id = `${programme}-${i}`
    const client = { reference: `Patient/${id}` }
    const episode = { status: 'active', type: [{ text: programme }], patient: client, period: { start: '2026-03-02' } }
    const visit = {
      status: 'finished',
      class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
      subject: client,
      period: { start: `2026-03-${String(2 + (after ?? 0)).padStart(2, '0')}T10:00:00-05:00` },
    }
    return [
      put({ resourceType: 'Patient', id }),
      put({ resourceType: 'EpisodeOfCare', id, ...episode }),
      ...(after === undefined ? [] : [put({ resourceType: 'Encounter', id, ...visit })]),
    ]
  })
  const headers = { 'content-type': 'application/fhir+json' }
  const answer = await say(gateway, 'POST', '/fhir', { resourceType: 'Bundle', type: 'transaction', entry }, headers)
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
}
const told = (query: string) => say(gateway, 'GET', `/coordination/measures${query}`)

it('time to service is told by programme, the small ones not by themselves', async () => {
  await brought('Bridge', [...Array.from({ length: 10 }, (_, i) => i), 20, undefined])
  await brought('Pilot', [1, 2, 3])
  const { status, body } = await told('?from=2026-03')
  expect(status, JSON.stringify(body)).toBe(200)
  const row = { measure: 'time-to-service', clients: 12, denominator: 12, numerator: 10, rate: 0.833, medianDays: 5 }
  expect(body).toEqual({
    from: '2026-03',
    to: '2026-03',
    fewestClients: 11,
    measures: [
      { ...row, group: 'Bridge' },
      { ...row, group: 'all' },
    ],
  })
  expect((await told('?from=2026-04&to=2026-05')).body.measures).toEqual([])
})

it('loops are closed when the client says so', async () => {
  const category = {
    system: sdoh,
    code: 'food-insecurity',
  }
  for (let i = 0; i < 11; i++) {
    const resource = {
      resourceType: 'ServiceRequest',
      status: 'active',
      intent: 'order',
      category: [{ coding: [category] }],
      subject: { reference: `Patient/cli-${i}` },
      authoredOn: '2026-03-02',
    }
    const answer = await say(gateway, 'POST', '/fhir/ServiceRequest', resource, { 'content-type': 'application/fhir+json' })
    expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  }
  const { body } = await told('?from=2026-01&to=2026-03')
  expect(body.measures).toContainEqual({
    measure: 'loop-closure',
    group: 'food-insecurity',
    clients: 11,
    denominator: 11,
    numerator: 0,
    rate: 0,
  })
})

it('is asked for whole months', async () => {
  for (const query of ['', '?from=2026-03-02', '?from=2026-13', '?from=2026-03&to=soon']) {
    const { status, body } = await told(query)
    expect([status, body.code], query).toEqual([400, 'invalid'])
  }
})
