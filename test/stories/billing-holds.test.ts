/** Lines that wait for each other, and for what a case manager can do about it. */
import { beforeEach, describe, expect, it } from 'vitest'
import { type Agency, agreed, type Body, carePlan, feed, openAgency, visited } from '../support/billing.ts'
import { systemDesk } from '../support/gateway.ts'

let agency: Agency
beforeEach(async () => {
  agency = await openAgency()
})

const standing = async (session: string) =>
  (await agency.lines(session)).map(({ state, holdReasons }) => [state, ...(holdReasons as string[])])
const lineOf = async (session: string): Promise<Body> => (await agency.lines(session)).at(-1)!
const from = (start: string, end: string) => ({ start: `2026-03-02T${start}:00-05:00`, end: `2026-03-02T${end}:00-05:00` })
/** A session at a time of the day, signed. */
const sign = async (actual: object, changes: Body = {}): Promise<string> => {
  const { id } = await agency.post('/coordination/sessions', {
    ...{ clientId: agency.client, kind: 'case-management', modality: 'in-person', renderer: { id: agency.clinician } },
    ...{ needIds: [agency.need], ...changes },
  })
  for (const type of ['book', 'start']) await agency.event(`sessions/${id}`, { type })
  await agency.event(`sessions/${id}`, { type: 'complete', actual, note: { plan: 'To meet again' } })
  await agency.event(`sessions/${id}`, { type: 'sign' })
  return id as string
}
const moveTo = async (session: string, actual: object): Promise<void> => {
  await agency.event(`sessions/${session}`, { type: 'amend', reason: 'The times were wrong' })
  const { etag } = await agency.gateway
    .request(`/coordination/sessions/${session}`)
    .then((answer) => ({ etag: answer.headers.get('etag')! }))
  const patched = await agency.gateway.request(`/coordination/sessions/${session}`, {
    ...{ method: 'PATCH', headers: { 'if-match': etag, 'content-type': 'application/merge-patch+json' }, json: { actual } },
  })
  expect(patched.status).toBe(200)
  await agency.event(`sessions/${session}`, { type: 'sign' })
}

describe('of two sessions at the same time', () => {
  const pair = async () =>
    [await sign(from('10:00', '11:00')), await sign(from('10:59', '11:59'), { procedureCode: 'H2015' })] as const

  it('the one that was signed first is billed, and the other names it', async () => {
    const [first, second] = await pair()
    expect([await standing(first), await standing(second)]).toEqual([[['ready']], [['held', 'times-overlap']]])
    expect((await lineOf(second)).conflictingLines).toEqual([(await lineOf(first)).id])
    expect(await lineOf(first)).toMatchObject({ version: 1, conflictingLines: [], warnings: [] })
    expect((await feed(agency)).items.map(({ code }) => code)).toEqual(['T1017'])
    expect(await (await agency.gateway.request('/console/billing')).text()).toContain('times-overlap')
  })

  it.each<[string, 0 | 1]>([
    ['the first is corrected', 0],
    ['the second is corrected', 1],
  ])('it is let go when %s', async (_, which) => {
    const sessions = await pair()
    await moveTo(sessions[which], from('14:00', '15:00'))
    expect([await standing(sessions[0]), await standing(sessions[1])]).toEqual([[['ready']], [['ready']]])
    expect((await lineOf(sessions[1])).conflictingLines).toEqual([])
    expect((await feed(agency)).items.filter(({ state }) => state === 'ready').map(({ code }) => code)).toEqual([
      'T1017',
      'H2015',
    ])
  })

  it('or when the first was an error, or its line is made void', async () => {
    const [first, second] = await pair()
    await agency.event(`service-lines/${(await lineOf(first)).id}`, { type: 'void', reason: 'Paid by a grant' })
    expect(await standing(second)).toEqual([['ready']])
    const third = await sign(from('11:30', '12:00'))
    expect(await standing(third)).toEqual([['held', 'times-overlap']])
    await agency.event(`sessions/${second}`, { type: 'mark-error', reason: 'Another client' })
    expect(await standing(third)).toEqual([['ready']])
  })

  it('with two clients, held by one person, whichever way they are named', async () => {
    const other = (await agency.post('/fhir/Patient', { resourceType: 'Patient', name: [{ family: 'Bell' }] })).id
    await agency.post('/fhir/CarePlan', carePlan(other as string, '2026-01-01'))
    await agency.post('/coordination/coverages', {
      ...{ kind: 'medicaid-ffs', memberId: 'M-2', relationship: 'self', priority: 1, payerOrg: { id: 'org-x' } },
      ...{ clientId: other, period: { start: '2026-01-01' } },
    })
    const icd10 = 'http://hl7.org/fhir/sid/icd-10-cm'
    const ofOther = { clientId: other, needIds: [], diagnoses: [{ system: icd10, code: 'F41.1' }] }
    const roles = (await agency.get(`/fhir/PractitionerRole?practitioner=Practitioner/${agency.clinician}`)) as {
      entry: { resource: { id: string } }[]
    }
    const asRole = { renderer: { id: roles.entry[0]!.resource.id, type: 'PractitionerRole' } }
    const first = await sign(from('10:00', '11:00'))
    const second = await sign(from('10:30', '11:30'), { ...ofOther, ...asRole })
    expect(await standing(second)).toEqual([['held', 'times-overlap']])
    await moveTo(first, from('08:00', '09:00'))
    expect(await standing(second)).toEqual([['ready']])
  })

  it('that wait for the same thing, one is let go', async () => {
    agency = await openAgency({ coverage: null })
    const [first, second] = await pair()
    expect([await standing(first), await standing(second)]).toEqual([[['held', 'no-coverage']], [['held', 'no-coverage']]])
    await agency.post('/coordination/coverages', {
      ...{ kind: 'commercial', memberId: 'M-1', relationship: 'self', priority: 1, payerOrg: { id: 'org-x' } },
      ...{ clientId: agency.client, period: { start: '2026-01-01' } },
    })
    expect([await standing(first), await standing(second)].toSorted()).toEqual([[['held', 'times-overlap']], [['ready']]])
  })

  it('of one group, both are billed; and so is a talk about a client who was elsewhere', async () => {
    const group = { kind: 'group-counselling', group: { groupSessionId: 'grp-1' } }
    const absent = {
      participants: [{ who: { id: agency.client }, role: 'client', present: false }],
      renderer: { id: 'prc-other' },
    }
    const [one, two] = [await sign(from('10:00', '11:00'), group), await sign(from('10:00', '11:00'), group)]
    expect([await standing(one), await standing(two)]).toEqual([[['ready']], [['ready']]])
    const about = await sign(from('10:00', '11:00'), { procedureCode: 'T1017', ...absent })
    expect(await standing(about)).toEqual([['held', 'renderer-unknown']])
  })
})

describe('a minute counted by the month', () => {
  it('is not billed by a session besides', async () => {
    const quarter = await sign(from('10:00', '10:30'))
    await sign(from('10:15', '11:15'), { procedureCode: 'G0323' })
    await agreed(agency)
    await visited(agency, '90791')
    agency.gateway.clock.advance(31 * 24 * 3600_000)
    await (await systemDesk(agency.gateway)).chargeMonths()
    const monthly = async () =>
      ((await agency.get(`/coordination/service-lines?client=${agency.client}`)).items as Body[]).find(
        ({ code }) => code === 'G0323',
      )
    expect(await monthly()).toMatchObject({
      state: 'held',
      holdReasons: ['times-overlap'],
      conflictingLines: [(await lineOf(quarter)).id],
    })
    await moveTo(quarter, from('09:00', '09:30'))
    expect(await monthly()).toMatchObject({ state: 'ready', conflictingLines: [] })
  })

  it('counts once: two of its sessions at one time hold it', async () => {
    const first = await sign(from('10:00', '11:00'), { procedureCode: 'G0323' })
    await sign(from('10:30', '11:30'), { procedureCode: 'G0323', renderer: { id: 'prc-other' } })
    await agreed(agency)
    await visited(agency, '90791')
    agency.gateway.clock.advance(31 * 24 * 3600_000)
    await (await systemDesk(agency.gateway)).chargeMonths()
    const monthly = async () => ((await agency.get(`/coordination/service-lines?client=${agency.client}`)).items as Body[])[0]
    expect((await monthly())!.holdReasons).toContain('times-overlap')
    await moveTo(first, from('09:00', '10:00'))
    expect((await monthly())!.holdReasons).not.toContain('times-overlap')
  })
})

describe('case management', () => {
  it('waits for a care plan in force on its day', async () => {
    agency = await openAgency({ plan: null })
    const session = await sign(from('10:00', '11:00'))
    expect(await standing(session)).toEqual([['held', 'no-plan']])
    const plan = (start: string, status: string) => ({
      ...{ ...carePlan(agency.client, start), status },
      goal: [{ reference: 'Goal/gol-1' }],
    })
    await agency.post('/fhir/CarePlan', plan('2026-03-03', 'active'))
    expect(await standing(session)).toEqual([['held', 'no-plan']])
    const draft = await agency.post('/fhir/CarePlan', plan('2026-03-01', 'draft'))
    expect(await standing(session)).toEqual([['held', 'no-plan']])
    const { meta: _, ...rest } = draft
    await agency.put(`/fhir/CarePlan/${draft.id}`, { ...rest, status: 'active' })
    expect(await standing(session)).toEqual([['ready']])
  })

  it('goes by the plan that was in force then, though another took its place', async () => {
    const [old] = ((await agency.get(`/fhir/CarePlan?patient=${agency.client}`)) as { entry: { resource: Body }[] }).entry
    const { meta: _, ...plan } = old!.resource
    await agency.put(`/fhir/CarePlan/${plan.id}`, { ...plan, status: 'revoked' })
    const [late] = [await sign(from('10:00', '11:00'))]
    expect(await standing(late)).toEqual([['held', 'no-plan']])
    const next = { ...carePlan(agency.client, '2026-03-20'), replaces: [{ reference: `CarePlan/${plan.id}` }] }
    await agency.post('/fhir/CarePlan', next)
    expect(await standing(late)).toEqual([['ready']])
  })
})
