/** A hospital tells of a discharge by FHIR message. https://hl7.org/fhir/us/davinci-alerts/ */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { corpora } from '../support/corpora.ts'
import { type Hospital, openHospital } from '../support/hospital.ts'
import { notification } from '../support/notification.ts'

let hospital: Hospital
beforeEach(async () => {
  hospital = await openHospital()
})
afterEach(() => hospital.stop())

interface Answer {
  readonly type: string
  readonly entry: readonly { readonly resource: { readonly response?: { identifier: string; code: string } } }[]
}
async function notify(
  message: object | string = notification(),
): Promise<{ status: number; code: string | undefined; body: string }> {
  const body = typeof message === 'string' ? message : JSON.stringify(message)
  const answer = await hospital.request('/fhir/$process-message', {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json' },
    body,
  })
  const text = await answer.text()
  const code = answer.status === 200 ? (JSON.parse(text) as Answer).entry[0]!.resource.response!.code : undefined
  return { status: answer.status, code, body: text }
}

test('a notification becomes the discharge that an ADT message would have become', async () => {
  const client = await hospital.register()
  const answer = await notify()
  expect(answer).toMatchObject({ status: 200, code: 'ok' })
  expect(JSON.parse(answer.body)).toMatchObject({
    resourceType: 'Bundle',
    type: 'message',
    entry: [
      { resource: { resourceType: 'MessageHeader', response: { identifier: 'note-1' } } },
      { resource: { resourceType: 'OperationOutcome' } },
    ],
  })
  expect(await hospital.list('discharges')).toMatchObject([
    {
      clientId: client,
      state: 'obligations-created',
      source: 'fhir-message',
      visitNumber: { value: 'V90017' },
      dischargedAt: '2025-03-10T23:40:00-04:00',
      timeZone: 'America/New_York',
      diagnoses: [{ role: 'principal', code: { codings: [{ code: 'F32.2' }] } }],
    },
  ])
  expect(await hospital.owed()).toEqual({
    'FUH-7@MY2025': '2025-03-11…2025-03-17 open',
    'FUH-30@MY2025': '2025-03-11…2025-04-09 open',
    'TCM-2BD': '2025-03-11…2025-03-12 open',
  })
})

test('a notification may come in Parameters, as every operation may be asked', async () => {
  await hospital.register()
  const parameters = (id: string, ...more: object[]) => ({
    resourceType: 'Parameters',
    parameter: [{ name: 'content', resource: notification({ header: { id } }) }, { name: 'async', valueBoolean: false }, ...more],
  })
  expect(await notify(parameters('note-1'))).toMatchObject({ status: 200, code: 'ok' })
  expect(await hospital.list('discharges')).toMatchObject([{ state: 'obligations-created' }])
  const later = { name: 'response-url', valueUrl: 'https://stb.example/later' }
  expect(await notify(parameters('note-2', later))).toMatchObject({ status: 200, code: 'fatal-error' })
})

test.each(['async=true', 'response-url=https://stb.example/later'])(
  'what is to be answered otherwise is refused: %s',
  async (query) => {
    await hospital.register()
    const answer = await hospital.request(`/fhir/$process-message?${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify(notification()),
    })
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('at once')])
    expect(await hospital.list('discharges')).toEqual([])
  },
)

test('the answer is to the event that was told', async () => {
  await hospital.register()
  const header = { eventUri: 'urn:stb:discharge', eventCoding: undefined }
  const answer = await notify(notification({ header }))
  expect(JSON.parse(answer.body).entry[0].resource).toMatchObject({ eventUri: 'urn:stb:discharge' })
})

test.each(['ADT first', 'notification first'])(
  'told both ways it is one discharge, one Encounter, one Condition: %s',
  async (order) => {
    const client = await hospital.register()
    const ways = [() => hospital.send(), async () => (await notify()).code]
    for (const tell of order === 'ADT first' ? ways : ways.reverse()) await tell()
    expect(await hospital.list('discharges')).toHaveLength(1)
    expect(await hospital.search(`Encounter?patient=${client}`)).toHaveLength(1)
    expect(await hospital.search(`Condition?patient=${client}`)).toHaveLength(1)
    expect(await hospital.list('follow-ups')).toHaveLength(3)
  },
)

test('sixteen at once, both ways, make one discharge', async () => {
  await hospital.register()
  await Promise.all(
    Array.from({ length: 16 }, (_, i) =>
      i % 2 === 0 ? hospital.send({ MSH: { 10: `SB-${i}` } }) : notify(notification({ header: { id: `note-${i}` } })),
    ),
  )
  expect(await hospital.list('discharges')).toHaveLength(1)
  expect(await hospital.list('follow-ups')).toHaveLength(3)
  expect(await hospital.messages()).toHaveLength(16)
})

describe('sent again', () => {
  test('the same bytes get the same answer', async () => {
    await hospital.register()
    const first = await notify()
    hospital.clock.advance(60_000)
    expect(await notify()).toEqual(first)
    expect(await hospital.messages()).toHaveLength(1)
  })

  test('other bytes under the same id are a conflict, and kept', async () => {
    await hospital.register()
    await notify()
    expect((await notify(notification({ bundle: { timestamp: '2025-03-11T00:46:00-04:00' } }))).status).toBe(409)
    expect((await hospital.messages('?state=held')).map((one) => one.issues.length)).toEqual([1])
  })
})

describe('what cannot be read is kept', () => {
  test('an event that is not about a stay', async () => {
    const eventCoding = {
      system: 'http://hl7.org/fhir/us/davinci-alerts/CodeSystem/notification-event',
      code: 'notification-referral',
    }
    expect(await notify(notification({ header: { eventCoding } }))).toMatchObject({ status: 200, code: 'fatal-error' })
    expect(await hospital.messages('?state=held')).toMatchObject([{ issues: [{ path: 'MessageHeader.event' }] }])
    expect(await hospital.list('discharges')).toEqual([])
  })

  test.each([
    ['no Encounter in focus', { encounter: { resourceType: 'Basic' } }],
    ['a patient without identifier', { patient: { identifier: [] } }],
    ['a patient who is somewhere else', { encounter: { subject: { reference: 'Patient/elsewhere' } } }],
    [
      'an Encounter that is no Encounter',
      { encounter: { identifier: 'V1', period: 7, diagnosis: 'none', class: [], participant: { x: 1 } } },
    ],
  ])('%s', async (_, changes) => {
    const answer = await notify(notification(changes))
    expect(answer.status).toBe(200)
    expect(await hospital.messages()).toHaveLength(1)
  })

  test.each([
    ['no JSON', '{'],
    ['no Bundle', '{"resourceType":"Patient"}'],
    ['a Bundle without header', '{"resourceType":"Bundle","type":"message","entry":[]}'],
    ['entries that are none', '{"resourceType":"Bundle","type":"message","entry":[null,7,{"resource":null}]}'],
  ])('%s is refused, and kept all the same', async (_, body) => {
    expect((await notify(body)).status).toBe(400)
    expect(await hospital.messages('?state=held')).toHaveLength(1)
  })

  test('one of more entries than a transaction may have', async () => {
    const { entry, ...message } = notification() as { entry: object[] }
    const of = (entries: number, id: string) => ({
      ...message,
      identifier: { system: 'urn:messages', value: id },
      entry: [...entry, ...Array.from({ length: entries - entry.length }, () => ({ resource: { resourceType: 'Basic' } }))],
    })
    expect(await notify(of(10_000, 'most'))).toMatchObject({ status: 200, code: 'ok' })
    const { status, body } = await notify(of(10_001, 'more'))
    expect(status).toBe(413)
    expect(body).toContain('at most 10000 entries')
    expect(await hospital.messages()).toMatchObject([{ state: 'held' }, { state: 'applied' }])
  })

  test('marked as a test it is answered and never applied', async () => {
    await hospital.register()
    const security = [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'HTEST' }]
    expect(await notify(notification({ bundle: { meta: { security } } }))).toMatchObject({ code: 'ok' })
    expect(await hospital.messages()).toMatchObject([{ state: 'test' }])
    expect(await hospital.list('discharges')).toEqual([])
  })
})

test('security labels stay with the Encounter and its diagnoses', async () => {
  const client = await hospital.register()
  const label = { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: '42CFRPart2' }
  await notify(notification({ bundle: { meta: { security: [label] } } }))
  await hospital.send()
  const [discharge] = await hospital.list('discharges')
  expect(discharge).toMatchObject({ legalBasis: ['42CFRPart2'] })
  const kept = [await hospital.resource(`Encounter/${discharge!.id}`), ...(await hospital.search(`Condition?patient=${client}`))]
  for (const one of kept) expect(one).toMatchObject({ meta: { security: expect.arrayContaining([label]) } })
})

test('an admission, then a cancelled one', async () => {
  const client = await hospital.register()
  const eventCoding = {
    system: 'http://hl7.org/fhir/us/davinci-alerts/CodeSystem/notification-event',
    code: 'notification-admit',
  }
  await notify(notification({ header: { eventCoding }, encounter: { status: 'in-progress', hospitalization: undefined } }))
  expect(await hospital.search(`Encounter?patient=${client}`)).toMatchObject([{ status: 'in-progress' }])
  expect(await hospital.list('discharges')).toEqual([])
  await notify(
    notification({
      header: { id: 'note-2', eventCoding },
      encounter: { status: 'cancelled', meta: { lastUpdated: '2025-03-10T23:45:00-04:00' } },
    }),
  )
  expect(await hospital.search(`Encounter?patient=${client}`)).toMatchObject([{ status: 'cancelled' }])
})

describe.skipIf(corpora === undefined)('published examples (needs CORPORA)', () => {
  test.each([
    'admit-notification-message-bundle-01',
    'admit-notification-message-bundle-02',
    'admit-notification-intermediate-transmit-bundle',
  ])('%s', async (name) => {
    const text = readFileSync(join(corpora!, '1_igs/davinci-alerts-1.1.0/examples', `Bundle-${name}.json`), 'utf8')
    expect(await notify(text)).toMatchObject({ status: 200, code: 'ok' })
    const [message] = await hospital.messages()
    expect(message).toMatchObject({ state: 'applied' })
    expect(await hospital.resource(message!.wrote[0]!)).toMatchObject({ status: 'in-progress', class: { code: 'EMER' } })
  })
})
