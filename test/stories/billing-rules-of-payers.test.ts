/** What payers and programmes ask besides: a visit in person, days of a week, and where the client was. */
import { beforeEach, describe, expect, it, test } from 'vitest'
import { type Agency, type Body, feed, openAgency, type Setting } from '../support/billing.ts'

let agency: Agency
const open = async (setting?: Setting) => {
  agency = await openAgency(setting)
}
beforeEach(() => open())

const standing = async (session: string) =>
  (await agency.lines(session)).map(({ state, holdReasons, warnings }) => [state, holdReasons, warnings])
/** A session on a day of that March, at that hour in New York. */
const sign = async (day: string, hour: string, changes: Body, hours = 1): Promise<string> => {
  const end = String(Number(hour) + hours).padStart(2, '0')
  const { id } = await agency.post('/coordination/sessions', {
    ...{ clientId: agency.client, kind: 'individual-counselling', modality: 'in-person', renderer: { id: agency.clinician } },
    ...{ needIds: [agency.need], ...changes },
  })
  for (const type of ['book', 'start']) await agency.event(`sessions/${id}`, { type })
  await agency.event(`sessions/${id}`, {
    ...{ type: 'complete', note: { plan: 'To meet again' } },
    actual: { start: `2026-03-${day}T${hour}:00:00-05:00`, end: `2026-03-${day}T${end}:00:00-05:00` },
  })
  await agency.event(`sessions/${id}`, { type: 'sign' })
  return id as string
}

describe('Medicare, once the law asks for a visit in person', () => {
  const fromHome = { modality: 'video', telehealth: { clientLocation: 'home' } }
  const since = { changes: [{ from: '2026-03-01', inPerson: { first: 6, later: 12 } }] }
  const medicare = { coverage: { kind: 'medicare' } }

  it('holds a session by video until such a visit is on record', async () => {
    await open({ ...medicare, rule: since })
    const video = await sign('05', '10', fromHome)
    expect(await standing(video)).toEqual([['held', ['no-visit-in-person'], []]])
    expect((await feed(agency)).items).toEqual([])
    expect(await (await agency.gateway.request('/console/billing')).text()).toContain('no-visit-in-person')
    await sign('04', '10', {})
    expect(await standing(video)).toEqual([['ready', [], []]])
  })

  it('is content with a visit by a colleague of the house, and not with one elsewhere', async () => {
    await open({ ...medicare, rule: since })
    const { roles } = await agency.get(`/coordination/practitioners/${agency.clinician}`)
    const { organizationId } = (roles as Body[])[0]!
    const video = await sign('05', '10', fromHome)
    const visit = (id: string) => ({
      ...{ resourceType: 'Encounter', status: 'finished', subject: { reference: `Patient/${agency.client}` } },
      class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
      period: { start: '2026-02-20T09:00:00-05:00', end: '2026-02-20T09:40:00-05:00' },
      serviceProvider: { reference: `Organization/${id}` },
    })
    await agency.post('/fhir/Encounter', visit('org-elsewhere'))
    expect(await standing(video)).toEqual([['held', ['no-visit-in-person'], []]])
    await agency.post('/fhir/Encounter', visit(organizationId as string))
    expect(await standing(video)).toEqual([['ready', [], []]])
  })

  it('does not ask in 2026', async () => {
    await open({ ...medicare, rule: null })
    expect(await standing(await sign('05', '10', fromHome))).toEqual([['ready', [], []]])
  })

  test.each([
    { inPerson: { first: 6 } },
    { inPerson: { first: 0, later: 12 } },
    { inPerson: { first: 6, later: 12, months: 3 } },
    { inPerson: 'sometimes' },
    { changes: [{ from: '2026-03-01', inPerson: { first: 6, later: 1.5 } }] },
  ])('is not told so by %j', async (rule) => {
    expect((await agency.gateway.request('/admin/payer-rules/medicare', { method: 'PUT', json: rule })).status).toBe(400)
  })
})

describe('a programme of three days a week', () => {
  const ofDay = { kind: 'skills-training', procedureCode: 'H0015' }
  it('has a day of three hours, and its warning goes with the third day', async () => {
    const monday = await sign('02', '09', ofDay, 3)
    const tuesday = await sign('03', '09', ofDay, 3)
    expect(await standing(monday)).toEqual([['ready', [], ['programme-days']]])
    expect(await standing(tuesday)).toEqual([['ready', [], ['programme-days']]])
    const short = await sign('04', '09', ofDay, 2)
    expect(await standing(short)).toEqual([['held', ['minutes-short'], []]])
    const afternoon = await sign('04', '13', ofDay, 1)
    expect((await agency.lines(afternoon))[0]).toMatchObject({ state: 'ready', units: '1', warnings: [] })
    expect([await standing(monday), await standing(tuesday)]).toEqual([[['ready', [], []]], [['ready', [], []]]])
  })
})

describe('a client in custody', () => {
  const imprisoned = (more: object) => ({
    ...{ resourceType: 'Condition', subject: { reference: `Patient/${agency.client}` } },
    ...{ code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'Z65.1' }] }, ...more },
  })
  const clinical = (code: string) => ({
    clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code }] },
  })

  it('is told of with the lines of those days, whenever that is heard of', async () => {
    const during = await sign('05', '10', { kind: 'case-management' })
    const after = await sign('20', '10', { kind: 'case-management' })
    const { id } = await agency.post('/fhir/Condition', imprisoned({ ...clinical('active'), onsetDateTime: '2026-03-01' }))
    expect([await standing(during), await standing(after)]).toEqual([
      [['ready', [], ['in-custody']]],
      [['ready', [], ['in-custody']]],
    ])
    const left = imprisoned({ ...clinical('resolved'), onsetDateTime: '2026-03-01', abatementDateTime: '2026-03-10' })
    await agency.put(`/fhir/Condition/${id}`, { ...left, id })
    expect([await standing(during), await standing(after)]).toEqual([[['ready', [], ['in-custody']]], [['ready', [], []]]])
    expect((await feed(agency)).items.at(-1)).toMatchObject({
      checks: expect.arrayContaining([{ conflictId: 'C21', outcome: 'pass' }]),
    })
  })

  it('or by where the session was', async () => {
    const visit = await sign('05', '10', { kind: 'case-management', placeOfService: '09' })
    expect(await standing(visit)).toEqual([['ready', [], ['in-custody']]])
    const [line] = await agency.lines(visit)
    const window = { type: 'override', checks: ['C21'], reason: 'The state plan pays for the last thirty days' }
    expect(await agency.event(`service-lines/${line!.id}`, window)).toMatchObject({ state: 'ready' })
  })
})

describe('a call', () => {
  it('that a visit on the next day takes in is told of, as long as there is that visit', async () => {
    const call = await agency.sign({ procedureCode: '98968' }, 30)
    expect(await standing(call)).toEqual([['ready', [], []]])
    const visit = await sign('03', '14', { procedureCode: '90837' })
    expect(await standing(call)).toEqual([['ready', [], ['part-of-visit']]])
    await agency.event(`sessions/${visit}`, { type: 'mark-error', reason: 'Another client' })
    expect(await standing(call)).toEqual([['ready', [], []]])
  })
})
