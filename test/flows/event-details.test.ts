/** What an event leaves out, or says in another shape, is refused alike in every collection: 400, with its place; what may not be so is 422. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { consent, event, gatewayWith, make, marisol, say, sdoh } from '../support/coordination.ts'
import type { TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await gatewayWith(marisol, consent)
})
afterAll(() => gateway.stop())

const clientId = marisol.id
const time = { start: '2026-03-03T10:00:00-05:00', end: '2026-03-03T10:50:00-05:00' }
const moved = async (collection: string, body: object, ...events: readonly string[]) => {
  const member = `${collection}/${await make(gateway, collection, body)}`
  for (const one of events) await event(gateway, member, one)
  return member
}
const answerTo = (member: string, type: string, details: object = {}) =>
  say(gateway, 'POST', `/coordination/${member}/events`, { type, reason: 'for the test', ...details })

const referral = {
  clientId,
  kind: 'housing',
  category: {
    system: sdoh,
    code: 'housing-instability',
  },
  service: { text: 'A room' },
  reasons: ['ned-1'],
  priority: 'routine',
  intent: 'order',
  consentId: consent.id,
  doNotContact: 'no',
}
const plan = {
  clientId,
  sections: {
    'warning-signs': { items: ['No sleep'] },
    'internal-coping': { items: ['Walking'] },
    'professional-support': { items: ['988'] },
  },
}
const goal = {
  clientId,
  statement: { text: 'A home' },
  addresses: ['ned-1'],
  expressedBy: 'client',
}
const dueAt = '2026-03-03T17:00:00-05:00'
const assignee = { id: 'prl-okafor' }

const lacking: readonly (readonly [string, string, object, () => Promise<string>])[] = [
  ['outcome', 'complete', {}, () => moved('referrals', referral, 'send', 'accept')],
  ['respondBy', 'send', { respondBy: 'soon' }, () => moved('referrals', referral)],
  ['time', 'reschedule', {}, () => moved('appointments', { clientId, time }, 'book')],
  ['time', 'book', { time: 'tomorrow' }, () => moved('appointments', { clientId })],
  ['consentId', 'share', { who: 'RelatedPerson/rel-ines' }, () => moved('safety-plans', plan, 'activate')],
  ['achievement', 'plan', { achievement: 'splendid' }, () => moved('goals', goal)],
  ['dueAt', 'defer', {}, () => moved('work-items', { kind: 'call', clientId, dueAt, assignee })],
  ['transferredTo', 'transfer', {}, () => moved('crises', { clientId, trigger: 'walk-in', riskTypes: ['other'], level: 'low' })],
  ['how', 'revoke', { how: 7 }, async () => `consents/${consent.id}`],
]
it.each(lacking)('%s of %s', async (path, type, details, member) => {
  const { status, body } = await answerTo(await member(), type, details)
  expect([status, body.code, body.issues[0]?.path]).toEqual([400, 'invalid', path])
})

const broken: readonly (readonly [string, object, () => Promise<string>])[] = [
  ['book', { time: { start: time.end, end: time.start } }, () => moved('appointments', { clientId })],
  ['defer', { dueAt: '2026-01-01T00:00:00Z' }, () => moved('work-items', { kind: 'call', clientId, dueAt, assignee })],
  ['revoke', { at: '2027-01-01T00:00:00Z' }, async () => `consents/${consent.id}`],
]
it.each(broken)('%s that says what cannot be', async (type, details, member) => {
  expect((await answerTo(await member(), type, details)).status).toBe(422)
})

it('what its state does not allow is said before that', async () => {
  const { status, body } = await answerTo(await moved('referrals', referral), 'complete')
  expect([status, body.code]).toEqual([409, 'illegal-event'])
})
