/** What waits for a person to become known goes on by itself, in the order in which it came. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { clinicalDocument } from '../support/clinical-document.ts'
import { systemDesk } from '../support/gateway.ts'
import { segmentText } from '../support/hl7v2.ts'
import { authority, type Hospital, openHospital } from '../support/hospital.ts'

let hospital: Hospital
beforeEach(async () => {
  hospital = await openHospital()
})
afterEach(() => hospital.stop())

const stranger = { identifier: [{ system: 'urn:example:other', value: '1' }] }
const document = async (said = {}): Promise<string> => {
  const headers = { 'content-type': 'application/xml' }
  const answer = await hospital.request('/documents', { method: 'POST', headers, body: clinicalDocument(said) })
  return ((await answer.json()) as { message: string }).message
}
const result = (id: string, value: string, status = 'F'): string =>
  [
    segmentText('MSH', {
      2: '^~\\&',
      3: 'CAREADT',
      4: 'STBRENDAN',
      7: `2025031023${id}`,
      9: 'ORU^R01^ORU_R01',
      10: `ORU-${id}`,
      11: 'P',
      12: '2.5.1',
    }),
    segmentText('PID', { 3: '778812^^^STB&2.16.840.1.113883.19.5&ISO^MR' }),
    segmentText('OBR', { 1: '1', 3: 'R-5^STB', 4: '718-7^Hemoglobin^LN', 7: '20250310140000' }),
    segmentText('OBX', { 1: '1', 2: 'NM', 3: '718-7^Hemoglobin^LN', 5: value, 6: 'g/dL', 11: status }),
    '',
  ].join('\r')
const states = async () => (await hospital.messages()).map(({ state }) => state)

describe('a stay that somebody is matched to', () => {
  test('has its papers filed at once, and the hospital’s number is the client’s from now on', async () => {
    await document()
    await document({ type: '57133-1', id: 'DOC-2', version: '1' })
    const client = await hospital.register(stranger)
    expect(await hospital.list('documents')).toEqual([])
    const [stay] = await hospital.list('discharges')
    expect((await hospital.event(`discharges/${stay!.id}`, { type: 'match', clientId: client })).status).toBe(200)

    expect(await hospital.list('documents')).toMatchObject([{ clientId: client }, { clientId: client }])
    expect(await hospital.list('discharges')).toMatchObject([{ id: stay!.id, clientId: client, summaryId: expect.any(String) }])
    expect(await states()).toEqual(['applied', 'applied'])
    expect((await hospital.resource<{ identifier: object[] }>(`Patient/${client}`)).identifier).toContainEqual({
      system: authority,
      value: '778812',
    })
    // What comes after is matched without anybody.
    expect(await hospital.send({ PV1: { 19: 'V2^^^STB' }, MSH: { 10: 'again' } })).toBe('AA')
    expect((await hospital.list('discharges')).map(({ clientId }) => clientId)).toEqual([client, client])
  })

  test('tells whose the other stays of the same person are', async () => {
    await hospital.send()
    await hospital.send({ PV1: { 19: 'V2^^^STB' }, MSH: { 10: 'second' } })
    const client = await hospital.register(stranger)
    const [stay] = await hospital.list('discharges')
    await hospital.event(`discharges/${stay!.id}`, { type: 'match', clientId: client })
    const stays = await hospital.list('discharges')
    expect(stays.map(({ clientId }) => clientId)).toEqual([client, client])
  })

  test('gives nobody a number that another client bears', async () => {
    await hospital.register()
    await hospital.register()
    await hospital.send()
    const client = await hospital.register(stranger)
    const [stay] = await hospital.list('discharges')
    await hospital.event(`discharges/${stay!.id}`, { type: 'match', clientId: client })
    expect((await hospital.resource<{ identifier: object[] }>(`Patient/${client}`)).identifier).toHaveLength(1)
  })
})

describe('messages about somebody whom nobody knows yet', () => {
  test('go on when that person is registered, in the order in which they came', async () => {
    expect(await hospital.send(result('01', '9.1', 'P'))).toBe('AE')
    expect(await hospital.send(result('02', '9.7'))).toBe('AE')
    const client = await hospital.register()
    expect(await states()).toEqual(['applied', 'applied'])
    expect(await hospital.search('Observation')).toMatchObject([
      { status: 'final', valueQuantity: { value: 9.7 }, subject: { reference: `Patient/${client}` } },
    ])
  })

  test('go on when the number is added to a client, whichever way', async () => {
    await hospital.send(result('01', '9.1'))
    const client = await hospital.register(stranger)
    expect(await states()).toEqual(['held'])
    const patient = await hospital.resource<{ identifier: object[] }>(`Patient/${client}`)
    const entry = {
      resource: { ...patient, identifier: [...patient.identifier, { system: authority, value: '778812' }] },
      request: { method: 'PUT', url: `Patient/${client}` },
    }
    const bundle = { resourceType: 'Bundle', type: 'transaction', entry: [entry] }
    expect((await hospital.request('/fhir', { method: 'POST', json: bundle })).status).toBe(200)
    expect(await states()).toEqual(['applied'])
  })

  test('go on beside a document that comes with the person, in one transaction', async () => {
    await hospital.send(result('01', '9.1'))
    const data = Buffer.from(clinicalDocument()).toString('base64')
    const patient = { resourceType: 'Patient', identifier: [{ system: authority, value: '778812' }] }
    const content = [{ attachment: { contentType: 'text/xml', data } }]
    const entry = [
      {
        fullUrl: 'urn:uuid:5fe62cd5-0001-4000-8000-00000000000a',
        resource: patient,
        request: { method: 'POST', url: 'Patient' },
      },
      {
        resource: { resourceType: 'DocumentReference', status: 'current', content },
        request: { method: 'POST', url: 'DocumentReference' },
      },
    ]
    const bundle = { resourceType: 'Bundle', type: 'transaction', entry }
    expect((await hospital.request('/fhir', { method: 'POST', json: bundle })).status).toBe(200)
    expect(await states()).toEqual(['applied', 'applied'])
    expect(await hospital.list('discharges')).toHaveLength(1)
  })

  test('stay where they are while nobody is found, and are not tried again and again', async () => {
    await hospital.send(result('01', '9.1'))
    await hospital.register(stranger)
    expect(await (await systemDesk(hospital)).resumeWaiting()).toEqual({ ok: true, value: 0 })
    expect(await states()).toEqual(['held'])
  })
})
