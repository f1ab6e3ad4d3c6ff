/** What is odd, partial or contradictory is kept as it is and told as it is: nothing is guessed at, nothing is lost. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { consent, event, gatewayWith, make, marisol, put, say, sdoh } from '../support/coordination.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import type { Changes } from '../support/hl7v2.ts'
import { authority, openHospital } from '../support/hospital.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await gatewayWith(marisol, consent)
})
afterEach(() => gateway.stop())

const category = { system: sdoh, code: 'food-insecurity' }
const made = (collection: string, body: object, of: TestGateway = gateway) => make(of, collection, body)
const patch = (member: string, etag: string, body: object) =>
  say(gateway, 'PATCH', `/coordination/${member}`, body, { 'if-match': etag, 'content-type': 'application/merge-patch+json' })
const hunger = (clientId: string) => ({
  ...{ clientId, domain: 'sdoh', category, code: { text: 'Food insecurity' }, assertedBy: 'client', clientView: 'agrees' },
})
const referral = (clientId: string, more: object = {}) => ({
  ...{ clientId, kind: 'community-service', category, service: { text: 'Food' }, reasons: ['ned-1'], priority: 'routine' },
  ...{ intent: 'order', consentId: 'con-marisol', doNotContact: 'no', ...more },
})

it('a code that nobody knows is kept, and told as one', async () => {
  const severity = { coding: [{ system: 'https://ehr.example/severity', code: 'S7', display: 'Quite bad' }] }
  const theirs = {
    ...{ resourceType: 'Condition', id: 'theirs', subject: { reference: 'Patient/cli-marisol' } },
    ...{ clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] } },
    ...{ code: { coding: [{ system: 'https://ehr.example/problems', code: 'P-4711' }] }, severity },
  }
  await put(gateway, theirs)
  const { body, etag } = await say(gateway, 'GET', '/coordination/needs/theirs')
  expect(body).not.toHaveProperty('severity')
  expect(body.code.codings).toEqual([{ system: 'https://ehr.example/problems', code: 'P-4711' }])
  expect(body.warnings).toContainEqual(
    expect.objectContaining({ path: expect.stringContaining('severity'), message: expect.stringContaining('unmapped') }),
  )
  // A change of ours leaves it where it is.
  const { warnings: _, ...need } = body
  const changed = await say(
    gateway,
    'PUT',
    '/coordination/needs/theirs',
    { ...need, domain: 'sdoh', category, assertedBy: 'external', clientView: 'not-asked' },
    { 'if-match': etag },
  )
  expect(changed.status, JSON.stringify(changed.body)).toBe(200)
  expect((await say(gateway, 'GET', '/fhir/Condition/theirs')).body.severity).toEqual(severity)
})

it('a date is no more precise than it was told', async () => {
  await put(gateway, { ...marisol, birthDate: '1984' })
  const client = await say(gateway, 'GET', '/coordination/clients/cli-marisol')
  expect(client.body.birthDate).toBe('1984')
  expect((await patch('clients/cli-marisol', client.etag, { gender: 'female' })).body.birthDate).toBe('1984')
  expect((await say(gateway, 'GET', '/fhir/Patient/cli-marisol')).body).toMatchObject({ birthDate: '1984', gender: 'female' })
  const id = await made('needs', { ...hunger('cli-marisol'), onset: '2026-02' })
  expect((await say(gateway, 'GET', `/fhir/Condition/${id}`)).body.onsetDateTime).toBe('2026-02')
  // The month is looked for as a month; the thirtieth of February is no day.
  expect((await say(gateway, 'GET', '/fhir/Condition?onset-date=2026-02')).body.entry).toHaveLength(1)
  const wrong = await say(gateway, 'PUT', '/fhir/Patient/cli-marisol', { ...marisol, birthDate: '1984-02-30' })
  expect(wrong.status).toBe(400)
  await put(gateway, { ...marisol, birthDate: '1984-02-29' })
})

it('who was merged takes needs and plans along', async () => {
  const hospital = await openHospital()
  try {
    const numbered = (value: string) => `${value}^^^STB&2.16.840.1.113883.19.5&ISO^MR`
    const former = await hospital.register({ identifier: [{ system: authority, value: '990001' }] })
    const rosa = await hospital.register()
    const need = await made('needs', hunger(former), hospital)
    await event(hospital, `needs/${need}`, 'confirm')
    const drafts = `/coordination/clients/${former}/care-plan-drafts`
    const plan = await say(hospital, 'POST', drafts, { author: { id: 'prc-okafor' } })
    expect(plan.status, JSON.stringify(plan.body)).toBe(201)
    const merge: Changes = {
      ...{ PV1: undefined, PV2: undefined, DG1: undefined, MSH: { 9: 'ADT^A40', 10: 'P-1' }, EVN: { 1: 'A40' } },
      ...{ PID: { 3: numbered('778812') }, MRG: { 1: numbered('990001') } },
    }
    expect(await hospital.send(merge)).toBe('AA')
    for (const member of [`needs/${need}`, `care-plans/${plan.body.id}`, `goals/${plan.body.goals[0]}`])
      expect((await say(hospital, 'GET', `/coordination/${member}`)).body, member).toMatchObject({ clientId: rosa })
    // The next plan is the survivor's, and nobody drafts one for the record that is gone.
    const next = await say(hospital, 'POST', `/coordination/clients/${rosa}/care-plan-drafts`, {
      author: { id: 'prc-okafor' },
    })
    expect(next.body).toMatchObject({ needs: [need], goals: plan.body.goals })
    expect((await say(hospital, 'POST', drafts, { author: { id: 'prc-okafor' } })).status).toBe(422)
  } finally {
    await hospital.stop()
  }
})

it('a referral whose performer is gone can be read, taken back, and sent elsewhere', async () => {
  const service = (name: string) =>
    made('services', { name, organizationId: 'org-1', categories: [category], referralMethods: ['phone'], cost: 'free' })
  const [pantry, other] = [await service('Elm Street Pantry'), await service('Far Pantry')]
  const need = await made('needs', hunger('cli-marisol'))
  const id = await made('referrals', referral('cli-marisol', { reasons: [need], target: { id: pantry } }))
  await event(gateway, `referrals/${id}`, 'send')
  const gone = await gateway.request(`/fhir/HealthcareService/${pantry}`, { method: 'DELETE' })
  expect(gone.status).toBeLessThan(300)
  expect((await say(gateway, 'GET', `/coordination/referrals/${id}`)).body).toMatchObject({
    state: 'requested',
    target: { id: pantry },
  })
  const { items } = (await say(gateway, 'GET', `/coordination/services/matches?need=${need}`)).body
  expect(items.map(({ serviceId }: { serviceId: string }) => serviceId)).toEqual([other])
  expect(await event(gateway, `referrals/${id}`, 'withdraw', { reason: 'The pantry has closed' })).toMatchObject({
    state: 'cancelled',
  })
  const again = await made('referrals', referral('cli-marisol', { reasons: [need], target: { id: other }, reReferralOf: id }))
  expect(await event(gateway, `referrals/${again}`, 'send')).toMatchObject({ state: 'requested', target: { id: other } })
})

describe('two coordinators', () => {
  it('of two who write at once the second is told, and nothing of the first is lost', async () => {
    const id = await made('needs', hunger('cli-marisol'))
    const { etag } = await say(gateway, 'GET', `/coordination/needs/${id}`)
    const both = await Promise.all([
      patch(`needs/${id}`, etag, { priority: 'high' }),
      patch(`needs/${id}`, etag, { severity: 'severe' }),
    ])
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 412])
    const { body } = await say(gateway, 'GET', `/coordination/needs/${id}`)
    expect([body.priority, body.severity].filter((one) => one !== undefined)).toHaveLength(1)
    expect(body.version).toBe(2)
  })

  it('who answer a referral at once: one answer stands, the other is told what is possible now', async () => {
    const id = await made('referrals', referral('cli-marisol'))
    await event(gateway, `referrals/${id}`, 'send')
    const say2 = (body: object) => say(gateway, 'POST', `/coordination/referrals/${id}/events`, body)
    const answers = await Promise.all([say2({ type: 'accept' }), say2({ type: 'reject', reason: 'No room' })])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409])
    const [won, lost] = answers.toSorted((a, b) => a.status - b.status)
    expect((await say(gateway, 'GET', `/coordination/referrals/${id}`)).body.state).toBe(won!.body.state)
    expect(lost!.body).toMatchObject({ code: 'illegal-event', allowed: expect.any(Array) })
  })

  it('who activate two plans at once: one is active, and took the other’s place', async () => {
    const id = await made('needs', hunger('cli-marisol'))
    await event(gateway, `needs/${id}`, 'confirm')
    const drafted = async () =>
      (await say(gateway, 'POST', '/coordination/clients/cli-marisol/care-plan-drafts', { author: { id: 'prc-okafor' } })).body.id
    const plans = [await drafted(), await drafted()]
    await Promise.all(plans.map((plan) => event(gateway, `care-plans/${plan}`, 'activate')))
    const states = await Promise.all(
      plans.map(async (plan) => (await say(gateway, 'GET', `/coordination/care-plans/${plan}`)).body.state),
    )
    expect(states.toSorted()).toEqual(['active', 'superseded'])
  })
})

describe('what would break a rule of FHIR', () => {
  const ines = { names: [{ use: 'official', family: 'Calloway', given: ['Ines'] }], gender: 'female', sexForScoring: 'female' }
  const contacts = [{ value: '+15555550111' }]

  it('is refused where /fhir would refuse it, with its place', async () => {
    const refused = await say(gateway, 'POST', '/coordination/clients', { ...ines, contacts })
    expect(refused).toMatchObject({
      status: 422,
      body: { code: 'rule-broken', issues: [{ path: 'contacts', message: expect.stringContaining('(cpt-2)') }] },
    })
    const client = `clients/${await made('clients', ines)}`
    const { etag } = await say(gateway, 'GET', `/coordination/${client}`)
    expect((await patch(client, etag, { contacts })).status).toBe(422)
    expect((await say(gateway, 'GET', `/coordination/${client}`)).etag).toBe(etag)
  })

  it('and came so may be changed all the same, and is taken where the operator wants it marked', async () => {
    const other = await startGateway({ validation: 'mark' })
    await put(other, { ...marisol, gender: 'female', telecom: [{ value: '+15555550111' }] })
    const [member, type] = ['/coordination/clients/cli-marisol', { 'content-type': 'application/merge-patch+json' }]
    const { etag } = await say(other, 'GET', member)
    expect((await say(other, 'PATCH', member, { jurisdiction: 'NY' }, { 'if-match': etag, ...type })).status).toBe(200)
    await made('clients', { ...ines, contacts }, other)
    await other.stop()
  })
})
