/** A crisis is opened by a person or a rule, acknowledged in time or sent up the line, and followed until the client was seen again. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { event, gatewayWith, marisol, patch, put, say } from '../support/coordination.ts'
import { systemDesk, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await gatewayWith(marisol)
})
afterEach(() => gateway.stop())

const minutes = (count: number) => count * 60_000
const opened = async (more: object = {}) => {
  const answer = await say(gateway, 'POST', '/coordination/crises', {
    clientId: 'cli-marisol',
    trigger: 'call-988',
    riskTypes: ['suicide'],
    level: 'acute',
    ...more,
  })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return `crises/${answer.body.id}`
}
const read = async (member: string) => (await say(gateway, 'GET', `/coordination/${member}`)).body
const send = (member: string, body: object) => say(gateway, 'POST', `/coordination/${member}/events`, body)
/** Everything with the identifier of the crisis, by type. */
const resources = async (type: string, member: string) => {
  const { identifiers } = await read(member)
  const { system, value } = identifiers[0]
  const { body } = await say(gateway, 'GET', `/fhir/${type}?identifier=${encodeURIComponent(`${system}|${value}`)}`)
  return (body.entry ?? []).map(({ resource }: { resource: object }) => resource)
}
const clinician = { id: 'prc-okafor' }

describe('a crisis', () => {
  it('is a flag, a risk, an intervention and an alert that share a number; the flag says no more than it must', async () => {
    const member = await opened()
    const [flag] = await resources('Flag', member)
    expect(flag).toMatchObject({
      status: 'active',
      code: { text: 'Safety concern' },
      subject: { reference: 'Patient/cli-marisol' },
    })
    const security = ['PSY', 'R']
    for (const type of ['Flag', 'RiskAssessment', 'Procedure', 'Communication']) {
      const [resource, ...others] = await resources(type, member)
      expect(others, type).toEqual([])
      expect(resource.subject, type).toEqual({ reference: 'Patient/cli-marisol' })
      expect(resource.meta.security.map(({ code }: { code: string }) => code).sort(), type).toEqual(security)
    }
    expect((await resources('RiskAssessment', member))[0]).toMatchObject({
      prediction: [{ qualitativeRisk: { coding: [{ code: 'acute' }] } }],
    })
    expect((await resources('Communication', member))[0]).toMatchObject({ status: 'in-progress', priority: 'stat' })
  })

  it('goes up the line when nobody acknowledges it, timer or not, and once', async () => {
    const member = await opened()
    expect(await read(member)).toMatchObject({ acknowledgeBy: expect.stringMatching('^2026-03-02T09:45:00'), escalations: [] })
    gateway.clock.advance(minutes(16))
    const seen = (await read(member)).escalations
    expect(seen).toMatchObject([{ at: expect.stringMatching('^2026-03-02T09:45:00'), to: 'supervisor' }])
    expect(await resources('Communication', member)).toHaveLength(1)
    const desk = await systemDesk(gateway)
    expect(await desk.escalateCrises()).toEqual({ ok: true, value: 1 })
    expect(await desk.escalateCrises()).toEqual({ ok: true, value: 0 })
    expect(await read(member)).toMatchObject({ escalations: [{ at: seen[0].at, to: 'supervisor' }] })
    expect(await resources('Communication', member)).toContainEqual(
      expect.objectContaining({ status: 'in-progress', recipient: [{ display: 'supervisor' }] }),
    )
    gateway.clock.advance(minutes(15))
    expect((await read(member)).escalations.map(({ to }: { to: string }) => to)).toEqual(['supervisor', 'on-call'])
    await event(gateway, member, 'acknowledge', { clinician })
    gateway.clock.advance(minutes(600))
    expect((await read(member)).escalations).toHaveLength(2)
  })

  it('of a high level waits an hour, of a lower one as long as it takes', async () => {
    const high = await opened({ level: 'high' })
    const low = await opened({ level: 'moderate' })
    gateway.clock.advance(minutes(59))
    expect((await read(high)).escalations).toEqual([])
    gateway.clock.advance(minutes(2))
    expect((await read(high)).escalations).toHaveLength(1)
    expect(await read(low)).toMatchObject({ escalations: [] })
    expect(await read(low)).not.toHaveProperty('acknowledgeBy')
  })

  it('is acknowledged by a licensed clinician, and the alerts are over', async () => {
    const qualification = [{ code: { text: 'LCSW' }, period: { end: '2025-12-31' } }]
    await put(gateway, { resourceType: 'Practitioner', id: 'prc-lapsed', qualification })
    const member = await opened()
    expect((await send(member, { type: 'acknowledge' })).status).toBe(400)
    const refused = await send(member, { type: 'acknowledge', clinician: { id: 'prc-lapsed' } })
    expect([refused.status, refused.body.issues[0].path]).toEqual([422, 'clinician'])
    await put(gateway, { resourceType: 'Practitioner', id: 'prc-okafor', qualification: [{ code: { text: 'LCSW' } }] })
    expect(await event(gateway, member, 'acknowledge', { clinician })).toMatchObject({
      state: 'acknowledged',
      acknowledgedBy: { clinician },
    })
    expect(await resources('Communication', member)).toMatchObject([{ status: 'completed' }])
  })

  it('of a grave level is not resolved without a disposition; then somebody owes a contact within a day', async () => {
    const member = await opened()
    expect((await send(member, { type: 'resolve' })).body.allowed).toEqual(['acknowledge', 'transfer', 'mark-error'])
    await event(gateway, member, 'acknowledge', { clinician })
    await event(gateway, member, 'stabilise')
    const refused = await send(member, { type: 'resolve' })
    expect([refused.status, refused.body.issues[0].path]).toEqual([422, 'disposition'])
    const resolved = await event(gateway, member, 'resolve', { disposition: 'stabilised-in-place' })
    expect(resolved).toMatchObject({ state: 'resolved', disposition: 'stabilised-in-place', followUps: [expect.any(String)] })
    expect(await read(`follow-ups/${resolved.followUps[0]}`)).toMatchObject({
      policyId: 'CRISIS-24H',
      crisisEventId: member.split('/')[1],
      dueFrom: '2026-03-02',
      dueTo: '2026-03-03',
      state: 'open',
    })
    expect((await resources('Procedure', member))[0]).toMatchObject({ status: 'completed' })
    expect((await resources('Flag', member))[0].status).toBe('active')
    const seen = { ref: 'Encounter/ses-1', occurredAt: '2026-03-03T10:00:00Z' }
    await event(gateway, `follow-ups/${resolved.followUps[0]}`, 'add-evidence', seen)
    await event(gateway, member, 'follow-up')
    expect((await resources('Flag', member))[0].status).toBe('inactive')
  })

  it('is handed over to a named person', async () => {
    const member = await opened({ level: 'moderate' })
    expect((await send(member, { type: 'transfer' })).status).toBe(400)
    const transferredTo = { org: { id: 'org-mobile' }, person: 'R. Ames' }
    expect(await event(gateway, member, 'transfer', { transferredTo })).toMatchObject({
      state: 'transferred',
      transferredTo: { ...transferredTo, at: expect.any(String) },
    })
  })

  it('keeps what was done; what is computed is nobody’s to set', async () => {
    const member = await opened()
    const call = {
      at: '2026-03-02T09:31:00Z',
      actor: 'PractitionerRole/prl-okafor',
      kind: 'call-988',
      note: 'Stayed on the line',
    }
    const added = await patch(gateway, member, { actions: [call] })
    expect(added.body.actions).toMatchObject([call])
    expect((await resources('Procedure', member))[0].note).toMatchObject([{ text: 'call-988: Stayed on the line' }])
    expect((await patch(gateway, member, { actions: [] })).status).toBe(422)
    expect((await patch(gateway, member, { closedAt: '2026-03-02T10:00:00Z' })).body.issues).toEqual([
      { path: 'closedAt', message: 'is computed and cannot be set' },
    ])
  })

  it('entered in error takes all of it along', async () => {
    const member = await opened()
    await event(gateway, member, 'mark-error')
    for (const type of ['Flag', 'RiskAssessment', 'Procedure'])
      expect((await resources(type, member))[0].status, type).toBe('entered-in-error')
  })

  it('stands in the client’s timeline', async () => {
    const member = await opened()
    const { body } = await say(gateway, 'GET', '/coordination/clients/cli-marisol/timeline')
    expect(body.items).toContainEqual(expect.objectContaining({ collection: 'crises', id: member.split('/')[1] }))
  })
})

describe('a rule', () => {
  const yes = { coding: { system: 'http://loinc.org', code: 'LA33-6' } }
  const no = { coding: { system: 'http://loinc.org', code: 'LA32-8' } }
  const screened = async (answers: readonly object[]) => {
    const codes = ['93246-7', '93247-5', '93248-3', '93249-1', '93250-9', '93267-3']
    const made = await say(gateway, 'POST', '/coordination/assessments', {
      clientId: 'cli-marisol',
      kind: 'risk',
      instrument: { id: 'c-ssrs-screener' },
      administeredAt: '2026-03-02T09:00:00Z',
      mode: 'phone',
      respondent: 'client',
      items: answers.map((answer, i) => ({ linkId: `/${codes[i]}`, answers: [answer] })),
    })
    await event(gateway, `assessments/${made.body.id}`, 'start')
    return event(gateway, `assessments/${made.body.id}`, 'complete')
  }
  const crises = async () => (await say(gateway, 'GET', '/coordination/crises?client=cli-marisol')).body.items

  it('opens a crisis in the commit that found the risk', async () => {
    const done = await screened([yes, yes, no, yes, no, no])
    const [crisis, ...others] = await crises()
    expect(others).toEqual([])
    expect(crisis).toMatchObject({
      trigger: 'instrument-rule',
      level: 'high',
      riskTypes: ['suicide'],
      assessments: [done.id],
      state: 'open',
      updatedAt: done.updatedAt,
    })
  })

  it('joins the crisis that is open, and opens none for less', async () => {
    await screened([yes, yes, yes, no, no, no])
    expect(await crises()).toEqual([])
    const member = await opened({ level: 'moderate', riskTypes: ['violence'] })
    const done = await screened([yes, yes, no, yes, no, no])
    expect(await crises()).toMatchObject([
      { id: member.split('/')[1], level: 'high', riskTypes: ['violence', 'suicide'], assessments: [done.id] },
    ])
  })
})
