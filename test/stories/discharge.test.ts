/** A hospital reports a discharge, and follow-ups come of it; it takes it back, changes it, repeats it, or tells it out of order. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { type Changes, dischargeMessage } from '../support/hl7v2.ts'

let gateway: TestGateway

/** 10 March 2025, a quarter to midnight in New York: the message of the tests is five minutes old. */
const night = Date.UTC(2025, 2, 11, 3, 50)

beforeEach(async () => {
  gateway = await startGateway()
  gateway.clock.now = night
  await gateway.request('/admin/connections', {
    method: 'POST',
    headers: { authorization: 'Bearer an-operators-token' },
    json: {
      name: 'st-brendan',
      kind: 'hospital',
      timeZone: 'America/New_York',
      senders: [{ application: 'CAREADT', facility: 'STBRENDAN' }],
      assigningAuthorities: { STB: 'urn:oid:2.16.840.1.113883.19.5' },
    },
  })
})
afterEach(() => gateway.stop())

/** Registers Rosa, whom the hospital knows as 778812. */
async function register(changes: object = {}): Promise<string> {
  const answer = await gateway.request('/fhir/Patient', {
    method: 'POST',
    json: {
      resourceType: 'Patient',
      identifier: [{ system: 'urn:oid:2.16.840.1.113883.19.5', value: '778812' }],
      name: [{ use: 'official', family: 'Quintero', given: ['Rosa'] }],
      gender: 'female',
      birthDate: '1984-02-19',
      ...changes,
    },
  })
  return ((await answer.json()) as { id: string }).id
}

async function send(changes: Changes = {}): Promise<string> {
  const answer = await gateway.request('/hl7v2', {
    method: 'POST',
    headers: { 'content-type': 'application/hl7-v2' },
    body: dischargeMessage(changes),
  })
  expect(answer.status).toBe(200)
  const text = await answer.text()
  return /\rMSA\|([A-Z]{2})/.exec(text)![1]!
}

interface Item {
  readonly id: string
  readonly state?: string
  readonly [field: string]: unknown
}
async function list(path: string): Promise<readonly Item[]> {
  const answer = await gateway.request(`/coordination/${path}`)
  expect(answer.status).toBe(200)
  return ((await answer.json()) as { items: Item[] }).items
}
const owed = async (): Promise<Record<string, string>> =>
  Object.fromEntries(
    (await list('follow-ups')).map((one) => [one.policyId as string, `${one.dueFrom}…${one.dueTo} ${one.state}`]),
  )

test('a discharge on Monday at 23:40 in New York', async () => {
  const client = await register()
  expect(await send()).toBe('AA')
  const [discharge, ...more] = await list('discharges')
  expect(more).toEqual([])
  expect(discharge).toMatchObject({
    clientId: client,
    state: 'obligations-created',
    encounterClass: 'inpatient-acute-psych',
    visitNumber: { value: 'V90017' },
    dischargedAt: '2025-03-10T23:40:00-04:00',
    timeZone: 'America/New_York',
    disposition: { code: '01' },
    source: 'adt',
  })
  expect(await owed()).toEqual({
    'FUH-7@MY2025': '2025-03-11…2025-03-17 open',
    'FUH-30@MY2025': '2025-03-11…2025-04-09 open',
    'TCM-2BD': '2025-03-11…2025-03-12 open',
  })
})
