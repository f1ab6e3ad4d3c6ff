/** A hospital says what became of people's records: told anew (A28, A31), or two that were one all along (A40). */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Changes, dischargeMessage } from '../support/hl7v2.ts'
import { authority, type Hospital, openHospital } from '../support/hospital.ts'

let hospital: Hospital
beforeEach(async () => {
  hospital = await openHospital()
})
afterEach(() => hospital.stop())

interface Person {
  identifier: { system?: string; value: string; use?: string }[]
  telecom?: { value: string }[]
  address?: unknown[]
  birthDate?: string
  active?: boolean
  link?: object[]
}
const none = { PV1: undefined, PV2: undefined, DG1: undefined }
let count = 0
const about = (event: string, changes: Changes = {}): Changes => ({
  ...none,
  ...changes,
  MSH: { 9: `ADT^${event}`, 10: `P-${++count}`, ...changes.MSH },
  EVN: { 1: event },
})
const numbered = (value: string): string => `${value}^^^STB&2.16.840.1.113883.19.5&ISO^MR`
const merge = (into: string, former: string): Changes =>
  about('A40', { PID: { 3: numbered(into) }, MRG: { 1: numbered(former) } })
const person = (id: string) => hospital.resource<Person>(`Patient/${id}`)

describe('A31 and A28', () => {
  it('of nobody at all are held', async () => {
    const nobody = { 1: '', 3: '', 5: '', 7: '', 8: '', 11: '', 13: '' }
    expect(await hospital.post(about('A28', { PID: nobody }))).toMatch(/MSA\|AE[\s\S]*PID/)
    expect(await hospital.messages('?state=held')).toHaveLength(1)
  })

  it('add what was not known, and overwrite nothing', async () => {
    const rosa = await hospital.register({ birthDate: '1984-02-20', telecom: [{ system: 'phone', value: '555 0199' }] })
    expect(await hospital.send(about('A31'))).toBe('AA')
    const known = await person(rosa)
    expect(known.birthDate).toBe('1984-02-20')
    expect(known.telecom?.map(({ value }) => value)).toEqual(['555 0199', expect.stringContaining('5550142')])
    expect(known.address).toHaveLength(1)
    const [message] = await hospital.messages()
    expect(message).toMatchObject({ state: 'applied', wrote: [`Patient/${rosa}`] })
    expect(message!.issues.map(({ path }) => path)).toContain('PID-7')
    expect(await hospital.send(about('A28'))).toBe('AA')
    expect(await person(rosa)).toEqual(known)
  })

  it('make nobody: who is not known is kept, and applied once they are', async () => {
    expect(await hospital.post(about('A28'))).toMatch(/MSA\|AE[\s\S]*204/)
    expect(await hospital.search('Patient')).toEqual([])
    const rosa = await hospital.register()
    expect((await person(rosa)).address).toHaveLength(1)
  })

  it('marked as a test change nothing; without an authority they are not readable', async () => {
    const rosa = await hospital.register()
    const before = await person(rosa)
    expect(await hospital.send(about('A31', { MSH: { 11: 'T' } }))).toBe('AA')
    expect(await hospital.send(about('A31', { PID: { 3: '778812' } }))).toBe('AE')
    expect(await person(rosa)).toEqual(before)
  })
})

describe('A40', () => {
  it('answers the question whether two records are one person’s', async () => {
    const licence = { system: 'urn:licence', value: 'Q-1' }
    const rosa = await hospital.register({ identifier: [{ system: authority, value: '778812' }, licence] })
    await hospital.register({ ...other, identifier: [...other.identifier, licence] })
    const reviews = async () => (await hospital.list('work-items')).filter(({ kind }) => kind === 'merge-review')
    expect(await reviews()).toMatchObject([{ state: 'open' }])
    expect(await hospital.send(merge('778812', '990001'))).toBe('AA')
    expect(await reviews()).toMatchObject([{ state: 'done', clientId: rosa }])
  })

  const other = { identifier: [{ system: authority, value: '990001' }], name: [{ family: 'Quintero', given: ['Rosita'] }] }

  it('makes one client of two, with the stays and the follow-ups of both', async () => {
    const former = await hospital.register(other)
    const rosa = await hospital.register()
    await hospital.send({ PID: { 3: numbered('990001') } })
    const [stay] = await hospital.list('discharges')
    expect(stay).toMatchObject({ clientId: former })
    const owed = await hospital.owed()
    expect(await hospital.send(merge('778812', '990001'))).toBe('AA')

    expect(await hospital.list('discharges')).toMatchObject([{ id: stay!.id, clientId: rosa }])
    expect(await hospital.owed()).toEqual(owed)
    expect(new Set((await hospital.list('follow-ups')).map(({ clientId }) => clientId))).toEqual(new Set([rosa]))
    expect(await person(former)).toMatchObject({
      active: false,
      link: [{ type: 'replaced-by', other: { reference: `Patient/${rosa}` } }],
    })
    const survivor = await person(rosa)
    expect(survivor.link).toEqual([{ type: 'replaces', other: { reference: `Patient/${former}` } }])
    expect(survivor.identifier.map(({ value, use }) => [value, use])).toEqual([
      ['778812', undefined],
      ['990001', 'old'],
    ])

    // What is told under the former number afterwards is hers.
    await hospital.send({ MSH: { 10: 'SB-2' }, PID: { 3: numbered('990001') }, PV1: { 19: 'V90018^^^STB' } })
    expect((await hospital.list('discharges')).map(({ clientId }) => clientId)).toEqual([rosa, rosa])
    expect(await hospital.send(merge('778812', '990001'))).toBe('AA')
    expect(await person(rosa)).toEqual(survivor)
  })

  it('gives the one who is known the other number', async () => {
    const rosa = await hospital.register()
    expect(await hospital.send(merge('990002', '778812'))).toBe('AA')
    expect((await person(rosa)).identifier).toMatchObject([{ value: '778812', use: 'old' }, { value: '990002' }])
    expect(await hospital.send(merge('990002', '990003'))).toBe('AA')
    expect((await person(rosa)).identifier).toHaveLength(3)
  })

  it('of two people, one of whom is nobody here, is applied to neither, sent or replayed', async () => {
    const rosa = await hospital.register()
    const before = await person(rosa)
    const [first, second] = [merge('990002', '778812'), merge('5', '6')].map(dischargeMessage)
    const both = first + second!.slice(second!.indexOf('PID'))
    expect(await hospital.send(both)).toBe('AE')
    expect(await person(rosa)).toEqual(before)
    const [held] = await hospital.messages('?state=held')
    expect(held?.raw).toBe(both)
    expect((await hospital.admin(`messages/${held!.id}/replay`, { method: 'POST' })).status).toBe(200)
    expect(await person(rosa)).toEqual(before)

    await hospital.register(other)
    await hospital.register({ identifier: [{ system: authority, value: '6' }] })
    expect((await hospital.admin(`messages/${held!.id}/replay`, { method: 'POST' })).status).toBe(200)
    expect((await person(rosa)).identifier).toHaveLength(2)
    expect(await hospital.messages('?state=held')).toEqual([])
  })

  it('leaves nothing behind, however much there is', async () => {
    const former = await hospital.register(other)
    const rosa = await hospital.register()
    const resource = { resourceType: 'Observation', status: 'final', subject: { reference: `Patient/${former}` } }
    const entry = Array.from({ length: 1001 }, (_, i) => ({
      resource: { ...resource, code: { text: `Reading ${i}` } },
      request: { method: 'POST', url: 'Observation' },
    }))
    const json = { resourceType: 'Bundle', type: 'transaction', entry }
    expect((await hospital.request('/fhir', { method: 'POST', json })).status).toBe(200)
    expect(await hospital.send(merge('778812', '990001'))).toBe('AA')
    const count = async (id: string) =>
      (await hospital.resource<{ total: number }>(`Observation?subject=${id}&_summary=count`)).total
    expect([await count(former), await count(rosa)]).toEqual([0, 1001])
  })

  it('of nobody who is known, or without the former number, is kept', async () => {
    expect(await hospital.send(merge('1', '2'))).toBe('AE')
    expect(await hospital.post(about('A40'))).toMatch(/MSA\|AE[\s\S]*MRG/)
    expect(await hospital.search('Patient')).toEqual([])
  })
})

it('a cancelled transfer (A12) tells where the patient is now', async () => {
  await hospital.register()
  expect(await hospital.send({ MSH: { 9: 'ADT^A01', 10: 'A' }, PV1: { 45: '' } })).toBe('AA')
  expect(
    await hospital.send({
      MSH: { 9: 'ADT^A12', 10: 'B', 7: '20250310234600-0400' },
      EVN: { 1: 'A12', 2: '20250310234500' },
      PV1: { 3: 'PSY5', 45: '' },
    }),
  ).toBe('AA')
  const stays = await hospital.search('Encounter')
  expect(stays).toHaveLength(1)
  expect(JSON.stringify(stays)).toContain('PSY5')
})
