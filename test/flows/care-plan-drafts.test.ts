/** From needs to a plan: drafted with its reasons, reviewed by a person, agreed by the client, and in time superseded by the next. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { consent, event, gatewayWith, make, marisol, say, sdoh } from '../support/coordination.ts'
import type { TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await gatewayWith(marisol, consent)
})
afterEach(() => gateway.stop())

const category = { system: sdoh, code: 'food-insecurity' }
const loinc = 'http://loinc.org'
const made = (collection: string, body: object) => make(gateway, collection, body)
const read = async (member: string) => (await say(gateway, 'GET', `/coordination/${member}`)).body
const need = async (more: object = {}, confirmed = true) => {
  const id = await made('needs', {
    ...{ clientId: 'cli-marisol', domain: 'sdoh', category, code: { text: 'Food insecurity' } },
    ...{ assertedBy: 'client', clientView: 'agrees', ...more },
  })
  if (confirmed) await event(gateway, `needs/${id}`, 'confirm')
  return id
}
const drafts = '/coordination/clients/cli-marisol/care-plan-drafts'
const draft = async (more: object = {}) => {
  const answer = await say(gateway, 'POST', drafts, { author: { id: 'prc-okafor' }, ...more })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return answer.body
}
/** Seventeen: moderately severe. */
const phq9 = async () => {
  const codes = ['44250-9', '44255-8', '44259-0', '44254-1', '44251-7', '44258-2', '44252-5', '44253-3', '44260-8']
  const items = codes.map((code, i) => ({
    linkId: `/${code}`,
    answers: [{ coding: { system: loinc, code: i === 8 ? 'LA6569-3' : 'LA6570-1' } }],
  }))
  const id = await made('assessments', {
    ...{ clientId: 'cli-marisol', kind: 'instrument', instrument: { id: 'phq-9' }, mode: 'in-person', respondent: 'client' },
    ...{ administeredAt: '2026-03-02T10:00:00-05:00', items, sensitivity: ['PSY'], confidentiality: 'R' },
  })
  await event(gateway, `assessments/${id}`, 'start')
  await event(gateway, `assessments/${id}`, 'complete')
  return id
}
/** What the answers speak of, confirmed. */
const depression = async () => {
  const assessment = await read(`assessments/${await phq9()}`)
  const [id] = assessment.needsDerived
  await event(gateway, `needs/${id}`, 'confirm')
  return id
}

it('a draft has a goal for each confirmed need, a first step, and says why', async () => {
  const pantry = await made('services', {
    ...{ name: 'Elm Street Pantry', organizationId: 'org-1', categories: [category], referralMethods: ['phone'], cost: 'free' },
  })
  const [hunger, sad] = [await need(), await depression()]
  const plan = await draft()
  expect(plan).toMatchObject({ state: 'draft', kind: 'coordination', clientId: 'cli-marisol', reviewEvery: 'P90D' })
  expect(plan).toMatchObject({ sensitivity: ['PSY'], confidentiality: 'R' })
  expect(plan.needs.toSorted()).toEqual([hunger, sad].toSorted())
  const of = (id: string) => plan.explained.needs.find(({ needId }: { needId: string }) => needId === id)
  const done = (handle: string) => plan.interventions.find((one: { handle: string }) => one.handle === handle)

  const [refer, look] = of(hunger).interventions
  expect(done(refer.handle)).toMatchObject({
    ...{
      kind: 'referral',
      status: 'not-started',
      goalIds: of(hunger).goals,
      code: { text: 'Refer to a service: Food insecurity' },
    },
    performers: [{ type: 'HealthcareService', id: pantry }],
  })
  expect(refer.reasons).toEqual(['Nothing is being done about it yet.', 'Elm Street Pantry fits best (free).'])
  expect(done(look.handle)).toMatchObject({ kind: 'monitoring' })

  const goal = await read(`goals/${of(sad).goals[0]}`)
  const total = { system: loinc, code: '44261-6' }
  expect(goal).toMatchObject({
    ...{
      lifecycle: 'proposed',
      statement: { text: 'Fewer symptoms: Depressive symptoms' },
      addresses: [sad],
      sensitivity: ['PSY'],
    },
    acceptance: [{ party: 'Patient/cli-marisol', status: 'pending' }],
    measures: [{ code: total, baseline: { quantity: { value: '17' } }, target: { quantity: { comparator: '<', value: '5' } } }],
  })
  const again = of(sad).interventions[1]
  expect(done(again.handle)).toMatchObject({ kind: 'assessment', code: { codings: [{ code: '44249-1' }], text: 'Repeat PHQ-9' } })
  expect(again.reasons).toEqual(['PHQ-9 showed the need with a total of 17.'])
  expect(plan.narrative).toContain('Elm Street Pantry fits best')
})

it('what is only suspected is found out first, what the client does not see is left alone, and a social need is asked about', async () => {
  const suspected = await need({ code: { text: 'Debts' }, category: { ...category, code: 'financial-insecurity' } }, false)
  const unseen = await need({ clientView: 'disagrees' })
  const unasked = await need({ clientView: 'not-asked', category: { ...category, code: 'social-connection' } })
  await event(gateway, `needs/${await need({ code: { text: 'Met' } })}`, 'resolve')
  const plan = await draft()
  expect(plan.needs.toSorted()).toEqual([suspected, unasked].toSorted())
  expect(plan.explained.leftOut).toEqual([{ needId: unseen, reason: 'The client does not see it as a need.' }])
  expect(plan.goals).toHaveLength(1)
  const kinds = plan.interventions.map(({ kind, goalIds }: { kind: string; goalIds: string[] }) => [kind, goalIds.length])
  expect(kinds).toEqual(
    expect.arrayContaining([
      ['assessment', 0],
      ['communication', 1],
      ['monitoring', 1],
    ]),
  )
})

it('the second draft takes the first plan’s place once it is activated, and goes on with what is under way', async () => {
  const hunger = await need()
  const first = await draft()
  // The client agrees, and the plan is activated as any other.
  const goal = first.goals[0]
  await say(gateway, 'POST', `/coordination/care-plans/${first.id}/events`, { type: 'activate' })
  expect(await read(`care-plans/${first.id}`)).toMatchObject({ state: 'active' })
  const sad = await depression()
  const second = await draft({ title: 'Coming home, second version' })
  expect(second.needs.toSorted()).toEqual([hunger, sad].toSorted())
  expect(second.goals).toContain(goal)
  expect(second.goals).toHaveLength(2)
  const texts = (plan: { interventions: { code: { text: string } }[] }) => plan.interventions.map(({ code }) => code.text)
  expect(texts(second).slice(0, 2)).toEqual(texts(first))
  expect(texts(second).filter((text) => text.includes('Food'))).toHaveLength(2)
  expect(await event(gateway, `care-plans/${second.id}`, 'activate')).toMatchObject({ state: 'active', replaces: first.id })
  expect(await read(`care-plans/${first.id}`)).toMatchObject({ state: 'superseded' })
  expect(await read(`needs/${hunger}`)).toMatchObject({ state: 'being-addressed' })
})

it('an open referral is part of the plan, and asked for no second time', async () => {
  const hunger = await need()
  const referral = await made('referrals', {
    ...{ clientId: 'cli-marisol', kind: 'community-service', category, service: { text: 'Food' }, reasons: [hunger] },
    ...{ priority: 'routine', intent: 'order', consentId: 'con-marisol', doNotContact: 'no' },
  })
  await event(gateway, `referrals/${referral}`, 'send')
  const plan = await draft()
  expect(plan.interventions.map(({ kind }: { kind: string }) => kind)).toEqual(['referral', 'monitoring'])
  expect(plan.interventions[0]).toMatchObject({ linked: { id: referral }, goalIds: plan.goals })
  expect(plan.explained.needs[0].underWay).toEqual(['A referral for it is open.'])
})

it('what cannot be planned for is said, and nothing is written', async () => {
  const nothing = await say(gateway, 'POST', drafts, { author: { id: 'prc-okafor' } })
  expect(nothing).toMatchObject({ status: 422, body: { issues: [{ path: 'needs' }] } })
  await need()
  const other = await say(gateway, 'POST', drafts, { author: { id: 'prc-okafor' }, needs: ['ned-of-another'] })
  expect(other).toMatchObject({ status: 422, body: { issues: [{ path: 'needs' }] } })
  expect(await say(gateway, 'POST', drafts, { colour: 'blue' })).toMatchObject({ status: 400, body: { code: 'invalid' } })
  const nobody = await say(gateway, 'POST', '/coordination/clients/cli-none/care-plan-drafts', { author: { id: 'prc-okafor' } })
  expect(nobody.status).toBe(404)
  expect((await say(gateway, 'GET', '/fhir/Goal?patient=Patient/cli-marisol')).body.entry).toBeUndefined()
})
