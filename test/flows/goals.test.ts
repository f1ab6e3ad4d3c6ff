/** A goal from the first proposal to the day it is reached. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { gatewayWith, marisol, patch, say } from '../support/coordination.ts'
import type { TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await gatewayWith(marisol)
})
afterEach(() => gateway.stop())

const home = {
  clientId: 'cli-marisol',
  statement: { text: 'A place of my own' },
  addresses: ['ned-housing'],
  expressedBy: 'client',
}

it('is worked on with the client’s agreement, and ends with a word on whether it was reached', async () => {
  const made = await say(gateway, 'POST', '/coordination/goals', home)
  expect([made.status, made.body.lifecycle]).toEqual([201, 'proposed'])
  const member = `goals/${made.body.id}`
  await say(gateway, 'POST', `/coordination/${member}/events`, { type: 'plan' })
  expect((await say(gateway, 'GET', `/coordination/${member}`)).body.lifecycle).toBe('planned')
  await say(gateway, 'POST', `/coordination/${member}/events`, { type: 'accept' })
  const early = await say(gateway, 'POST', `/coordination/${member}/events`, { type: 'activate' })
  expect([early.status, early.body.issues[0].path]).toEqual([422, 'acceptance'])

  const agreed = await patch(gateway, member, {
    acceptance: [{ party: 'Patient/cli-marisol', status: 'agree', at: '2026-03-02' }],
  })
  expect(agreed.status, JSON.stringify(agreed.body)).toBe(200)
  const active = await say(gateway, 'POST', `/coordination/${member}/events`, { type: 'activate' })
  expect(active.body.lifecycle).toBe('active')

  const noted = await patch(gateway, member, { progress: [{ at: '2026-03-02', note: 'Two viewings' }] })
  expect(noted.status, JSON.stringify(noted.body)).toBe(200)
  const erased = await patch(gateway, member, { progress: [] })
  expect([erased.status, erased.body.issues[0].path]).toEqual([422, 'progress'])

  const unsaid = await say(gateway, 'POST', `/coordination/${member}/events`, { type: 'complete' })
  expect([unsaid.status, unsaid.body.issues[0].path]).toEqual([422, 'achievement'])
  const done = await say(gateway, 'POST', `/coordination/${member}/events`, { type: 'complete', achievement: 'achieved' })
  expect(done.body).toMatchObject({ lifecycle: 'completed', achievement: 'achieved' })
  const stored = await say(gateway, 'GET', `/fhir/Goal/${made.body.id}`)
  expect(stored.body).toMatchObject({ lifecycleStatus: 'completed', achievementStatus: { coding: [{ code: 'achieved' }] } })
})
