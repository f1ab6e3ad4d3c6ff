/** What is owed after a discharge: until when, what satisfies it, what ends it. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemDesk } from '../support/gateway.ts'
import type { Changes } from '../support/hl7v2.ts'
import { type Hospital, openHospital } from '../support/hospital.ts'
import { putStraight } from '../support/straight.ts'

let hospital: Hospital
let rosa: string
beforeEach(async () => {
  hospital = await openHospital()
  rosa = await hospital.register()
})
afterEach(() => hospital.stop())

const day = 86_400_000

/** An emergency visit for depression on 10 March. */
const emergency: Changes = {
  MSH: { 9: 'ADT^A03^ADT_A03', 10: 'ED-1' },
  PV1: { 2: 'E', 10: '', 19: 'E500^^^STB', 44: '20250310180000', 45: '20250310220000' },
}

async function practitioner(qualification: object[]): Promise<string> {
  const json = { resourceType: 'Practitioner', name: [{ family: 'Adeyemi' }], qualification }
  const answer = await hospital.request('/fhir/Practitioner', { method: 'POST', json })
  return ((await answer.json()) as { id: string }).id
}

/** A session of half an hour, held and (unless told otherwise) signed. */
async function session(start: string, changes: object = {}, sign = true): Promise<string> {
  const renderer = await practitioner([{ code: { coding: [{ code: 'LCSW' }], text: 'LCSW' } }])
  const end = new Date(Date.parse(start) + 30 * 60_000).toISOString()
  const body = {
    clientId: rosa,
    kind: 'individual-counselling',
    modality: 'in-person',
    renderer: { id: renderer },
    actual: { start, end },
    note: { plan: 'To meet again in a week' },
    ...changes,
  }
  const answer = await hospital.request('/coordination/sessions', { method: 'POST', json: body })
  if (answer.status !== 201) throw new Error(await answer.text())
  const { id } = (await answer.json()) as { id: string }
  for (const type of ['book', 'start', 'complete', ...(sign ? ['sign'] : [])]) {
    const moved = await hospital.event(`sessions/${id}`, { type })
    if (moved.status !== 200) throw new Error(`${type}: ${await moved.text()}`)
  }
  return id
}

const followUp = async (policy: string) => (await hospital.list('follow-ups')).find((one) => one.policyId === policy)!

describe('what satisfies', () => {
  test('a signed session with a social worker satisfies all three, and is named as the evidence', async () => {
    await hospital.send()
    hospital.clock.advance(day)
    const id = await session('2025-03-11T15:00:00-04:00')
    expect(await hospital.owed()).toEqual({
      'FUH-7@MY2025': '2025-03-11…2025-03-17 satisfied',
      'FUH-30@MY2025': '2025-03-11…2025-04-09 satisfied',
      'TCM-2BD': '2025-03-11…2025-03-12 satisfied',
    })
    expect((await followUp('FUH-7@MY2025')).evidence).toEqual([
      { ref: `Encounter/${id}`, at: '2025-03-11T15:00:00-04:00', rule: 'visit-with-mental-health-provider', accepted: true },
    ])
    expect((await hospital.list('discharges'))[0]).toMatchObject({ state: 'measure-closed' })
  })

  test('one under 42 CFR Part 2 does, too: what is told of it is under its label', async () => {
    await hospital.send()
    hospital.clock.advance(day)
    const labels = async () =>
      (await hospital.search<{ meta: { security?: { code: string }[] } }>('Task')).map(({ meta }) => meta.security?.[0]?.code)
    const id = await session('2025-03-11T15:00:00-04:00')
    expect(await labels()).toEqual([undefined, undefined, undefined])
    const path = `/coordination/sessions/${id}`
    const headers = {
      'if-match': (await hospital.request(path)).headers.get('etag') ?? '',
      'content-type': 'application/merge-patch+json',
    }
    const changed = await hospital.request(path, { method: 'PATCH', headers, json: { legalBasis: ['42CFRPart2'] } })
    expect(changed.status, await changed.text()).toBe(200)
    expect(await labels()).toEqual(['42CFRPart2', '42CFRPart2', '42CFRPart2'])
  })

  test('unsigned it satisfies nothing; entered in error it never did', async () => {
    await hospital.send()
    hospital.clock.advance(day)
    const id = await session('2025-03-11T15:00:00-04:00', {}, false)
    expect((await followUp('FUH-7@MY2025')).state).toBe('open')
    await hospital.event(`sessions/${id}`, { type: 'sign' })
    expect((await followUp('FUH-7@MY2025')).state).toBe('satisfied')
    expect((await hospital.event(`sessions/${id}`, { type: 'mark-error', reason: 'another client' })).status).toBe(200)
    expect((await followUp('FUH-7@MY2025')).state).toBe('open')
  })

  test('on the day of discharge it is too early', async () => {
    await hospital.send()
    await session('2025-03-10T23:50:00-04:00')
    expect((await followUp('FUH-7@MY2025')).state).toBe('open')
  })

  test('a call to arrange things is seen to satisfy transitional care, and not the measure', async () => {
    await hospital.send()
    hospital.clock.advance(day)
    const telehealth = { clientLocation: 'home', clientState: 'NY', providerState: 'NY', consentToTelehealth: true }
    await session('2025-03-11T15:00:00-04:00', { kind: 'case-management', modality: 'audio-only', telehealth })
    expect((await followUp('TCM-2BD')).state).toBe('satisfied')
    const measure = await followUp('FUH-7@MY2025')
    expect(measure.state).toBe('open')
    expect(measure.evidence).toMatchObject([{ accepted: false, why: expect.stringContaining('kind') }])
    expect((await hospital.list('discharges'))[0]).toMatchObject({ state: 'in-follow-up' })
  })

  test('after the last day it is late, and still said', async () => {
    await hospital.send()
    hospital.clock.advance(10 * day)
    await session('2025-03-20T15:00:00-04:00')
    expect(await hospital.owed()).toEqual({
      'FUH-7@MY2025': '2025-03-11…2025-03-17 satisfied-late',
      'FUH-30@MY2025': '2025-03-11…2025-04-09 satisfied',
      'TCM-2BD': '2025-03-11…2025-03-12 satisfied-late',
    })
  })
})

describe('the clock', () => {
  test('what was due yesterday is missed, whether or not a timer ran; the timer tells the partners', async () => {
    await hospital.send()
    hospital.clock.now = Date.UTC(2025, 2, 13, 3, 59)
    expect((await followUp('TCM-2BD')).state).toBe('open')
    hospital.clock.now = Date.UTC(2025, 2, 13, 4, 0)
    expect((await followUp('TCM-2BD')).state).toBe('missed')
    expect(await hospital.list('follow-ups?state=missed')).toHaveLength(1)
    const { id } = await followUp('TCM-2BD')
    expect(await hospital.resource(`Task/${id}`)).toMatchObject({ status: 'requested' })

    const desk = await hospital.gateway.desk({
      kind: 'system',
      id: 'system',
      tenant: 'default',
      scopes: [],
      purpose: 'HOPERAT',
      visible: 'everything',
    })
    expect(await desk.passDueDates()).toEqual({ ok: true, value: 1 })
    expect(await hospital.resource(`Task/${id}`)).toMatchObject({ status: 'failed' })
    expect(await desk.passDueDates()).toEqual({ ok: true, value: 0 })
  })

  test('a last day that has passed is committed, however many others stay as they are told', async () => {
    await putStraight(
      hospital,
      Array.from({ length: 1001 }, (_, i) => ({
        ...{ resourceType: 'Task', id: `told-${i}`, status: 'requested', intent: 'order' },
        code: { coding: [{ system: 'https://warm-handoff.example/fhir/CodeSystem/obligation-policy', code: 'PAYER-OWN' }] },
        for: { reference: 'Patient/somebody' },
        restriction: { period: { end: '2024-01-01' } },
      })),
    )
    await hospital.send()
    hospital.clock.advance(40 * day)
    const desk = await systemDesk(hospital)
    expect(await desk.passDueDates()).toEqual({ ok: true, value: 1 })
    expect(await hospital.search('Task?code=TCM-2BD')).toEqual([expect.objectContaining({ status: 'failed' })])
  })

  test('a discharge that is reported a year late is missed at once', async () => {
    hospital.clock.now = Date.UTC(2026, 5, 1)
    await hospital.send()
    expect(Object.values(await hospital.owed()).map((one) => one.split(' ')[1])).toEqual(['missed', 'missed', 'missed'])
  })

  test('discharges on the day when the clocks change are due by the calendar', async () => {
    hospital.clock.now = Date.UTC(2025, 2, 9, 12)
    await hospital.send({ MSH: { 7: '20250309035000-0400' }, EVN: { 2: '20250309034000' }, PV1: { 45: '20250309033000' } })
    expect((await hospital.list('discharges'))[0]).toMatchObject({ dischargedAt: '2025-03-09T03:30:00-04:00' })
    expect(await hospital.owed()).toMatchObject({ 'FUH-7@MY2025': '2025-03-10…2025-03-16 open' })
  })
})

describe('chains of stays', () => {
  test('a readmission sets the measure back: only the last discharge counts', async () => {
    await hospital.send()
    hospital.clock.now = Date.UTC(2025, 2, 20, 12)
    const second = { 2: 'I', 10: 'PSY', 19: 'V90099^^^STB', 44: '20250319100000' }
    await hospital.send({
      MSH: { 9: 'ADT^A01^ADT_A01', 10: 'SB-2001' },
      EVN: { 1: 'A01', 2: '20250319101000' },
      PV1: { ...second, 36: '', 45: '' },
    })
    expect(await hospital.owed()).toMatchObject({ 'FUH-7@MY2025': '2025-03-11…2025-03-17 excluded' })
    hospital.clock.now = Date.UTC(2025, 2, 25, 12)
    await hospital.send({ MSH: { 10: 'SB-2002' }, EVN: { 2: '20250325070000' }, PV1: { ...second, 45: '20250325065000' } })
    const discharges = await hospital.list('discharges')
    const [first, last] = ['V90017', 'V90099'].map(
      (number) => discharges.find((one) => (one.visitNumber as { value: string }).value === number)!,
    )
    expect(first).toMatchObject({ state: 'readmitted' })
    expect(last).toMatchObject({ state: 'obligations-created', readmissionOf: first!.id })
    const measures = (await hospital.list('follow-ups')).filter((one) => one.policyId === 'FUH-7@MY2025')
    expect(measures.map((one) => [one.dischargeId, one.dueTo, one.state]).sort()).toEqual(
      [
        [first!.id, '2025-03-17', 'excluded'],
        [last!.id, '2025-04-01', 'open'],
      ].sort(),
    )
  })

  test('an emergency visit counts its own day; one that ends in a bed does not count at all', async () => {
    await hospital.send(emergency)
    expect(await hospital.owed()).toEqual({
      'FUM-7@MY2025': '2025-03-10…2025-03-17 open',
      'FUM-30@MY2025': '2025-03-10…2025-04-09 open',
    })
    await hospital.send({
      MSH: { 9: 'ADT^A01^ADT_A01', 10: 'SB-3001' },
      EVN: { 1: 'A01', 2: '20250310221500' },
      PV1: { 44: '20250310221000', 45: '', 36: '' },
    })
    expect((await followUp('FUM-7@MY2025')).exclusions).toEqual([{ code: 'admitted', at: '2025-03-10T22:10:00-04:00' }])
  })

  test('who dies in hospital is owed nothing, and nothing that was open before', async () => {
    await hospital.send(emergency)
    await hospital.send({ PV1: { 36: '20' } })
    const states = (await hospital.list('follow-ups')).map((one) => `${one.policyId} ${one.state}`).sort()
    expect(states).toEqual([
      'FUH-30@MY2025 excluded',
      'FUH-7@MY2025 excluded',
      'FUM-30@MY2025 excluded',
      'FUM-7@MY2025 excluded',
      'TCM-2BD excluded',
    ])
  })
})

describe('what people add', () => {
  test('attempts that reached nobody, evidence from outside, an exclusion with its document', async () => {
    await hospital.send()
    const { id } = await followUp('FUH-7@MY2025')
    expect((await hospital.event(`follow-ups/${id}`, { type: 'attempt' })).status).toBe(400)
    expect((await hospital.event(`follow-ups/${id}`, { type: 'attempt', channel: 'phone', outcome: 'no-answer' })).status).toBe(
      200,
    )
    expect(await followUp('FUH-7@MY2025')).toMatchObject({
      state: 'attempted',
      attempts: [{ channel: 'phone', outcome: 'no-answer' }],
    })
    expect((await hospital.list('discharges'))[0]).toMatchObject({ state: 'in-follow-up' })

    expect(
      (await hospital.event(`follow-ups/${id}`, { type: 'exclude', code: 'client-declined', documentId: 'none' })).status,
    ).toBe(422)
    const outside = { type: 'add-evidence', ref: 'DocumentReference/letter', occurredAt: '2025-03-13T09:00:00-04:00' }
    expect((await hospital.event(`follow-ups/${id}`, outside)).status).toBe(200)
    expect(await followUp('FUH-7@MY2025')).toMatchObject({ state: 'satisfied' })
    expect(await followUp('FUH-30@MY2025')).toMatchObject({ state: 'open' })
  })

  test('nobody satisfies or misses one by hand, nor moves its dates', async () => {
    await hospital.send()
    const { id } = await followUp('FUH-7@MY2025')
    expect((await hospital.event(`follow-ups/${id}`, { type: 'satisfy' })).status).toBe(409)
    const read = await hospital.request(`/coordination/follow-ups/${id}`)
    const headers = { 'if-match': read.headers.get('etag')! }
    const moved = await hospital.request(`/coordination/follow-ups/${id}`, {
      method: 'PATCH',
      headers: { ...headers, 'content-type': 'application/merge-patch+json' },
      json: { dueTo: '2025-12-31' },
    })
    expect(moved.status).toBe(422)
  })

  test('they are listed by the day they are due', async () => {
    await hospital.send()
    expect((await hospital.list('follow-ups?due=le2025-03-12&state=open')).map((one) => one.policyId)).toContain('TCM-2BD')
    expect((await hospital.list(`follow-ups?client=${rosa}`)).length).toBe(3)
    expect(await hospital.list('follow-ups?client=nobody')).toEqual([])
  })
})
