/** A hospital reports a discharge, and follow-ups come of it; it takes it back, changes it, repeats it, or tells it out of order. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { validate } from '../../src/fhir/validate/validate.ts'
import { authority, type Hospital, type Item, openHospital } from '../support/hospital.ts'

let hospital: Hospital
beforeEach(async () => {
  hospital = await openHospital()
})
afterEach(() => hospital.stop())

test('a discharge on Monday at 23:40 in New York', async () => {
  const client = await hospital.register()
  expect(await hospital.send()).toBe('AA')
  const [discharge, ...more] = await hospital.list('discharges')
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
  expect(await hospital.owed()).toEqual({
    'FUH-7@MY2025': '2025-03-11…2025-03-17 open',
    'FUH-30@MY2025': '2025-03-11…2025-04-09 open',
    'TCM-2BD': '2025-03-11…2025-03-12 open',
  })
})

test('whatever is written is FHIR R4, for clients and for strangers', async () => {
  await hospital.register()
  await hospital.send()
  await hospital.send({ MSH: { 10: 'SB-2' }, PID: { 3: '1^^^STB' }, PV1: { 2: 'O', 19: 'V2^^^STB' } })
  await hospital.send({ MSH: { 10: 'SB-3' }, PID: { 3: '1^^^STB' }, PV1: { 2: 'E', 19: 'V3^^^STB', 36: '09' } })
  const written = await Promise.all(['Encounter', 'Condition', 'Task'].map((type) => hospital.search(type)))
  expect(written.map((all) => all.length)).toEqual([3, 3, 3])
  for (const resource of written.flat()) expect(validate(resource)).toEqual({ structure: [], rules: [] })
})

test('how likely a return is, is counted here, and stays whatever the hospital tells', async () => {
  await hospital.register()
  await hospital.send()
  const [{ id }] = (await hospital.list('discharges')) as [Item]
  const path = `/coordination/discharges/${id}`
  const readmissionRisk = { tool: 'LACE', score: 9, components: { L: 5, A: 3, C: 0, E: 1 }, version: '2010' }
  const patch = async (body: object) => {
    const etag = (await hospital.request(path)).headers.get('etag')!
    return hospital.request(path, { method: 'PATCH', headers: { 'if-match': etag }, json: body })
  }
  const miscounted = await patch({ readmissionRisk: { ...readmissionRisk, score: 8 } })
  expect([miscounted.status, await miscounted.json()]).toMatchObject([400, { issues: [{ path: 'readmissionRisk.score' }] }])
  expect((await patch({ readmissionRisk })).status).toBe(200)
  await hospital.send({ MSH: { 9: 'ADT^A08^ADT_A01', 10: 'SB-1002' }, EVN: { 2: '20250311090000-0400' }, PV1: { 36: '02' } })
  expect((await hospital.list('discharges'))[0]).toMatchObject({ readmissionRisk, disposition: { code: '02' } })
  const [encounter] = await hospital.search('Encounter')
  expect(JSON.stringify(encounter)).toContain('/StructureDefinition/readmission-risk')
})

describe('the same message again', () => {
  test('is given the very same answer, and writes nothing', async () => {
    await hospital.register()
    const first = await hospital.post()
    const before = await hospital.list('discharges')
    hospital.clock.advance(3600_000)
    expect(await hospital.post()).toBe(first)
    expect(await hospital.list('discharges')).toEqual(before)
    expect(await hospital.list('follow-ups')).toHaveLength(3)
  })

  test('with other bytes under its id is refused as a duplicate, and kept', async () => {
    await hospital.register()
    await hospital.send()
    const text = await hospital.post({ PV1: { 36: '20' } })
    expect(text).toContain('\rMSA|AE|SB-1001')
    expect(text).toContain('205^Duplicate key identifier')
    expect((await hospital.list('discharges'))[0]?.disposition).toMatchObject({ code: '01' })
    expect(await hospital.messages('?state=held')).toHaveLength(1)
  })

  test('after seven days the counter may have come round: it is another message', async () => {
    await hospital.register()
    expect(await hospital.send()).toBe('AA')
    hospital.clock.advance(8 * 86_400_000)
    expect(await hospital.send({ PV1: { 36: '07' } })).toBe('AA')
    expect(await hospital.send({ PV1: { 36: '07' } })).toBe('AA')
    expect(await hospital.send({ PV1: { 36: '20' } })).toBe('AE')
    expect(await hospital.list('discharges')).toHaveLength(1)
  })

  test('sixteen senders at once make one discharge', async () => {
    await hospital.register()
    const answers = await Promise.all(Array.from({ length: 16 }, (_, i) => hospital.send({ MSH: { 10: `SB-${i}` } })))
    expect(new Set(answers)).toEqual(new Set(['AA']))
    expect(await hospital.list('discharges')).toHaveLength(1)
    expect(await hospital.list('follow-ups')).toHaveLength(3)
  })
})

describe('what a hospital takes back', () => {
  const back = { MSH: { 9: 'ADT^A13^ADT_A01', 10: 'SB-1002' }, EVN: { 1: 'A13', 2: '20250311001000' } }

  test('a cancelled discharge undoes its follow-ups; a new one reinstates them', async () => {
    await hospital.register()
    await hospital.send()
    const before = await hospital.list('follow-ups')
    expect(await hospital.send(back)).toBe('AA')
    const [cancelled] = await hospital.list('discharges')
    expect(cancelled).toMatchObject({ state: 'cancelled' })
    expect(cancelled).not.toHaveProperty('dischargedAt')
    expect((await hospital.list('follow-ups')).map((one) => [one.state, one.exclusions])).toEqual(
      Array(3).fill(['excluded', [{ code: 'discharge-cancelled' }]]),
    )
    expect(await hospital.resource(`Encounter/${cancelled!.id}`)).toMatchObject({ status: 'in-progress' })

    hospital.clock.advance(2 * 86_400_000)
    expect(await hospital.send({ MSH: { 10: 'SB-1003' }, EVN: { 2: '20250312100000' }, PV1: { 45: '20250312095500' } })).toBe(
      'AA',
    )
    expect(await hospital.owed()).toMatchObject({ 'FUH-7@MY2025': '2025-03-13…2025-03-19 open' })
    const ids = (all: readonly Item[]) => all.map((one) => one.id).sort()
    expect(ids(await hospital.list('follow-ups'))).toEqual(ids(before))
  })

  test('a cancellation that overtakes the discharge holds, when that comes at last', async () => {
    await hospital.register()
    await hospital.send(back)
    await hospital.send()
    expect((await hospital.list('discharges')).map((one) => one.state)).toEqual(['cancelled'])
    expect(await hospital.list('follow-ups')).toEqual([])
  })

  test('a cancelled admission leaves nobody in hospital', async () => {
    await hospital.register()
    await hospital.send({ MSH: { 9: 'ADT^A01^ADT_A01' }, EVN: { 1: 'A01', 2: '20250302082000' } })
    await hospital.send({ MSH: { 9: 'ADT^A11^ADT_A09', 10: 'SB-1002' }, EVN: { 1: 'A11', 2: '20250302090000' } })
    const [cancelled] = await hospital.list('discharges')
    expect(cancelled).toMatchObject({ state: 'cancelled' })
    expect(await hospital.resource(`Encounter/${cancelled!.id}`)).toMatchObject({ status: 'cancelled' })
  })
})

test('a planned admission is planned until it begins, and is no readmission', async () => {
  await hospital.register()
  const plan = { MSH: { 9: 'ADT^A05^ADT_A05', 10: 'SB-0999' }, EVN: { 1: 'A05', 2: '20250301090000' }, PV1: { 36: '', 45: '' } }
  expect(await hospital.send(plan)).toBe('AA')
  const status = async () => (await hospital.search<{ status: string; period?: object }>('Encounter'))[0]!
  expect(await status()).toMatchObject({ status: 'planned' })
  expect(await status()).not.toHaveProperty('period')
  await hospital.send({
    MSH: { 9: 'ADT^A01^ADT_A01', 10: 'SB-1000' },
    EVN: { 1: 'A01', 2: '20250302082000' },
    PV1: { 36: '', 45: '' },
  })
  expect(await status()).toMatchObject({ status: 'in-progress', period: { start: '2025-03-02T08:15:00-05:00' } })
  await hospital.send()
  expect(await status()).toMatchObject({ status: 'finished' })
  expect(await hospital.search('Encounter')).toHaveLength(1)
})

describe('in whatever order', () => {
  const admit = {
    MSH: { 9: 'ADT^A01^ADT_A01', 10: 'SB-1000' },
    EVN: { 1: 'A01', 2: '20250302082000' },
    PV1: { 36: '', 45: '' },
    DG1: { 3: 'F32.9^Depression^I10C', 6: 'A', 15: '' },
  }
  const update = {
    MSH: { 9: 'ADT^A08^ADT_A01', 10: 'SB-1004' },
    EVN: { 1: 'A08', 2: '20250311090000' },
    PV1: { 36: '07' },
    DG1: { 3: 'F33.2^Recurrent depression^I10C' },
  }

  test('admission, discharge and a later correction come to the same, however they arrive', async () => {
    const stories = [
      [admit, {}, update],
      [update, {}, admit],
      [{}, update, admit],
      [update, admit, {}],
    ]
    const told: unknown[] = []
    for (const story of stories) {
      await hospital.stop()
      hospital = await openHospital()
      await hospital.register()
      for (const message of story) expect(await hospital.send(message)).toBe('AA')
      const [discharge] = await hospital.list('discharges')
      const { id: _, version: __, updatedAt: ___, sourceMessageId: ____, diagnoses, ...rest } = discharge!
      told.push({
        ...rest,
        diagnoses: (diagnoses as { code: object; role: string }[]).map(({ code, role }) => ({ code, role })),
        owed: await hospital.owed(),
      })
    }
    for (const one of told) expect(one).toEqual(told[0])
    expect(told[0]).toMatchObject({
      disposition: { code: '07' },
      admittedAt: '2025-03-02T08:15:00-05:00',
      state: 'obligations-created',
    })
  })

  test('an older correction does not overwrite a newer one', async () => {
    await hospital.register()
    await hospital.send()
    await hospital.send(update)
    await hospital.send({
      MSH: { 9: 'ADT^A08^ADT_A01', 10: 'SB-1005' },
      EVN: { 1: 'A08', 2: '20250311080000' },
      PV1: { 36: '20' },
    })
    expect((await hospital.list('discharges'))[0]).toMatchObject({ disposition: { code: '07' } })
  })

  test('who is admitted is in hospital, and no discharge', async () => {
    const client = await hospital.register()
    await hospital.send(admit)
    expect(await hospital.list('discharges')).toEqual([])
    expect(await hospital.search(`Encounter?patient=${client}`)).toMatchObject([
      { status: 'in-progress', class: { code: 'IMP' }, period: { start: '2025-03-02T08:15:00-05:00' } },
    ])
  })

  test('two dispositions in sequence: the later one counts, with all that follows from it', async () => {
    await hospital.register()
    await hospital.send()
    await hospital.send({ MSH: { 10: 'SB-1006' }, EVN: { 2: '20250311010000' }, PV1: { 36: '65' } })
    expect(await hospital.owed()).toMatchObject({ 'FUH-7@MY2025': '2025-03-11…2025-03-17 excluded' })
    await hospital.send({
      MSH: { 9: 'ADT^A08^ADT_A01', 10: 'SB-1007' },
      EVN: { 1: 'A08', 2: '20250311020000' },
      PV1: { 36: '""' },
    })
    expect((await hospital.list('discharges'))[0]).not.toHaveProperty('disposition')
    expect(await hospital.owed()).toMatchObject({ 'FUH-7@MY2025': '2025-03-11…2025-03-17 open' })
  })
})

describe('whose it is', () => {
  test('a stranger makes no client: the discharge waits, and goes nowhere, until somebody matches it', async () => {
    await hospital.send()
    expect(await hospital.search('Patient')).toEqual([])
    const [waiting] = await hospital.list('discharges')
    expect(waiting).toMatchObject({
      state: 'notified',
      patientIdentifier: { system: authority, value: '778812' },
    })
    expect(waiting).not.toHaveProperty('clientId')
    const { subject } = await hospital.resource(`Encounter/${waiting!.id}`)
    expect(subject).toEqual({ identifier: { system: authority, value: '778812' } })
    expect(await hospital.list('follow-ups')).toEqual([])

    const client = await hospital.register({ identifier: [{ system: 'http://other.example', value: '1' }] })
    const event = (json: object) => hospital.event(`discharges/${waiting!.id}`, json)
    expect((await event({ type: 'match', clientId: 'nobody' })).status).toBe(422)
    expect((await event({ type: 'match' })).status).toBe(400)
    expect((await event({ type: 'match', clientId: client })).status).toBe(200)
    expect((await hospital.list('discharges'))[0]).toMatchObject({ clientId: client, state: 'obligations-created' })
    expect(await hospital.list('follow-ups')).toHaveLength(3)
    expect(await hospital.search(`Condition?patient=${client}`)).toHaveLength(1)
    // Matched once, it stays matched.
    await hospital.send({ MSH: { 9: 'ADT^A08^ADT_A01', 10: 'SB-1008' }, EVN: { 1: 'A08', 2: '20250311090000' } })
    expect((await hospital.list('discharges'))[0]).toMatchObject({ clientId: client })
    expect((await event({ type: 'match', clientId: client })).status).toBe(409)
  })

  test('two clients with the identifier are nobody, and the message says so', async () => {
    await hospital.register()
    await hospital.register()
    expect(await hospital.send()).toBe('AA')
    expect((await hospital.list('discharges'))[0]).toMatchObject({ state: 'notified' })
    const [message] = await hospital.messages()
    expect(message!.issues.map((issue) => issue.message)).toContain('several clients have these identifiers: match it by hand')
  })

  test('a record that was merged leads to the one that replaced it', async () => {
    const kept = await hospital.register({ identifier: [{ system: 'http://other.example', value: '1' }] })
    await hospital.register({ active: false, link: [{ type: 'replaced-by', other: { reference: `Patient/${kept}` } }] })
    await hospital.send()
    expect((await hospital.list('discharges'))[0]).toMatchObject({ clientId: kept })
  })
})

describe('told otherwise', () => {
  test('a person tells of a discharge: it opens the same follow-ups, and the hospital may tell of it later', async () => {
    const client = await hospital.register()
    const json = {
      clientId: client,
      encounterClass: 'inpatient-acute-psych',
      dischargedAt: '2025-03-10T23:40:00-04:00',
      timeZone: 'America/New_York',
      facility: { external: { display: 'St. Brendan’s' } },
      visitNumber: { system: authority, value: 'V90017' },
      diagnoses: [{ code: { codings: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'F32.2' }] }, role: 'principal' }],
    }
    const answer = await hospital.request('/coordination/discharges', { method: 'POST', json })
    expect(answer.status).toBe(201)
    expect(await hospital.list('discharges')).toMatchObject([
      { state: 'obligations-created', source: 'portal', clientId: client },
    ])
    expect(await hospital.list('follow-ups')).toHaveLength(3)
    await hospital.send()
    expect(await hospital.list('discharges')).toMatchObject([
      { source: 'portal', disposition: { code: '01' }, admittedAt: '2025-03-02T08:15:00-05:00' },
    ])
    expect(await hospital.search(`Condition?patient=${client}`)).toMatchObject([{ subject: { reference: `Patient/${client}` } }])
    expect(await hospital.list('follow-ups')).toHaveLength(3)
  })

  test('without a client, a facility or a time, or with a computed field it is refused', async () => {
    const post = async (json: object) => (await hospital.request('/coordination/discharges', { method: 'POST', json })).status
    const told = { clientId: 'c', encounterClass: 'ed', dischargedAt: '2025-03-10T23:40:00-04:00', timeZone: 'America/New_York' }
    const whole = { ...told, facility: { id: 'org-x' } }
    const { clientId: _, ...stranger } = whole
    expect(await post(stranger)).toBe(400)
    expect(await post(told)).toBe(400)
    expect(await post({ ...whole, dischargedAt: '2025-03-10' })).toBe(400)
    expect(await post({ ...whole, readmissionOf: 'x' })).toBe(422)
  })

  test('an EHR wrote the stay on /fhir: the message completes it, and doubles nothing', async () => {
    const client = await hospital.register()
    const condition = {
      resourceType: 'Condition',
      id: 'ehr-1',
      subject: { reference: `Patient/${client}` },
      code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'F32.2', display: 'as the EHR calls it' }] },
    }
    await hospital.request('/fhir/Condition/ehr-1', { method: 'PUT', json: condition })
    const encounter = {
      resourceType: 'Encounter',
      identifier: [{ system: authority, value: 'V90017' }],
      status: 'finished',
      class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
      subject: { reference: `Patient/${client}`, display: 'R. Quintero' },
      period: { start: '2025-03-02T08:15:00-05:00', end: '2025-03-10T23:40:00-04:00' },
      diagnosis: [{ condition: { reference: 'Condition/ehr-1' } }],
      priority: { text: 'urgent' },
    }
    await hospital.request('/fhir/Encounter', { method: 'POST', json: encounter })
    expect(await hospital.list('follow-ups')).toHaveLength(3)
    expect(await hospital.send()).toBe('AA')
    expect(await hospital.search(`Encounter?patient=${client}`)).toMatchObject([
      { priority: { text: 'urgent' }, subject: { display: 'R. Quintero' } },
    ])
    expect(await hospital.search(`Condition?patient=${client}`)).toMatchObject([{ id: 'ehr-1' }])
    expect(await hospital.list('follow-ups')).toHaveLength(3)
  })

  test('a patient of an outpatient clinic is registered and leaves: a visit, and no discharge', async () => {
    const client = await hospital.register()
    const visit = { 2: 'O', 10: '', 19: 'OP1^^^STB', 36: '' }
    await hospital.send({ MSH: { 9: 'ADT^A04^ADT_A01' }, EVN: { 1: 'A04', 2: '20250310200000' }, PV1: { ...visit, 45: '' } })
    expect(await hospital.search(`Encounter?patient=${client}`)).toMatchObject([
      { status: 'in-progress', class: { code: 'AMB' } },
    ])
    await hospital.send({ MSH: { 10: 'SB-2' }, PV1: visit })
    expect(await hospital.search(`Encounter?patient=${client}`)).toMatchObject([{ status: 'finished', class: { code: 'AMB' } }])
    expect([await hospital.list('discharges'), await hospital.list('follow-ups')]).toEqual([[], []])
  })
})
