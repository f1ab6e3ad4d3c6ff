/** A clinical document that comes in a DocumentReference is read as one that comes alone, and the DocumentReference stays as it is. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { clinicalDocument } from '../support/clinical-document.ts'
import { type Hospital, openHospital } from '../support/hospital.ts'
import { notification } from '../support/notification.ts'

let hospital: Hospital
let client: string
beforeEach(async () => {
  hospital = await openHospital()
  client = await hospital.register()
})
afterEach(() => hospital.stop())

const reference = (text = clinicalDocument(), contentType = 'application/xml') => ({
  resourceType: 'DocumentReference',
  status: 'current',
  type: { coding: [{ system: 'http://loinc.org', code: '18842-5' }] },
  subject: { reference: `Patient/${client}` },
  content: [{ attachment: { contentType, data: Buffer.from(text).toString('base64') } }],
})
const post = async (body: object, path = '/fhir/DocumentReference'): Promise<{ id: string }> => {
  const answer = await hospital.request(path, { method: 'POST', json: body })
  const told = await answer.text()
  expect(answer.status, told).toBeLessThan(300)
  return JSON.parse(told) as { id: string }
}
const alone = (text = clinicalDocument()) =>
  hospital.request('/documents', { method: 'POST', headers: { 'content-type': 'application/xml' }, body: text })
const stays = () => hospital.list('discharges')
const papers = async () => (await hospital.list('documents')).map(({ id, state }) => `${id} ${state}`)

describe('a DocumentReference with a discharge summary', () => {
  test('opens the follow-ups of the stay, is its paper, and stays as it came', async () => {
    const { id, ...answered } = await post(reference())
    expect(Object.keys(await hospital.owed())).toEqual(expect.arrayContaining(['FUH-7@MY2025', 'FUH-30@MY2025']))
    expect(await stays()).toMatchObject([{ clientId: client, source: 'ccda', summaryId: id }])
    expect(await papers()).toEqual([`${id} current`])
    expect(await hospital.resource(`DocumentReference/${id}`)).toEqual({ id, ...answered })
    expect(await hospital.search('Binary')).toEqual([])
    expect(await hospital.messages()).toMatchObject([{ state: 'applied' }])
  })

  test('in a transaction does the same', async () => {
    const entry = [{ resource: reference(), request: { method: 'POST', url: 'DocumentReference' } }]
    await post({ resourceType: 'Bundle', type: 'transaction', entry }, '/fhir')
    expect(await stays()).toHaveLength(1)
  })

  test('that came alone before makes nothing twice: what was kept of it gives way to the paper that is there now', async () => {
    await alone()
    const [stay] = await stays()
    const [kept] = await papers()
    const { id } = await post(reference())
    expect(await stays()).toMatchObject([{ id: stay!.id, summaryId: id }])
    expect((await papers()).sort()).toEqual([`${id} current`, kept!.replace('current', 'superseded')].sort())
    expect(await hospital.search('Condition')).toHaveLength(1)
    expect(await hospital.messages()).toHaveLength(1)
  })

  test('that comes alone afterwards, or in another one, makes nothing twice', async () => {
    const { id } = await post(reference())
    expect((await alone()).status).toBe(200)
    await post(reference())
    expect(await stays()).toMatchObject([{ summaryId: id }])
    expect(await hospital.messages()).toHaveLength(1)
    expect(await hospital.search('Binary')).toEqual([])
  })

  test('written again with another version of the document is read again', async () => {
    const { id } = await post(reference())
    const next = reference(clinicalDocument({ id: 'DOC-2', version: '2', written: '20250312090000-0400' }))
    const put = await hospital.request(`/fhir/DocumentReference/${id}`, { method: 'PUT', json: { ...next, id } })
    expect(put.status).toBe(200)
    expect(await hospital.messages()).toHaveLength(2)
    expect(await papers()).toEqual([`${id} current`])
  })
})

test('one that comes in a notification is read with it, and kept in the inbox beside it', async () => {
  const told = notification() as { entry: object[] }
  const bundle = {
    ...told,
    entry: [...told.entry, { fullUrl: 'urn:uuid:5fe62cd5-0001-4000-8000-000000000009', resource: reference() }],
  }
  for (const _ of [1, 2]) expect(await post(bundle, '/fhir/$process-message')).toMatchObject({ type: 'message' })
  expect(await stays()).toMatchObject([{ summaryId: expect.any(String) }])
  expect(await papers()).toHaveLength(1)
  expect((await hospital.messages()).map(({ state }) => state)).toEqual(['applied', 'applied'])
})

test.each([
  ['XML of another kind', reference.bind(undefined, '<note>Call back</note>'), 0],
  ['what is no XML', reference.bind(undefined, 'plain', 'text/plain'), 0],
  ['XML that breaks off', reference.bind(undefined, clinicalDocument().slice(0, 900)), 1],
])('%s is kept where it is, and breaks nothing', async (_, made, inbox) => {
  const { id } = await post(made())
  expect(await papers()).toEqual([`${id} current`])
  expect(await stays()).toEqual([])
  expect((await hospital.messages()).map(({ state }) => state)).toEqual(Array(inbox).fill('held'))
})
