/** A client dies: what was ahead of them is given up in the commit that tells of it, whoever tells, and says why. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { event, consent as hers, make, parcels, patch, put, say } from '../support/coordination.ts'
import { dischargeMessage } from '../support/hl7v2.ts'
import { type Hospital, openHospital } from '../support/hospital.ts'
import { tell } from '../support/partner.ts'

let hospital: Hospital
let rosa: string
beforeEach(async () => {
  hospital = await openHospital()
  rosa = await hospital.register()
  await put(hospital, { ...hers, patient: { reference: `Patient/${rosa}` } })
})
afterEach(() => hospital.stop())

const referral = {
  ...parcels,
  consentId: hers.id,
  doNotContact: 'no',
}
const hour = (time: string) => ({ start: `2025-03-${time}:00:00-04:00`, end: `2025-03-${time}:50:00-04:00` })
const read = async (member: string) => (await say(hospital, 'GET', `/coordination/${member}`)).body
const works = async (details: object) => {
  const assignee = { id: 'prl-okafor' }
  return `work-items/${await make(hospital, 'work-items', { clientId: rosa, dueAt: '2025-03-20T12:00:00Z', assignee, ...details })}`
}

/** A referral in each state that is open, as far as these events bring it. */
async function referred(...events: readonly string[]): Promise<string> {
  const member = `referrals/${await make(hospital, 'referrals', { ...referral, clientId: rosa })}`
  for (const one of events) await event(hospital, member, one, { reason: 'as it goes' })
  return member
}
async function appointed(time: object): Promise<string> {
  const member = `appointments/${await make(hospital, 'appointments', { clientId: rosa, time })}`
  await event(hospital, member, 'book')
  return member
}

const gone = { state: 'cancelled', statusReason: 'client-deceased' }

describe('what ends with the client', () => {
  it('referrals in every open state, appointments and sessions to come, and the work of seeing to them', async () => {
    const session = { clientId: rosa, kind: 'case-management', modality: 'in-person', renderer: { id: 'prl-okafor' } }
    const open = [
      await referred(),
      await referred('send'),
      await referred('send', 'receive'),
      await referred('send', 'accept', 'start'),
      await referred('send', 'accept', 'hold'),
      await appointed(hour('12T10')),
      `sessions/${await make(hospital, 'sessions', { ...session, scheduled: hour('12T10') })}`,
    ]
    const call = await works({ kind: 'call' })
    const died = await patch(hospital, `clients/${rosa}`, { deceased: '2025-03-10T23:00:00-04:00' })
    expect(died.status, JSON.stringify(died.body)).toBe(200)
    for (const member of open) expect(await read(member), member).toMatchObject(gone)
    expect(await read(call)).toMatchObject({ state: 'cancelled', reason: 'client-deceased' })
    const { at } = (await read(open[1]!)).history.at(-1)
    expect((await read(open[1]!)).history.at(-1)).toMatchObject({ from: 'requested', to: 'cancelled', event: 'withdraw' })
    // All in the commit that tells it.
    const told = await hospital.resource<{ meta: { lastUpdated: string } }>(`Patient/${rosa}`)
    expect(at).toBe(told.meta.lastUpdated)
    for (const member of open) expect((await read(member)).updatedAt).toBe(told.meta.lastUpdated)
  })

  it('not what is over, what has begun, and what is answered for all the same', async () => {
    const rejected = await referred('send', 'reject')
    const missed = await appointed(hour('10T10'))
    const note = await works({ kind: 'sign' })
    expect((await patch(hospital, `clients/${rosa}`, { deceased: true })).status).toBe(200)
    expect((await read(rejected)).state).toBe('rejected')
    expect((await read(missed)).state).toBe('booked')
    expect((await read(note)).state).toBe('open')
  })

  it('nor what is another’s', async () => {
    const theirs = await referred('send')
    const other = await hospital.register({ identifier: [{ system: 'urn:other', value: '1' }] })
    expect((await patch(hospital, `clients/${other}`, { deceased: true })).status).toBe(200)
    expect((await read(theirs)).state).toBe('requested')
  })

  it('follow-ups of a stay, and contacts owed after a crisis', async () => {
    await hospital.send()
    const crisis = { clientId: rosa, trigger: 'walk-in', riskTypes: ['suicide'], level: 'low' }
    const member = `crises/${await make(hospital, 'crises', crisis)}`
    const clinician = { id: 'prc-okafor' }
    const practitioner = { resourceType: 'Practitioner', id: 'prc-okafor', qualification: [{ code: { text: 'LCSW' } }] }
    await put(hospital, practitioner)
    await event(hospital, member, 'acknowledge', { clinician })
    await event(hospital, member, 'stabilise')
    await event(hospital, member, 'resolve', { disposition: 'stabilised-in-place' })
    const states = async () =>
      Object.fromEntries((await hospital.list('follow-ups')).map(({ policyId, state }) => [policyId, state]))
    expect(await states()).toMatchObject({ 'FUH-7@MY2025': 'open', 'CRISIS-72H': 'open' })
    await patch(hospital, `clients/${rosa}`, { deceased: true })
    expect(await states()).toMatchObject({ 'FUH-7@MY2025': 'excluded', 'CRISIS-72H': 'excluded' })
    const [owed] = (await hospital.list('follow-ups')).filter(({ policyId }) => policyId === 'CRISIS-72H')
    expect(owed!.exclusions).toMatchObject([{ code: 'died' }])
  })
})

describe('it is told', () => {
  const numbered = { MSH: { 10: 'D-1' } }
  const person = { 9: 'ADT^A31', 10: 'D-1' }
  const ways: readonly (readonly [string, () => Promise<unknown>])[] = [
    [
      'on /fhir',
      async () =>
        put(hospital, { ...(await hospital.resource(`Patient/${rosa}`)), deceasedBoolean: true } as unknown as typeof hers),
    ],
    [
      'by a message about the person',
      () => hospital.send({ MSH: person, EVN: { 1: 'A31' }, PID: { 30: 'Y' }, PV1: undefined, PV2: undefined, DG1: undefined }),
    ],
    [
      'by a message about a stay',
      () => hospital.send({ MSH: { 9: 'ADT^A08', 10: 'D-1' }, EVN: { 1: 'A08' }, PID: { 29: '202503102330' } }),
    ],
    ['by how a stay ended', () => hospital.send({ ...numbered, PV1: { 36: '20' } })],
    [
      'by a stay that is matched to them later',
      async () => {
        await hospital.send({ ...numbered, PID: { 3: '1^^^STB&2.16.840.1.113883.19.5&ISO^MR' }, PV1: { 36: '20' } })
        const [stay] = await hospital.list('discharges')
        expect((await hospital.event(`discharges/${stay!.id}`, { type: 'match', clientId: rosa })).status).toBe(200)
      },
    ],
  ]
  it.each(ways)('%s', async (_, dies) => {
    const member = await referred('send')
    const visit = await appointed(hour('12T10'))
    await dies()
    expect(await read(member)).toMatchObject(gone)
    expect(await read(visit)).toMatchObject(gone)
    expect((await hospital.resource<{ status: string }>(`ServiceRequest/${member.split('/')[1]}`)).status).toBe('revoked')
  })

  it('by a partner whose change is pulled', async () => {
    const told = await tell({ partner: 'Northwind', flavour: 'fhir-r4', push: ['Patient'], pull: ['Patient'] })
    try {
      const ines = { resourceType: 'Patient', id: 'cli-ines', name: [{ use: 'official', family: 'Vega' }] }
      await told.send(ines, { ...hers, patient: { reference: 'Patient/cli-ines' } })
      const id = await make(told.gateway, 'referrals', { ...referral, clientId: ines.id })
      const [theirs] = told.partner.all('Patient')
      told.gateway.clock.advance(60_000)
      told.partner.edit('Patient', theirs!.id, (patient) => ({ ...patient, deceasedBoolean: true }))
      await told.pull()
      const { body } = await say(told.gateway, 'GET', `/coordination/referrals/${id}`)
      expect(body).toMatchObject(gone)
    } finally {
      await told.end()
    }
  })
})

describe('once it is told', () => {
  it('a message that comes again, or the stay’s correction, gives nothing else up', async () => {
    const died = dischargeMessage({ MSH: { 10: 'D-1' }, PV1: { 36: '20' } })
    await hospital.send(died)
    const later = await referred('send')
    await hospital.send(died)
    await hospital.send({ MSH: { 9: 'ADT^A08', 10: 'D-2' }, EVN: { 1: 'A08' }, PV1: { 36: '20' } })
    expect((await read(later)).state).toBe('requested')
  })

  it('and was not true, what was given up stays so, with why; follow-ups are owed again', async () => {
    await hospital.send()
    const member = await referred('send')
    await patch(hospital, `clients/${rosa}`, { deceased: true })
    expect(await hospital.owed()).toMatchObject({ 'FUH-7@MY2025': expect.stringContaining('excluded') })
    expect((await patch(hospital, `clients/${rosa}`, { deceased: null })).status).toBe(200)
    expect(await read(member)).toMatchObject(gone)
    expect(await hospital.owed()).toMatchObject({ 'FUH-7@MY2025': expect.stringContaining('open') })
  })
})
