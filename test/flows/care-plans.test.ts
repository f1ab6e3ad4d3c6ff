/** One plan at a time: the new one takes the old one's place. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { event, gatewayWith, make, marisol, patch, put, say, sdoh } from '../support/coordination.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await gatewayWith(marisol)
})
afterEach(() => gateway.stop())

const made = async (more: object = {}) => {
  const answer = await say(gateway, 'POST', '/coordination/care-plans', {
    clientId: 'cli-marisol',
    kind: 'coordination',
    title: 'Coming home',
    narrative: 'A home, food, and somebody to talk to.',
    period: { start: '2026-03-02' },
    author: { id: 'prc-okafor' },
    needs: ['ned-1'],
    goals: ['gol-1'],
    ...more,
  })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return `care-plans/${answer.body.id}`
}
const stateOf = async (member: string) => (await say(gateway, 'GET', `/coordination/${member}`)).body.state
const planOf = async (member: string) => (await say(gateway, 'GET', `/fhir/CarePlan/${member.split('/')[1]}`)).body

it('activating one supersedes the other in the same commit', async () => {
  const old = await made()
  await event(gateway, old, 'activate')
  const next = await made({ title: 'A year on' })
  expect(await stateOf(old)).toBe('active')
  const active = await event(gateway, next, 'activate')
  expect(active).toMatchObject({ state: 'active', replaces: old.split('/')[1] })
  expect(await stateOf(old)).toBe('superseded')
  expect((await planOf(old)).status).toBe('revoked')
  expect((await planOf(old)).meta.lastUpdated).toBe((await planOf(next)).meta.lastUpdated)
  // Nothing leads back, and what was seen may not be set.
  expect((await say(gateway, 'POST', `/coordination/${old}/events`, { type: 'resume' })).status).toBe(409)
  const listed = await say(gateway, 'GET', '/coordination/care-plans?client=cli-marisol&state=superseded')
  expect(listed.body.items.map(({ id }: { id: string }) => `care-plans/${id}`)).toEqual([old])
})

it('one of another episode, or of another kind, stands beside it', async () => {
  const first = await made({ episodeId: 'epi-1' })
  const second = await made({ episodeId: 'epi-2' })
  const treatment = await made({ kind: 'treatment' })
  for (const member of [first, second, treatment]) await event(gateway, member, 'activate')
  for (const member of [first, second, treatment]) expect(await stateOf(member)).toBe('active')
})

it('a plan on hold does not come back beside another', async () => {
  const held = await made()
  await event(gateway, held, 'activate')
  await event(gateway, held, 'hold', { reason: 'In hospital' })
  const other = await made()
  await event(gateway, other, 'activate')
  expect(await stateOf(held)).toBe('on-hold')
  const back = await say(gateway, 'POST', `/coordination/${held}/events`, { type: 'resume' })
  expect([back.status, back.body.code]).toEqual([409, 'conflict'])
  await event(gateway, other, 'revoke')
  expect(await event(gateway, held, 'resume')).not.toHaveProperty('statusReason')
})

it('a plan without a goal is not activated', async () => {
  const member = await made({ goals: [] })
  const answer = await say(gateway, 'POST', `/coordination/${member}/events`, { type: 'activate' })
  expect([answer.status, answer.body.issues[0].path]).toEqual([422, 'goals'])
})

it('at a risk of suicide it asks for a safety plan, which hinders nothing', async () => {
  const member = await made()
  const warningsOf = async () => (await say(gateway, 'GET', `/coordination/${member}`)).body.warnings
  expect(await warningsOf()).toBeUndefined()
  const need = {
    ...{ clientId: 'cli-marisol', domain: 'safety', assertedBy: 'clinician', clientView: 'agrees', severity: 'moderate' },
    category: { system: 'https://warm-handoff.example/fhir/CodeSystem/need-category', code: 'suicide-risk' },
    code: { text: 'Risk of suicide' },
  }
  const risk = await make(gateway, 'needs', need)
  const active = await event(gateway, member, 'activate')
  expect(active).toMatchObject({ state: 'active', warnings: [{ path: 'crisisPlanId', severity: 'warning' }] })
  expect(await warningsOf()).toEqual(active.warnings)

  const items = ['for the test']
  const sections = { 'warning-signs': { items }, 'internal-coping': { items }, 'professional-support': { items } }
  const crisisPlanId = await make(gateway, 'safety-plans', { clientId: 'cli-marisol', sections })
  expect((await patch(gateway, member, { crisisPlanId })).body.warnings).toHaveLength(1)
  await event(gateway, `safety-plans/${crisisPlanId}`, 'activate')
  expect(await warningsOf()).toBeUndefined()
  await event(gateway, `safety-plans/${crisisPlanId}`, 'withdraw')
  expect(await warningsOf()).toHaveLength(1)
  await event(gateway, `needs/${risk}`, 'refute')
  expect(await warningsOf()).toBeUndefined()
  const crisis = { clientId: 'cli-marisol', trigger: 'walk-in', riskTypes: ['suicide'] }
  await make(gateway, 'crises', { ...crisis, level: 'low' })
  expect(await warningsOf()).toBeUndefined()
  await make(gateway, 'crises', { ...crisis, level: 'moderate' })
  expect(await warningsOf()).toHaveLength(1)
})

it('an EHR’s plan that becomes active on /fhir takes nobody’s place unless it is a coordination plan of ours', async () => {
  const ours = await made()
  await event(gateway, ours, 'activate')
  const theirs = {
    resourceType: 'CarePlan',
    id: 'theirs',
    status: 'active',
    intent: 'plan',
    subject: { reference: 'Patient/cli-marisol' },
  }
  await put(gateway, theirs)
  expect(await stateOf(ours)).toBe('active')
  const kind = [{ coding: [{ system: 'https://warm-handoff.example/fhir/CodeSystem/care-plan-kind', code: 'coordination' }] }]
  await put(gateway, { ...theirs, category: kind })
  expect(await stateOf(ours)).toBe('revoked')
})

it('a plan for safety is not on this list', async () => {
  const category = [{ coding: [{ system: 'http://loinc.org', code: '87626-8' }] }]
  await put(gateway, {
    resourceType: 'CarePlan',
    id: 'safety',
    status: 'active',
    intent: 'plan',
    subject: { reference: 'Patient/cli-marisol' },
    category,
  })
  expect((await say(gateway, 'GET', '/coordination/care-plans/safety')).status).toBe(404)
})

it('is not put in force for a social need that the client does not see, and asks where they have not been asked', async () => {
  const need = (clientView: string) =>
    make(gateway, 'needs', {
      ...{ clientId: 'cli-marisol', domain: 'sdoh', code: { text: 'Food' }, assertedBy: 'coordinator', clientView },
      category: {
        system: sdoh,
        code: 'food-insecurity',
      },
    })
  const [unseen, unasked, agreed] = [await need('disagrees'), await need('not-asked'), await need('agrees')]
  const refused = await say(gateway, 'POST', `/coordination/${await made({ needs: [agreed, unseen] })}/events`, {
    type: 'activate',
  })
  expect([refused.status, refused.body.code, refused.body.issues]).toEqual([
    422,
    'guard-failed',
    [{ path: 'needs', message: expect.stringContaining(unseen) }],
  ])
  const asking = await event(gateway, await made({ needs: [unasked] }), 'activate')
  expect(asking).toMatchObject({ state: 'active', warnings: [{ path: 'needs', severity: 'warning' }] })
  expect((await event(gateway, await made({ needs: [agreed] }), 'activate')).warnings).toBeUndefined()
})

it('is signed where the law of the client’s state wants it, by whoever decides', async () => {
  await gateway.stop()
  gateway = await startGateway({ ofTenants: new Map([['default', { planSignatures: ['ZZ'] }]]) })
  const client = (more: object) =>
    make(gateway, 'clients', { names: [{ use: 'official', family: 'Vega' }], gender: 'male', birthDate: '1984-02-19', ...more })
  const signed = (role: string) => ({ signatures: [{ party: 'Ana', role, method: 'wet', at: '2026-03-02T10:00:00Z' }] })
  const activated = async (clientId: string, more: object = {}) => {
    const member = await made({ clientId, ...more })
    const { status, body } = await say(gateway, 'POST', `/coordination/${member}/events`, { type: 'activate' })
    return [status, body.issues?.[0].path]
  }
  const grown = await client({ addresses: [{ use: 'home', state: 'ZZ' }] })
  expect(await activated(grown)).toEqual([422, 'signatures'])
  expect(await activated(grown, signed('guardian'))).toEqual([422, 'signatures'])
  expect(await activated(grown, signed('client'))).toEqual([200, undefined])
  const child = await client({ jurisdiction: 'ZZ', birthDate: '2015-02-19' })
  expect(await activated(child, signed('client'))).toEqual([422, 'signatures'])
  expect(await activated(child, signed('guardian'))).toEqual([200, undefined])
  expect(await activated(await client({ jurisdiction: 'YY' }))).toEqual([200, undefined])
})
